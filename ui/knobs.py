"""The knobs of a recipe: what each is called, what it does, and in which group it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import FittingRoomError, RecipeInvalid, SeriesInvalid
from core.training.backbones import BACKBONES
from core.training.recipe import RECIPES, Recipe
from ui.words import listed

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
        Knob("image_size_px", "Size of a photo", "image size", "In dots. Larger shows more and takes longer.", 16),
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


TITLES: Mapping[str, tuple[str, str]] = {
    **{knob.field: (knob.title, knob.term) for group in (*GROUPS.values(), (STRENGTH,)) for knob in group},
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
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return listed([str(each) for each in value]) if value else "none"
    if value in BACKBONES:
        return BACKBONES[value].title
    if value in RECIPES:
        return RECIPES[value].title
    return f"{value:g}" if isinstance(value, float) else SAID.get(value, str(value))


def said_of(error: FittingRoomError, *, written: bool = False) -> str:
    """What is wrong with a knob, by the name and in the place that a page has for it; other errors as they are.

    Args:
        error: of a recipe, a sweep or a learning curve.
        written: it was written down for a sweep, and stands under no tab.
    """
    if isinstance(error, SeriesInvalid) and error.field:
        return str(error).replace(error.field, title(error.field))
    if not isinstance(error, RecipeInvalid) or error.field not in TITLES:
        return str(error)
    tab = next((name for name, group in GROUPS.items() if error.field in [knob.field for knob in group]), None)
    place = f", under “{tab}”" if tab and not written else ""
    stands = "You wrote" if written else "It stands at"
    return f"{title(error.field)}{place}: {error.allowed}. {stands} {said(error.received)}."


def variant(recipe: Recipe) -> str:
    """The recipe's name; with fine-tuning it counts as one of its own, because its knobs stand elsewhere."""
    return "fine-tuned" if recipe.fine_tune else recipe.name


def has(recipe: Recipe, field: str) -> bool:
    """Whether this recipe has such a knob."""
    return all(
        variant(recipe) in knob.of for group in (*GROUPS.values(), (STRENGTH,)) for knob in group if knob.field == field
    )
