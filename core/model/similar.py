"""The photos that a model was taught with and that look most like a new one, as the model sees them.

Two photos are as alike as the angle between what the network decides by in each, after PCA: that takes little space,
and leaves out what hardly varies.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.files import write_bytes

FILE = "similar.npz"
NEAREST = 5
DIRECTIONS = 64
FEWEST = 10  # photos


@dataclass(frozen=True)
class Similar:
    """What a model has seen in the photos that it was taught with."""

    mean: NDArray[np.float32]  # (F,), of the features
    directions: NDArray[np.float32]  # (F, D), of unit length
    seen: NDArray[np.float32]  # (N, D), of unit length
    content_hashes: NDArray[np.uint8]  # (N, 32), SHA-256 of the photos' bytes
    labels: NDArray[np.str_]  # (N,)

    def nearest(self, features: NDArray[np.float32], count: int = NEAREST) -> tuple[tuple[str, str], ...]:
        """The most similar photos, the nearest first; photos that look the same to it count once.

        Args:
            features: shape (F,), as `core.model.predictor.Predictor.look` gives them.
            count: how many.

        Returns:
            Content hash, in hexadecimal, and label of each.
        """
        placed = np.dot(features - self.mean, self.directions)
        likeness = np.dot(self.seen, placed) / max(math.sqrt(np.dot(placed, placed)), 1e-9)
        best = _highest(likeness, 4 * count)
        found = dict(zip(reversed(np.round(likeness[best], 4).tolist()), reversed(best.tolist()), strict=True))
        rows = [*reversed(found.values())][:count]  # of each likeness the first
        return tuple((self.content_hashes[row].tobytes().hex(), str(self.labels[row])) for row in rows)

    def save(self, folder: Path) -> None:
        """Writes `similar.npz` into a model's folder, in half the digits: no number is above 1 that counts."""
        file = io.BytesIO()
        short = {name: getattr(self, name).astype(np.float16) for name in ("directions", "seen")}
        np.savez_compressed(file, **{**vars(self), **short})
        write_bytes(folder / FILE, file.getvalue())


def fit(features: NDArray[np.float32], content_hashes: list[str], labels: list[str]) -> Similar | None:
    """Keeps what was seen in photos.

    Args:
        features: shape (N, F), of photos that the model was taught with.
        content_hashes: SHA-256 of their bytes, in hexadecimal.
        labels: as a person named them.

    Returns:
        None where there are too few photos to choose from.
    """
    if len(features) < FEWEST:
        return None
    mean = features.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((features - mean).T.astype(np.float64)).reshape(features.shape[1], -1))
    directions = axes[:, ::-1][:, :DIRECTIONS].astype(np.float32)
    hashes = np.frombuffer(bytes.fromhex("".join(content_hashes)), np.uint8).reshape(len(features), -1)
    return Similar(mean.astype(np.float32), directions, _unit((features - mean) @ directions), hashes, np.array(labels))


def load(folder: Path) -> Similar | None:
    """What a model's folder knows of it; None if nothing, or if the file is damaged."""
    try:
        with (folder / FILE).open("rb") as file, np.load(file) as arrays:
            kept = {name: arrays[name] for name in arrays.files}
            return Similar(**kept | {name: kept[name].astype(np.float32) for name in ("directions", "seen")})
    except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile):
        return None


def _highest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Where the highest values stand, the highest first, of equals the first: as sorting all would, sooner."""
    if count >= len(values):
        return np.argsort(-values, kind="stable")
    high = np.flatnonzero(values >= np.partition(values, -count)[-count])
    return np.asarray(high[np.argsort(-values[high], kind="stable")][:count])


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return np.asarray(vectors / length, np.float32)
