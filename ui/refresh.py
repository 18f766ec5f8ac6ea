"""A look at a dataset's source on a later day: its progress, what changed, and whether to take it.

`?changes=yes` in the address shows it instead of the photos. The draft is found on the disk: a reload loses nothing.
"""

from typing import Any

import streamlit as st

from core import jobs
from core.data import refresh
from core.data.difference import Difference
from core.data.store import Dataset
from ui import changes, pickers, progress, undo, watching
from ui.frame import calm, facts, heading, keeps, problem
from ui.words import count, day, duration, plain

KEY = "changes"
TICK_S = 0.7


def offer(dataset: Dataset) -> None:
    """The button that looks at the source again, where it may be another today."""
    if refresh.can_refresh(dataset) and st.button(
        "Look for changes",
        icon=":material/sync:",
        key="look_for_changes",
        help="Looks at the same source again and shows what is new, gone or renamed. Only new photos are fetched.",
    ):
        refresh.start_refresh(dataset.id)
        _open()


def notice(dataset: Dataset) -> None:
    """A line on the dataset's page while somebody looks, or while nobody has decided yet."""
    draft = refresh.draft_of(dataset.id) if keeps() else None
    if draft is None:
        return
    if draft.finished:
        line, button = f"Its source was looked at {day(draft.created_at)}.", "See what changed"
    elif jobs.state(draft.job_dir).active:
        line, button = "Its source is being looked at again.", "Watch"
    else:
        line, button = "A look at its source did not come to its end.", "See why"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":gray[{line}]", width="content")
        if st.button(button, type="tertiary", key="see_changes"):
            _open()


def is_open(dataset: Dataset) -> bool:
    """Whether the address asks for the look, and there is one."""
    if KEY not in st.query_params or not keeps():
        return False
    if refresh.draft_of(dataset.id) is not None:
        return True
    del st.query_params[KEY]
    return False


def show(dataset: Dataset) -> None:
    """How the look stands, or what it has found."""
    draft = refresh.draft_of(dataset.id)
    if draft is None:
        st.rerun()
    if draft.finished:
        _found(dataset, draft)
    elif jobs.state(draft.job_dir).active:
        _looking(dataset, draft)
    else:
        _broken_off(dataset, draft)


@st.fragment(run_every=TICK_S)
def _looking(dataset: Dataset, draft: Dataset) -> None:
    with calm():
        state = jobs.state(draft.job_dir)
        if not state.active:
            st.rerun()
        now = progress.now(draft.job_dir)
        heading("Dataset", "Looking for changes", f"In {plain(dataset.name)}. You can leave this page; it goes on.")
        progress.bar(draft.job_dir, now, _progress(now), "Cancel", "cancel_look")
        if st.button("Back to the photos", type="tertiary", key="back_to_photos"):
            _close()


def _progress(now: dict[str, Any] | None) -> str:
    if now is None:
        return "Reading the source"
    rate = now.get("rate_per_s") or 0.0
    left = f"{duration((now['total'] - now['done']) / rate)} left" if rate else None
    return facts(f"{now['done']:,} of {count(now['total'], 'row')}", left)


def _broken_off(dataset: Dataset, draft: Dataset) -> None:
    state = jobs.state(draft.job_dir)
    heading("Dataset", "The look is not done", f"{plain(dataset.name)} is as it was. Nothing is lost.")
    if state.status == "stopped":
        st.info("You stopped it. What was looked at already is not looked at twice.", icon=":material/pause_circle:")
    else:
        problem(state.message)
    with st.container(horizontal=True):
        if st.button("Go on" if state.status == "stopped" else "Look again", type="primary"):
            refresh.start_refresh(dataset.id)
            st.rerun()
        if st.button("Leave it as it was"):
            _leave(dataset, draft)
    watching.log_of(draft.job_dir, state)


def _found(dataset: Dataset, draft: Dataset) -> None:
    found = _difference(draft, draft.id, dataset.fingerprint)
    if found.is_empty:
        refresh.drop(draft.id)
        same = f"All {count(dataset.rows, 'row')} of {plain(dataset.name)} are what they were."
        heading("Dataset", "Nothing has changed", same)
        st.button(
            "Back to the photos", type="primary", key="back_to_photos"
        )  # the draft is gone, so any click leads there
        return
    heading(
        "Dataset",
        changes.headline(found),
        f"In {plain(dataset.name)}, looked at {day(draft.created_at)}. What tests it stays what it was; new photos are "
        "for learning.",
    )
    with st.container(horizontal=True):
        if st.button("Take the changes", type="primary"):
            refresh.accept(draft.id)
            pickers.choose("dataset", draft.id)
            _close()
        if st.button("Leave it as it was"):
            _leave(dataset, draft)
        if st.button("Decide later", type="tertiary"):
            _close()
    changes.show(found, dataset, draft)


@st.cache_resource(max_entries=4, show_spinner="Comparing")
def _difference(_draft: Dataset, draft_id: str, fingerprint: str) -> Difference:
    return refresh.find_difference(_draft)


def _leave(dataset: Dataset, draft: Dataset) -> None:
    token = refresh.drop(draft.id)
    undo.offer(token, f"{dataset.name} stays as it was.")
    _close()


def _open() -> None:
    st.query_params[KEY] = "yes"
    st.rerun()


def _close() -> None:
    st.query_params.pop(KEY, None)
    st.rerun()
