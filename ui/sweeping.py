"""Let it try several: which knobs to turn, where to, and for how long."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from core.data.store import Dataset
from core.errors import RecipeInvalid, SeriesInvalid
from core.training.knobs import Knob, num_combinations, suggested_knobs
from core.training.recipe import CHOICES, RANGES, SWITCHES, Recipe
from core.training.sweep import start_sweep
from ui import knobs, recipes, serial
from ui.frame import calm, muted, note, problem
from ui.words import count, duration

SEARCHES = {"random": "by lot", "grid": "all", "guided": "guided"}
TRIALS, MINUTES = 12, 60.0


def setting_up(dataset: Dataset, recipe: Recipe) -> None:
    """What a sweep needs to be told, and the button that starts it."""
    with st.expander("Let it try several :small[:gray[sweep]]", key="sweeping"), calm():
        muted("It turns the knobs that you choose, teaches one after another, and says which place was best.")
        offered = {name: knob for name, knob in suggested_knobs(recipe).items() if knobs.has(recipe, name)}
        chosen = st.multiselect(
            "Which knobs", [*offered], ["learning_rate"], format_func=knobs.title, key="swept", persist_state="session"
        )
        if not chosen:
            note("Choose one or more.")
            return
        with st.grid(3, min_column_width=230, gap=(16, 24)):
            wanted = [_values(offered[name]) for name in chosen]
        with st.grid(3, min_column_width=230, gap=(16, 24)):
            search = st.segmented_control(
                "How it chooses :small[:gray[search]]", [*SEARCHES], default="random", required=True,
                format_func=SEARCHES.__getitem__, key="sweep_search",
                help="By lot finds more in the same time than all combinations (grid). "
                "Guided looks again where it went well (TPE).",
            )  # fmt: skip
            trials = st.number_input(
                "Trainings at most", value=TRIALS, step=1, key="sweep_trials", disabled=search == "grid",
                help="A grid has as many as it has combinations.",
            )  # fmt: skip
            minutes = st.number_input(
                "Minutes in all :small[:gray[time budget]]", value=MINUTES, step=5.0, format="%g", key="sweep_minutes",
                help="It ends then with what it has. 0: as long as it takes.",
            )  # fmt: skip
        planned = num_combinations(wanted) if search == "grid" else min(trials, num_combinations(wanted))
        if st.button("Try them", key="start_sweep"):
            with said():
                asked = start_sweep(dataset.id, recipe, wanted, search=search, trials=int(trials), minutes=minutes)
                serial.look_at(asked)
        _how_long(dataset, recipe, planned, minutes)


@contextmanager
def said() -> Iterator[None]:
    """Says what a sweep refuses by the names that the knobs have on the page."""
    try:
        yield
    except (RecipeInvalid, SeriesInvalid) as error:
        problem(knobs.said_of(error, written=True))


def _how_long(dataset: Dataset, recipe: Recipe, planned: float, minutes: float) -> None:
    each = recipes.expected_seconds(dataset, recipe)
    if not 1 <= planned < float("inf"):
        return
    line = count(int(planned), "training")
    if each is not None:
        seconds = planned * each
        line += f", {duration(seconds)} in all" if not minutes or seconds < 60 * minutes else ", as many as fit"
    note(line)


def _values(knob: Knob) -> Knob:
    """Where to turn a knob: choices to tick, or numbers as one writes them, "16, 32" or "0.0001 to 0.01"."""
    label, key = knobs.title(knob.name), f"swept_{knob.name}"
    if knob.name in CHOICES or knob.name in SWITCHES:
        options: Sequence[Any] = CHOICES.get(knob.name, (False, True))
        chosen = st.multiselect(
            label, options, list(knob.values), format_func=lambda each: knobs.SAID.get(each, str(each)), key=key
        )
        return Knob(knob.name, tuple(chosen))
    written = st.text_input(label, _written(knob), key=key, help="Numbers with commas, or “from to”: 0.0001 to 0.01")
    return _read(knob.name, written)


def _written(knob: Knob) -> str:
    return " to ".join(f"{end:g}" for end in knob.ends) if knob.is_range else ", ".join(f"{v:g}" for v in knob.values)


def _read(name: str, written: str) -> Knob:
    """The knob that somebody wrote down.

    Raises:
        SeriesInvalid: these are no numbers.
    """
    whole = RANGES[name].whole
    ends = re.split(r"\s+to\s+|\s*…\s*", written.strip())
    try:
        if len(ends) == 2:
            return Knob(name, lowest=float(ends[0]), highest=float(ends[1]))
        numbers = [float(each) for each in re.split(r"[,;\s]+", written.strip()) if each]
    except ValueError as error:
        raise SeriesInvalid(
            f"{knobs.plain_title(name)}: write numbers with commas, such as 0.001, 0.01, or a range, such as "
            f"0.0001 to 0.01. Received: {written}"
        ) from error
    return Knob(name, tuple(int(each) if whole and each.is_integer() else each for each in numbers))
