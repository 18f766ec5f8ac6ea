"""A training that people watch: its news, its two curves, and what it says of eight photos."""

from typing import Any

import streamlit as st

from core import jobs
from core.charts import Curve, accuracy_curve, loss_curve
from core.data.store import Dataset, load_dataset
from core.errors import NotFound
from core.training.live import Live, live
from core.training.runs import Run, load_run, resume_run, start_run, stop_run
from ui import photos, pickers
from ui.figures import TWO_LINES, chart
from ui.frame import calm, facts, heading, muted, note, problem, section
from ui.words import count, duration, in_words, of_100, per_100, plain, took

TICK_S = 0.7
CURVE_HEIGHT = 250
ROUND_HELP = "A round (epoch) is once through all the photos it learns from."
RIGHT_HELP = "Accuracy: of 100 photos, how many it names rightly. Higher is better."
WRONG_HELP = "Loss (cross-entropy): how far it is from the truth; being sure and wrong costs most. Lower is better."
HELD_BACK = "Counted on photos it does not learn from"


@st.fragment(run_every=TICK_S)
def watch(run_id: str) -> None:
    """An active training, up to date; ends in a full rerun when it ends."""
    with calm():
        run = load_run(run_id)
        if not run.state.active:
            st.rerun()
        now = live(run)
        heading("Train", plain(now.title), _lead(run, now))
        left, right = st.columns([78, 22], vertical_alignment="bottom", gap="medium")
        with left:
            note(_facts(now), help=ROUND_HELP if now.phase in ("learning", "stopping") else None)
            st.progress(now.progress)
        with right:
            _stop_button(run, now)
        _curves(now)
        _says(run, now, "What it says now", "Eight photos it does not learn from, asked again after every round.")


def ended(run: Run) -> None:
    """A training that has ended: the result in words, and what one can do next."""
    now = live(run)
    heading("Train", _ended_title(run, now), _lead(run, now))
    _outcome(run, now)
    _curves(now)
    _says(run, now, "What it said at the end", "Eight photos it did not learn from.")


def _stop_button(run: Run, now: Live) -> None:
    if now.phase == "waiting":
        label = "Don't wait"
    else:
        label = "Stop and keep the best" if now.phase != "stopping" else "Stopping"
    over = now.phase in ("stopping", "saving", "testing")
    if st.button(label, width="stretch", disabled=over, key="stop_run"):
        stop_run(run.id)
        st.rerun(scope="fragment")


def _outcome(run: Run, now: Live) -> None:
    if now.phase in ("failed", "died"):
        problem(now.message)
    elif not run.has_model:
        kept = f"The {count(len(now.epoch_rows), 'round')} before are kept: go on when you like."
        nothing = "It was stopped before it had learned anything worth keeping."
        st.info(f"You stopped it. {kept}" if run.can_resume else nothing, icon=":material/pause_circle:")
    else:
        seconds = now.result["seconds"] if now.result else 0.0
        st.success(
            f"**{plain(run.name)}** is ready after {count(len(now.epoch_rows), 'round')}, {took(seconds)}"
            f"{f', keeping round {now.best_epoch}' if now.best_epoch else ''}.",
            icon=":material/check:",
        )
    with st.container(horizontal=True):
        if run.has_model:
            if st.button("See the results", type="primary"):
                pickers.go("results", run=run.id)
            if st.button("Ask it"):
                pickers.go("predict", model=run.id)
        if run.can_resume and st.button(
            f"Go on from round {len(now.epoch_rows) + 1}", type="secondary" if run.has_model else "primary"
        ):
            resume_run(run.id)
            st.rerun()
        if st.button("Start again" if not run.has_model else "Teach again", type=_plain_unless(run)):
            if run.has_model:
                pickers.forget("run")
                pickers.choose("dataset", run.dataset_id)
            else:
                pickers.choose("run", start_run(run.dataset_id, run.recipe))
            st.rerun()
    log = jobs.log_tail(run.job_dir)
    if now.phase in ("failed", "died") and log:
        with st.expander("What happened"):
            st.code(log, language=None, wrap_lines=True)


def _plain_unless(run: Run) -> Any:
    return "secondary" if run.has_model or run.can_resume else "primary"


