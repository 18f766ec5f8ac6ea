"""The photos of an exam with what it said of each: a few a page, to be ticked and mended in their dataset, and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.data import mends
from core.data.mends import Mend
from core.data.store import Dataset, kept_photo
from core.model.exams import Exam
from ui import photos, pickers
from ui.frame import keeps, muted, note
from ui.results_exams import dataset_of
from ui.words import count, in_words, plain, share

ACROSS = 6
WIDE_PX, BRIEF_PX = 280, 200  # width of a photo on the page, and where photos wait to be seen at once


@dataclass(frozen=True)
class Mended:
    """What can be taken back at once."""

    place: str  # of the page, where it is offered
    before: dict[int, Mend | None]  # by position in the manifest, what was said of a photo until then
    sentence: str


def gallery(exam: Exam, shown: pd.DataFrame, place: str, a_page: int, brief: bool = False) -> None:
    """Photos with what it said, a few a page; ticked ones can be renamed or left out. For a fragment or a dialog.

    Args:
        exam: that they are of.
        shown: rows of `Exam.photos`, in order.
        place: a name for this place on the page.
        a_page: photos.
        brief: all of one label of which it said the same, so that only how sure it was is written below each.
    """
    dataset = dataset_of(exam.about)
    if dataset is not None:
        offer_undo(dataset, place)
    slot = st.container()
    start = 0
    if len(shown) > a_page:
        with st.container(horizontal=True, horizontal_alignment="center"):
            pages = -(-len(shown) // a_page)
            start = (st.pagination(pages, max_visible_pages=5, key=f"page_{place}_{exam.key}") - 1) * a_page
    page = shown.iloc[start : start + a_page]
    paths = [path_of(exam, content_hash) for content_hash in page["content_hash"]]
    if page.empty or not any(paths):
        slot.markdown(":gray[The photos are not here any more.]" if len(page) else ":gray[No photo.]")
        return
    mendable = _mendable(dataset, page)
    pictures = photos.tiles(paths, BRIEF_PX if brief else WIDE_PX)
    with slot, st.grid(ACROSS, min_column_width=88 if brief else 104, gap=(12, 12)):
        ticked = [
            _photo(photo, picture, can_be, place, brief)
            for photo, picture, can_be in zip(page.to_dict("records"), pictures, mendable, strict=True)
        ]
    if dataset is not None and any(mendable):
        _mend(exam, dataset, page[ticked], place)


def none_left(exam: Exam) -> None:
    """Instead of the numbers, when somebody has left out or renamed every photo that counted."""
    dataset = dataset_of(exam.about)
    muted(
        f"Every photo of {plain(exam.about.name)} that it was asked about was left out, or bears a name that it was "
        "not taught. What was mended can be taken back on the Dataset page."
    )
    if dataset is not None:
        offer_undo(dataset)
        if st.button("Open in Dataset"):
            pickers.go("dataset", dataset=dataset.id)


def offer_undo(dataset: Dataset, place: str | None = None) -> None:
    """What was mended last in this place, or anywhere on the page, until it is taken back."""
    last: Mended | None = st.session_state.get(_key(dataset))
    if not keeps() or last is None or place not in (None, last.place):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[{plain(last.sentence)}]", width="content")
        if st.button("Undo", key=f"undo_{place}"):
            mends.put_back(dataset, last.before)
            _mended_now(dataset, None)


def path_of(exam: Exam, content_hash: str) -> Path | None:
    """Where a photo is kept here, if it is."""
    return kept_photo(content_hash, exam.about.dataset)


def _mendable(dataset: Dataset | None, page: pd.DataFrame) -> list[bool]:
    """Which photos are still where they were in the dataset when it was asked about."""
    if dataset is None or not keeps():
        return [False] * len(page)
    there = photos.rows(dataset).at(page["row"].tolist(), ["content_hash"], mended=False)["content_hash"].to_dict()
    return [there.get(row) == each for row, each in zip(page["row"], page["content_hash"], strict=True)]


def _photo(photo: dict[str, Any], picture: str | None, can_be: bool, place: str, brief: bool) -> bool:
    """One photo with what it said and what it is filed as; whether it is ticked."""
    sure = share(photo["confidence"])
    said = sure if brief else f"said **{plain(photos.shortened(photo['said']))}**, {sure}"
    with st.container(gap="xxsmall"):
        photos.picture_or_blank(picture, f"{photo['label']}, named {photo['said']}")
        ticked = False
        if can_be:
            key = f"tick_{place}_{photo['row']}_{st.session_state.get('mends', 0)}"
            ticked = st.checkbox(f":small[{said}]", key=key)
        else:
            note(said)
        if filed := _filed(photo, brief):
            note(filed)
    return ticked


def _filed(photo: dict[str, Any], brief: bool) -> str:
    """What it is filed as, and was before somebody mended it."""
    filed = "rightly" if photo["right"] else f"filed as {plain(photos.shortened(photo['label']))}"
    was = f"before: {plain(photos.shortened(photo['was']))}" if isinstance(photo["was"], str) else ""
    return was if brief else ", ".join(part for part in (filed, was) if part)


def _mend(exam: Exam, dataset: Dataset, ticked: pd.DataFrame, place: str) -> None:
    """What can be done with those that are ticked."""
    if ticked.empty:
        return
    labels = [*exam.class_names, *(label for label in dataset.classes if label not in exam.class_names)]
    said = ticked["said"].iloc[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "It shows" if len(ticked) == 1 else f"All {in_words(len(ticked))} show",
            labels,
            labels.index(said),
            accept_new_options=True,
            width=200,
            key=f"label_{place}_{said}",
        )
        positions = [int(row) for row in ticked["row"]]
        known = mends.load_mends(dataset.folder)
        before = {position: known.get(position) for position in positions}
        if st.button("Rename", key=f"rename_{place}"):
            mends.relabel(dataset, positions, label)
            _mended_now(dataset, Mended(place, before, f"{_photos(ticked)} renamed to {label}."))
        if st.button("Leave out", key=f"exclude_{place}"):
            mends.exclude(dataset, positions)
            _mended_now(dataset, Mended(place, before, f"{_photos(ticked)} left out."))
        if len(ticked) == 1 and st.button("Open in Dataset", type="tertiary", key=f"open_{place}"):
            st.session_state["dataset"] = dataset.id
            where = {"dataset": dataset.id, "photo": str(positions[0])}
            st.switch_page("pages/dataset.py", query_params=where)


def _photos(ticked: pd.DataFrame) -> str:
    return f"{count(len(ticked), 'photo')} {'is' if len(ticked) == 1 else 'are'}"


def _mended_now(dataset: Dataset, mended: Mended | None) -> None:
    """Shows the numbers as they are now, with nothing ticked. Does not return."""
    st.session_state[_key(dataset)] = mended
    st.session_state["mends"] = st.session_state.get("mends", 0) + 1
    st.rerun()


def _key(dataset: Dataset) -> str:
    return f"mended_{dataset.id}"
