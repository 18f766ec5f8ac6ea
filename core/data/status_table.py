"""The table that a dataset was made of, kept as it was read, and with what became of each row: to be pasted back."""

import csv
import io
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from core.data import visits
from core.data.rows import rows_of
from core.data.store import PART_ROWS, Dataset, unfinished
from core.errors import DatasetUnfinished, NotFound
from core.files import read_json, write_bytes
from core.sources.cells import Rows
from core.sources.choice import Choice
from core.sources.sheets import Table
from core.spreadsheet import safe_cell

FILE = "table.json"
COLUMNS = ["status", "reason"]


@dataclass(frozen=True)
class KeptTable:
    """A table as it was read."""

    lines: Rows  # every row of the sheet, also blank ones and those above the header: the first is row 1
    header_row: int | None
    choice: Choice  # the columns that were taken, also where they were guessed


def keep_table(folder: Path, table: Table, choice: Choice) -> None:
    """Keeps a table in a dataset's folder."""
    kept = {"header_row": table.header_row, "choice": vars(table.meant(choice)), "lines": table.lines}
    write_bytes(folder / FILE, json.dumps(kept).encode())


def kept_table(folder: Path) -> KeptTable | None:
    """The table in a dataset's folder; None if it was made of none."""
    kept = read_json(folder / FILE)
    return kept and KeptTable(kept["lines"], kept["header_row"], Choice(**kept["choice"]))


def has_table(dataset: Dataset) -> bool:
    """Whether `status_csv` has a table to begin with, and one that fits into memory."""
    return dataset.finished and not dataset.is_large and (dataset.folder / FILE).exists()


def write_rows(dataset: Dataset, path: Path) -> None:
    """Writes every row of a dataset with its status and the reason as CSV, whole or not at all; some rows at a time.

    Raises:
        DatasetUnfinished: it is still being made.
    """
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    rows, columns = rows_of(dataset), ["row", "source", "label", *COLUMNS]
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        # With its mark: Excel takes it for Latin-1 without.
        with aside.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for start in range(0, dataset.rows, PART_ROWS):
                some = rows.at(range(start, start + PART_ROWS), columns).fillna({name: "" for name in columns[1:]})
                writer.writerows((number, *map(safe_cell, words)) for number, *words in some.itertuples(False, None))
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def statuses(dataset: Dataset) -> dict[int, tuple[str, str]]:
    """By row of the source: its status, and the reason if it is not ok, or not any more, or has another label."""
    manifest = dataset.manifest()
    reasons = manifest["reason"].fillna("")
    found = dict(zip(manifest["row"].tolist(), zip(manifest["status"], reasons, strict=True), strict=True))
    for position, mend in dataset.mends.photos.items():
        if mend.label not in (None, mend.was):
            row = int(manifest["row"].iat[position])
            found[row] = found[row][0], f"Renamed from “{mend.was}” to “{mend.label}”."
    for row, visit in visits.read(dataset.folder).items():
        if visit.trouble and row in found:
            found[row] = found[row][0], f"The photo of an earlier day is kept. {visit.trouble}"
    return found


def status_csv(dataset: Dataset) -> str:
    """The table with two more columns, status and reason. Its first line is row 1 of the sheet, and so on.

    Where the sheet has these columns at its end already, pasted back on an earlier day, they are written anew.

    Raises:
        NotFound: the dataset was made of no table.
        DatasetUnfinished: it is still being made.
    """
    found = statuses(dataset)
    table = kept_table(dataset.folder)
    if table is None:
        raise NotFound(
            f"{dataset.name} was not made of a table, or before tables were kept. Make it again from its table."
        )
    width = max(map(len, table.lines), default=0)
    if table.header_row is not None and table.lines[table.header_row - 1][-2:] == COLUMNS:
        width = len(table.lines[table.header_row - 1]) - 2
    text = io.StringIO()
    writer = csv.writer(text)
    for number, line in enumerate(table.lines, start=1):
        more = COLUMNS if number == table.header_row else found.get(number, ("", ""))
        padded = [*line[:width], *[""] * (width - len(line))]
        writer.writerow(safe_cell(cell) for cell in (*padded, *more))
    return text.getvalue()
