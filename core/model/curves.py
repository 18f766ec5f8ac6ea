"""One class against all others, at every threshold: what is found, what is falsely called so, and whose word holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Curve:
    """Two shares as the threshold falls from the highest probability to the lowest, and the area under them."""

    x: NDArray[np.float64]  # (K,)
    y: NDArray[np.float64]
    thresholds: NDArray[np.float64]  # (K,), probabilities: from each of them on a photo is called so; the first is inf
    area: float


@dataclass(frozen=True)
class ClassCurves:
    """Both curves of a class; None where they say nothing: it has no photos, or all photos are of it."""

    label: str
    roc: Curve | None  # x: falsely called so, of the others; y: found, of its own; area: AUC, 0.5 is chance
    precision_recall: Curve | None  # x: recall; y: precision; area: average precision


def curves(labels: NDArray[np.int64], probabilities: NDArray[np.float32], class_names: list[str]) -> list[ClassCurves]:
    """Both curves of every class.

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
        class_names: C labels.
    """
    return [
        ClassCurves(name, roc(labels == index, probabilities[:, index]), _named(labels, probabilities, index))
        for index, name in enumerate(class_names)
    ]


def roc(is_so: NDArray[np.bool_], scores: NDArray[np.float32]) -> Curve | None:
    """False against true positives, from (0, 0) to (1, 1); points on a straight line between others are left out.

    Args:
        is_so: shape (N,), whether a photo is of the class.
        scores: shape (N,), how probable the model says that is; photos of one score come at once.

    Returns:
        None unless some are so and some are not.
    """
    found, falsely, thresholds = _counts(is_so, scores)
    if not found[-1] or not falsely[-1]:
        return None
    x, y = np.r_[0, falsely] / falsely[-1], np.r_[0, found] / found[-1]
    area = float(np.trapezoid(y, x))
    bends = np.ones(len(x), bool)
    bends[2:-1] = np.diff(falsely, 2).astype(bool) | np.diff(found, 2).astype(bool)
    return Curve(x[bends], y[bends], np.r_[np.inf, thresholds][bends], area)


def precision_recall(is_so: NDArray[np.bool_], scores: NDArray[np.float32]) -> Curve | None:
    """Recall against precision, beginning at recall 0 and precision 1.

    The area is the average precision: each step of recall times the precision there, without the line between points,
    which would flatter. Source: Davis and Goadrich, "The Relationship Between Precision-Recall and ROC Curves", 2006.

    Args:
        is_so: shape (N,), whether a photo is of the class.
        scores: shape (N,), how probable the model says that is; photos of one score come at once.

    Returns:
        None if none is so.
    """
    found, falsely, thresholds = _counts(is_so, scores)
    if not found[-1]:
        return None
    recall, precision = found / found[-1], found / (found + falsely)
    area = float((np.diff(recall, prepend=0.0) * precision).sum())
    return Curve(np.r_[0.0, recall], np.r_[1.0, precision], np.r_[np.inf, thresholds], area)


def _named(labels: NDArray[np.int64], probabilities: NDArray[np.float32], index: int) -> Curve | None:
    is_so = labels == index
    return None if is_so.all() else precision_recall(is_so, probabilities[:, index])


def _counts(
    is_so: NDArray[np.bool_], scores: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """At each different score, the highest first: how many that are so have at least that, how many that are not."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(is_so[order], dtype=np.int64)
    last = np.r_[np.flatnonzero(np.diff(scores[order])), len(order) - 1]  # of those with one score
    return found[last], last + 1 - found[last], scores[order][last].astype(np.float64)
