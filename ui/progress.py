"""How far a job is, and the button that stops it: what every page shows that watches one."""

from pathlib import Path
from typing import Any

import streamlit as st

from core import jobs
from ui.frame import keeps, note


def now(job_dir: Path) -> dict[str, Any] | None:
    """The last that a job has told of its progress since it was begun; None before it has told any."""
    return next(iter(all_told(job_dir)[-1:]), None)


def last(job_dir: Path) -> dict[str, Any] | None:
    """The last that a job has told, be it before it was begun again: how far one has come that broke off."""
    return next(iter(jobs.events(job_dir, "progress")[-1:]), None)


def all_told(job_dir: Path) -> list[dict[str, Any]]:
    """All that a job has told of its progress since it was begun: its file holds what it told before that too."""
    said = jobs.events(job_dir)
    begun = max((place for place, event in enumerate(said) if event["kind"] in ("queued", "begun")), default=0)
    return [event for event in said[begun:] if event["kind"] == "progress"]


def bar(
    job_dir: Path,
    told: dict[str, Any] | None,
    line: str,
    stop: str,
    key: str,
    own: bool = False,
    beside: bool = True,
) -> None:
    """The line and the bar of a job that runs, and its button. For a fragment, which runs again once it is pressed.

    Args:
        told: as `now` gives it.
        line: how far it is, in words.
        stop: what the button says.
        key: of the button.
        own: the visitor's own question, which can be stopped in a demo as well.
        beside: the button stands beside the bar; where there is no room for that, below it.
    """
    left, right = (
        st.columns([78, 22], vertical_alignment="bottom", gap="medium") if beside else (st.container(), st.container())
    )
    with left:
        note(line)
        st.progress(min(1.0, told["done"] / told["total"]) if told and told["total"] else 0.0)
    with right:
        stopping = jobs.state(job_dir).status == "stopping"
        label = "Stopping" if stopping else stop
        if (own or keeps()) and st.button(label, width="stretch" if beside else "content", disabled=stopping, key=key):
            jobs.request_stop(job_dir)
            st.rerun(scope="fragment")
