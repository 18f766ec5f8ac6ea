"""The numbers on a card: each is read as the number that it must be, so that nothing else can stand among the facts.

A model's folder may have come from a stranger, and what is no number could be Markdown that says anything.
"""

import math
from collections.abc import Mapping
from typing import Any

SHARES = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "ece")
SCORES = ("precision", "recall", "f1")


def measured(said: Any) -> dict[str, Any] | None:
    """The part of an evaluation that a card shows.

    Args:
        said: `evaluation.json`, as `core.model.evaluation.Evaluation.to_json` writes it.

    Returns:
        With the names that it has there, and `folds`, how many networks were measured in place of this one (0: this
        one was). None where nothing was measured, or any of it cannot be read.
    """
    try:
        names = [str(name) for name in said["class_names"]]
        confusion = [[_count(each) for each in row] for row in said["confusion"]]
        if {len(confusion), *map(len, confusion)} != {len(names)}:
            return None
        low, high = said["accuracy_interval"]
        baseline = said.get("baseline")
        return {
            "photos": _count(said["photos"]),
            **{name: _share(said[name]) for name in SHARES},
            "accuracy_interval": (_share(low), _share(high)),
            "log_loss": _number(said["log_loss"]),
            "classes": {str(label): _scores(each) for label, each in said["classes"].items()},
            "confusion": confusion,
            "class_names": names,
            "baseline": baseline and {"label": str(baseline["label"]), "accuracy": _share(baseline["accuracy"])},
            "folds": len(said.get("folds") or ()),
        }
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _scores(said: Mapping[str, Any]) -> dict[str, float]:
    return {**{name: _share(said[name]) for name in SCORES}, "support": _count(said["support"])}


def _share(said: Any) -> float:
    share = _number(said)
    if not 0 <= share <= 1:
        raise ValueError(f"0 to 1 expected, received {share}")
    return share


def _number(said: Any) -> float:
    number = float(said)
    if not math.isfinite(number):
        raise ValueError("a number expected")
    return number


def _count(said: Any) -> int:
    count = int(said)
    if count < 0:
        raise ValueError(f"a count expected, received {count}")
    return count
