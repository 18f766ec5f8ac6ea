"""A dataset on its way: how far it is, how fast, and what to do when it broke off."""

from typing import Any

import streamlit as st

from core import jobs
from core.data.making import latest_photos
from core.data.store import Dataset, delete_dataset, resume_dataset
from ui import photos, pickers, progress, tour, undo
from ui.frame import calm, facts, heading, keeps, problem
from ui.words import count, duration, megabytes, plain

TICK_S = 0.7
ARRIVING = 16
SET_ASIDE = {
    "unreachable": "not reached",
    "refused": "not fetched on purpose",
    "not_an_image": "no picture",
    "too_large": "too large",
    "too_small": "too small",
    "damaged": "damaged",
    "no_address": "without an address",
    "no_label": "without a name",
}
STAGES = {"download": "Downloading", "photos": "Collecting photos", "settling": "Looking for copies"}


def show(dataset: Dataset) -> None:
    """The state of a dataset that is not finished."""
    if jobs.state(dataset.job_dir).active:
        _live(dataset)
    else:
        _broken_off(dataset)


@st.fragment(run_every=TICK_S)
def _live(dataset: Dataset) -> None:
    with calm():
        state = jobs.state(dataset.job_dir)
        if not state.active:
            st.rerun()
        now = progress.now(dataset.job_dir)
        heading(
            "Dataset", _title(now, state.status), f"For **{plain(dataset.name)}**. You can leave this page; it goes on."
        )
        progress.bar(dataset.job_dir, now, _facts(now), "Cancel", "cancel_making")
        _arriving(dataset)


def _arriving(dataset: Dataset) -> None:
    """The newest photos, as they come."""
    if paths := latest_photos(dataset, ARRIVING):
        st.space("xsmall")
        with st.grid(8, min_column_width=76, gap=(12, 10)):
            for path in paths:
                st.image(photos.tile(str(path), width_px=220), width="stretch", alt="A photo that just came")


def _broken_off(dataset: Dataset) -> None:
    state = jobs.state(dataset.job_dir)
    now = progress.last(dataset.job_dir)
    without_photos = state.status != "stopped" and tour.could_not_be_had(dataset)
    half_made = "It is half-made. What is here already is not fetched again."
    heading("Dataset", plain(dataset.name), "Its photos could not be had." if without_photos else half_made)
    if state.status == "stopped":
        st.info(f"You stopped it. {_so_far(now)}", icon=":material/pause_circle:")
    else:
        problem(f"{state.message} {_so_far(now)}")
    if not keeps():
        return
    with st.container(horizontal=True):
        if without_photos:
            _offer_drawn(dataset)
        if st.button("Try again" if without_photos else "Go on", type="secondary" if without_photos else "primary"):
            resume_dataset(dataset.id)
            st.rerun()
        if st.button("Other photos", type="tertiary"):
            pickers.go("dataset", dataset=pickers.NEW)
        if st.button("Delete it"):
            token = delete_dataset(dataset.id)
            pickers.forget("dataset")
            undo.offer(token, f"{dataset.name} is deleted.")
            st.rerun()
    if state.status != "stopped" and (log := jobs.log_tail(dataset.job_dir)):
        with st.expander("What happened"):
            st.code(log, language=None, wrap_lines=True)


def _offer_drawn(dataset: Dataset) -> None:
    """The drawn sample, which needs no network, in place of one whose download did not come."""
    if st.button("Take the drawn clothes instead", type="primary"):
        drawn = tour.dataset_id()
        token = delete_dataset(dataset.id)
        pickers.choose("dataset", drawn)
        undo.offer(token, f"{dataset.name} is deleted.")
        st.rerun()


def _title(now: dict[str, Any] | None, status: str) -> str:
    if status == "stopping":
        return "Stopping, and keeping what is here"
    if now is None:
        return "Getting ready"
    if now["stage"] == "photos":
        return f"{now['done']:,} of {now['total']:,} photos are here"
    return STAGES.get(now["stage"], "Getting ready")


def _facts(now: dict[str, Any] | None) -> str:
    if now is None:
        return "Looking at what there is"
    if now["stage"] == "download":
        total = f" of {megabytes(now['total'])}" if now["total"] else ""
        return f"{megabytes(now['done'])}{total}, only this once"
    rate = now.get("rate_per_s") or 0.0
    left = f"{duration((now['total'] - now['done']) / rate)} left" if rate else None
    return facts(left, f"{count(round(rate), 'photo')} a second" if rate >= 1 else None, _set_aside(now))


def _set_aside(now: dict[str, Any]) -> str | None:
    """3 rows set aside: 2 not reached, 1 no picture."""
    if not now.get("failed"):
        return None
    kinds = [f"{rows:,} {SET_ASIDE.get(status, status)}" for status, rows in now.get("set_aside", {}).items()]
    return f"{count(now['failed'], 'row')} set aside: {', '.join(kinds)}"


def _so_far(now: dict[str, Any] | None) -> str:
    if now is None or now["stage"] != "photos":
        return "No photo is here yet."
    return f"{now['done']:,} of {now['total']:,} rows are done."
