"""The knobs of a recipe as flags of the command line, and the recipe that they make."""

import argparse
from typing import Any

from core.data.store import load_dataset
from core.training.recipe import CHOICES, RANGES, RECIPES, SWITCHES, VARIATIONS, Recipe, usual
from core.training.unseen import eyes_for

KNOBS = tuple(name for name in (*RANGES, *CHOICES, *SWITCHES, "variations") if name != "name")
FLAGS = {"image_size_px": "--image-size"}  # others are called as the field
METAVARS = {"image_size_px": "PX", "epochs": "N", "batch_size": "N", "seed": "N"}
SAID = {
    "image_size_px": "side of the photos",
    "epochs": "rounds at most",
    "batch_size": "photos a step",
    "learning_rate": "step size, the highest",
    "warmup_epochs": "rounds in which the step size rises",
    "weight_decay": "of AdamW",
    "dropout": "share of the features left out at random",
    "l2": "on the weights",
    "label_smoothing": "share of a label's certainty given to all",
    "mixup": "photos blended by pairs, alpha",
    "patience": "rounds without a better one before it stops; 0: never",
    "augment": "strength of the variations; 1: usual",
    "average_epochs": "rounds that the average of the weights looks back on",
    "train_share": "share of the training photos",
    "minutes": "time budget, which sets the rounds; 0: none",
    "seed": "of weights, order and variations",
    "optimizer": "how a step is made",
    "schedule": "of the step size",
    "precision": "of the arithmetic",
    "backbone": "of transfer",
    "greyscale": "see brightness alone",
    "class_weights": "let rare classes count for more",
    "fine_tune": "of transfer: let the backbone learn too",
}


def add_knobs(parser: argparse.ArgumentParser, leave_out: tuple[str, ...] = ()) -> None:
    """Adds `--recipe` and a flag for every knob; what is not given stays where the recipe has it."""
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="default: classic")
    knobs = parser.add_argument_group("knobs", "What is left out stays where the recipe has it.")
    for name, allowed in RANGES.items():
        if name not in leave_out and name != "augment":
            _number(knobs, name, int if allowed.whole else float)
    strength = knobs.add_mutually_exclusive_group()
    _number(strength, "augment", float)
    strength.add_argument("--no-augment", action="store_const", const=0.0, dest="augment", help="no variations")
    knobs.add_argument("--variations", nargs="+", choices=VARIATIONS, metavar="V", help=", ".join(VARIATIONS))
    for name, choices in CHOICES.items():
        if name not in leave_out and name != "name":
            knobs.add_argument(flag(name), choices=choices, metavar="X", help=f"{SAID[name]}: {', '.join(choices)}")
    for name in SWITCHES:
        if name not in leave_out:
            knobs.add_argument(flag(name), action=argparse.BooleanOptionalAction, default=None, help=SAID[name])


def turned(options: Any) -> dict[str, Any]:
    """The knobs that were given, by field."""
    return {name: value for name in KNOBS if (value := getattr(options, name, None)) is not None}


def recipe_from(options: Any) -> Recipe:
    """The recipe with the knobs that were given; the eyes to borrow are those that suit the dataset.

    With fewer rounds than usual the warm-up is shortened too, unless it is given.

    Raises:
        RecipeInvalid: a knob outside its range.
    """
    name, places = options.recipe or "classic", turned(options)
    epochs = places.get("epochs")
    if epochs is not None and "warmup_epochs" not in places and RANGES["epochs"].holds(epochs):
        base = usual(name, fine_tune=places.get("fine_tune", False))
        places["warmup_epochs"] = min(base.warmup_epochs, epochs / 4)
    if name == "transfer" and "backbone" not in places and getattr(options, "dataset", None):
        places["backbone"] = eyes_for(load_dataset(options.dataset))
    return usual(name, **places)


def given(options: Any) -> list[str]:
    """The flags of a recipe that were given."""
    return [*(["--recipe"] if options.recipe else []), *map(flag, turned(options))]


def flag(name: str) -> str:
    """The flag of a field: "--batch-size"."""
    return FLAGS.get(name, "--" + name.replace("_", "-"))


def _number(knobs: Any, name: str, kind: type) -> None:
    said = f"{SAID[name]}; {RANGES[name]}"
    knobs.add_argument(flag(name), type=kind, dest=name, metavar=METAVARS.get(name, "X"), help=said)
