"""How to train: a recipe by name, and the knobs that a person may turn."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.errors import RecipeInvalid

NAMES = ("classic",)
OPTIMIZERS = ("adam", "sgd", "rmsprop")


@dataclass(frozen=True)
class Recipe:
    """One way to train, checked on creation and saved with the run.

    Raises:
        RecipeInvalid: a field is outside its range.
    """

    name: str = "classic"
    image_size_px: int = 100  # square; what the course uses
    epochs: int = 10
    batch_size: int = 32  # photos a step
    learning_rate: float = 1e-3  # Adam's own default
    optimizer: str = "adam"
    seed: int = 7  # weights and shuffling; the split has its own

    def __post_init__(self) -> None:
        _require("name", self.name, self.name in NAMES, " or ".join(NAMES))
        _require_whole("image_size_px", self.image_size_px, 16, 256)
        _require_whole("epochs", self.epochs, 1, 1000)
        _require_whole("batch_size", self.batch_size, 1, 1024)
        rate = self.learning_rate
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool) and math.isfinite(rate)
        _require("learning_rate", rate, is_number and 1e-7 <= rate <= 10, "a number from 0.0000001 to 10")
        _require("optimizer", self.optimizer, self.optimizer in OPTIMIZERS, " or ".join(OPTIMIZERS))
        _require_whole("seed", self.seed, 0, 2**31 - 1)

    def to_json(self) -> dict[str, Any]:
        """What `config.json` keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Recipe":
        """The recipe that `to_json` gave.

        Raises:
            RecipeInvalid: a field is unknown or outside its range.
        """
        known = [field.name for field in fields(cls)]
        for name in content:
            _require("a field", name, name in known, ", ".join(known))
        return cls(**content)


def _require_whole(field: str, received: object, lowest: int, highest: int) -> None:
    fits = isinstance(received, int) and not isinstance(received, bool) and lowest <= received <= highest
    _require(field, received, fits, f"a whole number from {lowest} to {highest}")


def _require(field: str, received: object, fits: bool, allowed: str) -> None:
    if not fits:
        raise RecipeInvalid(f"The recipe cannot have this {field}. Allowed: {allowed}. Received: {field}={received!r}")


@dataclass(frozen=True)
class Kind:
    """A recipe as a person chooses it."""

    title: str
    sentence: str
    recipe: Recipe  # with the knobs where they stand at first


RECIPES = {
    "classic": Kind(
        "Classic",
        "The course's network: one convolution, from nothing. Quick, and easy to explain.",
        Recipe(name="classic"),
    ),
}
