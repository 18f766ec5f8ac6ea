"""A series of trainings that answer one question together: watched, stopped, gone on with, and what it found."""

from typing import Any

import streamlit as st

from core import jobs
from core.training.learning_curve import LearningCurve, read_learning_curve
from core.training.runs import Run, load_run
from core.training.series import Series, delete_series, list_series, load_series, resume_series, stop_series
from core.training.sweep import Sweep, read_sweep
from ui import earlier, findings, pickers, recipes, undo
from ui.frame import calm, facts, heading, keeps, note, problem, section
from ui.words import count, day, plain, took

TICK_S = 1.0
CHOSEN = "series"  # in the address
LISTED = 6


def look_at(series_id: str) -> None:
    """Leads to a series."""
    pickers.forget("run")
    st.query_params[CHOSEN] = series_id
    st.rerun()


def page(series_id: str) -> None:
    """The whole page of a series."""
    series = load_series(series_id)
    if series.state.active:
        _watch(series_id)
    else:
        _show(series)


def chosen() -> str | None:
    """The series that the address names, else one at work; None when it is about something else."""
    if named := st.query_params.get(CHOSEN):
        return named
    if "run" in st.query_params or "dataset" in st.query_params:
        return None
    return next((series.id for series in list_series() if series.state.active), None)


def way_back(run: Run) -> None:
    """From a training to the series that it belongs to."""
    if run.series is not None and st.button("Back to all of them", type="tertiary", key="back_to_series"):
        look_at(run.series)


def listed() -> None:
    """The newest series. Nothing while there is none."""
    found = list_series()
    if not found:
        return
    section("Questions", "Several trainings each, that answer one thing together.")
    with st.container(gap="xxsmall"):
        for series in found[:LISTED]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"{plain(series.name)} :small[:gray[{_standing(series)}]]", width="content")
                label = "Watch" if series.state.active else "Have a look"
                if st.button(label, type="tertiary", key=f"see_{series.id}"):
                    look_at(series.id)


@st.fragment(run_every=TICK_S)
def _watch(series_id: str) -> None:
    with calm():
        series = load_series(series_id)
        if not series.state.active:
            st.rerun()
        _show(series)


def _show(series: Series) -> None:
    found: Sweep | LearningCurve = read_sweep(series) if series.kind == "sweep" else read_learning_curve(series)
    title = "Which is best?" if series.kind == "sweep" else "Would more photos help?"
    heading("Train", title, plain(found.sentence))
    if series.state.status in ("failed", "died"):
        problem(series.state.message)
    _how_far(series)
    _next_steps(series, found)
    if isinstance(found, Sweep):
        findings.of_sweep(found)
    else:
        findings.of_learning_curve(found)


def _how_far(series: Series) -> None:
    trials = series.trials()
    ended = sum(trial.status != "open" for trial in trials)
    planned = _planned(series)
    spent = sum(trial.seconds for trial in trials)
    budget = f"{took(spent)}, of {took(60 * series.minutes)} at most" if series.minutes else took(spent)
    line = facts(f"{ended} of {count(planned, 'training')}", budget if spent else None, plain(series.dataset_name))
    if not series.state.active:
        note(line)
        return
    left, right = st.columns([64, 36], vertical_alignment="bottom", gap="medium")
    with left:
        note(line)
        st.progress(min(1.0, ended / planned))
    with right, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if keeps():
            _steering(series)


def _steering(series: Series) -> None:
    if series.state.status == "paused":
        if st.button("Go on", key="continue_series"):
            jobs.request_continue(series.job_dir)
            st.rerun(scope="fragment")
    elif st.button("Pause", key="pause_series", disabled=series.state.status == "stopping"):
        jobs.request_pause(series.job_dir)
        st.rerun(scope="fragment")
    stopping = series.state.status == "stopping"
    if st.button("Stopping" if stopping else "Stop with what it has", disabled=stopping, key="stop_series"):
        stop_series(series.id)
        st.rerun(scope="fragment")


def _next_steps(series: Series, found: Any) -> None:
    best = found.best if isinstance(found, Sweep) else None
    with st.container(horizontal=True, vertical_alignment="center"):
        at_work = next((trial for trial in series.trials() if trial.status == "open"), None)
        if series.state.active and at_work is not None and st.button("Watch the one at work", key="watch_trial"):
            _to_run(at_work.run_id)
        if best is not None:
            kind = "secondary" if series.state.active else "primary"
            opens = "Opens the recipe with its knobs as they stood for the best."
            if keeps() and st.button("Use the best", type=kind, help=opens):
                st.query_params.pop(CHOSEN, None)
                recipes.begin_again(load_run(best.run_id))
            if st.button("See it", key="see_best"):
                _to_run(best.run_id)
        if keeps() and series.can_resume and st.button("Go on", key="resume_series"):
            resume_series(series.id)
            st.rerun()
        if st.button("Back to the recipe" if keeps() else "Back", type="tertiary", key="leave_series"):
            _leave(series)
            st.rerun()
        if keeps() and not series.state.active and st.button("Delete", type="tertiary", key="delete_series"):
            token = delete_series(series.id)
            _leave(series)
            undo.offer(token, f"{series.name} is deleted, with its trainings.")
            st.rerun()


def _leave(series: Series) -> None:
    st.query_params.pop(CHOSEN, None)
    pickers.choose("dataset", series.dataset_id)


def _to_run(run_id: str) -> None:
    st.query_params.pop(CHOSEN, None)
    pickers.choose("run", run_id)
    st.rerun()


def _planned(series: Series) -> int:
    if series.kind == "sweep":
        return int(series.plan["trials"])
    return len(series.plan["shares"]) * int(series.plan["seeds"])


def _standing(series: Series) -> str:
    ended = sum(trial.status != "open" for trial in series.trials())
    state = earlier.STATES[series.state.status] if series.state.status != "done" else ""
    facts_here = (f"{ended} of {count(_planned(series), 'training')}", state, day(series.created_at))
    return ", ".join(part for part in facts_here if part)
