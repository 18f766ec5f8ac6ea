"""Two models on the same photos: those that test both, and those that people have corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.extending import TESTED
from core.data.photo import to_pixels
from core.data.pixels import read_pixels
from core.data.store import Dataset
from core.model import exam
from core.model.bundle import Model
from core.model.corrections import Correction
from core.training.unseen import tested_on_known

AT_ONCE = 32  # photos of the test part that are read together


@dataclass(frozen=True)
class Score:
    """How many photos both name right."""

    photos: int
    before: int
    after: int
    gained: int  # right now, and wrong before
    lost: int  # the other way round
    classes: dict[str, tuple[int, int, int]]  # by label: right before, right after, photos


@dataclass(frozen=True)
class BeforeAfter:
    """The old model and the new one."""

    test: Score  # the test part, which the new one has not learned from
    corrected: Score  # the corrected photos: the new one has learned from all but those that it is tested on
    tested: int  # of the corrected photos: in the test part already, so that it did not learn from them
    known: int = 0  # of the test part: the old one has learned from them, so that it knows them by heart

    def to_json(self) -> dict[str, Any]:
        """What `teaching.json` keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "BeforeAfter":
        """What `to_json` gave."""

        def score(fields: dict[str, Any]) -> Score:
            return Score(**{**fields, "classes": {label: tuple(each) for label, each in fields["classes"].items()}})

        return cls(score(facts["test"]), score(facts["corrected"]), facts["tested"], facts.get("known", 0))


def compare_on(dataset: Dataset, corrections: Sequence[Correction], old: Model, new: Model) -> BeforeAfter:
    """Asks both models about the test part of a dataset, and about corrected photos.

    Raises:
        DatasetDamaged: a photo is gone.
        ModelUnreadable: a model cannot be loaded.
    """
    rows = dataset.manifest()
    test = rows[(rows["status"] == "ok") & (rows["part"] == "test")]
    left_out = set(rows.loc[rows["reason"] == TESTED, "content_hash"])
    return BeforeAfter(
        test=_score(*(exam.mark(model, _tested(dataset, test, model.input_size_px)) for model in (old, new))),
        corrected=_score(*(exam.mark(model, _corrected(corrections, model.input_size_px)) for model in (old, new))),
        tested=sum(each.id in left_out for each in corrections),
        known=tested_on_known(old, dataset),
    )


def _tested(dataset: Dataset, test: Any, size_px: int) -> Iterator[tuple[NDArray[np.uint8], str]]:
    hashes, labels = test["content_hash"].tolist(), test["label"].tolist()
    for start in range(0, len(hashes), AT_ONCE):
        pixels = read_pixels(dataset, hashes[start : start + AT_ONCE], size_px)
        yield from zip(pixels, labels[start : start + AT_ONCE], strict=True)


def _corrected(corrections: Sequence[Correction], size_px: int) -> Iterator[tuple[NDArray[np.uint8], str]]:
    for each in corrections:
        yield to_pixels(each.photo_path.read_bytes(), size_px), each.label


def _score(before: exam.Marks, after: exam.Marks) -> Score:
    pairs = list(zip(before.right, after.right, strict=True))
    earlier, later = before.classes, after.classes
    return Score(
        photos=len(pairs),
        before=sum(before.right),
        after=sum(after.right),
        gained=sum(now and not then for then, now in pairs),
        lost=sum(then and not now for then, now in pairs),
        classes={label: (earlier[label][0], later[label][0], total) for label, (_, total) in later.items()},
    )
