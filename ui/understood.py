"""What was understood of a source: one sentence, the first rows, and how many photos each class has."""

from typing import Any

import pandas as pd
import streamlit as st

from core.charts import class_sizes, class_sizes_height
from core.sources.archives import Survey
from core.sources.choice import Choice
from core.sources.sheets import Table, TableSurvey
from ui.figures import chart
from ui.frame import note
from ui.words import count, listed, plain

FIRST_ROWS = 5
SHOWN_CLASSES = 30


def of_table(table: Table, choice: Choice, counted: TableSurvey, num_classes: int) -> str:
    """340 rows, 8 classes, photos in column image_url, names in column label. What else is known of them."""
    parts = [f"**{count(counted.rows, 'row')}**"]
    if choice.label_column is not None:
        parts.append(f"**{classes(num_classes)}**")
    if choice.image_column is not None:
        parts.append(f"photos in column *{plain(choice.image_column)}*")
    if choice.label_column is not None:
        parts.append(f"names in column *{plain(choice.label_column)}*")
    sentences = [", ".join(parts) + "."]
    if table.header_row is None:
        sentences.append("It has no header.")
    elif table.header_row > 1:
        sentences.append(f"The header is row {table.header_row}.")
    return " ".join([*sentences, *_of_columns(choice, counted)])


def of_archive(found: Survey, choice: Choice, num_classes: int) -> str:
    """340 photos in 8 classes, by the folders they lie in or by the table beside them."""
    sentences = [f"**{count(found.photos, 'photo')}** in **{classes(num_classes)}**."]
    if found.table is not None:
        where = f"*{plain(found.table_path.rpartition('/')[2])}*"
        columns = f"{plain(choice.image_column or '')}* and *{plain(choice.label_column or '')}"
        sentences.append(f"The table {where} in it names them, in columns *{columns}*.")
        sentences += _of_columns(choice, found)
    elif found.parts:
        sentences.append(f"It comes with its own split: {_split(found)}.")
    if found.ignored:
        sentences.append(f"{count(found.ignored, 'other file')} will be left out.")
    return " ".join(sentences)


def first_rows(rows: pd.DataFrame, choice: Choice) -> None:
    """The first rows of a table, with their photos."""
    first = rows.head(FIRST_ROWS)
    image_column, label_column = choice.image_column, choice.label_column
    config: dict[str, Any] = {"Row": st.column_config.NumberColumn(width=50, format="%d")}
    shown = pd.DataFrame({"Row": first.index})
    if image_column is None or label_column is None:  # every column, to choose from
        shown = pd.concat([shown, first.reset_index(drop=True).rename(columns={"Row": "Row of the table"})], axis=1)
    else:
        shown["Photo"] = first[image_column].where(first[image_column].str.match(r"https?://"), "").to_numpy()
        shown["Name"] = first[label_column].to_numpy()
        shown["Address"] = first[image_column].to_numpy()
        config["Photo"] = st.column_config.ImageColumn(width=70)
    note(f"The first {count(len(first), 'row')}")
    row_height = 56 if "Photo" in config else None
    st.dataframe(shown, hide_index=True, height="content", column_config=config, row_height=row_height)


def sizes(of_class: dict[str, int], things: str) -> None:
    """How many each class has, the biggest first.

    Args:
        of_class: by label.
        things: what is counted, "rows" or "photos".
    """
    if not of_class:
        return
    biggest = dict(sorted(of_class.items(), key=lambda each: -each[1])[:SHOWN_CLASSES])
    of_them = f", the {len(biggest)} biggest of {len(of_class):,}" if len(biggest) < len(of_class) else ""
    note(f"{things.capitalize()} of each class{of_them}")
    said = ", ".join(f"{name} {number}" for name, number in biggest.items())
    chart(class_sizes(biggest), class_sizes_height(len(biggest)), key="survey", alt=f"{things} by class: {said}")


def classes(number: int) -> str:
    """8 classes."""
    return count(number, "class", "classes")


def _of_columns(choice: Choice, counted: TableSurvey | Survey) -> list[str]:
    """What the columns of parts and articles say."""
    sentences = []
    if choice.part_column and counted.parts:
        sentences.append(f"Column *{plain(choice.part_column)}* divides them: {_split(counted)}.")
    if choice.group_column and counted.groups:
        groups = count(counted.groups, "article")
        sentences.append(f"By column *{plain(choice.group_column)}* they show {groups}, each kept on one side.")
    return sentences


def _split(counted: TableSurvey | Survey) -> str:
    return listed([f"{rows:,} {name}" for name, rows in counted.parts.items()])
