"""How good a model is, in numbers: counted from labels and probabilities, with NumPy alone."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from core.errors import EvaluationError
from core.model.reliability import brier_score, expected_calibration_error

TOP = (2, 3, 5)  # how many guesses it may have, where there are more classes than that
SMALLEST_PROBABILITY = 1e-7  # so that one sure mistake does not make the log loss infinite; as Keras does
Z_95 = 1.959963984540054  # standard normal quantile of 0.975


class ClassScore(TypedDict):
    """One class. A score whose denominator is 0 is 0: nothing said to be of the class, or nothing of it to find."""

    precision: float  # how often its word holds: right among those it calls so
    recall: float  # how many it finds: right among those that are so
    f1: float  # harmonic mean of both
    support: int  # photos of this class


@dataclass(frozen=True)
class Baseline:
    """What always guessing the biggest class would reach."""

    accuracy: float
    label: str


@dataclass(frozen=True)
class Unsureness:
    """Between what the true scores of a class lie, at 95 % (Wilson); None where there is nothing to go by."""

    precision: tuple[float, float] | None
    recall: tuple[float, float] | None


@dataclass(frozen=True)
class Evaluation:
    """What a model did on photos whose labels are known. Macro means average over the classes that have photos."""

    photos: int
    accuracy: float
    accuracy_interval: tuple[float, float]  # Wilson, 95 %
    macro_precision: float
    macro_recall: float
    macro_f1: float
    log_loss: float  # natural logarithm
    brier: float  # from 0 to 2
    ece: float  # expected calibration error
    top: dict[int, float]  # by so many guesses: how often one of them is right
    classes: dict[str, ClassScore]
    unsureness: dict[str, Unsureness]
    confusion: list[list[int]]  # true class (row) by predicted class (column)
    class_names: list[str]
    baseline: Baseline
    left_out: dict[str, int] = field(default_factory=dict)  # photos that are not counted, by why
    known: int = 0  # of the photos, those that it has learned from: on them it only shows what it knows by heart

    @property
    def without_photos(self) -> list[str]:
        """Classes that it was taught and that no photo is of: their scores say nothing."""
        return [label for label, score in self.classes.items() if not score["support"]]

    def to_json(self) -> dict[str, Any]:
        """The document of `evaluate --json`: up to `class_names` as it was promised, then what came later."""
        return {
            "photos": self.photos,
            "accuracy": self.accuracy,
            "accuracy_interval": list(self.accuracy_interval),
            "macro_precision": self.macro_precision,
            "macro_recall": self.macro_recall,
            "macro_f1": self.macro_f1,
            "log_loss": self.log_loss,
            "ece": self.ece,
            "classes": self.classes,
            "confusion": self.confusion,
            "class_names": self.class_names,
            "brier": self.brier,
            "top": {str(guesses): share for guesses, share in self.top.items()},
            "class_intervals": {
                label: {name: interval and list(interval) for name, interval in vars(each).items()}
                for label, each in self.unsureness.items()
            },
            "baseline": asdict(self.baseline),
            "without_photos": self.without_photos,
            "left_out": self.left_out,
            "known": self.known,
        }

    def summary(self) -> dict[str, Any]:
        """The few numbers that a model is known by."""
        names = ("accuracy", "macro_precision", "macro_recall", "macro_f1", "photos")
        return {name: getattr(self, name) for name in names}


def evaluate(labels: NDArray[np.int64], probabilities: NDArray[np.float32], class_names: list[str]) -> Evaluation:
    """Compares what a model says with what is so.

    Args:
        labels: shape (N,), class indices.
        probabilities: shape (N, C), rows sum to 1.
        class_names: C labels.

    Raises:
        EvaluationError: N is 0, or the shapes or indices do not fit each other.
    """
    confusion = confusion_matrix(labels, probabilities)
    if len(class_names) != len(confusion):
        raise EvaluationError(f"{len(class_names)} class names do not fit {len(confusion)} columns of probabilities.")
    right, support, called = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    precision, recall = _ratio(right, called), _ratio(right, support)
    f1 = _ratio(2 * right, support + called)
    there = support > 0
    correct, photos = int(right.sum()), len(labels)
    biggest = int(support.argmax())
    return Evaluation(
        photos=photos,
        accuracy=correct / photos,
        accuracy_interval=wilson_interval(correct, photos),
        macro_precision=float(precision[there].mean()),
        macro_recall=float(recall[there].mean()),
        macro_f1=float(f1[there].mean()),
        log_loss=log_loss(labels, probabilities),
        brier=brier_score(labels, probabilities),
        ece=expected_calibration_error(labels, probabilities),
        top={guesses: top_accuracy(labels, probabilities, guesses) for guesses in TOP if guesses < len(confusion)},
        classes={
            name: ClassScore(
                precision=float(precision[index]),
                recall=float(recall[index]),
                f1=float(f1[index]),
                support=int(support[index]),
            )
            for index, name in enumerate(class_names)
        },
        unsureness={
            name: Unsureness(
                wilson_interval(int(right[index]), int(called[index])) if called[index] else None,
                wilson_interval(int(right[index]), int(support[index])) if support[index] else None,
            )
            for index, name in enumerate(class_names)
        },
        confusion=confusion.tolist(),
        class_names=class_names,
        baseline=Baseline(float(support[biggest] / photos), class_names[biggest]),
    )


def confusion_matrix(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    """Counts photos by true class (row) and predicted class (column).

    Args:
        labels: shape (N,), class indices.
        probabilities: shape (N, C), rows sum to 1; of equals the first counts.

    Returns:
        Shape (C, C).

    Raises:
        EvaluationError: N is 0, or the shapes or indices do not fit each other.
    """
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise EvaluationError(f"Labels of shape {labels.shape} do not fit probabilities {probabilities.shape}.")
    if len(labels) == 0:
        raise EvaluationError("There is no photo to evaluate with.")
    num_classes = probabilities.shape[1]
    if labels.min() < 0 or labels.max() >= num_classes:
        raise EvaluationError(f"Labels must be from 0 to {num_classes - 1}. Received: {labels.min()} to {labels.max()}")
    pairs = labels.astype(np.int64) * num_classes + probabilities.argmax(axis=1)
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes).astype(np.int64)


def wilson_interval(correct: int, photos: int, z: float = Z_95) -> tuple[float, float]:
    """Between what the true accuracy lies, at 95 % confidence: honest for few photos and near 0 and 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.
    """
    share = correct / photos
    scale = 1 + z**2 / photos
    centre = (share + z**2 / (2 * photos)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / photos + z**2 / (4 * photos**2))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def summary_interval(test: Mapping[str, Any]) -> tuple[float, float]:
    """Between what the accuracy of a summary truly lies, at 95 %.

    Args:
        test: as `Evaluation.summary`.
    """
    return wilson_interval(round(test["accuracy"] * test["photos"]), test["photos"])


def log_loss(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """Mean negative natural logarithm of the probability given to the true class.

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
    """
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(given, SMALLEST_PROBABILITY, 1.0)).mean())


def top_accuracy(labels: NDArray[np.int64], probabilities: NDArray[np.float32], guesses: int) -> float:
    """How often the true class is among the most probable ones.

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1; of equals the first counts more.
        guesses: how many, 1 to C.
    """
    first = np.argsort(-probabilities, axis=1, kind="stable")[:, :guesses]
    return float((first == labels[:, None]).any(axis=1).mean())


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (C,); 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
