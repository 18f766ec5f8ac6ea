"""Turning the knobs of a recipe: their widgets by group, and the recipe as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.training.backbones import BACKBONES, is_here
from core.training.recipe import CHOICES, RANGES, SWITCHES, VARIATIONS, Recipe
from ui.frame import note
from ui.knobs import GROUPS, STRENGTH, Knob, plain_title, said, variant
from ui.words import in_words, listed

MINUTES = 10.0  # what a time budget begins with


def key(field: str, place: str) -> str:
    """Of a knob's widget. `place` is where the knobs started from: a variant, or a run."""
    return f"knob_{field}_{place}"


@dataclass(frozen=True)
class Turned:
    """The knobs as they stand on the page."""

    said: dict[str, Any]  # by field; not checked
    rooms: dict[str, DeltaGenerator]  # by group: where more can stand below its knobs


def groups(base: Recipe, place: str) -> Turned:
    """All knobs by group, as tabs.

    Args:
        base: where the knobs stand at first.
        place: keeps the knobs of different beginnings apart.
    """
    said: dict[str, Any] = {}
    rooms = {}
    for tab, (title, knobs) in zip(st.tabs([*GROUPS]), GROUPS.items(), strict=True):
        with tab:
            with st.grid(3, min_column_width=220, gap=(16, 24)):
                if title == "How long":
                    said |= _rounds_or_minutes(base, place)
                for each in knobs:
                    if variant(base) in each.of and each.field not in ("epochs", "minutes"):
                        said[each.field] = turn(each, base, place)
            if title == "Varied photos":
                if variant(base) in STRENGTH.of:
                    said["variations"] = _variations(base, place)
                else:
                    note("Borrowed eyes look at every photo once, as it is. They see varied ones when they learn too.")
            rooms[title] = st.container()
    return Turned(said, rooms)


def strength(base: Recipe, place: str) -> dict[str, Any]:
    """How much photos are varied, as a slider; nothing for a recipe that sees them as they are."""
    return {STRENGTH.field: turn(STRENGTH, base, place)} if variant(base) in STRENGTH.of else {}


def turn(knob: Knob, base: Recipe, place: str) -> Any:
    """One knob as a widget; returns what it says."""
    usual = getattr(base, knob.field)
    shared: dict[str, Any] = {"key": key(knob.field, place), "persist_state": "session"}
    if knob.field in SWITCHES:
        return st.toggle(knob.label, usual, help=knob.help, wrap=True, **shared)
    if knob.field in CHOICES:
        choices = CHOICES[knob.field]
        return st.selectbox(
            knob.label, choices, choices.index(usual), format_func=_choice, help=knob.help,
            **shared,
        )  # fmt: skip
    allowed = RANGES[knob.field]
    help_text = f"{knob.help} {str(allowed).capitalize()}."
    if knob.slider:
        return st.slider(
            knob.label, float(allowed.lowest), float(allowed.highest), float(usual), knob.step, help=help_text, **shared
        )
    if allowed.whole:
        return st.number_input(knob.label, value=int(usual), step=int(knob.step or 1), help=help_text, **shared)
    return st.number_input(knob.label, value=float(usual), step=knob.step, format="%g", help=help_text, **shared)


def _choice(name: str) -> str:
    """A choice in words; of a backbone whether it is here."""
    if name not in BACKBONES:
        return said(name)
    backbone = BACKBONES[name]
    elsewhere = f"{backbone.size_mb:.0f} MB to fetch" if backbone.file else "missing"
    return f"{backbone.title}, {'here' if is_here(name) else elsewhere}"


def turned(base: Recipe, said: Mapping[str, Any]) -> Recipe:
    """The recipe with the knobs as they stand.

    Raises:
        RecipeInvalid: one is outside its range.
    """
    wanted = {field: value for field, value in said.items() if value is not None}
    rounds = wanted.get("epochs", base.epochs)
    if rounds != base.epochs and RANGES["epochs"].holds(rounds) and wanted["warmup_epochs"] == base.warmup_epochs:
        wanted["warmup_epochs"] = min(base.warmup_epochs, rounds / 4)  # as `core.training.recipe.usual` has it
    return replace(base, **wanted)


def changed(usual: Recipe, recipe: Recipe) -> str | None:
    """What differs, in a line: "Changed: rounds, step size"; None if nothing does."""
    found = [
        plain_title(field.name).lower()
        for field in fields(Recipe)
        if field.name != "name" and getattr(usual, field.name) != getattr(recipe, field.name)
    ]
    if not found:
        return None
    return listed(found if len(found) <= 4 else [*found[:3], f"{in_words(len(found) - 3)} more"])


def put_back(base: Recipe, place: str) -> None:
    """Turns every knob to where it stood at first."""
    for field in fields(Recipe):
        usual = getattr(base, field.name)
        if key(field.name, place) in st.session_state:
            st.session_state[key(field.name, place)] = list(usual) if field.name == "variations" else usual
    st.session_state[key("minutes", place)] = base.minutes or MINUTES
    st.session_state[key("budget", place)] = base.minutes > 0


def _rounds_or_minutes(base: Recipe, place: str) -> dict[str, Any]:
    rounds, minutes = GROUPS["How long"][:2]
    by_time = st.segmented_control(
        "It learns for :small[:gray[budget]]",
        [False, True],
        default=base.minutes > 0,
        required=True,
        format_func=lambda timed: "minutes" if timed else "rounds",
        help="A number of rounds, or as many as fit in a time.",
        key=key("budget", place),
        persist_state="session",
    )
    if by_time:
        return {"minutes": turn(minutes, base if base.minutes else replace(base, minutes=MINUTES), place)}
    return {"epochs": turn(rounds, base, place), "minutes": 0.0}


def _variations(base: Recipe, place: str) -> tuple[str, ...]:
    chosen = st.pills(
        "In these ways :small[:gray[variations]]",
        VARIATIONS,
        selection_mode="multi",
        default=list(base.variations),
        format_func=str.capitalize,
        help="What may happen to a photo each time it is shown. How much is said beside the photos.",
        key=key("variations", place),
        persist_state="session",
    )
    return tuple(chosen)
