"""Knobs that a sweep turns: which there are, which values suggest themselves, and which make no sense."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, prod
from typing import Any

from core.errors import SeriesInvalid
from core.training.recipe import CHOICES, RANGES, SWITCHES, Recipe

# What a sweep cannot choose by how often it is right: which network, how much to learn from, and luck.
FIXED = ("name", "train_share", "minutes", "seed", "precision")
FOR_TRANSFER = ("backbone", "fine_tune")
SWEPT = tuple(name for name in (*RANGES, *CHOICES, *SWITCHES) if name not in FIXED)
LOGARITHMIC = ("learning_rate", "weight_decay", "l2")  # where ten times as much is a step like any other


@dataclass(frozen=True)
class Knob:
    """A knob to turn: to one of some values, or anywhere between two numbers."""

    name: str  # a field of the recipe
    values: tuple[Any, ...] = ()
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_range(self) -> bool:
        return not self.values

    @property
    def ends(self) -> tuple[Any, ...]:
        """Its values, or the ends of its range."""
        return self.values or (self._number(self.lowest), self._number(self.highest))

    def _number(self, number: float | None) -> Any:
        return int(number or 0) if RANGES[self.name].whole else number


def suggested_knobs(recipe: Recipe) -> dict[str, Knob]:
    """Knobs that are worth turning for a recipe, with values around where they stand."""
    rate, decay = recipe.learning_rate, recipe.weight_decay or 0.01
    batch_sizes = sorted({max(1, recipe.batch_size // 2), recipe.batch_size, min(1024, recipe.batch_size * 2)})
    optimizers = tuple(dict.fromkeys((recipe.optimizer, "adam", "adamw", "sgd")))
    found = [
        Knob("learning_rate", lowest=max(1e-7, rate / 10), highest=min(10.0, rate * 10)),
        Knob("optimizer", optimizers),
        Knob("batch_size", tuple(batch_sizes)),
        Knob("augment", (0.0, 0.5, 1.0)),
        Knob("dropout", (0.0, 0.2, 0.4)),
        Knob("label_smoothing", (0.0, 0.1)),
        Knob("weight_decay", lowest=decay / 10, highest=min(1.0, decay * 10)),
        Knob("l2", lowest=1e-6, highest=1e-2),
        Knob("image_size_px", tuple(sorted({max(16, recipe.image_size_px * 2 // 3), recipe.image_size_px}))),
    ]
    return {knob.name: knob for knob in found}


def check_knob(recipe: Recipe, knob: Knob, search: str) -> None:
    """Makes sure that this knob of a recipe can be turned by this kind of search.

    Raises:
        SeriesInvalid: it cannot; the message says why.
    """
    if knob.name not in SWEPT or (knob.name in FOR_TRANSFER and recipe.name != "transfer"):
        allowed = [name for name in SWEPT if name not in FOR_TRANSFER or recipe.name == "transfer"]
        raise SeriesInvalid(
            f"This cannot be swept with the recipe {recipe.name}: {knob.name}. Choose from: {', '.join(allowed)}."
        )
    if not knob.is_range:
        if len(set(knob.values)) < len(knob.values):
            given = ", ".join(map(str, knob.values))
            raise SeriesInvalid(f"Each value of {knob.name} once. Received: {given}", knob.name)
        return
    ends = [end for end in (knob.lowest, knob.highest) if end is not None]
    received = f"Received: {' to '.join(map(str, ends)) or 'none'}"
    if knob.name not in RANGES or len(ends) < 2 or not all(map(isfinite, ends)):
        raise SeriesInvalid(
            f"Give values of {knob.name} to choose from, or a lowest and a highest number. {received}", knob.name
        )
    if search == "grid":
        raise SeriesInvalid(
            f"A grid needs values, not a range. Give some for {knob.name}, or search at random.", knob.name
        )
    if not (knob.lowest or 0) < (knob.highest or 0):
        raise SeriesInvalid(f"Of {knob.name} the lowest number must be below the highest. {received}", knob.name)


def combinations(knobs: Sequence[Knob]) -> Iterable[dict[str, Any]]:
    """Every combination of their values."""
    for values in product(*(knob.values for knob in knobs)):
        yield dict(zip((knob.name for knob in knobs), values, strict=True))


def num_combinations(knobs: Sequence[Knob]) -> float:
    """Infinite for ranges, of which whole numbers have too many to matter."""
    return float("inf") if any(knob.is_range for knob in knobs) else prod(len(knob.values) for knob in knobs)
