"""The knobs of a recipe: what each is called, what it does, and the recipe as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.training.backbones import BACKBONES, is_here
from core.training.recipe import CHOICES, RANGES, SWITCHES, VARIATIONS, Recipe
from ui.frame import note
from ui.words import count, in_words, listed

SAID: Mapping[str, str] = {
    "adam": "Adam",
    "adamw": "AdamW",
    "sgd": "SGD with momentum",
    "rmsprop": "RMSprop",
    "constant": "constant",
    "cosine": "falling (cosine)",
    "auto": "what is fast here",
    "float32": "32 bits (float32)",
    "bfloat16": "16 bits (bfloat16)",
}
EVERY = ("transfer", "fine-tuned", "classic", "deep", "compact")
VARIED = EVERY[1:]  # cached features stand for photos as they are


@dataclass(frozen=True)
class Knob:
    """One knob as a person meets it: the title in plain words, the term of art small beside it."""

    field: str
    title: str
    term: str
    help: str
    step: float | None = None  # of a number
    slider: bool = False  # where every place between the ends makes sense
    of: tuple[str, ...] = EVERY  # the variants of a recipe that have it

    @property
    def label(self) -> str:
        return f"{self.title} :small[:gray[{self.term}]]"


GROUPS: Mapping[str, tuple[Knob, ...]] = {
    "How long": (
        Knob("epochs", "Rounds", "epochs", "How often it looks at all it learns from.", 1),
        Knob("minutes", "Minutes", "time budget", "It plans as many rounds as fit in, and stops in time.", 1.0),
        Knob(
            "patience", "Give up after", "early stopping",
            "Rounds without a better one before it stops and keeps the best. 0: it never gives up, as is right where "
            "the step size falls to nothing.", 1,
        ),
    ),
    "How it steps": (
        Knob(
            "learning_rate", "Step size", "learning rate",
            "How much it changes its mind each time. With too much it never settles; too little takes long.", 0.0005,
        ),
        Knob("schedule", "Over the rounds", "schedule", "Large steps find the way, small ones settle."),
        Knob("warmup_epochs", "Rounds to warm up", "warm-up", "In which the step size rises from nothing.", 0.5),
        Knob("batch_size", "Photos at a time", "batch size", "It changes its mind once after so many photos.", 8),
        Knob("optimizer", "Way of stepping", "optimizer", "How a mistake becomes a step. Adam suits most."),
    ),
    "Against memorising": (
        Knob(
            "dropout", "Forget at random", "dropout",
            "The share of what it has seen in a photo that it must answer without.", 0.05, slider=True,
        ),
        Knob(
            "label_smoothing", "Doubt the names", "label smoothing",
            "How much of a name's certainty goes to all the others, so that it is never quite sure.", 0.05, slider=True,
        ),
        Knob("l2", "Keep it small", "L2", "Large weights count as a mistake, this much.", 0.0001),
        Knob("weight_decay", "Let it fade", "weight decay", "What AdamW takes off every weight at each step.", 0.01),
    ),
    "What it sees": (
        Knob("backbone", "Whose eyes", "backbone", "Larger ones see more and take longer.", of=EVERY[:2]),
        Knob("image_size_px", "Size of a photo, in dots", "image size", "Larger shows more and takes longer.", 16),
        Knob("train_share", "Share of the photos", "training share", "1: all that it may learn from.", 0.05, True),
        Knob("greyscale", "Without colour", "greyscale", "It sees how bright, and not what colour."),
        Knob("class_weights", "Rare kinds count more", "class weights", "A mistake on a rare kind costs as much more."),
    ),
    "Varied photos": (
        Knob(
            "mixup", "Blend two photos", "mixup",
            "How often and how much: a shirt with a little of a shoe, named so. 0: never.", 0.05,
            slider=True, of=VARIED,
        ),
    ),
    "For engineers": (
        Knob(
            "average_epochs", "Rounds it averages", "weight averaging",
            "The weights that are judged and kept are an average that looks back on so many rounds. 0: none.", 0.2,
        ),
        Knob("precision", "Numbers it counts with", "precision", "16 bits are faster where the processor has them."),
        Knob("seed", "Seed", "random", "The same seed, photos and knobs give the same training.", 1),
    ),
}  # fmt: skip
STRENGTH = Knob(
    "augment", "How much they vary", "augmentation",
    "Each time a photo is shown it is turned, moved and lit a little differently, so that it cannot be learned by "
    "heart. 0: not at all; 1: as usual; 2: a lot.", 0.25, slider=True, of=VARIED,
)  # fmt: skip
MINUTES = 10.0  # what "minutes" begins with


TITLES: Mapping[str, tuple[str, str]] = {
    **{knob.field: (knob.title, knob.term) for knobs in (*GROUPS.values(), (STRENGTH,)) for knob in knobs},
    "variations": ("Ways they vary", "variations"),
    "fine_tune": ("Let the eyes learn too", "fine-tuning"),
    "name": ("Recipe", "network"),
}


def plain_title(field: str) -> str:
    """What a knob is called: "Step size"."""
    return TITLES.get(field, (field, ""))[0]


def title(field: str) -> str:
    """What a knob is called, with its term of art: "Step size (learning rate)"."""
    plain, term = TITLES.get(field, (field, ""))
    return f"{plain} ({term})" if term else plain


def said(value: Any) -> str:
    """Where a knob stands, in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return listed([str(each) for each in value]) if value else "none"
    if value in BACKBONES:
        return BACKBONES[value].title
    return f"{value:g}" if isinstance(value, float) else SAID.get(value, str(value))


def variant(recipe: Recipe) -> str:
    """The recipe's name; with fine-tuning it counts as one of its own, because its knobs stand elsewhere."""
    return "fine-tuned" if recipe.fine_tune else recipe.name


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
            with st.grid(3, min_column_width=230, gap=(16, 24)):
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
    here = "here" if is_here(name) else f"{BACKBONES[name].size_mb:.0f} MB to fetch"
    return f"{BACKBONES[name].title}, {here}"


def turned(base: Recipe, said: Mapping[str, Any]) -> Recipe:
    """The recipe with the knobs as they stand.

    Raises:
        RecipeInvalid: one is outside its range.
    """
    return replace(base, **{field: value for field, value in said.items() if value is not None})


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


def rounds(recipe: Recipe) -> str:
    """How long it is planned for: "24 rounds", "10 minutes"."""
    return count(round(recipe.minutes), "minute") if recipe.minutes else count(recipe.epochs, "round")
