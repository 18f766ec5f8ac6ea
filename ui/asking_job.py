"""Many photos that are being asked about: how far it is, how fast, and what to do when it broke off."""

from typing import Any

import streamlit as st

from core import jobs
from core.jobs import JobState
from core.model.answers import Batch, kept_columns, latest_entries
from core.model.asking import resume_asking
from ui import photos, progress
from ui.frame import calm, facts, note, problem, section
from ui.words import count, duration, plain

TICK_S = 0.7
ARRIVING = 8


def show(batch: Batch) -> bool:
    """How the asking stands; whether it goes on, so that there is nothing else to show yet."""
    if batch.source is None:
        return False
    state = jobs.state(batch.job_dir)
    if state.active:
        _live(batch)
    elif state.status != "done":
        _broken_off(batch, state)
    return state.active


@st.fragment(run_every=TICK_S)
def _live(batch: Batch) -> None:
    with calm():
        state = jobs.state(batch.job_dir)
        if not state.active or (not batch.columns and kept_columns(batch.folder)):
            st.rerun()
        now = progress.now(batch.job_dir)
        section(_title(now, state.status), f"From **{plain(batch.name)}**. You can leave this page; it goes on.")
        progress.bar(batch.job_dir, now, _facts(now), "Stop here", "stop_asking", own=True)
        _arriving(batch)


def _arriving(batch: Batch) -> None:
    """The newest photos with what it says they are."""
    newest = [line for line in latest_entries(batch.folder, 2 * ARRIVING) if line["photo"]][:ARRIVING]
    with st.grid(ARRIVING, min_column_width=76, gap=(12, 10)):
        for line in newest:
            with st.container(gap="xxsmall"):
                label = str(line["answer"]["label"])
                st.image(photos.tile(str(batch.folder / line["photo"]), width_px=220), width="stretch", alt=label)
                note(plain(photos.shortened(label)))


def _broken_off(batch: Batch, state: JobState) -> None:
    now = progress.last(batch.job_dir)
    answered = len(batch.answers)  # all that is kept, and so maybe more than was told last
    so_far = f"{answered:,} of {now['total']:,} photos are answered." if now else "No photo is answered yet."
    if state.status == "stopped":
        st.info(f"You stopped it. {so_far}", icon=":material/pause_circle:")
    else:
        problem(f"{state.message} {so_far}")
    if st.button("Go on", type="primary"):
        resume_asking(batch.id)
        st.rerun()


def _title(now: dict[str, Any] | None, status: str) -> str:
    if status == "stopping":
        return "Stopping, and keeping what is answered"
    return f"{now['done']:,} of {now['total']:,} photos are answered" if now else "Getting ready"


def _facts(now: dict[str, Any] | None) -> str:
    if now is None:
        return "Looking at what there is"
    rate = now["rate_per_s"]
    left = f"{duration((now['total'] - now['done']) / rate)} left" if rate else None
    bad = f"{count(now['unreadable'], 'photo')} unreadable" if now["unreadable"] else None
    return facts(left, f"{count(round(rate), 'photo')} a second" if rate >= 1 else None, bad) or "It has begun"
