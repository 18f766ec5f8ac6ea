"""What the network will see of one photo: at its own size, varied as much as the slider of the Train page says."""

from dataclasses import replace

import streamlit as st

from core.data.store import Dataset
from core.training.recipe import RECIPES, usual
from ui import pickers, seeing, turning
from ui.frame import keeps

RECIPE = "compact"  # whose knob is turned: it varies its photos as much as is usual


def of_photo(dataset: Dataset, position: int, label: str) -> None:
    """A row of variations below the slider, which is the one of the Train page: turned here, it is turned there.

    Args:
        position: of a good photo, in the manifest.
        label: what it shows.
    """
    recipe = usual(RECIPE)
    recipe = replace(recipe, **turning.strength(recipe, RECIPE))
    seeing.one_varied(dataset, position, label, recipe)
    varied = "as it is, then as it may be varied each time it is shown" if recipe.augment else "as it is, every time"
    title, size = RECIPES[RECIPE].title, f"{recipe.image_size_px} × {recipe.image_size_px} dots"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f":small[:gray[{title} sees it at {size}, {varied}.]]", width="content")
        if keeps() and st.button("Teach with that much", type="tertiary", key="to_train"):
            pickers.go("train", dataset=dataset.id, recipe=RECIPE)
