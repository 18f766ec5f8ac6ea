"""What the clothing model is put to beyond photos like those it learned from: bad photos, other things, drawings."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.photo import decode
from core.model.answer import Answer
from core.model.predictor import Predictor
from core.model.spoiling import CONDITIONS, spoilt
from core.sources import garments
from core.training.recipe import Recipe
from workshop import folds, things, weighing
from workshop.between import AS_IT_ANSWERS, go_back
from workshop.lessons import keras_network
from workshop.materials import FOLDS, Materials, jpeg

STRESSED = 300  # photos of each fold
OF_A_KIND = 20  # pictures of each unknown thing
DRAWINGS = 400
SEED = 20_000  # of what is drawn here; what it learned from has others


@dataclass(frozen=True)
class Failure:
    """A drawing that it took for something else."""

    shows: str
    said: str
    probability: float
    content: bytes  # JPEG


@dataclass(frozen=True)
class Trials:
    """What came out, in shares of 1."""

    stress: dict[str, float]  # right on photos that its network had not seen, by what was done to them
    unknown: dict[str, float]  # of pictures of other things, by group: said to be unlike
    drawings: float  # right on drawings that it had not seen
    drawings_unlike: float  # of those: said to be unlike
    taken: list[Failure]  # of the unknown ones, the surest
    mistaken: list[Failure]  # of the drawings, the surest

    def to_json(self) -> dict[str, Any]:
        """What `evaluation.json` keeps."""
        kept = asdict(self)
        for pictures in ("taken", "mistaken"):
            del kept[pictures]
        return kept


def tried(predictor: Predictor, photos: Materials, asked: folds.Asked, recipe: Recipe, home: Path) -> Trials:
    """Puts the model to everything.

    Args:
        predictor: of the model.
        photos: all that it was taught with.
        asked: what the folds have said, which says how to weigh it.
        recipe: how it was taught.
        home: where the network of each fold lies, for what photos of its own are needed for.
    """
    unknown, taken = _unknown(predictor)
    right, unlike, mistaken = drawings(predictor)
    return Trials(
        stress=stressed(photos, asked, recipe, home),
        unknown=unknown,
        drawings=right,
        drawings_unlike=unlike,
        taken=taken,
        mistaken=mistaken,
    )


def drawings(predictor: Predictor) -> tuple[float, float, list[Failure]]:
    """Of drawn garments that it has not seen: the share it is right on, the share it calls unlike, its mistakes."""
    drawn = [garments.draw_nth(index, SEED) for index in range(DRAWINGS)]
    answers = predictor.predict_photos(("", jpeg(picture)) for _, picture in drawn)
    wrong = [
        Failure(label, str(answer.label), float(answer.probability or 0), jpeg(picture))
        for (label, picture), answer in zip(drawn, answers, strict=True)
        if answer.label != label
    ]
    return 1 - len(wrong) / len(drawn), _share_unlike(answers), _surest(wrong)


def stressed(photos: Materials, asked: folds.Asked, recipe: Recipe, home: Path) -> dict[str, float]:
    """How many photos each fold's network is right on that has not seen them, as they are and as phones take them."""
    import tensorflow as tf

    from core.training.mirrored import mirrored

    right: dict[str, list[NDArray[np.bool_]]] = {name: [] for name in CONDITIONS}
    for fold in range(FOLDS):
        taught = keras_network(home / f"fold-{fold}" / "network.keras")
        go_back(taught, recipe, AS_IT_ANSWERS)
        network = tf.function(mirrored(taught))
        weights = weighing.fit(asked.labels[asked.folds != fold], asked.said[asked.folds != fold])
        rows = np.random.default_rng(SEED).permutation(np.flatnonzero(photos.folds == fold))[:STRESSED]
        for name in CONDITIONS:
            said = folds.in_lots(network, _spoilt(photos, rows, name))
            right[name].append(weights.weighed(said).argmax(axis=1) == photos.labels[rows])
    return {name: float(np.concatenate(each).mean()) for name, each in right.items()}


def _spoilt(photos: Materials, rows: NDArray[np.int64], name: str) -> NDArray[np.uint8]:
    def one(row: int) -> NDArray[np.uint8]:
        return spoilt(decode(photos.read(row)), name, photos.pixels.shape[1])

    with ThreadPoolExecutor(2) as pool:
        return np.stack(list(pool.map(one, rows.tolist())))


def _unknown(predictor: Predictor) -> tuple[dict[str, float], list[Failure]]:
    shares, taken = {}, []
    for group, kinds in things.KINDS.items():
        shown = [(kind, things.draw(group, kind, SEED + number)) for kind in kinds for number in range(OF_A_KIND)]
        answers = predictor.predict_photos(("", jpeg(picture)) for _, picture in shown)
        shares[group] = _share_unlike(answers)
        taken += [
            Failure(kind, str(answer.label), float(answer.probability or 0), jpeg(picture))
            for (kind, picture), answer in zip(shown, answers, strict=True)
            if not answer.unlike
        ]
    return shares, _surest(taken)


def _share_unlike(answers: list[Answer]) -> float:
    return float(np.mean([bool(answer.unlike) for answer in answers]))


def _surest(failures: list[Failure], most: int = 8) -> list[Failure]:
    """The surest, each kind once before any comes twice."""
    return list(_in_turns(sorted(failures, key=lambda each: -each.probability)))[:most]


def _in_turns(failures: list[Failure]) -> Iterator[Failure]:
    while failures:
        first = {each.shows: each for each in reversed(failures)}
        yield from sorted(first.values(), key=lambda each: -each.probability)
        failures = [each for each in failures if each is not first[each.shows]]
