"""Earlier trainings: a number and a line each, and all of them over one another."""

from dataclasses import dataclass

import streamlit as st

from core import jobs
from core.charts import runs_overlay
from core.training.runs import Run, delete_run, history, list_runs, result
from ui import pickers, undo
from ui.figures import chart
from ui.frame import muted, section
from ui.words import day, of_100, plain, took

SHOWN = 6
OVERLAID = 20
STATES = {"stopped": "stopped", "failed": "could not go on", "died": "broke off", "waiting": "waiting"}


@dataclass(frozen=True)
class Past:
    """What is shown of a run beside others."""

    accuracy: float | None  # on the test part; None before its end
    checking: list[float]  # how often it was right on photos held back, by round
    seconds: list[float]  # of each round
    photos: int  # that it learns from


def show() -> None:
    """The newest runs. Nothing while there is none."""
    runs = list_runs()
    if not runs:
        return
    section("Earlier", "How often each was right, round by round.")
    with st.grid(3, min_column_width=240, gap=(24, 24)):
        for run in runs[:SHOWN]:
            with st.container(gap="xxsmall"):
                _card(run)
    _overlay(runs)


def pace(recipe_name: str) -> float | None:
    """Seconds a photo and round, from the newest finished run of that recipe on this computer; None without one."""
    for run in list_runs():
        if run.recipe.name == recipe_name and run.state.status == "done":
            found = _past(run)
            if found.seconds and found.photos:
                return sum(found.seconds) / len(found.seconds) / found.photos
    return None


def usual(dataset_id: str, recipe_name: str) -> tuple[float, float] | None:
    """Between what the accuracy of the earlier runs on these photos lay; None without one."""
    alike = [run for run in list_runs() if run.dataset_id == dataset_id and run.recipe.name == recipe_name]
    found = [accuracy for run in alike if (accuracy := _past(run).accuracy) is not None]
    return (min(found), max(found)) if found else None


def _card(run: Run) -> None:
    found = _past(run)
    if found.accuracy is not None:
        value = of_100(found.accuracy)
    else:
        value = "learning" if run.state.status in ("running", "starting") else STATES.get(run.state.status, "stopped")
    line = found.checking if len(found.checking) > 1 else None
    st.metric(f"{plain(run.name)}, {day(run.created_at)}", value, chart_data=line, border=True)
    with st.container(horizontal=True, gap="small"):
        if st.button("Watch" if run.state.active else "Have a look", type="tertiary", key=f"look_{run.id}"):
            pickers.choose("run", run.id)
            st.rerun()
        if not run.state.active and st.button("Delete", type="tertiary", key=f"delete_{run.id}"):
            token = delete_run(run.id)
            pickers.forget("run")
            undo.offer(token, f"{run.name} is deleted, with its model.")
            st.rerun()


def _overlay(runs: list[Run]) -> None:
    curves = {}
    for number, run in enumerate(runs[:OVERLAID], start=1):
        found = _past(run)
        if len(found.checking) > 1:
            curves[f"{run.name} · {took(sum(found.seconds))} · {number}"] = found.checking
    if len(curves) > 1:
        section("All over one another", "The newest in colour, the others in grey. On photos held back (validation).")
        figure = runs_overlay(curves, next(iter(curves)))
        chart(figure, 260, "runs_overlay", f"Accuracy by round of {len(curves)} trainings")
    if len(runs) > SHOWN:
        muted(f"and {len(runs) - SHOWN} before")


def _past(run: Run) -> Past:
    """Read again only when something has happened since."""
    events_path = run.job_dir / "events.jsonl"
    return _read_once(run, run.id, events_path.stat().st_size if events_path.exists() else 0)


@st.cache_data(max_entries=256, show_spinner=False)
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
