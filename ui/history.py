"""All trainings in a table: filtered, chosen, put over one another or side by side."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.charts import FEW, runs_in_colour, runs_overlay
from core.training.recipe import RECIPES
from core.training.runs import Run
from ui import compare, earlier, keeping, pickers, recipes
from ui.figures import chart
from ui.frame import keeps, muted, section
from ui.words import day, per_100, plain, took

OVERLAID = 20
CHOSEN = "runs"  # in the address: the chosen ones
ROW_PX = 35
MAX_ROWS = 10  # higher than that, the table scrolls


def show(runs: Sequence[Run]) -> None:
    """The table and what is chosen in it. Nothing as long as there is at most one run."""
    if len(runs) < 2:
        return
    section("All trainings", "Choose one to work with it, two to see what made the difference, more to lay them over.")
    words = st.text_input(
        "Filter",
        placeholder="Filter: a name, a recipe, photos, a note",
        label_visibility="collapsed",
        key="filter_runs",
    )
    found = [run for run in runs if _holds(run, words)]
    if not found:
        muted("None has all of these words.")
        return
    chosen = _table(found, words)
    st.query_params.update({CHOSEN: ",".join(run.id for run in chosen)}) if chosen else st.query_params.pop(
        CHOSEN, None
    )
    if len(chosen) == 1:
        _one(chosen[0])
        return
    _overlay(chosen or found, bool(chosen))
    if len(chosen) == 2:
        compare.side_by_side(*chosen)


def _holds(run: Run, words: str) -> bool:
    text = " ".join((run.name, run.dataset_name, RECIPES[run.recipe.name].title, run.recipe.name, run.note)).lower()
    return all(word in text for word in words.lower().split())


def _table(runs: list[Run], words: str) -> list[Run]:
    pasts = [earlier.past(run) for run in runs]
    rows = pd.DataFrame(
        {
            "Name": [run.name for run in runs],
            "Right on": [None if past.accuracy is None else per_100(past.accuracy) for past in pasts],
            "By round": [past.checking for past in pasts],
            "How it stands": [earlier.STATES[run.state.status] for run in runs],
            "Recipe": [RECIPES[run.recipe.name].title for run in runs],
            "Photos": [run.dataset_name for run in runs],
            "Took": [took(sum(past.seconds)) if past.seconds else "" for past in pasts],
            "When": [day(run.created_at) for run in runs],
            "Note": [run.note for run in runs],
        }
    )
    if len({run.dataset_id for run in runs}) == 1:
        rows = rows.drop(columns="Photos")
    named = st.query_params.get(CHOSEN, "").split(",")
    event = st.dataframe(
        rows,
        hide_index=True,
        height=ROW_PX * (min(len(runs), MAX_ROWS) + 1) + 3,
        column_config={
            "Name": st.column_config.TextColumn(width="medium"),
            "Right on": st.column_config.NumberColumn(
                "Right on", format="%.0f of 100", width=90, help="Accuracy on the test photos."
            ),
            "By round": st.column_config.LineChartColumn(
                "Round by round", y_min=0, y_max=1, width=120, help="Accuracy on photos held back (validation)."
            ),
            "How it stands": st.column_config.TextColumn(width=115),
            "Recipe": st.column_config.TextColumn(width=110),
            "Photos": st.column_config.TextColumn(width=140, help="What it learned from."),
            "Took": st.column_config.TextColumn(width="small"),
            "When": st.column_config.TextColumn(width=95),
            "Note": st.column_config.TextColumn(width="medium"),
        },
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [place for place, run in enumerate(runs) if run.id in named]}},
        key=f"runs_{hash((words, tuple(run.id for run in runs)))}",  # other rows, another choice
        alt="All trainings, with how often each was right",
    )
    return [runs[place] for place in event["selection"]["rows"] if place < len(runs)]


def _one(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(plain(run.name), anchor=False, width="content")
        if st.button("Watch" if run.state.active else "Have a look", key="look_chosen"):
            pickers.choose("run", run.id)
            st.rerun()
        if not keeps():
            return
        if st.button("Run again with …", key="again_chosen"):
            recipes.begin_again(run)
        keeping.more(run, "chosen")


def _overlay(runs: Sequence[Run], chosen: bool) -> None:
    most = FEW if chosen else OVERLAID
    curves = {}
    for number, run in enumerate(runs[:most], start=1):
        found = earlier.past(run)
        if len(found.checking) > 1:
            curves[f"{run.name} · {number}" if run.name in curves else run.name] = found.checking
    if len(curves) < 2:
        return
    with st.container(gap="xxsmall"):
        st.subheader("Over one another", anchor=False)
        muted(
            "On photos held back (validation), round by round."
            + ("" if chosen else f" In colour: {plain(next(iter(curves)))}.")
        )
    figure = runs_in_colour(curves) if chosen else runs_overlay(curves, next(iter(curves)))
    chart(figure, 260, "runs_overlay", f"Accuracy by round of {len(curves)} trainings")
    if len(runs) > most:
        muted(f"and {len(runs) - most} more")
