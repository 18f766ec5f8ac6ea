"""Two trainings side by side: what differed in the recipe, and what changed in the result."""

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from core.data.mend_layer import mends_of
from core.files import read_json
from core.model.duel import LUCK, flip_chance
from core.training.recipe import Recipe
from core.training.runs import Run, result

FOR_TRANSFER = ("backbone", "fine_tune")


@dataclass(frozen=True)
class Difference:
    """A knob, a library or another fact that is not the same in both."""

    name: str  # a field of the recipe, or "photos", or a library
    one: Any
    other: Any


@dataclass(frozen=True)
class ClassChange:
    """How well a class is named by each: F1, None where one was not taught it."""

    label: str
    one: float | None
    other: float | None

    @property
    def change(self) -> float:
        """By how much the other is better; 0 where there is nothing to compare."""
        return 0.0 if self.one is None or self.other is None else self.other - self.one


@dataclass(frozen=True)
class Result:
    """What came out of one; None where it has not ended well."""

    accuracy: float | None
    interval: tuple[float, float] | None  # Wilson, 95 %
    macro_f1: float | None
    photos: int | None  # that it was tested on
    epochs: int | None
    best_epoch: int | None
    seconds: float | None  # of learning


@dataclass(frozen=True)
class Flips:
    """Test photos that one named rightly and the other did not; both were asked about the same."""

    photos: int  # asked about
    gained: tuple[str, ...]  # content hashes: wrong in the first, right in the other
    lost: tuple[str, ...]  # right in the first, wrong in the other

    @property
    def chance(self) -> float:
        """How likely such a difference is if neither is better: McNemar's exact test, two-sided, 0 to 1."""
        return flip_chance(len(self.gained), len(self.lost))


@dataclass(frozen=True)
class Comparison:
    """Two runs, the first one `one`."""

    one: Result
    other: Result
    same_photos: bool  # they learned from the same photos, in the same parts
    knobs: list[Difference]  # of the recipe, in its order
    facts: list[Difference]  # photos and libraries
    classes: list[ClassChange]  # the largest change first
    flips: Flips | None  # None when they were not tested on the same photos, or one has not been tested
    sentence: str  # what it comes to, as a whole sentence


def compare(one: Run, other: Run) -> Comparison:
    """Puts two runs side by side, from their folders alone. A run that has not ended well has no result yet."""
    before, after = (read_json(run.folder / "evaluation.json") or {} for run in (one, other))
    first, second = _result(one, before), _result(other, after)
    flips = _flips(one, other)
    return Comparison(
        one=first,
        other=second,
        same_photos=_photos(one) == _photos(other),
        knobs=knobs_between(one.recipe, other.recipe),
        facts=_facts(one, other),
        classes=_classes(before.get("classes", {}), after.get("classes", {})),
        flips=flips,
        sentence=_sentence(first, second, flips, _names(one, other)),
    )


def knobs_between(one: Recipe, other: Recipe) -> list[Difference]:
    """The knobs that stand elsewhere in the other recipe, in their order."""
    transfer = "transfer" in (one.name, other.name)
    names = [field.name for field in fields(Recipe) if transfer or field.name not in FOR_TRANSFER]
    values = [(name, getattr(one, name), getattr(other, name)) for name in names]
    return [Difference(name, first, second) for name, first, second in values if first != second]


def _facts(one: Run, other: Run) -> list[Difference]:
    found = []
    if _photos(one) != _photos(other):
        found.append(Difference("photos", *(_named(run) for run in (one, other))))
    if one.start_from != other.start_from:
        found.append(Difference("start_from", one.start_from, other.start_from))
    for library in sorted({*one.versions, *other.versions}):
        versions = one.versions.get(library, "missing"), other.versions.get(library, "missing")
        if versions[0] != versions[1]:
            found.append(Difference(library, *versions))
    return found


def _photos(run: Run) -> tuple[str, str]:
    """Changes with the photos, and with what was mended in them when it began."""
    return run.dataset_fingerprint, mends_of(run.folder).digest


def _named(run: Run) -> str:
    mended = len(mends_of(run.folder).photos)
    return f"{run.dataset_name}, {mended:,} mended" if mended else run.dataset_name


def _result(run: Run, report: dict[str, Any]) -> Result:
    ended = result(run) or {}
    interval = report.get("accuracy_interval")
    return Result(
        accuracy=report.get("accuracy"),
        interval=None if interval is None else (interval[0], interval[1]),
        macro_f1=report.get("macro_f1"),
        photos=report.get("photos"),
        epochs=ended.get("epochs"),
        best_epoch=ended.get("best_epoch"),
        seconds=ended.get("seconds"),
    )


def _classes(one: dict[str, Any], other: dict[str, Any]) -> list[ClassChange]:
    found = [
        ClassChange(label, one.get(label, {}).get("f1"), other.get(label, {}).get("f1"))
        for label in dict.fromkeys((*one, *other))
    ]
    return sorted(found, key=lambda each: -abs(each.change))


def _flips(one: Run, other: Run) -> Flips | None:
    first, second = _tested(one), _tested(other)
    if first is None or second is None or set(first.index) != set(second.index):
        return None
    second = second.loc[first.index]
    return Flips(
        photos=len(first),
        gained=tuple(first.index[~first & second].get_level_values(0)),
        lost=tuple(first.index[first & ~second].get_level_values(0)),
    )


def _tested(run: Run) -> "pd.Series[bool] | None":
    """Whether each test photo was named rightly, by content hash and label; None if nobody has kept that."""
    try:
        split = pd.read_parquet(run.folder / "split.parquet")
    except FileNotFoundError:
        return None
    if "guess" not in split:
        return None
    test = split[split["part"] == "test"]
    photos = pd.MultiIndex.from_frame(test[["content_hash", "label"]])
    return pd.Series((test["guess"] == test["label"]).to_numpy(bool), index=photos)


def _names(one: Run, other: Run) -> tuple[str, str]:
    return (one.name, other.name) if one.name != other.name else ("the first", "The second")


def _sentence(one: Result, other: Result, flips: Flips | None, names: tuple[str, str]) -> str:
    if one.accuracy is None or other.accuracy is None:
        return "Only what has ended can be compared by its result."
    first, second = names
    gain = 100 * (other.accuracy - one.accuracy)
    if round(gain) == 0:
        news = f"{second} is right about as often"
    else:
        news = f"{second} is right on {abs(round(gain))} {'more' if gain > 0 else 'fewer'} of 100"
    if flips is None:
        return f"{news}. They were tested on different photos, so small differences say little."
    if not flips.gained and not flips.lost:
        return "Both name the same photos rightly."
    judged = "That is hardly chance." if flips.chance < LUCK else "That can be chance."
    return f"{news}: it finds {len(flips.gained)} that {first} missed, and misses {len(flips.lost)}. {judged}"
