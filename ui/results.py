"""Whose results the Results page shows, and what stands at its top."""

from typing import Any

import streamlit as st

from core.model.bundle import Model, list_models, load_model
from core.model.exams import Exam
from ui import frame, photos, pickers, results_asking
from ui.frame import calm, heading, keeps
from ui.words import of_100, plain


def pick() -> Model | None:
    """The model whose results are shown: of the run in the address, else the newest that was measured."""
    if named := st.query_params.get("run"):
        return load_model(named)
    measured = [model for model in list_models() if model.test]
    remembered = st.session_state.get("run")
    return next((model for model in measured if model.id == remembered), measured[0] if measured else None)


def nothing_yet() -> None:
    """The page before a training has ended."""
    heading(
        "Results",
        "Nothing has been taught yet",
        "When a training ends, this page shows how often it is right, what it mixes up, and which photos need a "
        "person.",
    )
    with st.container(horizontal=True):
        if keeps() and st.button("Teach a network", type="primary"):
            pickers.go("train")
    st.space("xsmall")
    photos.strip(photos.drawn_covers(6), "Drawn garments")


def head(model: Model, key: str, exam: Exam | None, report: dict[str, Any] | None) -> None:
    """The title, what it can be used for, and the way to others."""
    right = None if report is None else f"Right on {of_100(report['accuracy'])} photos"
    with frame.title_row():
        with st.container(width="content"):
            heading(f"Results of {plain(model.name)}", right or results_asking.title(model, key, exam))
        with frame.buttons():
            if st.button("Ask it", type="primary"):
                pickers.go("predict", model=model.id)
            _others(model)
            results_asking.others(model, key)


def _others(model: Model) -> None:
    """The way to another model's results."""
    rest = [each for each in list_models() if each.id != model.id and each.test]
    if not rest:
        return
    with st.popover("Other results", type="tertiary", key=f"other_results_{model.id}"), calm():
        for each in rest[:12]:
            line = f"right on {of_100(each.test['accuracy'])}" if each.test else ""
            if st.button(f"{plain(each.name)} :small[:gray[{line}]]", type="tertiary", key=f"results_{each.id}"):
                pickers.choose("run", each.id)
                pickers.forget("exam")
                st.rerun()
