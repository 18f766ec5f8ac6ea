"""How it should learn: a recipe by name, its knobs with what they do, and what it gets to see."""

import io
from dataclasses import replace

import streamlit as st
from PIL import Image

from core.data.pixels import load_pixels
from core.data.split import require_trainable
from core.data.store import Dataset
from core.errors import DatasetTooSmall, DatasetUnfinished
from core.training.recipe import RECIPES, Recipe
from ui import earlier, photos, pickers
from ui.frame import heading, note, problem
from ui.words import plain

SEEN = 6
RATES = (0.01, 0.003, 0.001, 0.0003, 0.0001)
TEST_SHARE = 0.64  # of the photos, what is learned from: see core.data.split


def nothing_to_learn_from() -> None:
    """The page without a dataset."""
    heading(
        "Train", "Nothing to learn from yet", "Bring your own photos, or borrow ours. Then watch it learn from them."
    )
    with st.container(horizontal=True):
        if st.button("Add photos", type="primary"):
            pickers.go("dataset", dataset=pickers.NEW)
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def require_enough(dataset: Dataset) -> None:
    """Stops the page with what is missing and the way to it, when these photos cannot be learned from."""
    try:
        require_trainable(dataset)
    except (DatasetTooSmall, DatasetUnfinished) as error:
        problem(str(error))
        if st.button("To the photos", type="primary"):
            pickers.go("dataset", dataset=dataset.id)
        st.stop()


def pick() -> str:
    """The recipe's name; with a single one its title stands there instead of a choice."""
    if len(RECIPES) == 1:
        name = next(iter(RECIPES))
        st.subheader(RECIPES[name].title, anchor=False)
        return name
    return str(
        st.segmented_control(
            "Recipe",
            [*RECIPES],
            default=next(iter(RECIPES)),
            required=True,
            format_func=lambda name: RECIPES[name].title,
            label_visibility="collapsed",
            key="recipe",
            bind="query-params",
        )
    )


def adjusted(name: str) -> Recipe:
    """The recipe with the knobs as they stand."""
    usual = Recipe(name=name)
    turned = {field: st.session_state.get(f"knob_{field}") for field in ("epochs", "batch_size", "learning_rate")}
    return replace(usual, **{field: value for field, value in turned.items() if value is not None})


def knobs(name: str) -> None:
    """What may be changed, each explained."""
    usual = Recipe(name=name)
    with st.expander("Adjust the recipe"):
        st.slider(
            "Rounds :small[:gray[epochs]]", 1, 100, usual.epochs, key="knob_epochs",
            help="How often it looks at all it learns from. More takes longer, and at some point it memorises.",
        )  # fmt: skip
        st.select_slider(
            "Photos at a time :small[:gray[batch size]]", (8, 16, 32, 64, 128), usual.batch_size, key="knob_batch_size",
            help="After how many photos it changes its mind a little. Fewer is slower and more restless.",
        )  # fmt: skip
        st.select_slider(
            "Step size :small[:gray[learning rate]]", RATES[::-1], usual.learning_rate, key="knob_learning_rate",
            format_func=lambda rate: f"{rate:g}",
            help="How much it changes its mind each time. With too much it never settles; too little takes long.",
        )  # fmt: skip


def expected(dataset: Dataset, recipe: Recipe) -> tuple[float | None, tuple[float, float] | None]:
    """Seconds it will take and the accuracies it usually reaches, from earlier runs here; None where there is none."""
    seconds_a_photo = earlier.pace(recipe.name)
    seconds = None if seconds_a_photo is None else seconds_a_photo * TEST_SHARE * dataset.ok * recipe.epochs
    return seconds, earlier.usual(dataset.id, recipe.name)


def what_it_sees(dataset: Dataset, size_px: int) -> None:
    """Six photos at the size that the network looks at."""
    note(f"It sees every photo as {size_px} × {size_px} dots")
    with st.grid(3, wrap=False, min_column_width=60, gap=6):
        for label, picture in _seen(dataset, dataset.id, dataset.fingerprint, size_px):
            st.image(picture, width="stretch", alt=plain(label))


@st.cache_data(max_entries=8, show_spinner=False)
def _seen(_dataset: Dataset, dataset_id: str, fingerprint: str, size_px: int) -> list[tuple[str, bytes]]:
    order = photos.gallery_order(_dataset, fingerprint)
    rows = photos.manifest(_dataset, dataset_id, fingerprint)
    places = {content_hash: place for place, content_hash in enumerate(rows["content_hash"])}
    pixels = load_pixels(_dataset, size_px)
    pictures = []
    for content_hash, label in order.loc[order["part"] == "train", ["content_hash", "label"]].head(SEEN).to_numpy():
        kept = io.BytesIO()
        dots = Image.fromarray(pixels[places[content_hash]]).resize(
            (3 * size_px, 3 * size_px), Image.Resampling.NEAREST
        )
        dots.save(kept, "PNG")
        pictures.append((label, kept.getvalue()))
    return pictures
