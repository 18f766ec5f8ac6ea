"""Whether a photo is like those a model was taught with, or unlike anything it knows.

How sure a network is says little about that: of pictures of other things, such as food, animals and rooms, it is as
sure as of clothes. What its layers see on the way says more, and so does what it decides by. In each the distance is
Mahalanobis' to the nearest class, with one covariance for all, after K. Lee and others, "A Simple Unified Framework for
Detecting Out-of-Distribution Samples", NeurIPS 2018, section 2.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.files import write_bytes

FILE = "familiar.npz"
FEWEST_LEARNED, FEWEST_WATCHED = 60, 20  # photos: with fewer nobody can say what is usual
USUAL = 0.94  # of the photos held back
MOST_DIRECTIONS = 128
PHOTOS_A_DIRECTION = 8  # at least
SHRUNK = 0.02  # of the variance is taken to be alike in all directions: few photos say little about the small ones

Seen = Sequence[NDArray[np.float32]]  # of the same N photos, shapes (N, T) and (N, F): traits and features


@dataclass(frozen=True)
class Space:
    """What is usual in one kind of what is seen, and how far apart photos that nobody taught lie there."""

    mean: NDArray[np.float32]  # (T,)
    directions: NDArray[np.float32]  # (T, D), scaled so that within a class each varies by 1
    centres: NDArray[np.float32]  # (C, D), of the classes
    middle: float = 0.0  # of the distances of photos held back: their median
    spread: float = 1.0  # and their deviation

    def distance(self, seen: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far photos are from the nearest class, in deviations: shape (N, T) to (N,), 0 or more."""
        apart = ((seen - self.mean) @ self.directions)[:, None] - self.centres
        squares = np.einsum("ncd,ncd->nc", apart, apart).min(axis=1)
        return np.asarray(np.sqrt(squares / self.directions.shape[1]), np.float32)


@dataclass(frozen=True)
class Familiarity:
    """What is usual among the photos that a model was taught with."""

    spaces: tuple[Space, ...]
    limit: float  # beyond which a photo is unlike them all

    def distances(self, seen: Seen) -> NDArray[np.float32]:
        """How far photos are from the nearest class in each space: shape (N, number of spaces)."""
        return np.stack([space.distance(each) for space, each in zip(self.spaces, seen, strict=True)], axis=1)

    def strangeness(self, seen: Seen) -> NDArray[np.float32]:
        """How strange photos are: what lies in no space far out is not, and what lies far out in all is most of all.

        Args:
            seen: traits and features, as `core.model.predictor.Predictor.look` gives them.

        Returns:
            Shape (N,).
        """
        return _summed([space.distance(each) for space, each in zip(self.spaces, seen, strict=True)], self.spaces)

    def save(self, folder: Path) -> None:
        """Writes `familiar.npz` into a model's folder."""
        file = io.BytesIO()
        parts = {
            f"{name}{place}": value for place, space in enumerate(self.spaces) for name, value in vars(space).items()
        }
        np.savez(file, limit=self.limit, **parts)
        write_bytes(folder / FILE, file.getvalue())


def strangeness(distances: NDArray[np.float32], spaces: Sequence[Space]) -> NDArray[np.float32]:
    """How far out photos lie, in spreads of photos held back, summed over the spaces: shape (N, spaces) to (N,)."""
    return _summed(list(distances.T), spaces)


def _summed(distances: Sequence[NDArray[np.float32]], spaces: Sequence[Space]) -> NDArray[np.float32]:
    """The same, of the distances in each space, shape (N,)."""
    parts = [(apart - space.middle) / space.spread for apart, space in zip(distances, spaces, strict=True)]
    return np.asarray(sum(parts), np.float32)


def fit(seen: Seen, labels: NDArray[np.int64], watched: Seen) -> Familiarity | None:
    """Learns what is usual.

    Args:
        seen: traits and features of N photos that the model was taught with.
        labels: shape (N,), their classes.
        watched: the same of M photos that were held back; 6 of 100 of them will count as unlike.

    Returns:
        None where there are too few photos to say.
    """
    if len(labels) < FEWEST_LEARNED or len(watched[0]) < FEWEST_WATCHED:
        return None
    spaces = [_space(each, labels) for each in seen]
    found = tuple(space for space in spaces if space is not None)
    if len(found) < len(spaces):
        return None
    return settled(found, Familiarity(found, 0.0).distances(watched))


def settled(spaces: Sequence[Space], distances: NDArray[np.float32]) -> Familiarity:
    """The rule, from how far photos lie apart that were held back.

    Args:
        spaces: what is usual in each.
        distances: shape (M, number of spaces).
    """
    middles, spreads = np.median(distances, axis=0), np.maximum(distances.std(axis=0), 1e-9)
    known = tuple(
        replace(space, middle=float(middle), spread=float(spread))
        for space, middle, spread in zip(spaces, middles, spreads, strict=True)
    )
    apart = np.sort(strangeness(distances, known))
    place = min(len(apart) - 1, int(np.ceil(USUAL * (len(apart) + 1))) - 1)
    return Familiarity(known, float(apart[place]))


def _space(seen: NDArray[np.float32], labels: NDArray[np.int64]) -> Space | None:
    mean = seen.mean(axis=0)
    classes = np.unique(labels)
    means = np.stack([seen[labels == each].mean(axis=0) for each in classes])
    within = seen - means[np.searchsorted(classes, labels)]
    variances, axes = np.linalg.eigh(np.atleast_2d(np.cov(within.T.astype(np.float64))))
    count = min(MOST_DIRECTIONS, len(variances), max(1, len(seen) // PHOTOS_A_DIRECTION))
    variances, axes = variances[::-1][:count], axes[:, ::-1][:, :count]
    steadied = (1 - SHRUNK) * variances + SHRUNK * variances.mean()
    if not steadied.min() > 0:  # a network that sees the same in every photo
        return None
    directions = (axes / np.sqrt(steadied)).astype(np.float32)
    return Space(mean.astype(np.float32), directions, ((means - mean) @ directions).astype(np.float32))


def load(folder: Path) -> Familiarity | None:
    """What a model's folder knows of it; None if nothing, or if the file is damaged."""
    try:
        with (folder / FILE).open("rb") as file, np.load(file) as arrays:
            spaces: list[Space] = []
            while f"mean{len(spaces)}" in arrays.files:
                mean, directions, centres, middle, spread = (
                    arrays[f"{name}{len(spaces)}"] for name in ("mean", "directions", "centres", "middle", "spread")
                )
                spaces.append(Space(mean, directions.astype(np.float32), centres, float(middle), float(spread)))
            return Familiarity(tuple(spaces), float(arrays["limit"])) if spaces else None
    except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile):
        return None
