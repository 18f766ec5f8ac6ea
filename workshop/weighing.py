"""How much each class weighs in an answer, and at what temperature: fitted together on photos held back.

What a network was taught with has shares of its own: drawn garments have eight classes of ten, blended photos none. So
it names some classes too often. A number for each class mends that, after A. Alexandari and others, "Maximum Likelihood
with Bias-Corrected Calibration is Hard-To-Beat at Label Shift Adaptation", ICML 2020, section 3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.calibration import apply_temperature

STEPS = 50  # of Newton; ten are enough
RIDGE = 1e-3  # on the numbers: all of them together say nothing, so that one sum is chosen
SMALLEST = 1e-7


@dataclass(frozen=True)
class Weighing:
    """What to do with the probabilities of a network."""

    temperature: float
    factors: NDArray[np.float32]  # (C,), times the probability of each class, before the temperature

    def weighed(self, said: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities with the factors, before the temperature: shape (N, C), rows sum to 1."""
        found = said * self.factors
        return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)

    def honest(self, said: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities with both: shape (N, C), rows sum to 1."""
        return apply_temperature(self.weighed(said), self.temperature)


def fit(labels: NDArray[np.int64], said: NDArray[np.float32]) -> Weighing:
    """The weighing under which the labels are likeliest.

    Args:
        labels: shape (N,), class indices.
        said: shape (N, C), rows sum to 1, of photos that the network had not seen.
    """
    logs = np.log(np.clip(said.astype(np.float64), SMALLEST, 1))
    count, classes = logs.shape
    turns = np.concatenate([logs[..., None], np.broadcast_to(np.eye(classes), (count, classes, classes))], axis=2)
    target = np.eye(classes)[labels]
    found, ridge = np.r_[1.0, np.zeros(classes)], np.r_[0.0, np.full(classes, 2 * RIDGE)]
    for _ in range(STEPS):
        scores = turns @ found
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        slope = np.einsum("nc,ncp->p", shares - target, turns) / count + ridge * found
        means = np.einsum("nc,ncp->np", shares, turns)
        curve = np.einsum("nc,ncp,ncq->pq", shares, turns, turns) / count - means.T @ means / count
        step = np.linalg.solve(curve + np.diag(ridge) + 1e-9 * np.eye(len(found)), slope)
        found = found - step
        if np.abs(step).max() < 1e-8:
            break
    temperature = 1 / max(found[0], 0.05)
    return Weighing(float(temperature), np.exp(found[1:] * temperature).astype(np.float32))
