"""What photos are compared by: what the clothing model sees in them or, where it is missing, colours and shapes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data.pixels import read_pixels
from core.data.store import Dataset
from core.errors import ModelUnreadable
from core.model.bundle import read_model
from core.model.predictor import Predictor

CHUNK = 64  # photos between two words about how far it is
PLAIN_SIZE_PX = 64  # at which colours and shapes are looked at
THUMBNAIL_PX = 16
CELLS, DIRECTIONS = 8, 8  # of edges: in each of 8×8 places, how many run which way

By = Literal["model", "colours"]
Told = Callable[[int, int], None]
Read = Callable[[int, int, int], NDArray[np.uint8]]  # from the first of some photos to before the last, their size


@dataclass(frozen=True)
class Seen:
    """What was seen in N photos."""

    features: NDArray[np.float32]  # (N, F)
    by: By


def name_of(model_dir: Path) -> str:
    """Changes whenever photos would be seen otherwise; "" where there is no model that could look at them."""
    try:
        model = read_model(model_dir)
    except ModelUnreadable:
        return ""
    return f"{model.id} {model.created_at}"


def look(dataset: Dataset, content_hashes: Sequence[str], model_dir: Path, told: Told = lambda *_: None) -> Seen:
    """Looks at photos of a dataset, photo by photo from their files: pixels would take a hundred times the room.

    Args:
        dataset: a finished one.
        content_hashes: N of its photos.
        model_dir: whose eyes to take. Without a model there, or with one that does not tell what it decides by, it is
            colours and shapes.
        told: hears (done, total), and may raise to end the looking.

    Raises:
        DatasetDamaged: a photo is gone or cannot be read.
    """

    def read(start: int, stop: int, size_px: int) -> NDArray[np.uint8]:
        return read_pixels(dataset, content_hashes[start:stop], size_px)

    return look_at(read, len(content_hashes), model_dir, told)


def look_at(read: Read, num_photos: int, model_dir: Path, told: Told = lambda *_: None) -> Seen:
    """Looks at photos, some at a time.

    Args:
        read: gives them as pixels (N, S, S, 3), 0 to 255.
        num_photos: how many there are, at least 1.
        model_dir, told: as for `look`.
    """
    try:
        predictor = Predictor(read_model(model_dir))
    except ModelUnreadable:
        return _look(read, num_photos, PLAIN_SIZE_PX, _colours_and_shapes, "colours", told)
    size = predictor.model.input_size_px
    if predictor.look(np.zeros((1, size, size, 3), np.uint8)).features is None:
        return _look(read, num_photos, PLAIN_SIZE_PX, _colours_and_shapes, "colours", told)

    def by_model(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        features = predictor.look(pixels).features
        assert features is not None
        return features

    return _look(read, num_photos, size, by_model, "model", told)


def _look(
    read: Read,
    num_photos: int,
    size_px: int,
    see: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
    by: By,
    told: Told,
) -> Seen:
    seen = []
    for start in range(0, num_photos, CHUNK):
        told(start, num_photos)
        seen.append(see(read(start, min(start + CHUNK, num_photos), size_px)))
    told(num_photos, num_photos)
    features = np.concatenate(seen)
    return Seen(features if by == "model" else _balanced(features), by)


def _colours_and_shapes(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A thumbnail in Lab, where distances are as eyes see them, and which way edges run in each place of the photo.

    Source of the latter: N. Dalal and B. Triggs, "Histograms of Oriented Gradients", 2005, without their blocks.

    Args:
        pixels: shape (N, PLAIN_SIZE_PX, PLAIN_SIZE_PX, 3), 0 to 255.

    Returns:
        Shape (N, THUMBNAIL_PX² · 3 + CELLS² · DIRECTIONS).
    """
    import cv2

    small = np.stack(
        [cv2.resize(photo, (THUMBNAIL_PX, THUMBNAIL_PX), interpolation=cv2.INTER_AREA) for photo in pixels]
    )
    colours = np.stack([cv2.cvtColor(photo.astype(np.float32) / 255, cv2.COLOR_RGB2Lab) for photo in small])
    down, across = np.gradient(pixels.astype(np.float32).mean(axis=-1), axis=(1, 2))
    strength = np.hypot(down, across)
    turn = np.arctan2(down, across) % np.pi / np.pi * DIRECTIONS
    way = turn.astype(np.int64) % DIRECTIONS
    side = PLAIN_SIZE_PX // CELLS
    edges = np.stack([np.where(way == each, strength, 0) for each in range(DIRECTIONS)], axis=-1)
    edges = edges.reshape(len(pixels), CELLS, side, CELLS, side, DIRECTIONS).sum(axis=(2, 4)).reshape(len(pixels), -1)
    edges /= np.maximum(np.linalg.norm(edges, axis=1, keepdims=True), 1e-6)
    return np.concatenate([colours.reshape(len(pixels), -1), edges], axis=1).astype(np.float32)


def _balanced(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Colours and shapes with as much to say each."""
    split = THUMBNAIL_PX**2 * 3
    parts = [features[:, :split], features[:, split:]]
    return np.concatenate([part / max(1e-6, float(np.sqrt(part.var(axis=0).sum()))) for part in parts], axis=1)
