"""What a network learns from: pixels and classes by part, and their batches."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.pixels import load_pixels
from core.data.store import Dataset
from core.jobs import Work

PREFETCHED = 4  # batches made ready while the network is at work


@dataclass(frozen=True)
class Photos:
    """The good photos of a dataset; `rows` are positions in its manifest."""

    pixels: NDArray[np.uint8]  # (rows of the manifest, S, S, 3), memory-mapped
    labels: NDArray[np.int64]  # (rows of the manifest,), class indices, -1 where there is no photo
    class_names: list[str]
    content_hashes: list[str]  # of each row of the manifest
    train: NDArray[np.int64]  # rows
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    def num_batches(self, batch_size: int) -> int:
        """Batches of one round; the last one may be smaller."""
        return math.ceil(len(self.train) / batch_size)


def load_photos(dataset: Dataset, size_px: int, work: Work) -> Photos:
    """Reads a dataset's pixels and parts; builds the pixels first if no run has asked for this size before."""
    manifest = dataset.manifest()
    classes = {label: index for index, label in enumerate(dataset.class_names)}
    good = (manifest["status"] == "ok").to_numpy()
    labels = np.full(len(manifest), -1, np.int64)
    labels[good] = [classes[label] for label in manifest.loc[good, "label"]]
    parts = manifest["part"].to_numpy(dtype=object, na_value="")

    def rows(part: str) -> NDArray[np.int64]:
        return np.flatnonzero(good & (parts == part))

    return Photos(
        pixels=load_pixels(dataset, size_px, lambda done, total: work.progress("pixels", done, total), work.check_stop),
        labels=labels,
        class_names=dataset.class_names,
        content_hashes=manifest["content_hash"].fillna("").tolist(),
        train=rows("train"),
        validation=rows("validation"),
        test=rows("test"),
    )


def training_batches(photos: Photos, batch_size: int, seed: int, epochs: range) -> Any:
    """All rounds one after another, each shuffled in an order that follows from the seed and its number alone.

    So a resumed run sees what it would have seen, and the next round's first batches get ready while validation runs.

    Returns:
        A `tf.data.Dataset` of (pixels (B, S, S, 3) uint8, one-hot labels (B, C) float32).
    """
    import tensorflow as tf

    def one_epoch(epoch: Any) -> Any:
        order = tf.random.experimental.stateless_shuffle(photos.train, seed=tf.stack([np.int64(seed), epoch]))
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size)

    return _with_pixels(tf.data.Dataset.range(epochs.start, epochs.stop).flat_map(one_epoch), photos)


def validation_batches(photos: Photos, batch_size: int) -> Any:
    """The validation photos, in their order; otherwise as `training_batches`."""
    import tensorflow as tf

    return _with_pixels(tf.data.Dataset.from_tensor_slices(photos.validation).batch(batch_size), photos)


def _with_pixels(batches_of_rows: Any, photos: Photos) -> Any:
    import tensorflow as tf

    one_hot = np.eye(len(photos.class_names), dtype=np.float32)

    def read(rows: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        return photos.pixels[rows], one_hot[photos.labels[rows]]

    def with_shapes(rows: Any) -> tuple[Any, Any]:
        pixels, labels = tf.numpy_function(read, [rows], (tf.uint8, tf.float32))
        return (
            tf.ensure_shape(pixels, (None, *photos.pixels.shape[1:])),
            tf.ensure_shape(labels, (None, len(photos.class_names))),
        )

    options = tf.data.Options()
    options.autotune.enabled = False  # its tuner waits, up to seconds, at the end of a round
    return batches_of_rows.map(with_shapes).prefetch(PREFETCHED).with_options(options)
