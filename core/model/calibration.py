"""Temperature scaling: makes a model's probabilities as sure as it is right. It changes no answer, only how sure it is.

Source: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2.
"""

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = 0.05, 20.0
SMALLEST_PROBABILITY = 1e-12  # the softmax of a float32 network may be exactly 0
NUM_STEPS = 60  # each narrows the interval by 0.618


def apply_temperature(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Divides the log-probabilities, which are the logits up to a constant, by the temperature.

    Args:
        probabilities: shape (N, C), rows sum to 1.
        temperature: above 1 makes less sure, below 1 surer.

    Returns:
        Shape (N, C), rows sum to 1.
    """
    return np.exp(_log_scaled(np.log(_clipped(probabilities)), temperature)).astype(np.float32)


def fit_temperature(labels: NDArray[np.int64], probabilities: NDArray[np.float32]) -> float:
    """Finds the temperature with the lowest log loss, by golden section over its logarithm (the loss has one valley).

    Args:
        labels: shape (N,), class indices of photos that were not learned from, N at least 1.
        probabilities: shape (N, C), rows sum to 1, not scaled yet.

    Returns:
        From `LOWEST` to `HIGHEST`.
    """
    log_probabilities = np.log(_clipped(probabilities))
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return float(-_log_scaled(log_probabilities, np.exp(log_temperature))[rows, labels].mean())

    golden = (np.sqrt(5) - 1) / 2
    low, high = np.log(LOWEST), np.log(HIGHEST)
    for _ in range(NUM_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _clipped(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.clip(probabilities.astype(np.float64), SMALLEST_PROBABILITY, 1.0)


def _log_scaled(log_probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    scaled = log_probabilities / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True)))
