"""What a series of trainings has found: the table of a sweep, and the curve of a learning curve."""

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.charts import Axis, Measured, learning_curve, parallel_coordinates
from core.training.knobs import LOGARITHMIC
from core.training.learning_curve import LearningCurve
from core.training.sweep import Sweep
from ui import knobs
from ui.figures import chart
from ui.frame import muted, note
from ui.words import count, of_100, per_100, took

STATUS = {"open": "learning", "done": "", "cut": "cut short", "failed": "could not go on"}
BY_THESE = "On photos held back (validation): by these the best is chosen."
HONEST = "On test photos, which choose nothing: the honest number."


def of_sweep(found: Sweep) -> None:
    """A table of its trainings, the best first, and how each went through the knobs."""
    if not found.trials:
        return
    best = found.best.number if found.best else None
    rows = pd.DataFrame(found.rows())
    shown = pd.DataFrame(
        {
            "Training": [f"{each} · the best" if each == best else str(each) for each in rows["number"]],
            "Held back": [_per_100(share) for share in rows["held_back"]],
            "Test": [_per_100(share) for share in rows["test"]],
        }
    )
    for knob in found.knobs:
        shown[knobs.plain_title(knob.name)] = [knobs.said(value) for value in rows[knob.name]]
    shown["Took"] = [took(seconds) if seconds else "" for seconds in rows["seconds"]]
    shown["How it went"] = [
        message or STATUS[status] for status, message in zip(rows["status"], rows["message"], strict=True)
    ]
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="",
        column_config={
            "Held back": st.column_config.NumberColumn(format="%.0f of 100", width="small", help=BY_THESE),
            "Test": st.column_config.NumberColumn(format="%.0f of 100", width="small", help=HONEST),
        },
        key=f"trials_{found.series.id}",
        alt="What each training of the sweep reached, the best first",
    )
    _paths(found)


def of_learning_curve(found: LearningCurve) -> None:
    """How often it was right after so many photos, with what chance alone could make of it."""
    if not found.points:
        return
    points = [Measured(each.photos, each.accuracy, each.interval, each.accuracies) for each in found.points]
    with st.container(gap="xxsmall"):
        st.subheader("How often it is right :small[:gray[· accuracy, by photos it learned from]]", anchor=False)
        beyond = ", the band beyond is where as many again would probably lead" if found.line else ""
        muted(f"On the same test photos each time. The bars say what chance could make of it{beyond}.")
    said = [f"{of_100(each.accuracy)} after {each.photos:,} photos" for each in found.points]
    chart(learning_curve(points, found.line), 320, f"curve_{found.series.id}", "; ".join(said))
    with st.container(gap=None):
        for each in found.points:
            low, high = (per_100(end) for end in each.interval)
            times = f", of {count(len(each.accuracies), 'training')}" if len(each.accuracies) > 1 else ""
            right = f"right on {of_100(each.accuracy)}, give or take, between {low} and {high}"
            note(f"{each.photos:,} photos: {right}{times}")


def _paths(found: Sweep) -> None:
    ended = [trial for trial in found.trials if trial.held_back is not None]
    if len(ended) < 2:
        return
    axes = [
        Axis(
            knobs.plain_title(knob.name),
            [_said(getattr(trial.recipe, knob.name)) for trial in ended],
            logarithmic=knob.name in LOGARITHMIC,
        )
        for knob in found.knobs
    ]
    axes.append(Axis("Held back", [trial.held_back for trial in ended], percent=True))
    best = None if found.best is None else next(i for i, each in enumerate(ended) if each.number == found.best.number)
    st.space("xsmall")
    with st.container(gap="xxsmall"):
        st.subheader("How each went", anchor=False)
        muted(
            "A line is a training, from where its knobs stood to how often it was right on photos held back. "
            "The best in colour."
        )
    figure = parallel_coordinates(axes, [f"Training {trial.number}" for trial in ended], best)
    chart(figure, 300, f"paths_{found.series.id}", f"Parallel coordinates of {count(len(ended), 'training')}")


def _per_100(share: float | None) -> int | None:
    return None if share is None or math.isnan(share) else per_100(share)


def _said(value: Any) -> Any:
    """Choices in words; numbers stay numbers."""
    return knobs.said(value) if isinstance(value, str) else value
