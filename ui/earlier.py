"""Earlier trainings: a number and a line each, and all of them over one another."""

import streamlit as st

from core.charts import runs_overlay
from core.training.runs import Run, delete_run, history, list_runs, result
from ui import pickers, undo
from ui.figures import chart
from ui.frame import muted, section
from ui.words import day, of_100, plain, took

SHOWN = 6
STATES = {"stopped": "stopped", "failed": "could not go on", "died": "broke off", "waiting": "waiting"}


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
        rounds = history(run)
        size = _photos(run)
        if run.recipe.name == recipe_name and run.state.status == "done" and len(rounds) and size:
            return float(rounds["seconds"].mean()) / size
    return None


def usual(dataset_id: str, recipe_name: str) -> tuple[float, float] | None:
    """Between what the accuracy of the earlier runs on these photos lay; None without one."""
    found = [result(run) for run in list_runs() if run.dataset_id == dataset_id and run.recipe.name == recipe_name]
    accuracies = [each["test"]["accuracy"] for each in found if each is not None]
    return (min(accuracies), max(accuracies)) if accuracies else None


def _card(run: Run) -> None:
    ended = result(run)
    rounds = history(run)
    if ended is not None:
        value = of_100(ended["test"]["accuracy"])
    else:
        value = "learning" if run.state.status in ("running", "starting") else STATES.get(run.state.status, "stopped")
    line = rounds["val_accuracy"].tolist()
    st.metric(
        f"{plain(run.name)}, {day(run.created_at)}", value, chart_data=line if len(line) > 1 else None, border=True
    )
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
    for number, run in enumerate(runs[:20]):
        rounds = history(run)
        if len(rounds) > 1:
            curves[f"{run.name} · {took(rounds['seconds'].sum())} · {number + 1}"] = rounds["val_accuracy"].tolist()
    if len(curves) > 1:
        newest = next(iter(curves))
        section("All over one another", "The newest in colour, the others in grey. On photos held back (validation).")
        chart(runs_overlay(curves, newest), 260, "runs_overlay", f"Accuracy by round of {len(curves)} trainings")
    elif len(runs) > SHOWN:
        muted(f"and {len(runs) - SHOWN} before")


@st.cache_data(max_entries=64, show_spinner=False)
def _photos_of(run_id: str, created_at: float) -> int:
    from core import jobs
    from core.training.runs import load_run

    plans = jobs.events(load_run(run_id).job_dir, "plan")
    return int(plans[-1]["photos"]) if plans else 0


def _photos(run: Run) -> int:
    return _photos_of(run.id, run.created_at) if not run.state.active else 0
