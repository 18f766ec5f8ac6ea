"""On the table: the chosen dataset and model, in the sidebar of every page."""

import streamlit as st

from core import jobs
from core.errors import FittingRoomError
from ui import pickers
from ui.frame import note
from ui.words import count, of_100, plain


def show() -> None:
    """Name and one line each; nothing while there is nothing."""
    lines = []
    try:
        if dataset := pickers.dataset():
            size = f"{count(dataset.ok, 'photo')}, {count(len(dataset.classes), 'class', 'classes')}"
            on_its_way = "being made" if jobs.state(dataset.job_dir).active else "half-made"
            lines.append((dataset.name, size if dataset.finished else on_its_way))
        if model := pickers.model():
            lines.append((model.name, f"right on {of_100(model.test['accuracy'])}" if model.test else "not measured"))
    except FittingRoomError:  # the page itself says what the address names in vain
        return
    if lines:
        with st.container(gap="xsmall"):  # the navigation draws the line above
            note("On the table")
            for name, line in lines:
                with st.container(gap=None):
                    st.markdown(plain(name))
                    note(line)
