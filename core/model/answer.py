"""What a model says of one photo."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.spreadsheet import safe_cell


@dataclass(frozen=True)
class Answer:
    """What a model says of one photo; of one that could not be read, `error` says why and the rest is None."""

    photo: str  # its name
    label: str | None
    probability: float | None  # of that label
    sure: bool | None  # the probability reaches `Thresholds.sure`, and the photo is not unlike all it was taught with
    probabilities: dict[str, float] | None  # by label, highest first
    error: str | None = None
    unlike: bool | None = None  # farther from all it was taught with than such photos are; None: it cannot say
    similar: tuple[tuple[str, str], ...] = ()  # content hash and label of photos it was taught with, the nearest first


def from_json(fields: dict[str, Any]) -> Answer:
    """The answer that `dataclasses.asdict` and JSON made of one."""
    return Answer(**{**fields, "similar": tuple((found, label) for found, label in fields.get("similar", ()))})


def to_csv(answers: Sequence[Answer]) -> str:
    """One row a photo: its label, how sure it is, and every probability. Safe to open in a spreadsheet."""
    labels = sorted({label for answer in answers for label in answer.probabilities or {}})
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow([safe_cell(cell) for cell in ("photo", "label", "probability", "sure", "unlike", *labels, "error")])
    for answer in answers:
        probabilities = answer.probabilities or {}
        cells = [answer.photo, answer.label, _number(answer.probability), answer.sure, answer.unlike]
        cells += [_number(probabilities.get(label)) for label in labels]
        table.writerow([safe_cell("" if cell is None else str(cell)) for cell in (*cells, answer.error)])
    return lines.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
