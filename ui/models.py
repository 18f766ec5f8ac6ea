"""One model on the Models page: its photos, how good it is, and what can be done with it."""

import streamlit as st

from core.data.store import load_dataset
from core.errors import NotFound
from core.model.bundle import Model, delete_model, rename_model, set_default_model
from core.training.recipe import RECIPES
from ui import cards, photos, pickers, tour, undo
from ui.frame import calm, heading, muted, note
from ui.words import count, day, in_words, megabytes, of_100, plain, took

STRIP = 5


def none_yet() -> None:
    """The page without a model."""
    heading(
        "Models",
        "No model yet",
        "Each training leaves one here: what it was taught, how good it is, and a button to ask it.",
    )
    with st.container(horizontal=True):
        if st.button("Teach one", type="primary"):
            pickers.go("train")
        if st.button("Take the five-minute tour"):
            pickers.go("dataset", dataset=tour.dataset_id())
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def title(number: int) -> str:
    """Three models, one in use."""
    return "One model, in use" if number == 1 else f"{in_words(number).capitalize()} models, one in use"


def row(model: Model, in_use: bool) -> None:
    """A strip on the left, words and buttons on the right."""
    st.space("xsmall")
    left, right = st.columns([52, 48], gap="medium", vertical_alignment="center")
    with left:
        photos.strip(_strip(model), model.name)
    with right:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(plain(model.name), anchor=False, width="content")
            if in_use:
                st.badge("In use", color="blue")
        with st.container(gap=None):
            st.markdown(f"Right on **{of_100(model.test['accuracy'])}**" if model.test else "Not measured")
            kinds = count(len(model.class_names), "kind of clothes", "kinds of clothes")
            muted(f"{kinds}, from {plain(model.dataset['name'])}, {count(model.dataset['photos'], 'photo')}")
            note(_came_about(model))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button("Ask it", key=f"ask_{model.id}"):
                pickers.go("predict", model=model.id)
            if model.test and st.button("Results", type="tertiary", key=f"results_{model.id}"):
                pickers.go("results", run=model.id)
            if cards.has_card(model) and st.button("Card", type="tertiary", key=f"card_{model.id}"):
                cards.show(model)
            if not in_use and st.button("Use this one", type="tertiary", key=f"use_{model.id}"):
                set_default_model(model.id)
                pickers.forget("model")
                st.rerun()
            if not model.is_bundled:
                _more(model)


def _more(model: Model) -> None:
    with st.popover("More", type="tertiary", key=f"more_{model.id}"), calm():
        with st.form(f"rename_{model.id}", border=False):
            name = st.text_input("Name", model.name, max_chars=60)
            if st.form_submit_button("Rename"):
                rename_model(model.id, name)
                st.rerun()
        if st.button("Delete", icon=":material/delete:", key=f"delete_{model.id}"):
            token = delete_model(model.id)
            pickers.forget("model")
            undo.offer(token, f"{model.name} is deleted.")
            st.rerun()


def _strip(model: Model) -> list[bytes]:
    try:
        dataset = load_dataset(str(model.dataset.get("id", "")))
    except NotFound:
        return photos.drawn_covers(STRIP)
    return (
        photos.covers(dataset, STRIP, skip=sum(model.id.encode()) % 5)
        if dataset.finished
        else photos.drawn_covers(STRIP)
    )


def _came_about(model: Model) -> str:
    """How and when it was taught, and its size; of one that came with the app only that."""
    size = megabytes(model.size_bytes)
    if model.is_bundled:
        return f"Came with the app, {size}"
    kind = RECIPES.get(str(model.recipe.get("name", "")))
    return ", ".join([*([kind.title] if kind else []), took(model.seconds), day(model.created_at), size])
