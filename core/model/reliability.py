"""Whether a model is as sure as it is right: confidence and accuracy, side by side, from unsure to sure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NUM_BINS = 15  # the usual number since Guo et al., 2017


@dataclass(frozen=True)
class Bin:
    """The photos that it is so sure about. Without any, confidence and accuracy are None."""

    low: float  # beyond this
    high: float  # up to this, included
    photos: int
    confidence: float | None  # on average
    accuracy: float | None

    @property
    def gap(self) -> float:
        """How much surer it is than right; below 0 it is too modest."""
        return 0.0 if self.confidence is None or self.accuracy is None else self.confidence - self.accuracy


def reliability(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> list[Bin]:
    """Photos by how sure the model is: `NUM_BINS` bins of one width, (a, b].

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
    """
    confidence, correct, place = _placed(labels, probabilities)
    photos = np.bincount(place, minlength=NUM_BINS)
    sums = [np.bincount(place, weights=each, minlength=NUM_BINS) for each in (confidence, correct)]
    return [
        Bin(
            index / NUM_BINS,
            (index + 1) / NUM_BINS,
            int(count),
            float(sums[0][index] / count) if count else None,
            float(sums[1][index] / count) if count else None,
        )
        for index, count in enumerate(photos)
    ]


def expected_calibration_error(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """How far its confidence lies from how often it is right, on average over photos: 0 is honest.

    Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3, with the bins above.

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
    """
    confidence, correct, place = _placed(labels, probabilities)
    gaps = np.bincount(place, weights=correct - confidence, minlength=NUM_BINS)  # count × (accuracy − confidence)
    return float(np.abs(gaps).sum() / len(labels))


def brier_score(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """Mean squared distance of the probabilities from what is so, summed over the classes: 0 is best, 2 worst.

    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78, 1950.

    Args:
        labels: shape (N,), class indices, N at least 1.
        probabilities: shape (N, C), rows sum to 1.
    """
    apart = probabilities.astype(np.float64)
    apart[np.arange(len(labels)), labels] -= 1.0
    return float((apart**2).sum(axis=1).mean())


def _placed(
    labels: NDArray[np.int64], probabilities: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """Of each photo how sure the model is, whether it is right, and the bin."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    place = np.clip(np.ceil(confidence * NUM_BINS).astype(np.int64) - 1, 0, NUM_BINS - 1)
    return confidence, correct, place
