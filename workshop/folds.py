"""Cross-validation: each photo is asked about by a network that has not seen it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model import familiarity
from core.model.evaluation import Evaluation, evaluate
from core.model.predictor import Looked, joined
from core.training.recipe import Recipe
from workshop import weighing
from workshop.between import AS_IT_ANSWERS, go_back
from workshop.lessons import taught
from workshop.materials import FOLDS, Materials

ASKED_AT_ONCE = 64


@dataclass(frozen=True)
class Asked:
    """What was said of the real photos, each by the network that had not seen it."""

    rows: NDArray[np.int64]  # (N,), of the materials
    folds: NDArray[np.int64]  # (N,)
    labels: NDArray[np.int64]  # (N,)
    said: NDArray[np.float32]  # (N, C), before the temperature
    apart: NDArray[np.float32]  # (N, 2), how far from all that its network had seen, in traits and in features

    def honest(self) -> NDArray[np.float32]:
        """Probabilities, shape (N, C), of each fold weighed as suits the others."""
        found = np.empty_like(self.said)
        for here in self._each_fold():
            found[here] = weighing.fit(self.labels[~here], self.said[~here]).honest(self.said[here])
        return found

    def scores(self, class_names: list[str]) -> list[Evaluation]:
        """How good each fold's network is."""
        honest = self.honest()
        return [evaluate(self.labels[here], honest[here], class_names) for here in self._each_fold()]

    def _each_fold(self) -> Iterator[NDArray[np.bool_]]:
        return (self.folds == fold for fold in range(FOLDS))


def cross_validated(materials: Materials, recipe: Recipe, folder: Path) -> Asked:
    """Teaches one network a fold, or takes what is there, and asks each about its fold.

    Args:
        materials: at the recipe's size.
        recipe: how.
        folder: keeps what each fold's network said, and where a broken one goes on.
    """
    parts = []
    for fold in range(FOLDS):
        path = folder / f"fold-{fold}.npz"
        if not path.exists():
            _ask(materials, recipe, fold, folder / f"fold-{fold}", path)
        with path.open("rb") as file, np.load(file) as arrays:
            parts.append({name: arrays[name] for name in arrays.files})
    rows, said, apart = (np.concatenate([part[name] for part in parts]) for name in ("rows", "said", "apart"))
    return Asked(rows, materials.folds[rows], materials.labels[rows], said, apart)


def looked(network: object, pixels: NDArray[np.uint8]) -> Looked:
    """What a network says of photos, asked twice about each, and what it sees in them."""
    import tensorflow as tf

    from core.model.traits import with_traits
    from core.training.mirrored import mirrored

    both = tf.function(mirrored(with_traits(network)))
    return joined([Looked(*(np.asarray(each) for each in both(lot))) for lot in _lots(pixels)])


def in_lots(network: Any, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a network says of photos: shape (N, C)."""
    return np.concatenate([np.asarray(network(lot)) for lot in _lots(pixels)])


def _lots(pixels: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    return (pixels[start : start + ASKED_AT_ONCE] for start in range(0, len(pixels), ASKED_AT_ONCE))


def groups_of(materials: Materials, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Classes, drawn ones apart: a drawn dress looks unlike a photo of one. Shape (len(rows),)."""
    return materials.labels[rows] + len(materials.class_names) * materials.drawn[rows]


def _ask(materials: Materials, recipe: Recipe, fold: int, folder: Path, path: Path) -> None:
    held_back = materials.folds == fold
    photos = materials.photos(~held_back, held_back)
    network, _ = taught(photos, materials.dataset(folder.parent), recipe, folder)
    go_back(network, recipe, AS_IT_ANSWERS)
    asked = looked(network, materials.pixels[photos.validation])
    seen = looked(network, materials.pixels[photos.train])
    assert asked.seen is not None and seen.seen is not None, "a network that is not made of stages"
    rule = familiarity.fit(seen.seen, groups_of(materials, photos.train), asked.seen)
    assert rule is not None, "there are thousands of photos"
    with path.with_suffix(".tmp").open("wb") as file:
        np.savez(file, rows=photos.validation, said=asked.probabilities, apart=rule.distances(asked.seen))
    path.with_suffix(".tmp").replace(path)
