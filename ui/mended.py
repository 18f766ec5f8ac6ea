"""What people mend in a dataset: the view of one photo, where they do it, and the line that counts it."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from core.data import mends
from core.data.mends import Mend
from core.data.store import Dataset
from core.sources.links import row_link
from ui import acts, datasets, last_mended, photos, to_mend, variations
from ui.frame import calm, facts, keeps, muted, note, problem
from ui.to_mend import MENDED
from ui.words import count, listed, plain

PHOTO = "photo"  # ?photo=12: the position of the photo that is looked at, in the manifest
PARTS = {
    "train": "It learns from this one · training",
    "validation": "It is watched with this one · validation",
    "test": "It is tested on this one · test",
}
MOVED = {"train": "now learned from", "validation": "now watched with", "test": "now tested on"}
DIGITS = 9  # of a position, at most
SHOWN_LABELS = 4
COLUMNS = ["row", "source", "label", "status", "content_hash", "part"]


def open_photo(position: int) -> None:
    """Opens the view of a photo, which the address names from then on. Does not return."""
    st.query_params[PHOTO] = str(position)
    st.rerun()


def show_photo(dataset: Dataset) -> None:
    """The view of the photo that the address names, if it does."""
    named = st.query_params.get(PHOTO)
    if named is None:
        return
    position = int(named) if named.isdecimal() and len(named) <= DIGITS else -1
    rows = photos.rows(dataset)
    made = rows.at([position], COLUMNS, mended=False)
    if made.empty or made["status"].iat[0] != "ok":
        problem(f"{dataset.name} has no photo there; it may have been made anew. The address names photo {named}.")
        return
    now = rows.at([position], ["label", "status", "part"]).iloc[0]
    title = plain(photos.shortened(now["label"])) if now["status"] == "ok" else "Left out"
    row = made.iloc[0].copy()
    row["part"] = now["part"] if now["status"] == "ok" else row["part"]
    st.dialog(title, width="medium", on_dismiss=_close)(_view)(dataset, row, position)


def line(dataset: Dataset) -> None:
    """Three photos mended: two renamed, one left out. With the way to them, and back; nothing where there is none."""
    if keeps():
        last_mended.offer(dataset)
    found = dataset.mends
    if not found.photos:
        st.query_params.pop(MENDED, None)
        return
    shown = is_shown(dataset)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="mended_line"):
        st.markdown(f":gray[{_counted(dataset)}]", width="content")
        if st.button("Show all photos" if shown else "Show them", type="tertiary", key="show_mended"):
            for other in ("page", to_mend.FINDING):
                st.query_params.pop(other, None)
            st.query_params.update({MENDED: "yes"}) if not shown else st.query_params.pop(MENDED)
            st.rerun()
        if keeps() and st.button("Undo all", type="tertiary", key="undo_mended"):
            before = mends.take_all_back(dataset)
            said = f"{count(len(before), 'photo')} {'is' if len(before) == 1 else 'are'} as before."
            last_mended.done(dataset, before, said)
        acts.history(dataset)


def is_shown(dataset: Dataset) -> bool:
    """Whether the gallery is to show what is mended, and nothing else."""
    return MENDED in st.query_params and bool(dataset.mends.photos)


def gallery(dataset: Dataset) -> None:
    """What is mended, the newest first, each with what it was before."""
    found = _newest_first(dataset)
    slot = st.container()
    start = datasets.pick_start(len(found))
    page = found.iloc[start : start + datasets.A_PAGE]
    captions = [_mended(dataset.mends.photos[position]) for position in page["position"]]
    with slot:
        clicked = photos.gallery(dataset, page, captions, place="mended")
    if clicked is not None:
        open_photo(clicked)


def _newest_first(dataset: Dataset) -> pd.DataFrame:
    """What is mended: columns position, content_hash and label, the one it had before where it is left out."""
    found = sorted(dataset.mends.photos.values(), key=lambda mend: -mend.at)
    rows = [(mend.position, mend.content_hash, mend.was if mend.label is None else mend.label) for mend in found]
    return pd.DataFrame(rows, columns=["position", "content_hash", "label"])


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
            _turn(dataset, position)
        with words:
            _about(dataset, row)
            if keeps():
                _mend(dataset, row["label"], position)
        if photos.exists(path) and dataset.mends.label(position, row["label"]) is not None:
            with st.expander("What the network will see", key="what_it_sees", on_change="rerun") as seen:
                if seen.open:
                    variations.of_photo(dataset, position, row["label"])


def _turn(dataset: Dataset, position: int) -> None:
    """The way to the photos before and after it, of those that the gallery shows."""
    if to_mend.FINDING in st.query_params:  # then others are shown than these
        return
    if is_shown(dataset):
        order = _newest_first(dataset)["position"].tolist()
        place, number = order.index(position) if position in order else None, len(order)
    else:
        rows, label = photos.rows(dataset), datasets.shown_label(dataset)
        place, number = rows.place(position, label), rows.number(label)
    if place is None:
        return

    def turn_to(other: int) -> None:
        open_photo(order[other] if is_shown(dataset) else int(rows.page(other, other + 1, label)["position"].iat[0]))

    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if st.button("Before", type="tertiary", key="photo_before", shortcut="Left", disabled=place == 0):
            turn_to(place - 1)
        note(f"{place + 1:,} of {number:,}")
        if st.button("Next", type="tertiary", key="photo_next", shortcut="Right", disabled=place + 1 == number):
            turn_to(place + 1)


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


def _counted(dataset: Dataset) -> str:
    found = dataset.mends
    what = [f"{found.relabelled:,} renamed"] if found.relabelled else []
    what += [f"{found.excluded:,} left out"] if found.excluded else []
    what += [f"{found.moved:,} in another part"] if found.moved else []
    said = [f"{count(len(found.photos), 'photo')} mended: {', '.join(what)}."]
    if new := found.arisen(dataset.classes):
        said.append(f"New: {_some(new)}.")
    if gone := found.vanished(dataset.classes):
        said.append(f"None is left of {_some(gone)}.")
    return " ".join(said)


def _mended(mend: Mend) -> str:
    """What became of a photo, and what it was before."""
    was = plain(photos.shortened(mend.was))
    if mend.label is None:
        return f"left out, before {was}"
    now = plain(photos.shortened(mend.label))
    moved = f", {MOVED[mend.moved]}" if mend.moved else ""
    return f"{now}, before {was}{moved}" if mend.label != mend.was else f"{now}{moved}"


def _some(labels: list[str]) -> str:
    more = len(labels) - SHOWN_LABELS
    return listed([*map(plain, labels[:SHOWN_LABELS]), *([f"{more:,} more"] if more > 0 else [])])


def _done(dataset: Dataset, before: dict[int, Mend | None], sentence: str) -> None:
    _close()
    last_mended.done(dataset, before, sentence)


def _close() -> None:
    st.query_params.pop(PHOTO, None)
