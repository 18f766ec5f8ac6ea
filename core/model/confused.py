"""What a model takes for what: the pairs of classes that it mixes up most."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Confused:
    """One class taken for another."""

    label: str
    said: str
    photos: int
    of: int  # photos of the class

    @property
    def sentence(self) -> str:
        """ "shirt taken for longsleeve: 9 of 26"."""
        return f"{self.label} taken for {self.said}: {self.photos:,} of {self.of:,}"


def most_confused(confusion: Sequence[Sequence[int]], class_names: Sequence[str], most: int = 6) -> list[Confused]:
    """The pairs that are mixed up most, the commonest first; of equals the first in the matrix.

    Args:
        confusion: as `Evaluation.confusion`.
        class_names: C labels.
        most: pairs.
    """
    counts = np.array(confusion, np.int64)
    wrong = counts * (1 - np.eye(len(counts), dtype=np.int64))
    order = np.argsort(-wrong, axis=None, kind="stable")[:most]
    places = [divmod(int(place), len(counts)) for place in order if wrong.flat[place]]
    return [
        Confused(class_names[row], class_names[column], int(counts[row, column]), int(counts[row].sum()))
        for row, column in places
    ]
