"""A model sits an exam: it is asked about photos whose labels are known, and the answers are counted."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.photo import to_pixels
from core.data.pixels import load_pixels
from core.data.store import Dataset
from core.errors import EvaluationError, PhotoError
from core.model import learned
from core.model.bundle import Model
from core.model.evaluation import Evaluation, evaluate
from core.model.predictor import load_predictor
from core.sources import open_source
from core.sources.items import Failure, Item


def evaluate_dataset(model: Model, dataset: Dataset) -> Evaluation:
    """Asks about the photos of a dataset: of the one that it learned from only the test part, of another one all.

    Raises:
        DatasetUnfinished: it is still being made.
        EvaluationError: no photo is of a class that the model was taught.
        ModelUnreadable: as `load_predictor`.
    """
    manifest = dataset.manifest()
    wanted = manifest["status"] == "ok"
    if model.dataset.get("fingerprint") == dataset.fingerprint:
        wanted &= manifest["part"] == "test"
    rows = np.flatnonzero(wanted.to_numpy(dtype=bool, na_value=False))
    labels = manifest["label"].iloc[rows].tolist()
    pixels = load_pixels(dataset, model.input_size_px)
    evaluation = evaluate_model(model, ((pixels[row], label) for row, label in zip(rows, labels, strict=True)))
    known = learned.has_seen(model.folder, manifest["content_hash"].iloc[rows])
    return replace(evaluation, known=int(known.sum()))


def evaluate_folder(model: Model, folder: Path) -> Evaluation:
    """Asks about every photo in a folder of class folders; what is no photo is left out and counted.

    Raises:
        NotFound, ClassesNotFound: there is no such folder, or none of classes in it.
        EvaluationError, ModelUnreadable: as `evaluate_dataset`.
    """
    source = open_source({"kind": "folder", "path": str(folder)})
    photos: list[tuple[NDArray[np.uint8], str]] = []
    unreadable: Counter[str] = Counter()
    hashes: list[str] = []
    lock = threading.Lock()

    def keep(item: Item, content: bytes | Failure) -> None:
        try:
            if isinstance(content, Failure):
                raise PhotoError(content.reason)
            photo = to_pixels(content, model.input_size_px)
        except PhotoError:
            with lock:
                unreadable["unreadable"] += 1
            return
        with lock:
            photos.append((photo, item.label))
            hashes.append(sha256(content).hexdigest())

    source.deliver(source.items(), keep, lambda: False)
    evaluation = evaluate_model(model, photos)
    known = int(learned.has_seen(model.folder, hashes).sum())
    return replace(evaluation, left_out={**evaluation.left_out, **unreadable}, known=known)


def evaluate_model(model: Model, photos: Iterable[tuple[NDArray[np.uint8], str]]) -> Evaluation:
    """Asks about photos one by one.

    Args:
        model: the one to examine.
        photos: (pixels of shape (S, S, 3), 0 to 255, S the model's `input_size_px`; label). One whose label the model
            was not taught is left out and counted: it could not be right.

    Raises:
        EvaluationError: no photo is of a class that the model was taught.
        ModelUnreadable: as `load_predictor`.
    """
    predictor = load_predictor(model)
    classes = {label: index for index, label in enumerate(model.class_names)}
    labels, answers = [], []
    strangers: Counter[str] = Counter()
    for pixels, label in photos:
        if label in classes:
            labels.append(classes[label])
            answers.append(predictor.predict(pixels[None])[0])
        else:
            strangers[f"not taught: {label}"] += 1
    if not labels:
        raise EvaluationError(
            f"No photo is of a class that “{model.name}” was taught: {', '.join(model.class_names)}. "
            f"Received: {', '.join(strangers) or 'no photo at all'}"
        )
    evaluation = evaluate(np.array(labels, np.int64), np.stack(answers), list(model.class_names))
    return replace(evaluation, left_out=dict(strangers))


@dataclass(frozen=True)
class Marks:
    """Which photos of an exam a model names right, in the order in which they were shown."""

    labels: tuple[str, ...]
    right: tuple[bool, ...]  # never where the model was not taught the label

    @property
    def classes(self) -> dict[str, tuple[int, int]]:
        """How many it names right, of how many, by label."""
        total = Counter(self.labels)
        right = Counter(label for label, is_right in zip(self.labels, self.right, strict=True) if is_right)
        return {label: (right[label], total[label]) for label in sorted(total)}


def mark(model: Model, photos: Iterable[tuple[NDArray[np.uint8], str]]) -> Marks:
    """Asks about photos and says of each whether the answer is right: for one exam that two models sit.

    Args:
        model: the one to examine.
        photos: as for `evaluate_model`; one whose label the model was not taught counts as wrong.

    Raises:
        ModelUnreadable: as `load_predictor`.
    """
    predictor = load_predictor(model)
    labels, right = [], []
    for pixels, label in photos:
        labels.append(label)
        right.append(model.class_names[int(predictor.predict(pixels[None])[0].argmax())] == label)
    return Marks(tuple(labels), tuple(right))
