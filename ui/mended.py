"""What people mend in a dataset: the view of one photo, where they do it, and the line that counts it."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from core.data import mends
from core.data.mends import Mend
from core.data.store import Dataset
from core.sources.links import row_link
from ui import datasets, photos
from ui.frame import calm, facts, muted, note, problem
from ui.words import count, listed, plain

PHOTO = "photo"  # ?photo=12: the position of the photo that is looked at, in the manifest
ONLY = "mended"  # ?mended=yes: the gallery shows what is mended
LAST = "last_mended"  # in the session
PARTS = {
    "train": "It learns from this one · training",
    "validation": "It is watched with this one · validation",
    "test": "It is tested on this one · test",
}
DIGITS = 9  # of a position, at most
SHOWN_LABELS = 4


@dataclass(frozen=True)
class Last:
    """What was mended last, until it is undone or sent away."""

    dataset_id: str
    before: dict[int, Mend | None]  # by position, what counted then
    sentence: str


def open_photo(position: int) -> None:
    """Opens the view of a photo, which the address names from then on. Does not return."""
    st.query_params[PHOTO] = str(position)
    st.rerun()


def show_photo(dataset: Dataset) -> None:
    """The view of the photo that the address names, if it does."""
    named = st.query_params.get(PHOTO)
    if named is None:
        return
    rows = photos.as_made(dataset)
    position = int(named) if named.isdecimal() and len(named) <= DIGITS else len(rows)
    if position >= len(rows) or rows["status"].iat[position] != "ok":
        problem(f"{dataset.name} has no photo there; it may have been made anew. The address names photo {named}.")
        return
    mend = dataset.mends.photos.get(position)
    label = rows["label"].iat[position] if mend is None else mend.label
    title = "Left out" if label is None else plain(photos.shortened(label))
    st.dialog(title, width="medium", on_dismiss=_close)(_view)(dataset, rows.iloc[position], position)


def line(dataset: Dataset) -> None:
    """Three photos mended: two renamed, one left out. With the way to them, and back; nothing where there is none."""
    _offer_undo(dataset)
    found = dataset.mends
    if not found.photos:
        st.query_params.pop(ONLY, None)
        return
    shown = is_shown(dataset)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="mended_line"):
        st.markdown(f":gray[{_counted(dataset)}]", width="content")
        if st.button("Show all photos" if shown else "Show them", type="tertiary", key="show_mended"):
            st.query_params.pop("page", None)
            st.query_params.update({ONLY: "yes"}) if not shown else st.query_params.pop(ONLY)
            st.rerun()
        if st.button("Undo all", type="tertiary", key="undo_mended"):
            before = mends.take_all_back(dataset)
            said = f"{count(len(before), 'photo')} {'is' if len(before) == 1 else 'are'} as before."
            _done(dataset, dict(before), said)


def is_shown(dataset: Dataset) -> bool:
    """Whether the gallery is to show what is mended, and nothing else."""
    return ONLY in st.query_params and bool(dataset.mends.photos)


def gallery(dataset: Dataset) -> None:
    """What is mended, the newest first, each with what it was before."""
    found = sorted(dataset.mends.photos.values(), key=lambda mend: -mend.at)
    rows = [(mend.position, mend.content_hash, mend.was if mend.label is None else mend.label) for mend in found]
    captions = [
        "left out, " + before if mend.label is None else f"{plain(photos.shortened(mend.label))}, {before}"
        for mend in found
        for before in (f"before {plain(photos.shortened(mend.was))}",)
    ]
    slot = st.container()
    start = datasets.pick_start(len(found))
    page = slice(start, start + datasets.A_PAGE)
    table = pd.DataFrame(rows, columns=["position", "content_hash", "label"])
    with slot:
        clicked = photos.gallery(dataset, table.iloc[page], captions[page], place="mended")
    if clicked is not None:
        open_photo(clicked)


def _view(dataset: Dataset, row: pd.Series, position: int) -> None:
    """The photo, where it is from, and what can be done with it."""
    with calm():
        picture, words = st.columns([55, 45], gap="medium")
        path = dataset.photo_path(row["content_hash"])
        with picture:
            if photos.exists(path):
                st.image(str(path), width="stretch", alt=f"A photo of {row['label']}")
            else:
                muted("The photo is not here any more.")
        with words:
            _about(dataset, row)
            _mend(dataset, row["label"], position)


def _about(dataset: Dataset, row: pd.Series) -> None:
    link = row_link(str(dataset.source.get("address", "")), row["row"])
    number = f"[row {row['row']:,}]({link})" if link else f"row {row['row']:,}"
    name = PurePosixPath(urlsplit(str(row["source"])).path).name
    with st.container(gap=None):
        note(facts(plain(photos.shortened(name)) or None, number))
        note(PARTS[row["part"]])


def _mend(dataset: Dataset, was: str, position: int) -> None:
    """Rename, leave out, undo: each closes the view."""
    mend = dataset.mends.photos.get(position)
    now = was if mend is None else mend.label
    before = {position: mend}
    if mend is not None:
        muted(f"Left out. It was {plain(was)}." if now is None else f"It was {plain(was)} before.")
    label = now
    if now is not None:
        labels = sorted({*dataset.classes, was}, key=lambda each: (-dataset.classes.get(each, 0), each))
        label = st.selectbox("It shows", labels, labels.index(now), accept_new_options=True, key=f"shows_{position}")
    with st.container(horizontal=True):
        if now is not None and st.button("Rename", key=f"rename_{position}", disabled=label in (None, now)):
            mends.relabel(dataset, position, str(label))
            _done(dataset, before, f"One photo is renamed from {now} to {label}.")
        if now is not None and st.button("Leave out", type="tertiary", key=f"leave_out_{position}"):
            mends.exclude(dataset, position)
            _done(dataset, before, f"One photo of {now} is left out.")
        if mend is not None and st.button("Undo", type="tertiary", key=f"take_back_{position}"):
            mends.take_back(dataset, position)
            _done(dataset, before, f"One photo is {was} as before.")


def _offer_undo(dataset: Dataset) -> None:
    last: Last | None = st.session_state.get(LAST)
    if last is None or last.dataset_id != dataset.id:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="mended_last"):
        st.markdown(f":gray[{plain(last.sentence)}]", width="content")
        if st.button("Undo", key="undo_last_mended"):
            mends.put_back(dataset, last.before)
            del st.session_state[LAST]
            st.rerun()
        if st.button("Fine", type="tertiary", key="keep_last_mended"):
            del st.session_state[LAST]
            st.rerun()


def _counted(dataset: Dataset) -> str:
    found = dataset.mends
    what = [f"{found.relabelled:,} renamed"] if found.relabelled else []
    what += [f"{found.excluded:,} left out"] if found.excluded else []
    said = [f"{count(len(found.photos), 'photo')} mended: {', '.join(what)}."]
    if new := found.arisen(dataset.classes):
        said.append(f"New: {_some(new)}.")
    if gone := found.vanished(dataset.classes):
        said.append(f"None is left of {_some(gone)}.")
    return " ".join(said)


def _some(labels: list[str]) -> str:
    more = len(labels) - SHOWN_LABELS
    return listed([*map(plain, labels[:SHOWN_LABELS]), *([f"{more:,} more"] if more > 0 else [])])


def _done(dataset: Dataset, before: dict[int, Mend | None], sentence: str) -> None:
    """Shows the dataset as it is now, with a way back. Does not return."""
    st.session_state[LAST] = Last(dataset.id, before, sentence)
    _close()
    st.rerun()


def _close() -> None:
    st.query_params.pop(PHOTO, None)
