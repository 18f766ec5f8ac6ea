"""What a network learns from: pixels and classes by part, and their batches."""

import math
import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.mend_layer import MENDED_COLUMNS
from core.data.pixels import load_pixels
from core.data.store import Dataset
from core.jobs import Work
from core.training import augment
from core.training.mixup import mixed
from core.training.recipe import Recipe

COLUMNS = [*MENDED_COLUMNS, "content_hash", "source"]  # of the manifest: of a large one no more is read
PREFETCHED = 4  # batches made ready while the network is at work
PREFETCHED_BYTES = 32e6  # of large ones fewer
LOOKED_AT_BYTES = 16e6  # of pixels on disk, until they no longer count as memory of this process
# What chance is asked for. Each has numbers of its own: a photo's place in the round says nothing about its variation.
ORDER, VARIATIONS, MIXUP, SHARE = range(4)

Batch = tuple[NDArray[Any], NDArray[np.float32]]


@dataclass(frozen=True)
class Photos:
    """The good photos of a dataset; `rows` are positions in its manifest."""

    pixels: NDArray[Any]  # (rows of the manifest, S, S, 3) uint8, memory-mapped; or features, (rows, F) float32
    labels: NDArray[np.int64]  # (rows of the manifest,), class indices, -1 where there is no photo
    class_names: list[str]
    content_hashes: Sequence[str]  # of each row of the manifest
    train: NDArray[np.int64]  # rows
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    targets: NDArray[np.float32] | None = None  # (rows of the manifest, C), shares to learn instead of one label
    names: Sequence[str] | None = None  # of each row of the manifest, for people: a file, an address

    def num_batches(self, batch_size: int) -> int:
        """Batches of one round; the last one may be smaller."""
        return math.ceil(len(self.train) / batch_size)

    def read(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """The pixels of these rows, which do not count as memory of this process for longer than they are held."""
        seen = self.pixels[rows]
        self.forget()
        return seen

    def forget(self) -> None:
        """Lets go of what was looked at of memory-mapped pixels; it stays in the system's cache of files."""
        mapped = getattr(self.pixels, "_mmap", None)
        if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)


def load_photos(dataset: Dataset, recipe: Recipe, work: Work) -> Photos:
    """Reads a dataset's pixels and parts; builds the pixels first if no run has asked for this size before.

    Of the training part it takes the share that the recipe says.
    """
    manifest = dataset.mends.applied(dataset.as_made(COLUMNS))
    classes = {label: index for index, label in enumerate(dataset.class_names)}
    good = (manifest["status"] == "ok").to_numpy()
    labels = np.full(len(manifest), -1, np.int64)
    labels[good] = [classes[label] for label in manifest.loc[good, "label"]]
    parts = manifest["part"].to_numpy(dtype=object, na_value="")

    def rows(part: str) -> NDArray[np.int64]:
        return np.flatnonzero(good & (parts == part))

    return Photos(
        pixels=load_pixels(
            dataset,
            recipe.image_size_px,
            lambda done, total: work.progress("pixels", done, total),
            work.check_stop,
        ),
        labels=labels,
        class_names=dataset.class_names,
        content_hashes=manifest["content_hash"].fillna("").array,  # packed, where a list of texts takes twice as much
        train=share_of(rows("train"), labels, recipe.train_share, recipe.seed),
        validation=rows("validation"),
        test=rows("test"),
        names=manifest["source"].fillna("").array,
    )


