"""How good a model is, in numbers: counted from labels and probabilities, with NumPy alone."""

import math
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from core.errors import EvaluationError

NUM_ECE_BINS = 15  # the usual number since Guo et al., 2017
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
class Evaluation:
    """What a model did on photos whose labels are known. Macro means average over the classes that have photos."""

    photos: int
    accuracy: float
    accuracy_interval: tuple[float, float]  # Wilson, 95 %
    macro_precision: float
    macro_recall: float
    macro_f1: float
    log_loss: float  # natural logarithm
    ece: float  # expected calibration error
    classes: dict[str, ClassScore]
    confusion: list[list[int]]  # true class (row) by predicted class (column)
    class_names: list[str]
    baseline: Baseline
    left_out: dict[str, int] = field(default_factory=dict)  # photos that are not counted, by why
    known: int = 0  # of the photos, those that it has learned from: on them it only shows what it knows by heart

    def to_json(self) -> dict[str, Any]:
        """The document of `evaluate --json`; `baseline`, `left_out` and `known` are for people."""
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
        ece=expected_calibration_error(labels, probabilities),
        classes={
            name: ClassScore(
                precision=float(precision[index]),
                recall=float(recall[index]),
                f1=float(f1[index]),
                support=int(support[index]),
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


def log_loss(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """Mean negative natural logarithm of the probability given to the true class.

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
    """
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(given, SMALLEST_PROBABILITY, 1.0)).mean())


def expected_calibration_error(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """How far its confidence lies from how often it is right, on average over photos: 0 is honest.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3, with 15 bins (a, b].

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    bins = np.clip(np.ceil(confidence * NUM_ECE_BINS).astype(np.int64) - 1, 0, NUM_ECE_BINS - 1)
    gaps = np.bincount(bins, weights=correct - confidence, minlength=NUM_ECE_BINS)  # count × (accuracy − confidence)
    return float(np.abs(gaps).sum() / len(labels))


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (C,); 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
