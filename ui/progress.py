"""How far a job is, and the button that stops it: what every page shows that watches one."""

from pathlib import Path
from typing import Any

import streamlit as st

from core import jobs
from ui.frame import keeps, note


def now(job_dir: Path) -> dict[str, Any] | None:
    """The last that a job has told of its progress; None before it has told any."""
    return next(iter(jobs.events(job_dir, "progress")[-1:]), None)


def bar(job_dir: Path, told: dict[str, Any] | None, line: str, stop: str, key: str, own: bool = False) -> None:
    """The line and the bar of a job that runs, and its button. For a fragment, which runs again once it is pressed.

    Args:
        told: as `now` gives it.
        line: how far it is, in words.
        stop: what the button says.
        key: of the button.
        own: the visitor's own question, which can be stopped in a demo as well.
    """
    left, right = st.columns([78, 22], vertical_alignment="bottom", gap="medium")
    with left:
        note(line)
        st.progress(min(1.0, told["done"] / told["total"]) if told and told["total"] else 0.0)
    with right:
        stopping = jobs.state(job_dir).status == "stopping"
        label = "Stopping" if stopping else stop
        if (own or keeps()) and st.button(label, width="stretch", disabled=stopping, key=key):
            jobs.request_stop(job_dir)
            st.rerun(scope="fragment")
