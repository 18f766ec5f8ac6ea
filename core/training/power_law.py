"""How mistakes fall with photos: a power law through a few measured points, and how far it can be trusted.

error(n) = a·n^(−b) + c, the shape that learning curves of networks take over a wide range of sizes.
Source: J. Hestness and others, "Deep Learning Scaling is Predictable, Empirically", 2017.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000  # of the points, each within its own uncertainty; every draw is fitted by itself
FLOORS = 25  # values of c that are tried, from 0 to nearly the smallest error
SURE = (0.025, 0.5, 0.975)  # quantiles of the draws: where the law is known, nine of ten such intervals hold it
FEWEST_SIZES = 3
MISFIT = 3.0  # standard errors that the law may miss a point by
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PowerLaw:
    """The laws that fit as well as the points are known."""

    a: Floats  # (DRAWS,)
    b: Floats
    c: Floats

    def errors(self, photos: Floats) -> Floats:
        """What they say of these numbers of photos.

        Args:
            photos: shape (N,).

        Returns:
            Shape (3, N): the lower end, the middle and the upper end of the interval of the error, 0 to 1.
        """
        said = self._each(photos)
        bounds: Floats = np.quantile(np.clip(said, 0.0, 1.0), SURE, axis=0)
        return bounds

    def gains(self, photos: float, times: float) -> Floats:
        """By how much the error falls with `times` as many photos: shape (3,), lower end, middle, upper end."""
        said = self._each(np.array([photos, times * photos]))
        bounds: Floats = np.quantile(said[:, 0] - said[:, 1], SURE)
        return bounds

    def _each(self, photos: Floats) -> Floats:
        each: Floats = self.a[:, None] * photos[None] ** -self.b[:, None] + self.c[:, None]
        return each


def fit(photos: Floats, errors: Floats, standard_errors: Floats, seed: int = 7) -> PowerLaw | None:
    """Fits a law to each of many draws of the points, so that what is uncertain about them is uncertain about it.

    Args:
        photos: shape (N,), how many were learned from, rising.
        errors: shape (N,), shares of mistakes, 0 to 1.
        standard_errors: shape (N,), above 0.
        seed: of the draws.

    Returns:
        None where a law would be a guess: fewer than three sizes, or points that no falling curve passes near.
    """
    if len(photos) < FEWEST_SIZES:
        return None
    draws = np.random.default_rng(seed).normal(errors, standard_errors, (DRAWS, len(photos)))
    draws = np.clip(draws, 1e-4, 1.0)
    middle = _fitted(photos, np.clip(errors, 1e-4, 1.0)[None], standard_errors)
    missed = np.abs(middle._each(photos)[0] - errors) / standard_errors
    if missed.max() > MISFIT:
        return None
    return _fitted(photos, draws, standard_errors)


def _fitted(photos: Floats, errors: Floats, standard_errors: Floats) -> PowerLaw:
    """Least squares for each row of `errors` (D, N): a line through the logarithms, for the floor c that fits best."""
    floors = np.linspace(0.0, 0.95, FLOORS)[None] * errors.min(axis=1, keepdims=True)  # (D, F)
    above = errors[:, None, :] - floors[..., None]  # (D, F, N)
    weights = (above / standard_errors) ** 2  # of the logarithm: its standard error is that of the error, over `above`
    x, y = np.log(photos), np.log(above)
    total = weights.sum(axis=-1)
    mean_x, mean_y = (weights * x).sum(axis=-1) / total, (weights * y).sum(axis=-1) / total
    from_x = x - mean_x[..., None]
    slope = (weights * from_x * (y - mean_y[..., None])).sum(axis=-1) / (weights * from_x**2).sum(axis=-1)
    slope = np.minimum(slope, 0.0)  # more photos never make it worse
    log_a = mean_y - slope * mean_x
    said = np.exp(log_a[..., None] + slope[..., None] * x) + floors[..., None]
    misfit = (((said - errors[:, None, :]) / standard_errors) ** 2).sum(axis=-1)
    best = misfit.argmin(axis=1)
    rows = np.arange(len(errors))
    return PowerLaw(np.exp(log_a[rows, best]), -slope[rows, best], floors[rows, best])
