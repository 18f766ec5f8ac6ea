"""A look before the fetching: what was understood of a table or an archive, and what may be changed."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.charts import class_sizes, class_sizes_height
from core.data.store import start_dataset
from core.sources import archives, spec_from_text, suggested_name, tables
from ui import pickers, uploads
from ui.figures import chart
from ui.frame import heading, note
from ui.words import count, listed, plain

FIRST_ROWS = 8
MANY_CLASSES = 40


@st.cache_resource(max_entries=3, ttl=900, show_spinner="Having a look")
def read_table(address: str) -> tables.Table:
    """The table behind a link or in a file, kept for a while, so that choosing a column does not fetch it again."""
    return tables.read_table(address)


@st.cache_data(max_entries=3, show_spinner="Having a look")
def survey(path: str, changed_at: float) -> archives.Survey:
    """What an archive holds."""
    return archives.survey(Path(path))


def table(found: tables.Table, address: str, upload_id: str | None) -> None:
    """The first rows of a table, its columns guessed and changeable."""
    heading("Dataset", "Is this what you meant?")
    slot = st.container()
    left, right = st.columns(2)
    image_column = _column(left, "Address of the photo", found.columns, found.image_column, "image_column")
    label_column = _column(right, "Name of what it shows", found.columns, found.label_column, "label_column")
    with slot:
        st.markdown(_understood(found.rows, image_column, label_column))
    _first_rows(found.rows, image_column, label_column)
    if image_column is None or label_column is None:
        st.warning(
            "Choose the column with the photos' addresses and the column with their names. "
            f"There are: {plain(', '.join(found.columns))}.",
            icon=":material/view_column:",
        )
    hopeless = image_column is not None and not found.rows[image_column].str.contains(r"[./]").any()
    if hopeless:
        st.warning(f"No row of *{plain(image_column or '')}* holds an address.", icon=":material/view_column:")
    spec = {"kind": "table", "address": address, "image_column": image_column, "label_column": label_column}
    suggested = spec_from_text(address)[1] if upload_id is None else suggested_name(address)
    _start(spec, suggested, "Start fetching", upload_id, image_column is None or label_column is None or hopeless)


def archive(path: Path, upload_id: str) -> None:
    """The classes of an archive and how many photos each has."""
    found = survey(str(path), path.stat().st_mtime)
    heading(
        "Dataset",
        "Is this what you meant?",
        f"**{count(found.photos, 'photo')}** in **{_classes(len(found.classes))}**.",
    )
    for line in survey_notes(found):
        note(plain(line))
    chart(
        class_sizes(found.classes),
        class_sizes_height(len(found.classes)),
        key="survey",
        alt=f"Photos by class: {', '.join(f'{name} {number}' for name, number in found.classes.items())}",
    )
    _start({"kind": "archive", "path": str(path)}, suggested_name(path.name), "Start", upload_id, not found.photos)


def survey_notes(found: archives.Survey) -> list[str]:
    """What else is to be said of an archive."""
    lines = []
    if found.parts:
        lines.append(
            f"It comes with its own split: {listed([f'{name} {rows:,}' for name, rows in found.parts.items()])}."
        )
    if found.ignored:
        lines.append(f"{count(found.ignored, 'other file')} will be left out.")
    return lines


def _column(place: DeltaGenerator, label: str, columns: list[str], guess: str | None, key: str) -> str | None:
    return place.selectbox(
        label,
        columns,
        index=columns.index(guess) if guess in columns else None,
        placeholder="Choose a column",
        key=key,
    )


def _understood(rows: pd.DataFrame, image_column: str | None, label_column: str | None) -> str:
    """340 rows, 8 classes, photos in column image_url, names in column label."""
    parts = [f"**{count(len(rows), 'row')}**"]
    if label_column is not None:
        names = rows[label_column].str.strip()
        parts.append(f"**{_classes(names[names != ''].nunique())}**")
    if image_column is not None:
        parts.append(f"photos in column *{plain(image_column)}*")
    if label_column is not None:
        parts.append(f"names in column *{plain(label_column)}*")
    line = ", ".join(parts) + "."
    if label_column is not None and names[names != ""].nunique() > max(MANY_CLASSES, len(rows) // 4):
        line += " So many different names: is that the right column?"
    return line


def _first_rows(rows: pd.DataFrame, image_column: str | None, label_column: str | None) -> None:
    first = rows.head(FIRST_ROWS)
    config: dict[str, Any] = {"Row": st.column_config.NumberColumn(width=50, format="%d")}
    shown = pd.DataFrame({"Row": first.index})
    if image_column is not None:
        shown["Photo"] = first[image_column].where(first[image_column].str.match(r"https?://"), "").to_numpy()
        config["Photo"] = st.column_config.ImageColumn(width=70)
    if label_column is not None:
        shown["Name"] = first[label_column].to_numpy()
    if image_column is not None:
        shown["Address"] = first[image_column].to_numpy()
    if image_column is None and label_column is None:
        shown = pd.concat([shown, first.reset_index(drop=True)], axis=1)
    note(f"The first {count(len(first), 'row')}")
    st.dataframe(
        shown,
        hide_index=True,
        height="content",
        column_config=config,
        row_height=56 if image_column is not None else None,
    )


def _start(spec: dict[str, Any], suggested: str, button: str, upload_id: str | None, disabled: bool) -> None:
    with st.form("start_dataset", border=False):
        name = st.text_input("Call it", suggested[:60], max_chars=60, width=400)
        with st.container(horizontal=True):
            begun = st.form_submit_button(button, type="primary", disabled=disabled)
            back = st.form_submit_button("Something else", type="tertiary")
    if begun:
        dataset_id = start_dataset(spec, name)
        st.query_params.clear()
        pickers.choose("dataset", dataset_id)
        st.rerun()
    if back:
        if upload_id is not None:
            uploads.discard(upload_id)
        st.query_params.from_dict({"dataset": pickers.NEW})
        st.rerun()


def _classes(number: int) -> str:
    return count(number, "class", "classes")
