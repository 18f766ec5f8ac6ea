"""Pictures that stand under many addresses, and most likely in place of photos that are gone."""

import streamlit as st

from core.data.placeholders import Placeholder, find_placeholders
from core.data.store import Dataset
from core.sources.links import row_link
from ui import photos
from ui.frame import note, section
from ui.words import listed, plain

SHOWN = 5
SHOWN_LABELS = 6


def show(dataset: Dataset) -> None:
    """The section of a dataset that was never checked: a check makes a finding of it. Nothing if there are none."""
    if not _found(dataset, dataset.id, dataset.version):
        return
    section(
        "Is this a photo at all?",
        "If it shows nothing of what it is named, take its rows out of the table or mend their addresses.",
    )
    pictures(dataset)


def pictures(dataset: Dataset) -> None:
    """Each with the picture itself, what it means, and its rows."""
    found = _found(dataset, dataset.id, dataset.version)
    for placeholder in found[:SHOWN]:
        _one(dataset, placeholder)
    if len(found) > SHOWN:
        note(f"and {len(found) - SHOWN:,} more like these")


def _one(dataset: Dataset, placeholder: Placeholder) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        path = dataset.photo_path(placeholder.content_hash)
        if photos.exists(path):
            st.image(photos.tile(str(path), width_px=200), width=90, alt="The picture that these addresses show")
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
def _found(_dataset: Dataset, dataset_id: str, version: str) -> list[Placeholder]:
    found = find_placeholders(photos.manifest(_dataset, dataset_id, version))
    photos.give_back()
    return found
