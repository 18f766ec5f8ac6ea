"""Whether a photo is like those a model was taught with, or unlike anything it knows.

How sure a network is says little about that: of pictures of other things, such as food, animals and rooms, it is as
sure as of clothes. What its layers see on the way says more. The distance is Mahalanobis' to the nearest class, with
one covariance for all, after K. Lee and others, "A Simple Unified Framework for Detecting Out-of-Distribution Samples",
NeurIPS 2018, section 2.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.files import write_bytes

FILE = "familiar.npz"
FEWEST_LEARNED, FEWEST_WATCHED = 60, 20  # photos: with fewer nobody can say what is usual
USUAL = 0.95  # of the photos held back
MOST_DIRECTIONS = 128
PHOTOS_A_DIRECTION = 8  # at least
SHRUNK = 0.02  # of the variance is taken to be alike in all directions: few photos say little about the small ones


@dataclass(frozen=True)
class Familiarity:
    """What is usual among the photos that a model was taught with."""

    mean: NDArray[np.float32]  # (T,), of the traits
    directions: NDArray[np.float32]  # (T, D), scaled so that within a class each varies by 1
    centres: NDArray[np.float32]  # (C, D), of the classes
    limit: float  # distance beyond which a photo is unlike them all

    def distance(self, traits: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far photos are from the nearest class, in deviations.

        Args:
            traits: shape (N, T), as `core.model.predictor.Predictor.look` gives them.

        Returns:
            Shape (N,), 0 or more.
        """
        seen = (traits - self.mean) @ self.directions
        apart = np.linalg.norm(seen[:, None] - self.centres[None], axis=2).min(axis=1)
        return np.asarray(apart / np.sqrt(self.directions.shape[1]), np.float32)

    def save(self, folder: Path) -> None:
        """Writes `familiar.npz` into a model's folder."""
        file = io.BytesIO()
        np.savez(file, mean=self.mean, directions=self.directions, centres=self.centres, limit=self.limit)
        write_bytes(folder / FILE, file.getvalue())


def fit(
    traits: NDArray[np.float32],
    labels: NDArray[np.int64],
    watched: NDArray[np.float32],
) -> Familiarity | None:
    """Learns what is usual.

    Args:
        traits: shape (N, T), of photos that the model was taught with.
        labels: shape (N,), their classes.
        watched: shape (M, T), of photos that were held back; 5 of 100 of them will count as unlike.

    Returns:
        None where there are too few photos to say.
    """
    if len(traits) < FEWEST_LEARNED or len(watched) < FEWEST_WATCHED:
        return None
    mean = traits.mean(axis=0)
    classes = np.unique(labels)
    means = np.stack([traits[labels == each].mean(axis=0) for each in classes])
    within = traits - means[np.searchsorted(classes, labels)]
    variances, axes = np.linalg.eigh(np.cov(within.T.astype(np.float64)))
    count = min(MOST_DIRECTIONS, len(variances), max(1, len(traits) // PHOTOS_A_DIRECTION))
    variances, axes = variances[::-1][:count], axes[:, ::-1][:, :count]
    steadied = (1 - SHRUNK) * variances + SHRUNK * variances.mean()
    if not steadied.min() > 0:  # a network that sees the same in every photo
        return None
    directions = (axes / np.sqrt(steadied)).astype(np.float32)
    centres = ((means - mean) @ directions).astype(np.float32)
    rule = Familiarity(mean.astype(np.float32), directions, centres, 0.0)
    distances = np.sort(rule.distance(watched))
    place = min(len(distances) - 1, int(np.ceil(USUAL * (len(distances) + 1))) - 1)
    return Familiarity(rule.mean, directions, centres, float(distances[place]))


def load(folder: Path) -> Familiarity | None:
    """What a model's folder knows of it; None if nothing, or if the file is damaged."""
    try:
        with (folder / FILE).open("rb") as file, np.load(file) as arrays:
            return Familiarity(arrays["mean"], arrays["directions"], arrays["centres"], float(arrays["limit"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
