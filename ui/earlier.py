"""What earlier trainings tell: how good each was, how it stands, and the newest as cards."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core import jobs
from core.training.recipe import Recipe
from core.training.runs import Run, history, result
from ui import knobs, pickers
from ui.frame import section
from ui.words import day, of_100, plain

CARDS = 3
STATES = {
    "running": "learning",
    "starting": "learning",
    "stopped": "stopped",
    "failed": "could not go on",
    "died": "broke off",
    "waiting": "waiting",
    "paused": "paused",
    "stopping": "stopping",
    "done": "done",
}


@dataclass(frozen=True)
class Past:
    """What is shown of a run beside others."""

    accuracy: float | None  # on the test part; None before its end
    checking: list[float]  # how often it was right on photos held back, by round
    seconds: list[float]  # of each round
    photos: int  # that it learns from


def show(runs: Sequence[Run], but: str | None = None) -> None:
    """The newest that have ended, as cards. Nothing while there is none.

    Args:
        runs: newest first.
        but: the id of the one that is being looked at anyway.
    """
    runs = [run for run in runs if not run.state.active and run.id != but]
    runs = [run for run in runs if past(run).checking]  # what ended before its first round says nothing
    if not runs:
        return
    section("Earlier", "How often each was right, round by round.")
    with st.grid(CARDS, min_column_width=240, gap=(24, 24)):
        for run in runs[:CARDS]:
            with st.container(gap="xxsmall"):
                _card(run)


def past(run: Run) -> Past:
    """Read again only when something has happened since."""
    events_path = run.job_dir / "events.jsonl"
    return _read_once(run, run.id, events_path.stat().st_size if events_path.exists() else 0)


def standing(run: Run) -> str:
    """How good it was, else how it stands: "85 of 100", "learning"."""
    accuracy = past(run).accuracy
    return STATES[run.state.status] if accuracy is None else of_100(accuracy)


def usual(runs: Sequence[Run], dataset_id: str, recipe: Recipe) -> tuple[float, float] | None:
    """Between what the accuracy of the earlier runs on these photos lay; None without one."""
    alike = [run for run in runs if run.dataset_id == dataset_id and knobs.variant(run.recipe) == knobs.variant(recipe)]
    found = [accuracy for run in alike if (accuracy := past(run).accuracy) is not None]
    return (min(found), max(found)) if found else None


def _card(run: Run) -> None:
    found = past(run)
    line = found.checking if len(found.checking) > 1 else None
    st.metric(f"{plain(run.name)}, {day(run.created_at)}", standing(run), chart_data=line, border=True)
    if st.button("Have a look", type="tertiary", key=f"look_{run.id}"):
        pickers.choose("run", run.id)
        st.rerun()


@st.cache_data(max_entries=512, show_spinner=False)
def _read_once(_run: Run, run_id: str, size: int) -> Past:
    rounds = history(_run)
    ended = result(_run)
    plans = jobs.events(_run.job_dir, "plan")
    return Past(
        accuracy=None if ended is None else ended["test"]["accuracy"],
        checking=rounds["val_accuracy"].tolist(),
        seconds=rounds["seconds"].tolist(),
        photos=int(plans[-1]["photos"]) if plans else 0,
    )
