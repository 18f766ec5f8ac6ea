"""What a training may be told besides its recipe: whose weights to start from, and whether to write logs."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.training.recipe import Recipe
from core.training.runs import Run
from ui.words import day, plain


def extras(runs: Sequence[Run], recipe: Recipe) -> dict[str, Any]:
    """As `start_run` takes them; what is not wanted is left out."""
    said: dict[str, Any] = {}
    with st.grid(3, min_column_width=230, gap=(16, 24)):
        alike = {run.id: run for run in runs if _fits(run, recipe)}
        if alike:
            start_from = st.selectbox(
                "Start from the weights of",
                [None, *alike],
                format_func=lambda run_id: _called(alike.get(run_id)),
                help="Goes on from what an earlier training of the same kind has learned, with these photos and knobs.",
                key=f"start_from_{recipe.name}",
            )
            if start_from is not None:
                said["start_from"] = start_from
        if st.toggle(
            "Write logs for TensorBoard",
            help="Into the folder tensorboard of the run: tensorboard --logdir shows them.",
            key="tensorboard",
            persist_state="session",
        ):
            said["tensorboard"] = True
    return said


def _called(run: Run | None) -> str:
    return "nothing: from the beginning" if run is None else f"{plain(run.name)}, {day(run.created_at)}"


def _fits(run: Run, recipe: Recipe) -> bool:
    """Whether its network is the same, as `start_run` wants it."""
    if not run.has_model or (recipe.name == "transfer" and not recipe.fine_tune):
        return False
    fields = ["name", "image_size_px", "greyscale", *(["backbone", "fine_tune"] if recipe.name == "transfer" else [])]
    return all(getattr(run.recipe, field) == getattr(recipe, field) for field in fields)
