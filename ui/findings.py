"""What a series of trainings has found: the table of a sweep, and the curve of a learning curve."""

import pandas as pd
import streamlit as st

from core.training.learning_curve import LearningCurve
from core.training.sweep import Sweep
from ui import knobs
from ui.words import took

STATUS = {"open": "learning", "done": "", "cut": "cut short", "failed": "could not go on"}
BY_THESE = "On photos held back (validation): by these the best is chosen."
HONEST = "On test photos, which choose nothing: the honest number."


def of_sweep(found: Sweep) -> None:
    """A table of its trainings, the best first, and how each went through the knobs."""
    if not found.trials:
        return
    rows = pd.DataFrame(found.rows())
    shown = pd.DataFrame(
        {"Right on": 100 * rows["held_back"].astype(float), "New photos": 100 * rows["test"].astype(float)}
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
            "Right on": st.column_config.NumberColumn(format="%.0f of 100", width="small", help=BY_THESE),
            "New photos": st.column_config.NumberColumn(format="%.0f of 100", width="small", help=HONEST),
        },
        key=f"trials_{found.series.id}",
        alt="What each training of the sweep reached, the best first",
    )


def of_learning_curve(found: LearningCurve) -> None:
    """How often it was right after so many photos, with what chance alone could make of it."""
