"""What may be chosen of a table: its sheet and its columns, each with the guess chosen already."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.sources.choice import Choice
from core.sources.sheets import Table

PART_HELP = "A column that says train, validation or test, where you have divided the photos yourself."
GROUP_HELP = "A column that says which photos show one article, such as a SKU. They are kept on one side of the split."


def chosen_sheet(where: str) -> str | None:
    """The sheet that was chosen of an Excel file; None before anything was."""
    return st.session_state.get(f"sheet_{where}")


def sheet(sheets: tuple[str, ...], shown: str | None, where: str) -> None:
    """Which sheet of an Excel file, if it has several.

    Args:
        sheets: all of them.
        shown: the one that was read.
        where: of the file, so that another has choices of its own.
    """
    if len(sheets) > 1:
        index = sheets.index(shown) if shown in sheets else 0
        st.selectbox("Sheet", sheets, index=index, key=f"sheet_{where}", width=400)


def columns(table: Table, where: str, photo: str = "Address of the photo") -> Choice:
    """Which column is what. The photos and their names first; parts and articles, which few tables have, folded away.

    Args:
        table: as it was read; its guesses stand there already.
        where: as for `sheet`.
        photo: what to call a cell that names a photo.
    """
    left, right = st.columns(2)
    guessed = table.meant(Choice())
    with st.expander("Parts and articles"):
        below_left, below_right = st.columns(2)
    return Choice(
        image_column=_required(left, photo, table, guessed.image_column, f"image_{where}"),
        label_column=_required(right, "Name of what it shows", table, guessed.label_column, f"label_{where}"),
        part_column=_optional(below_left, "Train or test", table, guessed.part_column, f"part_{where}", PART_HELP),
        group_column=_optional(below_right, "One article", table, guessed.group_column, f"group_{where}", GROUP_HELP),
        sheet=table.sheet,
    )


def _required(place: DeltaGenerator, label: str, table: Table, guess: str | None, key: str) -> str | None:
    index = table.columns.index(guess) if guess in table.columns else None
    return place.selectbox(
        label, table.columns, index=index, placeholder="Choose a column", key=f"{key}_{table.sheet or ''}"
    )


def _optional(place: DeltaGenerator, label: str, table: Table, guess: str | None, key: str, help: str) -> str:
    options = ["", *table.columns]
    return place.selectbox(
        label,
        options,
        index=options.index(guess or ""),
        format_func=lambda column: column or "No column",
        help=help,
        key=f"{key}_{table.sheet or ''}",
    )
