"""The ways to ask: files, the camera, a link; each leads to the same answers."""

from collections.abc import Sequence

import streamlit as st

from core.model.answers import Batch
from core.model.bundle import Model
from core.sources import garments
from ui import answers, photos, pickers, tour
from ui.frame import calm, heading, keeps, section
from ui.words import listed, plain

FEW = 12  # classes that a line has room for


def nothing_to_ask() -> None:
    """The page without a model."""
    heading(
        "Predict",
        "Nothing to ask yet",
        "Teach one first: it takes about five minutes. Then show it a photo it has never seen.",
    )
    with st.container(horizontal=True):
        if keeps() and st.button("Take the five-minute tour", type="primary"):
            pickers.go("dataset", dataset=tour.dataset_id())
        if keeps() and st.button("Teach with your own photos"):
            pickers.go("dataset", dataset=pickers.NEW)
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def what_it_knows(model: Model) -> str:
    """The classes it can say and where it has them from: about anything else it can only be wrong."""
    number = len(model.class_names)
    kinds = listed([plain(name) for name in model.class_names]) if number <= FEW else f"{number} kinds"
    return f"It knows only {kinds}, from {plain(model.dataset['name'])}."


def about(model: Model, asked: Sequence[tuple[str, bytes]], batch: Batch | None) -> None:
    """Asks, puts the new answers above those that are there, and shows them. Does not return."""
    joins = batch is not None and batch.model_id == model.id and batch.source is None
    asked_now = answers.ask(model, asked, batch if joins else None)
    st.query_params[answers.KEY] = asked_now.id
    st.rerun()


def again(model: Model, batch: Batch) -> None:
    """Another model was chosen: it is asked about the same photos. Does not return."""
    st.query_params[answers.KEY] = answers.ask_again(model, batch).id
    st.rerun()


def samples(model: Model) -> None:
    """Six drawings, for whoever has no photo at hand."""
    section("No photo at hand?", "Ask about one of these.")
    with st.grid(6, min_column_width=104, gap=(12, 12)):
        for place, (label, seed) in enumerate(garments.SAMPLES):
            with st.container(gap="xxsmall"):
                st.image(photos.drawn(label, seed), width="stretch", alt=f"A drawing, number {place + 1}")
                if st.button("This one", type="tertiary", width="stretch", key=f"this_one_{place}"):
                    about(model, [(f"drawing-{place + 1}.jpg", photos.drawn(label, seed, width_px=400))], None)


@st.dialog("Take a photo")
def camera(model: Model, batch: Batch | None) -> None:
    """One shot; the camera runs only while the dialog is open."""
    with calm():
        shot = st.camera_input("Photo", label_visibility="collapsed")
        if shot is not None:
            about(model, [("camera.jpg", shot.getvalue())], batch)
