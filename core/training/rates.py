"""Reads a step size (learning rate) from the losses of ever larger steps.

Source: L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2015, section 3.3.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SMOOTHED_OVER = 4.0  # steps, standard deviation of the bell that averages neighbours: a quarter of a power of ten
EDGE = 5  # first and last steps, where the average is lopsided
FALLEN = 0.97  # share of its first loss below which it has learned anything
RISEN = 0.25  # of what it has fallen by: a rise that ends the way down
NOISE = 0.03  # of the first loss
EXPLODED = 2.0  # times its first loss, from where on larger steps say nothing more


def exploded(losses: Sequence[float]) -> bool:
    """Whether the latest losses are so far above the first ones that larger steps say nothing more."""
    first, latest = float(np.median(losses[:EDGE])), float(np.median(losses[-EDGE:]))
    return len(losses) > EDGE and latest > max(EXPLODED * first, first + 1)


def smoothed(losses: Sequence[float]) -> list[float]:
    """Each loss averaged with its neighbours, near ones more, so that the slope can be seen: shape as given."""
    values = np.asarray(losses, np.float64)
    places = np.arange(len(values))
    weights = np.exp(-0.5 * ((places[:, None] - places[None]) / SMOOTHED_OVER) ** 2)
    averaged: NDArray[np.float64] = weights @ values / weights.sum(axis=1)
    return [float(value) for value in averaged]


def suggestion(rates: Sequence[float], losses: Sequence[float]) -> float | None:
    """The rate at which the loss falls fastest, by the logarithm of the rate.

    Args:
        rates: rising, evenly by their logarithm.
        losses: as many.

    Returns:
        None when nothing was learned at any rate.
    """
    curve = np.array(smoothed(losses))
    if len(curve) <= 2 * EDGE:
        return None
    lowest = _bottom(curve)
    if curve[lowest] > FALLEN * curve[0] or lowest <= EDGE:
        return None
    slopes = np.gradient(curve)[EDGE : lowest + 1]
    return float(f"{rates[EDGE + int(slopes.argmin())]:.2g}")


def _bottom(curve: NDArray[np.float64]) -> int:
    """Where the loss is lowest before it first rises again; what comes after is learned by a network that was hurt."""
    below = np.minimum.accumulate(curve)
    risen = np.flatnonzero(curve > below + np.maximum(RISEN * (curve[0] - below), NOISE * curve[0]))
    return int(curve[: risen[0] if len(risen) else None].argmin())
