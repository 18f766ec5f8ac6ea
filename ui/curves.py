"""How a training goes, in figures: its two curves, its step size, and what it says of eight photos."""

from math import ceil

import streamlit as st

from core.charts import Curve, accuracy_curve, loss_curve
from core.data.store import Dataset, load_dataset
from core.errors import NotFound
from core.training.live import Live
from core.training.runs import Run
from ui import photos
from ui.figures import TWO_LINES, chart
from ui.frame import muted, note, section
from ui.words import plain

ENDED = ("done", "stopped", "failed", "died")
CURVE_HEIGHT = 226  # so that news, curves and photos fit on 900 pixels
VARIED = "Photos it learns from are often varied and so harder: the held-back line may then be the better one."
RIGHT_HELP = f"Accuracy: of 100 photos, how many it names rightly. Higher is better. {VARIED}"
WRONG_HELP = (
    "Loss (cross-entropy): how far it is from the truth; being sure and wrong costs most. Lower is better. " + VARIED
)


def two_curves(now: Live) -> None:
    """How often it is right, and how wrong it is. Nothing for what ended before it began."""
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


def eight_photos(run: Run, now: Live, title: str, line: str) -> None:
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


def _curve(now: Live, column: int, learning: str, checking: str) -> Curve:
    return Curve(
        batches=[(point[0], point[column]) for point in now.points],
        learning=[row[learning] for row in now.epoch_rows],
        checking=[row[checking] for row in now.epoch_rows],
        rounds=rounds_shown(now),
    )


def rounds_shown(now: Live) -> int:
    """What the axis spans: the plan while the line still grows, then what was finished."""
    if now.phase not in ENDED:
        return now.epochs
    return max(1, len(now.epoch_rows), ceil(now.points[-1][0]) if now.points else 0)


def _dataset_or_none(run: Run) -> Dataset | None:
    try:
        return load_dataset(run.dataset_id)
    except NotFound:
        return None
