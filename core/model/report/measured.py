"""The numbers that a report is about: of an exam, or those that came with a model whose photos are not here."""

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import NotFound
from core.files import read_json
from core.model import learned
from core.model.bundle import Model
from core.model.evaluation import wilson_interval
from core.model.exams import Exam
from core.model.report.document import Bar
from core.saying import per_100


@dataclass(frozen=True)
class Measured:
    """What is known of how good a model is."""

    model: Model
    exam: Exam | None  # None: only the numbers came with it
    facts: dict[str, Any]  # as `Evaluation.to_json`; what an earlier version did not write is missing

    @property
    def counts(self) -> NDArray[np.int64]:
        """Shape (C, C): photos by true class (row) and predicted class (column)."""
        return np.array(self.facts["confusion"], np.int64)

    @property
    def names(self) -> list[str]:
        """C labels."""
        return list(self.facts["class_names"])

    @property
    def photos(self) -> int:
        """How many were counted."""
        return int(self.facts["photos"])

    @property
    def without_photos(self) -> list[str]:
        """Classes that no photo is of."""
        return [label for label, score in self.facts["classes"].items() if not score["support"]]

    @property
    def left_out(self) -> dict[str, int]:
        """Photos that are not counted, by why."""
        return dict(self.facts.get("left_out", {}))

    @property
    def known(self) -> int:
        """Photos that it has learned from, or was watched with."""
        return int(self.facts.get("known", 0))

    @property
    def part(self) -> str:
        """ "test" or "validation" of the dataset that it was taught with; "" for other photos, or where unknown."""
        return self.exam.about.kind if self.exam and self.exam.about.kind in ("test", "validation") else ""

    def interval(self, label: str, score: str) -> tuple[float, float] | None:
        """Between what the precision or the recall of a class truly lies, at 95 %; None where nothing is known."""
        index, counts = self.names.index(label), self.counts
        of = int(counts.sum(axis=0 if score == "precision" else 1)[index])
        return wilson_interval(int(counts[index, index]), of) if of else None

    @property
    def sentence(self) -> str:
        """On what it was measured, between what that is sure, and what the simplest guess would reach."""
        low, high = self.facts["accuracy_interval"]
        sizes = self.counts.sum(axis=1)
        biggest = int(sizes.argmax())
        always = (
            f"Always saying “{written(self.names[biggest])}” would be right on {per_100(sizes[biggest] / self.photos)}."
        )
        return f"{self._where}; give or take, between {per_100(low)} and {per_100(high)} of 100. {always}"

    @property
    def _where(self) -> str:
        said = f"Measured on {photos(self.photos)}"
        if self.facts.get("folds"):
            return f"{said}, each by a network made like this one that never saw it while learning"
        if self.exam is None or self.part == "test":
            return f"{said} it never saw while learning"
        if self.part == "validation":
            return f"{said} that it was watched with while it learned"
        said += f" of “{written(self.exam.about.name)}”"
        if self.known:
            return f"{said}, {self.known:,} of which it has learned from"
        never = (self.model.folder / learned.FILE).exists()
        return f"{said}, none of which it saw while learning" if never else said


def measured(model: Model, exam: Exam | None) -> Measured:
    """What is known of a model.

    Args:
        model: the one that the report is about.
        exam: what it said of photos; None for the numbers that came with it.

    Raises:
        NotFound: there are none.
        EvaluationError: no photo of the exam is left that counts.
    """
    if exam is not None:
        return Measured(model, exam, exam.evaluation.to_json())
    facts = read_json(model.folder / "evaluation.json") or read_json(model.folder.parent / "evaluation.json")
    if not isinstance(facts, dict):
        raise NotFound(
            f"“{model.name}” was never asked about photos whose names are known, so there is nothing to report. "
            f"Ask it first: python -m core evaluate {model.id} DATASET"
        )
    return Measured(model, None, facts)


def photos(number: int) -> str:
    """1 photo; 3,409 photos."""
    return f"{number:,} photo{'' if number == 1 else 's'}"


def written(name: str) -> str:
    """What people wrote, kept together in a sentence: letters that run from right to left would turn what follows."""
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name)
    return f"\u2068{name}\u2069" if turns else name


def bar(share: float, interval: tuple[float, float] | None = None) -> Bar:
    """A share with its interval, said in whole percent."""
    between = "" if interval is None else f"{100 * interval[0]:.0f} to {100 * interval[1]:.0f}"
    return Bar(share, f"{share:.0%}", interval, between)


def listed(things: list[str], most: int = 12) -> str:
    """ "a, b and c"; of more than so many the first ones and how many more."""
    if len(things) > most:
        return f"{', '.join(things[:most])} and {len(things) - most:,} more"
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
