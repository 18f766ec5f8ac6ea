"""Pictures that stand under many addresses, and most likely in place of photos that are gone."""

from collections.abc import Sequence

import streamlit as st

from core.data.placeholders import Placeholder, find_placeholders
from core.data.quality.finding import Finding
from core.data.store import Dataset
from core.sources.links import row_link
from ui import photos
from ui.frame import note, section
from ui.words import listed, plain

SHOWN = 5
SHOWN_LABELS = 6


def show(dataset: Dataset) -> None:
    """The section of a dataset that was never checked: a check makes a finding of it. Nothing if there are none."""
    if dataset.is_large:  # looking through it takes seconds: the check does it
        return
    found = _found(dataset, dataset.id, dataset.version, None)
    if not found:
        return
    section(
        "Is this a photo at all?",
        "If it shows nothing of what it is named, take its rows out of the table or mend their addresses.",
    )
    _pictures(dataset, found)


def of_finding(dataset: Dataset, finding: Finding) -> None:
    """Those that a check has found: each with the picture itself, what it means, and its rows."""
    positions = tuple(position for group in finding.groups for position in group)
    _pictures(dataset, _found(dataset, dataset.id, dataset.version, positions))


def _pictures(dataset: Dataset, found: list[Placeholder]) -> None:
    for placeholder in found[:SHOWN]:
        _one(dataset, placeholder)
    if len(found) > SHOWN:
        note(f"and {len(found) - SHOWN:,} more like these")


def _one(dataset: Dataset, placeholder: Placeholder) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        [picture] = photos.tiles([dataset.photo_path(placeholder.content_hash)], width_px=200)
        if picture is not None:
            st.image(picture, width=90, alt="The picture that these addresses show")
        with st.container(gap="xsmall", width="stretch"):
            st.markdown(plain(placeholder.sentence()))
            names = [plain(label) for label in placeholder.labels[:SHOWN_LABELS]]
            if more := len(placeholder.labels) - len(names):
                names.append(f"{more:,} more")
            address = str(dataset.source.get("address", ""))

            def said(row: int) -> str:
                link = row_link(address, row)
                return f"[{row}]({link})" if link else str(row)

            rows = placeholder.said_rows(said)
            note(f"{rows[:1].upper()}{rows[1:]}, named {listed(names)}")


@st.cache_resource(max_entries=4, show_spinner=False)
def _found(_dataset: Dataset, dataset_id: str, version: str, positions: tuple[int, ...] | None) -> list[Placeholder]:
    """Those that show one of these photos; None: any."""
    rows = photos.rows(_dataset)
    among: Sequence[int] = range(_dataset.rows)
    if positions is not None:
        among = rows.holding(rows.at(positions, ["content_hash"])["content_hash"].unique().tolist())
    found = find_placeholders(rows.at(among, ["row", "source", "label", "status", "content_hash"]))
    photos.give_back()
    return found
