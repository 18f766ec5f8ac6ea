"""What changed in a source between two looks: new photos as photos, the rest as rows."""

from typing import Any

import pandas as pd
import streamlit as st

from core.data.difference import Change, Difference
from core.data.store import Dataset
from ui import photos
from ui.frame import muted, section
from ui.rows import row_cells
from ui.words import count, in_words, plain

SHOWN_PHOTOS = 24


def headline(found: Difference) -> str:
    """Twelve new photos, three gone, one dead address; the rest goes without saying."""
    said = [
        (len(found.new), "new photo", "new photos"),
        (len(found.found), "found again", "found again"),
        (len(found.changed), "changed", "changed"),
        (len(found.relabelled), "renamed", "renamed"),
        (len(found.gone), "gone", "gone"),
        (len(found.dead), "dead address", "dead addresses"),
        (len(found.lost), "lost", "lost"),
        (len(found.aside), "new row without a photo", "new rows without a photo"),
    ]
    told = [f"{in_words(number)} {one if number == 1 else many}" for number, one, many in said if number]
    first = ", ".join(told[:3]) + (" and more" if len(told) > 3 else "")
    return f"{first[:1].upper()}{first[1:]}" if told else "Rows have moved, nothing else"


def show(found: Difference, dataset: Dataset, draft: Dataset) -> None:
    """Everything that changed, each with its row's number.

    Args:
        draft: the dataset as its source is now.
    """
    _photos("New", "They join the photos it learns from.", draft, found.new)
    _photos("Other photos under the same address", "The new one takes the old one's place.", draft, found.changed)
    _photos("Found again", "They gave no photo before, and now they do.", draft, found.found)
    _table("Another name", "The photos stay, with their new names.", draft, found.relabelled, was="Before")
    _table("Gone", "These rows are not there any more. The numbers are those they had.", dataset, found.gone)
    _table("Dead now", "The address gives no photo any more. The one from before is kept.", draft, found.dead, why=True)
    _table("No photo any more", "These rows had one, and are set aside now.", draft, found.lost, why=True)
    _table("New, and set aside", "These rows gave no photo.", draft, found.aside, why=True)
    if found.moved:
        st.space("small")
        stand = "stands" if found.moved == 1 else "stand"
        muted(f"{count(found.moved, 'row')} {stand} elsewhere in the source, and else as before.")


def _photos(title: str, line: str, draft: Dataset, changes: tuple[Change, ...]) -> None:
    if not changes:
        return
    section(f"{title} :small[:gray[· {len(changes):,}]]", line)
    shown = pd.DataFrame([vars(change) for change in changes[:SHOWN_PHOTOS]])
    captions = [f"{plain(photos.shortened(change.label))} · row {change.row}" for change in changes[:SHOWN_PHOTOS]]
    photos.gallery(draft, shown, captions)
    if len(changes) > SHOWN_PHOTOS:
        muted(f"and {len(changes) - SHOWN_PHOTOS:,} more")


def _table(
    title: str, line: str, dataset: Dataset, changes: tuple[Change, ...], was: str | None = None, why: bool = False
) -> None:
    if not changes:
        return
    section(f"{title} :small[:gray[· {len(changes):,}]]", line)
    cells, row_column = row_cells(dataset, [change.row for change in changes])
    columns: dict[str, list[Any]] = {"Row": list(cells)}
    if was:
        columns[was] = [change.was for change in changes]
    columns["Now" if was else "Name"] = [change.label for change in changes]
    if why:
        columns["Why"] = [change.reason for change in changes]
    columns["Photo"] = [change.source for change in changes]
    widths = {"Why": st.column_config.TextColumn(width="large"), "Photo": st.column_config.TextColumn(width="medium")}
    st.dataframe(
        pd.DataFrame(columns), hide_index=True, column_config={"Row": row_column, **widths}, key=f"changes_{title}"
    )
