"""A training that people watch: its news, how far it is, and the buttons that steer it."""

import numpy as np
import streamlit as st

from core.training.live import Live, live
from core.training.runs import Run, continue_run, list_runs, load_run, pause_run, stop_run
from ui import coach, curves, network, pickers
from ui.frame import calm, facts, heading, keeps, note, title_row
from ui.words import count, duration, per_100, plain

TICK_S = 0.7
ROUND_HELP = "A round (epoch) is once through all the photos it learns from."
TITLE_PX = 750  # leaves room for the button beside it; on a phone that goes below
HELD_BACK = "Counted on photos it does not learn from"


@st.fragment(run_every=TICK_S)
def watch(run_id: str) -> None:
    """An active training, up to date; ends in a full rerun when it ends."""
    with calm():
        run = load_run(run_id)
        if not run.state.active:
            st.rerun()
        now = live(run)
        with title_row():
            with st.container(width=TITLE_PX):
                heading("Train", plain(now.title), coach.joined(lead(run, now), coach.advice(now, run.recipe)))
            if keeps() and st.button("Teach another", key="teach_another"):
                pickers.teach_another(run.dataset_id)
        left, right = st.columns([64, 36], vertical_alignment="bottom", gap="medium")
        with left:
            note(_facts(run, now), help=ROUND_HELP if now.phase in ("learning", "paused", "stopping") else None)
            st.progress(_progress(now))
        with right:
            if keeps():
                _steering(run, now)
        curves.two_curves(now)
        curves.eight_photos(
            run, now, "What it says now", "Eight photos it does not learn from, asked again after every round."
        )
        network.under_the_hood(now)


def lead(run: Run, now: Live) -> str:
    """The sentence under the title: on what the news rests, and where it started."""
    source = f"From **{plain(run.dataset_name)}**"
    if now.phase in ("suspects", "done", "stopped") and now.result:
        photos_tested = count(now.result["test"]["photos"], "photo")
        return f"Measured on {photos_tested} it never saw while learning. {source}."
    if not now.epoch_rows:
        return f"{source}. You can leave this page; it goes on." if run.state.active else f"{source}."
    began = per_100(now.epoch_rows[0]["val_accuracy"])
    latest = per_100(now.epoch_rows[-1]["val_accuracy"])
    counted = HELD_BACK  # the title says how often
    if now.phase != "learning":
        counted = f"Right on {latest} of 100 photos it does not learn from, so far"
    return f"{counted}. It started at {began}." if began != latest else f"{counted}."


def _steering(run: Run, now: Live) -> None:
    """Pause or go on, and stop."""
    over = now.phase in ("stopping", "saving", "testing")  # of "suspects" it is the looking that can be stopped
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if now.phase == "paused":
            if st.button("Go on", key="continue_run"):
                continue_run(run.id)
                st.rerun(scope="fragment")
        elif now.phase not in ("waiting", "suspects") and st.button("Pause", disabled=over, key="pause_run"):
            pause_run(run.id)
            st.rerun(scope="fragment")
        paused = _paused_before(run) if now.phase == "waiting" else None
        if paused is not None and st.button("To the paused one", key="to_paused"):
            pickers.choose("run", paused.id)
            st.rerun()
        said = {"waiting": "Take it out", "stopping": "Stopping", "suspects": "Stop looking"}
        if st.button(said.get(now.phase, "Stop and keep the best"), disabled=over, key="stop_run"):
            stop_run(run.id)
            st.rerun(scope="fragment")


def _paused_before(run: Run) -> Run | None:
    """The paused training that this one waits for."""
    if not run.state.ahead:
        return None
    return next((other for other in list_runs(include_series=True) if other.state.status == "paused"), None)


def _progress(now: Live) -> float:
    if now.getting_ready is None:
        return now.progress
    _, done, total = now.getting_ready
    return done / total if total else 0.0


def in_digits(number: float) -> str:
    """Two digits that count, without an exponent: 0.00006."""
    return np.format_float_positional(float(f"{number:.2g}"), trim="-")


def _facts(run: Run, now: Live) -> str:
    if now.phase in ("learning", "paused"):
        left = f"{duration(now.seconds_left)} left" if now.seconds_left is not None else None
        pace = f"{now.photos_per_s:,.0f} photos a second" if now.photos_per_s and now.phase == "learning" else None
        rate = f"step size {in_digits(now.learning_rate)}" if now.learning_rate else None
        return facts(f"Round (epoch) {now.epoch} of {now.epochs}", left, pace, rate)
    if now.phase == "waiting" and run.state.ahead is None:
        return run.state.message or "It begins as soon as one of the cluster's computers is free"
    if now.phase == "waiting":
        return "Trainings run one at a time, in the order in which they were started"
    if now.getting_ready is not None:
        stage, done, total = now.getting_ready
        if stage == "download":
            return f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"
        return f"{done:,} of {count(total, 'photo')}"
    if now.phase == "head":
        return "First only the names, with the eyes as they are; then the eyes learn too"
    if now.phase == "suspects":
        return "The model is ready. Now it looks for photos that may bear the wrong name"
    if now.phase in ("starting", "loading"):
        return "A few seconds, while the network is built"
    return f"{count(len(now.epoch_rows), 'round')} of {now.epochs}"
