"""Would more photos help? What a learning curve needs to be told, and what it found."""

import streamlit as st

from core.data.store import Dataset
from core.training.learning_curve import SHARES, start_learning_curve
from core.training.recipe import Recipe
from ui import recipes, serial
from ui.frame import calm, muted, note
from ui.words import count, duration

TIMES, MINUTES = 3, 0.0


def setting_up(dataset: Dataset, recipe: Recipe) -> None:
    """How often and how long, and the button that starts it."""
    with st.expander("Would more photos help? :small[:gray[learning curve]]", key="learning_curve"), calm():
        muted("It learns from a quarter of them, a half, three quarters and all, and looks how mistakes fall.")
        with st.grid(3, min_column_width=230, gap=(16, 24)):
            seeds = st.number_input(
                "Times each :small[:gray[seeds]]", value=TIMES, step=1, key="curve_seeds",
                help="Once is quick and rough. Three times, with other photos each, says how far luck goes.",
            )  # fmt: skip
            minutes = st.number_input(
                "Minutes in all :small[:gray[time budget]]", value=MINUTES, step=5.0, format="%g", key="curve_minutes",
                help="It ends then with what it has. 0: as long as it takes.",
            )  # fmt: skip
        if st.button("Find out", key="start_curve"):
            serial.look_at(start_learning_curve(dataset.id, recipe, seeds=int(seeds), minutes=minutes))
        if seeds < 1:
            return
        each = recipes.expected_seconds(dataset, recipe)
        trainings = count(len(SHARES) * int(seeds), "training")
        note(trainings if each is None else f"{trainings}, {duration(len(SHARES) * int(seeds) * each)} in all")