def _curves(now: Live) -> None:
    if not now.points and not now.epoch_rows and now.phase in ("waiting", "failed", "died", "stopped"):
        return
    rows = now.epoch_rows
    left, right = st.columns(2, gap="medium")
    with left:
        with st.container(gap="xxsmall"):
            st.subheader("How often it is right :small[:gray[· accuracy]]", anchor=False, help=RIGHT_HELP)
            st.markdown(TWO_LINES)
        curve = _curve(now, 2, "accuracy", "val_accuracy")
        alt = f"How often it is right, by round: held back {[round(row['val_accuracy'], 2) for row in rows]}"
        chart(accuracy_curve(curve), CURVE_HEIGHT, "accuracy_curve", alt)
    with right:
        with st.container(gap="xxsmall"):
            st.subheader("How wrong it is :small[:gray[· loss]]", anchor=False, help=WRONG_HELP)
            st.markdown(TWO_LINES)
        curve = _curve(now, 1, "loss", "val_loss")
        alt = f"How wrong it is, by round: held back {[round(row['val_loss'], 2) for row in rows]}"
        chart(loss_curve(curve), CURVE_HEIGHT, "loss_curve", alt)


def _curve(now: Live, column: int, learning: str, checking: str) -> Curve:
    return Curve(
        batches=[(point[0], point[column]) for point in now.points],
        learning=[row[learning] for row in now.epoch_rows],
        checking=[row[checking] for row in now.epoch_rows],
        rounds=now.epochs,
    )


def _says(run: Run, now: Live, title: str, line: str) -> None:
    """Eight photos held back, each with what it says: a tick, or a cross with what it is."""
    if not now.guesses:
        if now.phase == "learning":
            muted("After the first round, eight photos show here what it makes of them.")
        return
    section(title, line)
    dataset = _dataset_or_none(run)
    with st.grid(8, min_column_width=76, gap=(12, 10)):
        for guess in now.guesses:
            with st.container(gap="xxsmall"):
                path = None if dataset is None else dataset.photo_path(guess["content_hash"])
                if path is not None and photos.exists(path):
                    st.image(photos.tile(str(path), width_px=220), width="stretch", alt=guess["label"])
                right = guess["guess"] == guess["label"]
                mark = ":green[:material/check:]" if right else ":orange[:material/close:]"
                with st.container(gap=None):
                    st.markdown(f":small[{mark} {plain(guess['guess'])}]")
                    if not right:
                        note(f"it is {plain(guess['label'])}")


def _lead(run: Run, now: Live) -> str:
    source = f"From **{plain(run.dataset_name)}**"
    if now.phase in ("done", "stopped") and now.result:
        photos_tested = count(now.result["test"]["photos"], "photo")
        return f"Measured on {photos_tested} it never saw while learning. {source}."
    if not now.epoch_rows:
        return f"{source}. You can leave this page; it goes on." if run.state.active else f"{source}."
    began = per_100(now.epoch_rows[0]["val_accuracy"])
    latest = per_100(now.epoch_rows[-1]["val_accuracy"])
    return f"{HELD_BACK}. It started at {began}." if len(now.epoch_rows) > 1 and began != latest else f"{HELD_BACK}."


def _facts(now: Live) -> str:
    if now.phase == "learning":
        left = f"{duration(now.seconds_left)} left" if now.seconds_left is not None else None
        pace = f"{now.photos_per_s:,.0f} photos a second" if now.photos_per_s else None
        return facts(f"Round (epoch) {now.epoch} of {now.epochs}", left, pace)
    if now.phase == "waiting":
        return "Trainings run one at a time, in the order in which they were started"
    if now.phase in ("starting", "loading"):
        return "A few seconds, while the network is built"
    return f"{count(len(now.epoch_rows), 'round')} of {now.epochs}"


def _ended_title(run: Run, now: Live) -> str:
    if now.result:
        return f"Right on {of_100(now.result['test']['accuracy'])} photos"
    if now.phase == "died":
        done = len(now.epoch_rows)
        return (
            f"It broke off after {in_words(done)} {'round' if done == 1 else 'rounds'}"
            if done
            else "It broke off early"
        )
    return "It could not go on" if now.phase == "failed" else "Stopped"


def _dataset_or_none(run: Run) -> Dataset | None:
    try:
        return load_dataset(run.dataset_id)
    except NotFound:
        return None
