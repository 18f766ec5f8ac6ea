"""What the models that come with the app learn from: real photos of clothes, and drawn ones beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import jobs
from core.data import store
from core.data.pixels import load_pixels
from core.data.store import Dataset
from core.sources.samples import SAMPLES
from core.training.photos import Photos

FOLDS = 5
DRAWN = 40  # of each class: enough to know them by, and too few to be what it is about


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
    """All clothing photos, dealt into folds, and the drawn garments of the same classes.

    Args:
        size_px: side of the square.
        seed: how they are dealt: class by class, and photos that look alike into the same fold.
    """
    real, drawn = sample("clothing-photos"), sample("garments")
    parts = [_read(real, real.class_names, size_px), _read(drawn, real.class_names, size_px, DRAWN)]
    pixels, labels, hashes, looks, names = (np.concatenate([part[place] for part in parts]) for place in range(5))
    is_drawn = np.arange(len(labels)) >= len(parts[0][1])
    folds = np.where(is_drawn, -1, deal(labels, looks, seed))
    fingerprint = f"{real.fingerprint}{drawn.fingerprint}"

    def read(row: int) -> bytes:
        return (drawn if is_drawn[row] else real).photo_path(hashes[row]).read_bytes()

    return Materials(
        pixels, labels, is_drawn, folds, hashes.tolist(), names.tolist(), real.class_names, fingerprint, read
    )


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


def _read(dataset: Dataset, class_names: list[str], size_px: int, most: int | None = None) -> tuple[NDArray[Any], ...]:
    """Pixels, labels, content and perceptual hashes and names of the good photos, the first `most` of each class."""
    manifest = dataset.manifest()
    good = (manifest["status"] == "ok").to_numpy() & manifest["label"].isin(class_names).to_numpy()
    if most is not None:
        good[good] = (manifest[good].groupby("label").cumcount() < most).to_numpy()
    kept = manifest[good]
    labels = np.array([class_names.index(label) for label in kept["label"]], np.int64)
    pixels = load_pixels(dataset, size_px)[np.flatnonzero(good)]
    others = (kept[name].to_numpy(object) for name in ("content_hash", "perceptual_hash", "source"))
    return pixels, labels, *others
