"""Demo mode: Predict in front of a room. Large words, one model, samples at hand, and nothing else to click on."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.data.store import load_dataset
from core.errors import NotFound
from core.model.answers import Batch
from core.model.bundle import Model
from core.model.verdict import verdict
from core.sources import garments
from ui import answers, asking, asking_job, intake, phones, photos, teaching, why
from ui.frame import note
from ui.words import plain

KEY, ON = "demo", "yes"  # in the address, so that a projector's browser can be sent there by a link
A_ROW = 6


@dataclass(frozen=True)
class Sample:
    """A photo to ask about with one click."""

    name: str
    tile: bytes
    read: Callable[[], bytes]


def is_on() -> bool:
    """Whether the address asks for it."""
    return st.query_params.get(KEY) == ON


def way_in(model: Model) -> None:
    """For the page's menu: the code for phones, and the button that begins."""
    with st.popover("Show it to others", type="tertiary", icon=":material/qr_code_2:"):
        phones.show(model=model.id)
        if st.button("Fill the screen", key="demo_begin", help="Demo mode: large words, samples, and no sidebar"):
            st.query_params[KEY] = ON
            st.rerun()


def show(model: Model) -> None:
    """The whole page: the answer, if there is one, with the samples below; else the samples, and other ways to ask."""
    batch = answers.current()
    if batch is not None and batch.source is not None:
        with st.container(key="demo"):
            _top(batch)
            _many(batch, model)
        return
    held_back, drawings = _held_back(model), _drawings()
    with st.container(key="demo"):
        _top(batch)
        if batch is not None and len(batch.answers) == 1 and photos.exists(batch.photo_path(0)):
            _one(batch, model)
        elif batch is not None:
            answers.show(batch, model)
        _row("Photos it never saw while it learned", held_back, model, 0)
        _row("Drawings", drawings, model, len(held_back))
        if batch is None:
            _own_photos(model)


def _many(batch: Batch, model: Model) -> None:
    """Photos that a job asks about: how far it is, then all the answers. Samples would only stand in the way."""
    if not asking_job.show(batch) and batch.answers:
        st.markdown(answers.summary(batch, model.thresholds))
        answers.show(batch, model)


def _top(batch: Batch | None) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title("What is it?", anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            if batch is not None and st.button("Start over", key="demo_reset", shortcut="Backspace"):
                st.query_params.pop(answers.KEY, None)
                st.rerun()
            if st.button("Leave", key="demo_leave", type="tertiary", help="Back to the usual page"):
                st.query_params.pop(KEY, None)
                st.rerun()


def _own_photos(model: Model) -> None:
    """Drop, take, or scan the code and do so on a phone."""
    st.space("small")
    left, right = st.columns([3, 2], gap="large")
    with left:
        intake.uploader(model, None)
        if st.button("Take a photo", icon=":material/photo_camera:", key="demo_camera"):
            asking.camera(model, None)
        note(asking.what_it_knows(model))
    with right:
        phones.show(260, model=model.id)


def _one(batch: Batch, model: Model) -> None:
    """One answer that can be read from the last row."""
    answer, path = batch.answers[0], batch.photo_path(0)
    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        st.image(photos.tile(str(path), answers.RATIO, 720), width="stretch", alt=answer.photo)
    with right:
        st.header(plain(verdict(answer, model.thresholds)), anchor=False)
        st.html(answers.bars(answer, model.thresholds))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            why.offer(batch, 0, model)
            teaching.offer(batch, 0, model)


def _row(title: str, samples: list[Sample], model: Model, before: int) -> None:
    """Photos with a button each; a key of the keyboard asks as well, as far as there are digits."""
    if not samples:
        return
    note(title)
    with st.grid(A_ROW, min_column_width=96, gap=(12, 12)):
        for place, sample in enumerate(samples, start=before + 1):
            with st.container(gap="xxsmall"):
                st.image(sample.tile, width="stretch", alt=f"Sample {place}")
                digit = str(place) if place < 10 else None
                if st.button("This one", type="tertiary", width="stretch", key=f"demo_{place}", shortcut=digit):
                    asking.about(model, [(sample.name, sample.read())], None)


def _drawings() -> list[Sample]:
    return [
        Sample(f"drawing-{place}.jpg", photos.drawn(label, seed), partial(photos.drawn, label, seed, width_px=400))
        for place, (label, seed) in enumerate(garments.SAMPLES[:A_ROW], start=1)
    ]


def _held_back(model: Model) -> list[Sample]:
    """Photos of the part that it was tested on, if its dataset is here."""
    try:
        dataset = load_dataset(str(model.dataset.get("id", "")))
    except NotFound:
        return []
    if not dataset.finished:
        return []
    tested = photos.rows(dataset).page(0, A_ROW, part="test")
    paths = [dataset.photo_path(each) for each in tested["content_hash"]]
    return [
        Sample(f"photo-{place}.jpg", photos.tile(str(path)), path.read_bytes)
        for place, path in enumerate(paths, start=1)
        if photos.exists(path)
    ]
