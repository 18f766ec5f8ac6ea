"""Loose photos: one heap after another gets the name of what it shows, until there is enough to learn from."""

import io

import streamlit as st
from PIL import Image, ImageOps

from core.data.photo import decode
from core.data.store import start_dataset
from core.errors import PhotoError
from ui import handover, photos, pickers, uploads
from ui.frame import calm, heading, muted, note, section
from ui.words import count, plain

SHOWN = 12


def show(upload_id: str) -> None:
    """The heaps so far, the photos that wait for a name, and room for more."""
    waiting = uploads.waiting(upload_id)
    classes = uploads.classes(upload_id)
    if waiting:
        title = (
            f"What do these {count(len(waiting), 'photo')} show?" if len(waiting) > 1 else "What does this photo show?"
        )
        heading("Dataset", title, "One name for all of them. The next kind of thing comes after.")
        _name_them(upload_id, list(classes), len(waiting))
        with st.grid(6, min_column_width=104, gap=(12, 12)):
            for path in waiting[:SHOWN]:
                st.image(_tile(str(path)), width="stretch", alt=path.name)
        if len(waiting) > SHOWN:
            note(f"and {count(len(waiting) - SHOWN, 'more', 'more')}")
    else:
        heading("Dataset", _title(classes), _lead(classes))
    if classes:
        _heaps(upload_id, classes)
    if not waiting:
        handover.from_this_computer(upload_id)
        _make(upload_id, classes)


def _name_them(upload_id: str, known: list[str], number: int) -> None:
    with st.form("name_photos", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.text_input("They show" if number > 1 else "It shows", placeholder="dress", max_chars=60, width=320)
        if st.form_submit_button("That's what they are" if number > 1 else "That's what it is", type="primary"):
            with calm():
                uploads.give_class(upload_id, label)
                st.rerun()
    for label in known:
        if st.button(f"More of {plain(label)}", type="tertiary", key=f"more_of_{label}"):
            uploads.give_class(upload_id, label)
            st.rerun()


def _heaps(upload_id: str, classes: dict[str, int]) -> None:
    section("So far")
    root = uploads.folder(upload_id)
    with st.grid(3, min_column_width=240, gap=(28, 24)):
        for label, number in classes.items():
            with st.container(gap="small"):
                paths = sorted((root / label).iterdir())[:3]
                photos.strip([_tile(str(path)) for path in paths], label)
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(f"**{plain(label)}** :gray[{count(number, 'photo')}]", width="content")
                    if st.button("Rename", type="tertiary", key=f"drop_{label}"):
                        uploads.drop_class(upload_id, label)
                        st.rerun()


def _make(upload_id: str, classes: dict[str, int]) -> None:
    enough = len(classes) >= 2
    with st.form("make_dataset", border=False):
        name = st.text_input("Call it", "My photos", max_chars=60, width=400)
        with st.container(horizontal=True):
            begun = st.form_submit_button("Make the dataset", type="primary", disabled=not enough)
            dropped = st.form_submit_button("Throw them away", type="tertiary")
    if not enough:
        muted("It takes at least two kinds of things to tell apart.")
    if begun:
        dataset_id = start_dataset({"kind": "folder", "path": str(uploads.folder(upload_id))}, name)
        st.query_params.clear()
        pickers.choose("dataset", dataset_id)
        st.rerun()
    if dropped:
        uploads.discard(upload_id)
        st.query_params.from_dict({"dataset": pickers.NEW})
        st.rerun()


def _title(classes: dict[str, int]) -> str:
    return f"{count(sum(classes.values()), 'photo')}, {count(len(classes), 'class', 'classes')}"


def _lead(classes: dict[str, int]) -> str:
    if len(classes) < 2:
        return "Now photos of something else, so that it has two things to tell apart."
    return "Add another kind of thing, or begin with these."


@st.cache_data(max_entries=100, show_spinner=False)
def _tile(path: str) -> bytes:
    """A small JPEG of an unchecked file; a grey one if it is no photo: the making will say why."""
    try:
        with open(path, "rb") as file:
            photo = decode(file.read(), near_px=280)
    except (PhotoError, OSError):
        photo = Image.new("RGB", (280, 373), "#EBEBE6")
    kept = io.BytesIO()
    ImageOps.fit(photo, (280, 373)).save(kept, "JPEG", quality=84)
    return kept.getvalue()
