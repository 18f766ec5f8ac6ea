"""A job that a page watches until it ends: how far it is, the button that stops it, and why it failed if it did."""

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
        told = progress.all_told(job_dir)
        progress.bar(job_dir, told[-1] if told else None, _how_far(told, stages), "Stop", key)


@st.fragment(run_every=TICK_S)
def narrow(job_dir: Path, stages: Mapping[str, str], key: str) -> None:
    """As `watch` where there is little room, of a job whose steps are no photos: the button stands below the bar."""
    with calm():
        if not jobs.state(job_dir).active:
            st.rerun()
        now = progress.now(job_dir)
        line = stages[now["stage"]] if now else "Getting ready"
        progress.bar(job_dir, now, line, "Stop", key, beside=False)


def end(job_dir: Path) -> None:
    """Says how a job ended that left nothing behind; nothing of one that has not been started."""
    state = jobs.state(job_dir)
    if state.status == "stopped":
        note("You stopped it.")
    elif state.started_at is not None and state.status in ("failed", "died"):
        failed(job_dir, state)


def failed(job_dir: Path, state: jobs.JobState, advice: str = "") -> None:
    """Says why a job did not come to its end.

    Args:
        job_dir: of the job.
        state: how it ended.
        advice: what to do about it, or what came of it.
    """
    problem(f"{state.message} {advice}".strip())
    log_of(job_dir, state)


def log_of(job_dir: Path, state: jobs.JobState) -> None:
    """What the process itself has said, where the sentence sends people there: something that nobody expected."""
    if state.message == jobs.BUG and (log := jobs.log_tail(job_dir)):
        with st.expander("What happened"):
            st.code(log, language=None, wrap_lines=True)


def _how_far(told: list[dict[str, Any]], stages: Mapping[str, str]) -> str:
    if not told:
        return "Getting ready"
    now = told[-1]
    first = next(event for event in told if event["stage"] == now["stage"])
    done, passed_s = now["done"] - first["done"], time.time() - first["at"]
    left = f"{duration(passed_s * (now['total'] - now['done']) / done)} left" if done and passed_s > 1 else None
    return facts(stages[now["stage"]], f"{now['done']:,} of {count(now['total'], 'photo')}", left)
