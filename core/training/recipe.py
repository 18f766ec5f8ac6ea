"""How to train: a recipe by name, and the knobs that a person may turn."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from core.errors import RecipeInvalid

NAMES = ("transfer", "classic", "deep", "compact")
OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("auto", "float32", "bfloat16")
VARIATIONS = ("flip", "rotation", "zoom", "shift", "brightness", "contrast", "erasing")
BACKBONES = (
    "clothing",
    "mobilenet_v2_0.35", "mobilenet_v2_0.5", "mobilenet_v2_0.75", "mobilenet_v2_1.0",
    "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_v2_b0", "convnext_tiny",
)  # fmt: skip
SEEN_PX = 32  # a backbone halves the side of a photo five times
SEEDS = 2**31 - 1


@dataclass(frozen=True)
class Range:
    """Numbers that a knob may have."""

    lowest: float
    highest: float
    whole: bool = False

    def __str__(self) -> str:
        low, high = (f"{end:.7f}".rstrip("0").rstrip(".") for end in (self.lowest, self.highest))
        return f"a {'whole ' if self.whole else ''}number from {low} to {high}"

    def holds(self, received: object) -> bool:
        """Whether this is such a number. True and False are none."""
        if isinstance(received, bool) or not isinstance(received, int if self.whole else int | float):
            return False
        return math.isfinite(received) and self.lowest <= received <= self.highest


RANGES: Mapping[str, Range] = {
    "image_size_px": Range(16, 256, whole=True),
    "epochs": Range(1, 1000, whole=True),
    "batch_size": Range(1, 1024, whole=True),
    "learning_rate": Range(1e-7, 10),
    "warmup_epochs": Range(0, 100),
    "weight_decay": Range(0, 1),
    "dropout": Range(0, 0.9),
    "l2": Range(0, 1),
    "label_smoothing": Range(0, 0.5),
    "mixup": Range(0, 1),
    "patience": Range(0, 1000, whole=True),
    "augment": Range(0, 2),
    "average_epochs": Range(0, 100),
    "train_share": Range(0.01, 1),
    "minutes": Range(0, 1440),
    "seed": Range(0, SEEDS, whole=True),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "name": NAMES,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "precision": PRECISIONS,
    "backbone": BACKBONES,
}
SWITCHES = ("greyscale", "class_weights", "fine_tune")


@dataclass(frozen=True)
class Recipe:
    """One way to train, checked on creation and saved with the run. The defaults are the course's.

    Raises:
        RecipeInvalid: a field is outside its range.
    """

    name: str = "classic"
    image_size_px: int = 100  # square; what the course uses
    greyscale: bool = False  # the network sees brightness alone
    epochs: int = 10  # an upper bound: early stopping, a time budget or a person may end it sooner
    batch_size: int = 32  # photos a step
    optimizer: str = "adam"
    learning_rate: float = 1e-3  # the highest; Adam's own default
    schedule: str = "constant"  # or falling to 0 along a cosine
    warmup_epochs: float = 0.0  # in which the rate rises from 0
    weight_decay: float = 0.0  # AdamW's: times the rate, taken off every kernel each step
    dropout: float = 0.0  # share of the last features left out at random
    l2: float = 0.0  # times the squares of the kernels, added to the loss
    label_smoothing: float = 0.0  # share of a label's certainty given to all classes
    mixup: float = 0.0  # alpha of the Beta distribution two photos are blended by; 0: never
    class_weights: bool = False  # rare classes count for more, all classes alike
    patience: int = 5  # rounds without a better one before it stops; 0: it never does
    augment: float = 0.0  # strength of the variations; 0: none, 1: usual
    variations: tuple[str, ...] = VARIATIONS
    average_epochs: float = 0.4  # rounds that the running average of the weights looks back on; 0: none
    precision: str = "auto"  # of the arithmetic; auto: what is fast here and learns as well
    backbone: str = "mobilenet_v2_0.35"  # transfer only
    fine_tune: bool = False  # transfer only: the backbone learns too
    train_share: float = 1.0  # of the training part, by class: for "would more photos help?"
    minutes: float = 0.0  # a time budget, which then sets the number of rounds; 0: none
    seed: int = 7  # weights, shuffling, variations; the split has its own

    def __post_init__(self) -> None:
        for field, allowed in RANGES.items():
            _require(field, getattr(self, field), allowed.holds(getattr(self, field)), str(allowed))
        for field, choices in CHOICES.items():
            _require(field, getattr(self, field), getattr(self, field) in choices, " or ".join(choices))
        for field in SWITCHES:
            _require(field, getattr(self, field), isinstance(getattr(self, field), bool), "true or false")
        size = self.image_size_px
        _require("image_size_px", size, self.name != "transfer" or size >= SEEN_PX, f"{SEEN_PX} or more to borrow eyes")
        given = self.variations
        known = isinstance(given, tuple | list) and all(each in VARIATIONS for each in given)
        _require("variations", given, known, f"some of {', '.join(VARIATIONS)}")
        object.__setattr__(self, "variations", tuple(each for each in VARIATIONS if each in given))
        fits = self.warmup_epochs < self.epochs or self.warmup_epochs == 0
        _require("warmup_epochs", self.warmup_epochs, fits, f"fewer than the {self.epochs} rounds (epochs)")

    def to_json(self) -> dict[str, Any]:
        """What `config.json` keeps."""
        return {**asdict(self), "variations": list(self.variations)}

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


def _require(field: str, received: object, fits: bool, allowed: str) -> None:
    if not fits:
        message = f"The recipe cannot have this {field}. Allowed: {allowed}. Received: {field}={received!r}"
        raise RecipeInvalid(message, field, received, allowed)


@dataclass(frozen=True)
class Kind:
    """A recipe as a person chooses it."""

    title: str
    sentence: str
    source: str  # of the network's shape
    recipe: Recipe  # with the knobs where they stand at first


RECIPES = {
    "transfer": Kind(
        "Borrowed eyes",
        "Starts from a network that has already seen many photos, and learns only what to call what it sees. "
        "Done in a minute, and best with few photos of your own.",
        "The clothing model's backbone, or one of Keras Applications, trained on ImageNet; one dense layer on its "
        "features.",
        Recipe(
            name="transfer", image_size_px=224, epochs=50, batch_size=128, dropout=0.5, patience=0, average_epochs=4.0
        ),
    ),
    "classic": Kind(
        "Classic",
        "The course's network: one convolution, from nothing. Quick, and easy to explain.",
        "The course project that Fitting Room grew from; the step size rises in the first round, or now and then a "
        "training goes astray at once.",
        Recipe(warmup_epochs=1.0),
    ),
    "deep": Kind(
        "Deep",
        "Four layers of 32, 64, 128 and 128 units and an answer, from nothing. Deep learning as books draw it.",
        "A well-known student project for Fashion-MNIST, its first two layers as convolutions with pooling.",
        Recipe(name="deep", image_size_px=64, epochs=20, dropout=0.3, l2=1e-4, augment=0.5),
    ),
    "compact": Kind(
        "Compact",
        "Our own small residual network, from nothing, with every photo varied each time. The one to be patient with.",
        "Residual stages after K. He and others, “Deep Residual Learning for Image Recognition”, 2015.",
        Recipe(
            name="compact",
            image_size_px=96,
            epochs=30,
            optimizer="adamw",
            learning_rate=2e-3,
            schedule="cosine",
            warmup_epochs=2.0,
            weight_decay=0.05,
            label_smoothing=0.1,
            patience=0,
            augment=1.0,
            average_epochs=1.0,
        ),
    ),
}
# What `fine_tune` sets, where a person has not: measured on the clothing photos, see docs/benchmarks.md.
FINE_TUNING: Mapping[str, Any] = {
    "fine_tune": True,
    "image_size_px": 192,
    "epochs": 36,
    "batch_size": 32,
    "optimizer": "adamw",
    "schedule": "cosine",
    "warmup_epochs": 2.0,
    "weight_decay": 0.05,
    "dropout": 0.3,
    "label_smoothing": 0.1,
    "mixup": 0.2,
    "augment": 1.0,
    "average_epochs": 5.0,
}


def usual(name: str, **turned: Any) -> Recipe:
    """The recipe of that name with some knobs turned; `fine_tune=True` brings its own places for the others.

    With few rounds the warm-up takes a quarter of them at most, unless it is turned as well.

    Raises:
        RecipeInvalid: an unknown name, or a knob outside its range.
    """
    _require("name", name, name in RECIPES, " or ".join(NAMES))
    base = RECIPES[name].recipe
    if turned.get("fine_tune") is True:
        _require("fine_tune", True, name == "transfer", "the recipe transfer only")
        base = replace(base, **FINE_TUNING)
    epochs: Any = turned.get("epochs")
    if "warmup_epochs" not in turned and RANGES["epochs"].holds(epochs):
        turned["warmup_epochs"] = min(base.warmup_epochs, epochs / 4)
    return replace(base, **turned)