def share_of(rows: NDArray[np.int64], labels: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    """Some of the rows, the same share of each class and at least one; a larger share holds all of a smaller one.

    Args:
        rows: positions in `labels`.
        labels: class indices.
        share: above 0, up to 1.
        seed: says which.
    """
    kept = []
    for class_index in np.unique(labels[rows]):
        own = rows[labels[rows] == class_index]
        order = _chance(SHARE, seed, int(class_index)).permutation(own)
        kept.append(order[: max(1, round(share * len(own)))])
    return np.sort(np.concatenate(kept)) if kept else rows


def class_weights(photos: Photos) -> NDArray[np.float32]:
    """How much a photo of each class counts for, so that all classes count alike.

    Returns:
        Shape (C,), the inverse of how many training photos a class has; the mean over the training photos is 1. A class
        without any has 1.
    """
    counts = np.bincount(photos.labels[photos.train], minlength=len(photos.class_names))
    present = np.count_nonzero(counts)
    return np.where(counts > 0, len(photos.train) / (present * np.maximum(counts, 1)), 1.0).astype(np.float32)


def training_batches(photos: Photos, recipe: Recipe, epochs: range, first_batch: int = 0) -> Any:
    """All rounds one after another, each batch as it follows from the seed and its number alone.

    So a run that goes on at any batch sees what it would have seen, and the next round's first batches get ready while
    the photos held back are judged.

    Args:
        photos: their training part; pixels are varied as the recipe says, features are not.
        recipe: says the batch size, the seed, the variations and the mixup.
        epochs: the rounds, counted from 0.
        first_batch: of the first round; the ones before it are left out.

    Returns:
        A `tf.data.Dataset` of (photos (B, S, S, 3) uint8, shares of the classes (B, C) float32, one-hot without mixup),
        or of features (B, F) float32 instead of photos.
    """
    import tensorflow as tf

    make = batch_maker(photos, recipe)
    num_batches = photos.num_batches(recipe.batch_size)
    shape = photos.pixels.shape[1:]
    kinds = (tf.as_dtype(photos.pixels.dtype), tf.float32)

    def with_shapes(number: Any) -> tuple[Any, Any]:
        shown, labels = tf.numpy_function(make, [number], kinds)
        return tf.ensure_shape(shown, (None, *shape)), tf.ensure_shape(labels, (None, len(photos.class_names)))

    options = tf.data.Options()
    options.autotune.enabled = False  # its tuner waits, up to seconds, at the end of a round
    batch_bytes = recipe.batch_size * math.prod(shape) * photos.pixels.itemsize
    numbers = tf.data.Dataset.range(epochs.start * num_batches + first_batch, epochs.stop * num_batches)
    prefetched = int(min(PREFETCHED, max(1, PREFETCHED_BYTES // batch_bytes)))
    return numbers.map(with_shapes).prefetch(prefetched).with_options(options)


def batch_maker(photos: Photos, recipe: Recipe) -> Callable[[int], Batch]:
    """What makes a batch from its number, counted over all rounds: see `training_batches`. Without TensorFlow."""
    size, num_batches = recipe.batch_size, photos.num_batches(recipe.batch_size)
    one_hot = np.eye(len(photos.class_names), dtype=np.float32)
    varies = recipe.augment > 0 and len(recipe.variations) > 0 and photos.pixels.ndim == 4
    forget_every = max(1, int(LOOKED_AT_BYTES // (size * photos.pixels[:1].nbytes)))

    @lru_cache(maxsize=2)
    def order(epoch: int) -> NDArray[np.int64]:
        return _chance(ORDER, recipe.seed, epoch).permutation(photos.train)

    def make(number: int) -> Batch:
        epoch, batch = divmod(int(number), num_batches)
        rows = order(epoch)[batch * size : (batch + 1) * size]
        shown = photos.pixels[rows]
        labels = one_hot[photos.labels[rows]] if photos.targets is None else photos.targets[rows]
        if varies:
            random = _chance(VARIATIONS, recipe.seed, epoch, batch)
            how = augment.drawn(random, len(rows), shown.shape[1], recipe.augment, recipe.variations)
            shown = augment.vary(shown, how)
        if recipe.mixup:
            shown, labels = mixed(shown, labels, recipe.mixup, _chance(MIXUP, recipe.seed, epoch, batch))
        if number % forget_every == 0:
            photos.forget()
        return shown, labels

    return make


def _chance(purpose: int, seed: int, number: int, batch: int = 0) -> np.random.Generator:
    return np.random.default_rng([purpose, seed, number, batch])
