"""What a model says of one photo."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from core.spreadsheet import safe_cell

Cells = list[str | int | float | bool | None]


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
    row: int | None = None  # the sheet's own number (the header is row 1), where a sheet names the photo


def unreadable(photo: str, reason: str, row: int | None = None) -> Answer:
    """The answer about a photo that could not be had or read."""
    return Answer(photo, None, None, None, None, reason, row=row)


def from_json(fields: dict[str, Any]) -> Answer:
    """The answer that `dataclasses.asdict` and JSON made of one."""
    return Answer(**{**fields, "similar": tuple((found, label) for found, label in fields.get("similar", ()))})


def to_csv(answers: Sequence[Answer], corrected: Mapping[int, str] | None = None) -> str:
    """One row a photo: its label, how sure it is, and every probability. Safe to open in a spreadsheet.

    Where a sheet named the photos, the first column has its row numbers. Where a person said otherwise of any, the
    column after the label has what they said.

    Args:
        corrected: what people said, by place among the answers.
    """
    lines = io.StringIO()
    _write(lines, _table(answers, corrected or {}))
    return lines.getvalue()


def write_csv(lines: TextIO, answers: Iterable[Answer], labels: Sequence[str], with_rows: bool) -> None:
    """The same as answers come, of which no more than one is held.

    Args:
        lines: a file that is open to be written.
        labels: every class, in the order of their columns.
        with_rows: whether a sheet named any of the photos.
    """
    _write(lines, _tabled(answers, labels, with_rows, {}))


def to_xlsx(answers: Sequence[Answer], corrected: Mapping[int, str] | None = None) -> bytes:
    """The same as an Excel file, in which text stays text whatever it begins with."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    sheet.freeze_panes = "A2"
    for cells in _table(answers, corrected or {}):
        row = []
        for value in cells:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # or what begins with = would be a formula
            row.append(cell)
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _table(answers: Sequence[Answer], corrected: Mapping[int, str]) -> Iterator[Cells]:
    labels = sorted({label for answer in answers for label in answer.probabilities or {}})
    return _tabled(answers, labels, any(answer.row is not None for answer in answers), corrected)


def _tabled(
    answers: Iterable[Answer], labels: Sequence[str], with_rows: bool, corrected: Mapping[int, str]
) -> Iterator[Cells]:
    """The header, then the cells of each answer."""
    begins = [*(["row"] if with_rows else []), "photo", "label", *(["corrected"] if corrected else [])]
    yield [*begins, "probability", "sure", "unlike", *labels, "error"]
    for index, answer in enumerate(answers):
        shares = answer.probabilities or {}
        said = [corrected.get(index)] if corrected else []
        facts = [answer.photo, answer.label, *said, _rounded(answer.probability), answer.sure, answer.unlike]
        found = [_rounded(shares.get(label)) for label in labels]
        yield [*([answer.row] if with_rows else []), *facts, *found, answer.error]


def _write(lines: TextIO, table: Iterable[Cells]) -> None:
    written = csv.writer(lines)
    for cells in table:
        written.writerow([safe_cell(_text(cell)) for cell in cells])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _text(cell: str | int | float | bool | None) -> str:
    if isinstance(cell, float):
        return f"{cell:.4f}"
    return "" if cell is None else str(cell)
