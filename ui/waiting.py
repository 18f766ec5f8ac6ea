"""The trainings that wait for their turn: in which order, and what can be done about it."""

import contextlib

import streamlit as st

from core import queues
from core.errors import NotFound
from core.training.runs import QUEUE, Run, load_run, stop_run
from ui import pickers
from ui.frame import calm, keeps, section
from ui.words import plain

TICK_S = 2.0


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
        section("Waiting", "One training at a time: two would only take the computer from each other.")
        with st.container(gap="xxsmall"):
            for place, run in enumerate(waiting, start=1):
                _row(place, run)


def _row(place: int, run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":gray[{place}.] {plain(run.name)}", width="content")
        if st.button("Watch", type="tertiary", key=f"watch_waiting_{run.id}"):
            pickers.choose("run", run.id)
            st.rerun()
        if keeps() and place > 1 and st.button("Let it go first", type="tertiary", key=f"first_{run.id}"):
            queues.move_first(run.job_dir, QUEUE)
            st.rerun(scope="fragment")
        if keeps() and st.button("Take it out", type="tertiary", key=f"cancel_{run.id}"):
            stop_run(run.id)
            st.rerun()


def _waiting() -> list[Run]:
    found = []
    for job_dir in queues.waiting(QUEUE):
        with contextlib.suppress(NotFound):  # deleted meanwhile, or something else that waits here
            found.append(load_run(job_dir.parent.name))
    return found
