"""What the models that come with the app learn from: real photos of clothes, and drawn ones beside them."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core import jobs
from core.data import store
from core.data.photo import to_pixels
from core.data.pixels import load_pixels
from core.data.store import Dataset
from core.sources import garments
from core.sources.samples import SAMPLES
from core.training.photos import Photos

FOLDS = 5
DRAWN = 40  # of each class: enough to know them by, and too few to be what it is about
DRAWN_FROM = 30_000  # seed of the first; the drawn sample has others, or nobody could be tested on it


@dataclass(frozen=True)
class Materials:
    """Photos in one array, those that people took first."""

    pixels: NDArray[np.uint8]  # (N, S, S, 3)
    labels: NDArray[np.int64]  # (N,), class indices
    drawn: NDArray[np.bool_]  # (N,)
    folds: NDArray[np.int64]  # (N,), 0 to FOLDS - 1; -1 of drawn ones, which are never asked about
    content_hashes: list[str]
    names: list[str]  # of the files, as their source has them
    class_names: list[str]
    fingerprint: str  # of the datasets
    read: Callable[[int], bytes]  # the file of a row

    def photos(
        self,
        train: NDArray[np.bool_],
        watched: NDArray[np.bool_],
        targets: NDArray[np.float32] | None = None,
    ) -> Photos:
        """What a training takes; `targets` are softer labels than the one, shape (N, C)."""
        rows, watch = np.flatnonzero(train), np.flatnonzero(watched)
        return Photos(self.pixels, self.labels, self.class_names, self.content_hashes, rows, watch, watch, targets)

    def dataset(self, folder: Any) -> Any:
        """As much of a dataset as features are kept with."""
        return SimpleNamespace(folder=folder, fingerprint=self.fingerprint)


def sample(name: str) -> Dataset:
    """A sample as a dataset of this workspace, made if it is not there.

    Raises:
        RuntimeError: it could not be made; the text says why.
    """
    entry = next(each for each in SAMPLES if each.id == name)
    for dataset in store.list_datasets():
        if dataset.source == entry.spec and dataset.finished:
            return dataset
    made = store.start_dataset(entry.spec, entry.name)
    state = jobs.wait(store.load_dataset(made).job_dir)
    if state.status != "done":
        raise RuntimeError(f"{entry.name}: {state.message}")
    return store.load_dataset(made)


def clothing(size_px: int, seed: int) -> Materials:
    """All clothing photos, dealt into folds, and drawn garments of the same classes.

    Args:
        size_px: side of the square.
        seed: how they are dealt: class by class, and photos that look alike into the same fold.
    """
    dataset = sample("clothing-photos")
    manifest = dataset.manifest()
    good = (manifest["status"] == "ok").to_numpy()
    kept, class_names = manifest[good], dataset.class_names
    labels = kept["label"].map(class_names.index).to_numpy(np.int64)
    drawn = [
        (label, jpeg(garments.draw(label, DRAWN_FROM + number, 300)))
        for label in garments.CLASS_NAMES
        for number in range(DRAWN)
    ]
    files = [content for _, content in drawn]
    hashes = [*kept["content_hash"], *(sha256(content).hexdigest() for content in files)]

    def read(row: int) -> bytes:
        return dataset.photo_path(hashes[row]).read_bytes() if row < len(labels) else files[row - len(labels)]

    is_drawn = np.arange(len(hashes)) >= len(labels)
    all_labels = np.concatenate([labels, [class_names.index(label) for label, _ in drawn]])
    looks = np.array([*kept["perceptual_hash"], *hashes[len(labels) :]], object)
    return Materials(
        pixels=np.concatenate([load_pixels(dataset, size_px)[good], [to_pixels(each, size_px) for each in files]]),
        labels=all_labels,
        drawn=is_drawn,
        folds=np.where(is_drawn, -1, deal(all_labels, looks, seed)),
        content_hashes=hashes,
        names=[*kept["source"], *(f"drawn {label}" for label, _ in drawn)],
        class_names=class_names,
        fingerprint=f"{dataset.fingerprint}-{DRAWN_FROM}-{DRAWN}",
        read=read,
    )


def jpeg(picture: Image.Image, quality: int = 95) -> bytes:
    """A picture as the file that somebody sends."""
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def deal(labels: NDArray[np.int64], looks: NDArray[Any], seed: int) -> NDArray[np.int64]:
    """Folds with as many photos of each class as can be, and photos of the same look in one.

    Args:
        labels: shape (N,).
        looks: shape (N,), perceptual hashes.
        seed: of the order in which they are dealt.

    Returns:
        Shape (N,), 0 to `FOLDS` - 1.
    """
    random = np.random.default_rng(seed)
    folds = np.empty(len(labels), np.int64)
    dealt: dict[Any, int] = {}
    for label in np.unique(labels):
        sizes = np.zeros(FOLDS, np.int64)
        for row in random.permutation(np.flatnonzero(labels == label)):
            folds[row] = dealt.setdefault(looks[row], int(sizes.argmin()))
            sizes[folds[row]] += 1
    return folds
