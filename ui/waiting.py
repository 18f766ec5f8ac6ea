"""The trainings that wait for their turn: in which order, and what can be done about it."""

from collections.abc import Sequence

import streamlit as st

from core import queues
from core.training.runs import QUEUE, Run, stop_run
from ui import pickers
from ui.frame import section
from ui.words import plain


def show(at_work: Sequence[Run]) -> None:
    """Who waits, in order. Nothing while nobody does."""
    by_folder = {run.job_dir: run for run in at_work}
    waiting = [by_folder[job_dir] for job_dir in queues.waiting(QUEUE) if job_dir in by_folder]
    if not waiting:
        return
    section("Waiting", "One training at a time: two would only take the computer from each other.")
    for place, run in enumerate(waiting, start=1):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":gray[{place}.] {plain(run.name)}", width="content")
            if st.button("Watch", type="tertiary", key=f"watch_waiting_{run.id}"):
                pickers.choose("run", run.id)
                st.rerun()
            if place > 1 and st.button("Let it go first", type="tertiary", key=f"first_{run.id}"):
                queues.move_first(run.job_dir, QUEUE)
                st.rerun()
            if st.button("Take it out", type="tertiary", key=f"cancel_{run.id}"):
                stop_run(run.id)
                st.rerun()
