"""How a dataset is: a few plain sentences, the worst first; and how the check goes that finds out."""

from contextlib import suppress
from typing import Any

import streamlit as st

from core import jobs
from core.data.quality import checking, words
from core.data.quality.found import Quality, load_quality
from core.data.store import Dataset
from core.errors import JobActive
from core.settings import load_settings
from ui import progress, watching
from ui.frame import calm, facts, keeps, note
from ui.words import count, duration, moment, plain

TICK_S = 0.7
STAGES = {"measuring": "Looking at each photo", "comparing": "Looking for photos that are nearly the same"}
BY_ITSELF = 20_000  # photos; a check of more is begun by a person


def show(dataset: Dataset, found: Quality | None) -> None:
    """The sentences; or how far the check is, why it did not come to its end, or the way to begin it."""
    if not dataset.ok:
        return
    if found is not None:
        with st.container(key="health", gap="xxsmall"):
            for place, sentence in enumerate(words.health(found, dataset)):
                st.markdown(f"**{plain(sentence)}**" if not place and found.findings else plain(sentence))
    state = jobs.state(checking.job_dir(dataset))
    if state.active:
        _live(dataset)
    elif found is not None:
        _checked(dataset, found, state)
    elif not _begins_by_itself(dataset):
        _not_yet(dataset, state)
    else:
        note("A look at the photos is about to begin.")


def begin_by_itself(dataset: Dataset) -> None:
    """Begins the check of a dataset that nobody has opened before; for the end of the page, which is seen by then."""
    if _begins_by_itself(dataset):
        _begin(dataset)


def _begins_by_itself(dataset: Dataset) -> bool:
    return (
        0 < dataset.ok <= BY_ITSELF
        and load_settings().check_by_itself
        and jobs.state(checking.job_dir(dataset)).started_at is None
        and load_quality(dataset) is None
    )


def _checked(dataset: Dataset, found: Quality, state: jobs.JobState) -> None:
    """When that was, and how to do it again."""
    if state.status in ("failed", "died") and (state.started_at or 0) > found.checked_at:
        _failed(dataset, state)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"{count(found.photos, 'photo')} checked {moment(found.checked_at)}"
        st.markdown(f":small[:gray[{said}]]", width="content")
        if keeps() and st.button(":small[Check again]", type="tertiary", key="check_again"):
            _begin(dataset)


def _not_yet(dataset: Dataset, state: jobs.JobState) -> None:
    if not keeps():
        note("Nobody has had these photos checked.")
        return
    if state.status == "stopped":
        note("You stopped the check. What it had looked at already is not looked at twice.")
    elif state.status == "done":
        note("The photos were checked, but what was found is not here any more.")
    elif state.started_at is not None:
        _failed(dataset, state)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Check the photos", key="check_photos"):
            _begin(dataset)
        takes = duration(checking.expected_seconds(dataset))
        note(f"Finds copies, wrong names, blurred and empty photos, and what would mend them. That takes {takes}.")


def _failed(dataset: Dataset, state: jobs.JobState) -> None:
    watching.failed(checking.job_dir(dataset), state, "Check the photos again.")


def _begin(dataset: Dataset) -> None:
    """Begins a check and shows it. Does not return."""
    with suppress(JobActive):  # begun from another window
        checking.start_check(dataset.id)
    st.rerun()


@st.fragment(run_every=TICK_S)
def _live(dataset: Dataset) -> None:
    with calm():
        job_dir = checking.job_dir(dataset)
        if not jobs.state(job_dir).active:
            st.rerun()
        now = progress.now(job_dir)
        progress.bar(job_dir, now, _how_far(now), "Stop", "stop_check")
        st.space("xsmall")


def _how_far(now: dict[str, Any] | None) -> str:
    if now is None:
        return "Looking for what is wrong with the photos. You can leave this page; it goes on."
    done = f"{now['done']:,} of {now['total']:,}" if now["total"] > 1 else None
    left = f"{duration(now['left_s'])} left" if now.get("left_s") else None
    return facts(STAGES.get(now["stage"], "Looking at the photos"), done, left)
