"""Two models on the same photos: how often each is right, which photos flipped, and whether that is more than luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import EvaluationError
from core.model.evaluation import wilson_interval
from core.model.exams import Exam
from core.saying import per_100

ONLY_ONE = "only one was asked about them, or taught their class"
LUCK = 0.05  # a difference is called one below that


@dataclass(frozen=True)
class Duel:
    """What came of it; a row of a table is a photo."""

    photos: int  # that both were asked about, and whose classes both were taught
    accuracies: tuple[float, float]
    intervals: tuple[tuple[float, float], tuple[float, float]]  # Wilson, 95 %
    classes: dict[str, tuple[int, int, int]]  # by label: the first is right on, the other is right on, photos
    gained: pd.DataFrame  # wrong before, right now; columns as `FLIPPED`, what the other is surest of first
    lost: pd.DataFrame  # right before, wrong now
    chance: float  # how likely such a difference is if neither is better: McNemar's exact test, 0 to 1
    left_out: dict[str, int]  # photos, by why
    sentence: str  # what it comes to

    def to_json(self) -> dict[str, Any]:
        """What `compare --json` prints; flipped photos by what they are called and by their content hashes."""
        names = ["content_hash", "name", "label", "said", "other_said"]
        return {
            "photos": self.photos,
            "accuracies": list(self.accuracies),
            "intervals": [list(each) for each in self.intervals],
            "classes": {label: list(counts) for label, counts in self.classes.items()},
            "gained": self.gained[names].to_dict("records"),
            "lost": self.lost[names].to_dict("records"),
            "chance": self.chance,
            "left_out": self.left_out,
            "sentence": self.sentence,
        }


FLIPPED = ("content_hash", "row", "name", "label", "said", "confidence", "other_said", "other_confidence")


def duel(one: Exam, other: Exam, names: tuple[str, str], leave_out_known: bool = False) -> Duel:
    """Puts what two models said of the same photos side by side.

    Args:
        one: an exam of the first.
        other: an exam of the other, of the same dataset or folder.
        names: of the models.
        leave_out_known: where a model has learned from some of the photos: compare on the others, and count these.

    Raises:
        EvaluationError: they share no photo, or a model has learned from some of them and these are not left out.
    """
    names = names if names[0] != names[1] else (f"{names[0]} (first)", f"{names[1]} (second)")
    keys = ["content_hash", "label"]
    first, second = (exam.photos.drop_duplicates(keys).set_index(keys, drop=False) for exam in (one, other))
    both = first.index.intersection(second.index, sort=False)
    left_out = {ONLY_ONE: len(first.index.union(second.index)) - len(both)}
    if both.empty:
        raise EvaluationError(
            f"{names[0]} and {names[1]} share no photo whose class both were taught. Ask both about one dataset. "
            f"Received: {one.about.name} and {other.about.name}"
        )
    first, second = first.loc[both], second.loc[both]
    known = [each["known"].to_numpy(bool) for each in (first, second)]
    if known[0].any() or known[1].any():
        _require_said(names, [int(each.sum()) for each in known], len(both), leave_out_known)
        fresh = ~(known[0] | known[1])
        first, second = first[fresh], second[fresh]
        left_out["one has learned from them"] = int((~fresh).sum())
    return _counted(first, second, names, {why: number for why, number in left_out.items() if number})


def flip_chance(gained: int, lost: int) -> float:
    """How likely such flips are if neither model is better: McNemar's exact test, two-sided, 0 to 1.

    Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12, 1947; exact by the binomial distribution.
    """
    fewer, flipped = min(gained, lost), gained + lost
    ways = tail = 1  # of so many heads among all flips, exactly, and of at most so many
    for heads in range(fewer):
        ways = ways * (flipped - heads) // (heads + 1)
        tail += ways
    return float(min(1.0, 2 * tail / 2**flipped))


def _require_said(names: Sequence[str], known: Sequence[int], photos: int, leave_out_known: bool) -> None:
    if leave_out_known and sum(known) < photos:
        return
    who = " and ".join(f"{name} has learned from {count:,}" for name, count in zip(names, known, strict=True) if count)
    way_out = "Ask both about other photos" if leave_out_known else "Leave these out, or ask both about other photos"
    raise EvaluationError(
        f"{who} of these {photos:,} photos: there it shows what it knows by heart, and wins for nothing. {way_out}."
    )


def _counted(first: pd.DataFrame, second: pd.DataFrame, names: tuple[str, str], left_out: dict[str, int]) -> Duel:
    before, after = first["right"].to_numpy(bool), second["right"].to_numpy(bool)
    flipped = first.assign(other_said=second["said"], other_confidence=second["confidence"])[list(FLIPPED)]
    flipped = flipped.reset_index(drop=True)
    gained, lost = (
        flipped[chosen].sort_values("other_confidence", ascending=False, kind="stable")
        for chosen in (~before & after, before & ~after)
    )
    labels, photos = first["label"].to_numpy(object), len(first)
    chance = flip_chance(len(gained), len(lost))
    hits = int(before.sum()), int(after.sum())
    return Duel(
        photos=photos,
        accuracies=(hits[0] / photos, hits[1] / photos),
        intervals=(wilson_interval(hits[0], photos), wilson_interval(hits[1], photos)),
        classes={
            label: (int(before[labels == label].sum()), int(after[labels == label].sum()), int(np.sum(labels == label)))
            for label in sorted(set(labels))
        },
        gained=gained,
        lost=lost,
        chance=chance,
        left_out=left_out,
        sentence=_sentence(names, hits, photos, len(gained), len(lost)),
    )


def _sentence(names: tuple[str, str], hits: tuple[int, int], photos: int, gained: int, lost: int) -> str:
    first, second = names
    if not gained and not lost:
        return f"{first} and {second} are right on the same {hits[0]:,} of {photos:,} photos."
    shares = [per_100(each / photos) for each in hits]
    said = f"{first} is right on {shares[0]} of 100 photos, {second} on {shares[1]}: "
    said += f"{second} is right on {gained:,} that {first} got wrong, and wrong on {lost:,} that it got right. "
    if flip_chance(gained, lost) < LUCK:
        return said + f"That is more than luck: {second if gained > lost else first} is better on photos like these."
    return said + "That may be luck: these photos do not show that either is better."
