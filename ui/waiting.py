"""The trainings that wait for their turn: in which order, and what can be done about it."""

import contextlib

import streamlit as st

from core import queues
from core.errors import NotFound
from core.settings import load_settings
from core.training.runs import QUEUE, Run, list_runs, load_run, stop_run
from ui import pickers
from ui.frame import calm, keeps, section
from ui.words import plain

TICK_S = 2.0
ONE_AT_A_TIME = "One training at a time: two would only take the computer from each other."
ON_THE_CLUSTER = "Each begins as soon as one of the cluster's computers is free."


def show() -> None:
    """Who waits, in order, up to date. Nothing while nobody does."""
    if _waiting():
        _queue()


@st.fragment(run_every=TICK_S)
def _queue() -> None:
    with calm():
        waiting = _waiting()
        if not waiting:
            return
        elsewhere = all(run.state.ahead is None for run in waiting)
        section("Waiting", ON_THE_CLUSTER if elsewhere else ONE_AT_A_TIME)
        with st.container(gap="xxsmall"):
            for place, run in enumerate(waiting, start=1):
                _row(place, run)


def _row(place: int, run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{place}.] {plain(run.name)}", width="content")
        if st.button("Watch", type="tertiary", key=f"watch_waiting_{run.id}"):
            pickers.choose("run", run.id)
            st.rerun()
        movable = keeps() and place > 1 and run.state.ahead is not None
        if movable and st.button("Let it go first", type="tertiary", key=f"first_{run.id}"):
            queues.move_first(run.job_dir, QUEUE)
            st.rerun(scope="fragment")
        if keeps() and st.button("Take it out", type="tertiary", key=f"cancel_{run.id}"):
            stop_run(run.id)
            st.rerun()


def _waiting() -> list[Run]:
    if load_settings().ray:
        runs = reversed(list_runs(include_series=True))  # the oldest first
        return [run for run in runs if run.state.status == "waiting" and run.state.ahead is None]
    found = []
    for job_dir in queues.waiting(QUEUE):
        with contextlib.suppress(NotFound):  # deleted meanwhile, or something else that waits here
            found.append(load_run(job_dir.parent.name))
    return found
