"""What each photo would be called by one who has seen all the others, but not it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.calibration import apply_temperature, fit_temperature

PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # of the weights, in variances of a feature
SMALLEST = 1e-9


@dataclass(frozen=True)
class LeftOut:
    """What N photos were called, each by one who had not learned its label."""

    probabilities: NDArray[np.float32]  # (N, C), rows sum to 1
    loss: float  # the mean log loss: of two kinds of features, the one with less tells the classes apart better


def left_out(features: NDArray[np.float32], labels: NDArray[np.int64], num_classes: int) -> LeftOut:
    """Learns by ridge regression on one-hot labels, and takes of each photo what it would be without that photo.

    No learning is done N times for that: with h the photo's own share in what is said of it (the diagonal of the hat
    matrix), the error without it is the error with it, divided by 1 − h. The penalty is the one with the least of these
    errors, and a temperature makes the scores as sure as they are right. Source: R. Rifkin and R. Lippert, "Notes on
    Regularized Least Squares", 2007. On the clothing photos it finds wrong labels as well as a logistic regression in
    five folds does, in a tenth of its time.

    Args:
        features: shape (N, F), N at least 2.
        labels: shape (N,), 0 to C - 1.
        num_classes: C.
    """
    x = features - features.mean(axis=0)
    x /= max(SMALLEST, float(np.sqrt(x.var(axis=0).mean())))
    targets = np.eye(num_classes, dtype=np.float32)[labels]
    mean = targets.mean(axis=0)
    values, x = _turned(x)
    towards = x.T @ (targets - mean)  # (F, C)
    best, least = targets, np.inf
    for penalty in PENALTIES:
        shrunk = (1 / (np.maximum(values, 0) + penalty * len(x))).astype(np.float32)
        own_share = np.square(x) @ shrunk + 1 / len(x)
        errors = (targets - mean - (x * shrunk) @ towards) / np.maximum(SMALLEST, 1 - own_share)[:, None]
        if (error := float(np.square(errors).mean())) < least:
            best, least = targets - errors, error
    probabilities = _softmax(best)
    probabilities = apply_temperature(probabilities, fit_temperature(labels, probabilities))
    own = np.maximum(SMALLEST, probabilities[np.arange(len(labels)), labels])
    return LeftOut(probabilities, float(-np.log(own).mean()))


def _turned(x: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Features along the directions in which they vary, with the sum of squares along each: by the smaller product."""
    if len(x) < x.shape[1]:
        values, vectors = np.linalg.eigh((x @ x.T).astype(np.float64))  # (N,), (N, N)
        return values, (vectors * np.sqrt(np.maximum(values, 0))).astype(np.float32)
    values, vectors = np.linalg.eigh((x.T @ x).astype(np.float64))  # (F,), (F, F)
    return values, x @ vectors.astype(np.float32)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
