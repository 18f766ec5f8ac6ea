"""A job that a page watches until it ends: how far it is, how long it still takes, and the button that stops it."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core import jobs
from ui import progress
from ui.frame import calm, facts, note, problem
from ui.words import count, duration

TICK_S = 0.7


@st.fragment(run_every=TICK_S)
def watch(job_dir: Path, stages: Mapping[str, str], key: str) -> None:
    """The line, the bar and the button of a job that is going on; once it has ended the page runs again.

    Args:
        job_dir: of a job that tells its progress in photos.
        stages: what it does, in words, by what it calls that.
        key: of the button.
    """
    with calm():
        if not jobs.state(job_dir).active:
            st.rerun()
        told = _told(job_dir)
        progress.bar(job_dir, told[-1] if told else None, _how_far(told, stages), "Stop", key)


def end(job_dir: Path) -> None:
    """Says how a job ended that left nothing behind; nothing of one that has not been started."""
    state = jobs.state(job_dir)
    if state.status == "stopped":
        note("You stopped it.")
    elif state.started_at is not None and state.status in ("failed", "died"):
        problem(state.message)


def _told(job_dir: Path) -> list[dict[str, Any]]:
    """How far the present stage has come, since its beginning."""
    said = jobs.events(job_dir)
    begun = max((place for place, event in enumerate(said) if event["kind"] == "begun"), default=0)
    told = [event for event in said[begun:] if event["kind"] == "progress"]
    return [event for event in told if event["stage"] == told[-1]["stage"]]


def _how_far(told: list[dict[str, Any]], stages: Mapping[str, str]) -> str:
    if not told:
        return "Getting ready"
    first, now = told[0], told[-1]
    done, passed_s = now["done"] - first["done"], time.time() - first["at"]
    left = f"{duration(passed_s * (now['total'] - now['done']) / done)} left" if done and passed_s > 1 else None
    return facts(stages[now["stage"]], f"{now['done']:,} of {count(now['total'], 'photo')}", left)
