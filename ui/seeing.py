"""What it gets to see: photos at the size that the network looks at, varied as much as the training varies them."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core.data.photo import to_pixels
from core.data.store import Dataset
from core.training.preview import preview
from core.training.recipe import Recipe, usual
from ui import photos
from ui.frame import note
from ui.words import plain

SEEN = 6
DRAWN_PX = 240  # at least: small photos are drawn dot by dot, as large squares


def what_it_sees(dataset: Dataset, recipe: Recipe) -> None:
    """Six photos as they are, or one photo six times as it is varied."""
    varied = recipe.augment > 0 and bool(recipe.variations)
    if varied:
        note("Every photo is varied a little each time it is shown")
    else:
        note(f"It sees every photo as {recipe.image_size_px} × {recipe.image_size_px} dots")
    shown = st.session_state.get("seen", 0)
    with st.grid(3, wrap=False, min_column_width=60, gap=6):
        for label, picture in _seen(dataset, dataset.id, dataset.version, _looks(recipe), varied, shown):
            st.image(picture, width="stretch", alt=plain(label))
    if st.button("Another photo" if varied else "Others", type="tertiary", key="see_others"):
        st.session_state["seen"] = shown + 1
        st.rerun()


def one_varied(dataset: Dataset, position: int, label: str, recipe: Recipe) -> None:
    """One photo as a network sees it, and then as it is varied.

    Args:
        position: of the photo, in the manifest.
        label: what it shows.
        recipe: says the size, and how much photos are varied.
    """
    pictures = _varied(dataset, dataset.id, dataset.fingerprint, _looks(recipe), position)
    with st.grid(SEEN, wrap=False, min_column_width=40, gap=4):
        for place, picture in enumerate(pictures):
            st.image(picture, width="stretch", alt=plain(f"{label}, varied" if place else label))


def _looks(recipe: Recipe) -> Recipe:
    """What of a recipe changes the pictures, and nothing else."""
    return replace(
        usual("classic"),
        image_size_px=recipe.image_size_px,
        greyscale=recipe.greyscale,
        augment=recipe.augment,
        variations=recipe.variations,
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _varied(_dataset: Dataset, dataset_id: str, fingerprint: str, recipe: Recipe, position: int) -> list[bytes]:
    return [_drawn(each, recipe) for each in preview(_dataset, recipe, count=SEEN, row=position)]


@st.cache_data(max_entries=16, show_spinner=False)
def _seen(
    _dataset: Dataset, dataset_id: str, version: str, recipe: Recipe, varied: bool, shown: int
) -> list[tuple[str, bytes]]:
    rows = photos.rows(_dataset)
    start = shown * (1 if varied else SEEN) % rows.number(part="train")
    learned = rows.page(start, start + SEEN, part="train")
    if len(learned) < SEEN:  # from there on once more from the first
        learned = pd.concat([learned, rows.page(0, SEEN, part="train")])
    chosen = [learned.iloc[place % len(learned)] for place in range(SEEN)]
    if varied:
        pictures = preview(_dataset, recipe, count=SEEN, row=int(chosen[0]["position"]))
        label = chosen[0]["label"]
        return [(f"{label}, varied" if place else label, _drawn(each, recipe)) for place, each in enumerate(pictures)]
    return [
        (each["label"], _drawn(to_pixels(_dataset.photo_path(each["content_hash"]).read_bytes(), size_px), recipe))
        for each in chosen
        for size_px in (recipe.image_size_px,)
    ]


def _drawn(pixels: NDArray[np.uint8], recipe: Recipe) -> bytes:
    photo = Image.fromarray(pixels)
    if recipe.greyscale:
        photo = photo.convert("L")
    times = -(-DRAWN_PX // recipe.image_size_px)
    if times > 1:
        photo = photo.resize((times * photo.width, times * photo.height), Image.Resampling.NEAREST)
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=92, subsampling=0)
    return kept.getvalue()
