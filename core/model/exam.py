"""A model sits an exam: it is asked about photos whose labels are known, and the answers are counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.data.store import Dataset
from core.model.answered import NOT_TAUGHT, Answered
from core.model.bundle import Model
from core.model.evaluation import Evaluation, evaluate
from core.model.predictor import load_predictor

UNREADABLE = "unreadable"


def is_own(model: Model, dataset: Dataset) -> bool:
    """Whether the model was taught with these very photos, in these parts."""
    return bool(model.dataset.get("fingerprint") == dataset.fingerprint)


def judged(class_names: Sequence[str], answered: Answered) -> Evaluation:
    """Counts the answers. A photo whose label the model was not taught is left out and counted: it cannot be right.

    Raises:
        EvaluationError: no photo is left.
    """
    places = {label: index for index, label in enumerate(class_names)}
    labels = np.array([places.get(label, -1) for label in answered.labels], np.int64)
    taught = labels >= 0
    evaluation = evaluate(labels[taught], answered.probabilities[taught], list(class_names))
    strangers = Counter(f"{NOT_TAUGHT}{label}" for label in answered.labels if label not in places)
    left_out = {**strangers, **({UNREADABLE: answered.unreadable} if answered.unreadable else {})}
    return replace(evaluation, left_out=left_out, known=int(answered.known[taught].sum()))


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
        photos: (pixels of shape (S, S, 3), 0 to 255, S the model's `input_size_px`; label). One whose label the model
            was not taught counts as wrong.

    Raises:
        ModelUnreadable: as `load_predictor`.
    """
    predictor = load_predictor(model)
    labels, right = [], []
    for pixels, label in photos:
        labels.append(label)
        right.append(model.class_names[int(predictor.predict(pixels[None])[0].argmax())] == label)
    return Marks(tuple(labels), tuple(right))
