"""The card of a model: what it is, what it was taught, how good it is, in plain facts that go with the file."""

import time

from core.model import familiarity
from core.model.bundle import Model
from core.model.evaluation import ClassScore, Evaluation
from core.saying import per_100


def card(model: Model, evaluation: Evaluation) -> str:
    """Markdown, for `card.md`.

    Args:
        model: the one described.
        evaluation: on photos it never saw while learning.
    """
    low, high = (per_100(bound) for bound in evaluation.accuracy_interval)
    size = model.input_size_px
    lines = [
        f"# {model.name}",
        "",
        f"Tells {len(model.class_names)} kinds of things on photos apart: {', '.join(model.class_names)}.",
        _beyond(model),
        "",
        "## How good it is",
        "",
        f"Measured on {evaluation.photos:,} photos it never saw while learning.",
        "",
        f"- Right on {per_100(evaluation.accuracy)} of 100 (accuracy); give or take, between {low} and {high}.",
        f"- Always saying “{evaluation.baseline.label}” would be right on {per_100(evaluation.baseline.accuracy)}.",
        f"- Macro precision {evaluation.macro_precision:.3f}, recall {evaluation.macro_recall:.3f}, "
        f"F1 {evaluation.macro_f1:.3f}.",
        f"- Log loss {evaluation.log_loss:.3f}; calibration error {evaluation.ece:.3f} (ECE, 15 bins) "
        f"at temperature {model.temperature:.2f}.",
        "",
        "| class | its word holds (precision) | it finds them (recall) | both as one (F1) | photos |",
        "|---|---|---|---|---|",
        *(_row(label, score) for label, score in evaluation.classes.items()),
        "",
        "## What it was taught with",
        "",
        f"- Photos: {model.dataset['photos']:,} of “{model.dataset['name']}”, fingerprint "
        f"`{model.dataset['fingerprint'][:16]}`.",
        f"- Recipe: {', '.join(f'{name} {value}' for name, value in model.recipe.items())}.",
        f"- Learned for {model.seconds:.0f} s, finished on {time.strftime('%Y-%m-%d', time.gmtime(model.created_at))}.",
        f"- Versions: {', '.join(f'{name} {version}' for name, version in model.versions.items())}.",
        "",
        "## How to ask it",
        "",
        f"`model.tflite` takes an upright RGB photo stretched to {size}×{size}, shape (1, {size}, {size}, 3), uint8, "
        "and gives one probability a class, in the order of `class_names` in `model.json`.",
        "Divide their logarithms by the temperature and normalise again to get honest ones.",
        "",
    ]
    return "\n".join(lines)


def _beyond(model: Model) -> str:
    """What it does with photos of other things."""
    named = "It knows nothing else: whatever a photo shows, it names one of these"
    if not (model.folder / familiarity.FILE).exists():
        return f"{named}."
    return (
        f"{named}. It also says whether a photo is unlike all that it was taught with, as many pictures of other "
        f"things are, and about {100 - per_100(familiarity.USUAL)} of 100 of these kinds."
    )


def _row(label: str, score: ClassScore) -> str:
    named = label.replace("|", "/")
    return f"| {named} | {score['precision']:.2f} | {score['recall']:.2f} | {score['f1']:.2f} | {score['support']} |"
