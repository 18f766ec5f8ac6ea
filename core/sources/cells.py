"""From the bytes of a CSV, TSV or XLSX file to rows of text."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from core.errors import SheetNotFound, TableUnreadable

MAX_UNPACKED_BYTES = 500 * 1024**2  # of an XLSX, which is a ZIP
DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 50  # enough to tell the delimiter
SAMPLE_CHARACTERS = 200_000
MAX_CELL_CHARACTERS = 10_000_000  # of a file that is read row by row: a quote that nobody closed ends somewhere

Rows = list[list[str]]  # one list a row of the sheet, blank rows included, so that positions are row numbers

_XLSX_ERRORS = (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError, EOFError)
_IMAGE = re.compile(r'IMAGE\s*\(\s*"((?:[^"]|"")+)"', re.IGNORECASE)
_HYPERLINK = re.compile(r'HYPERLINK\s*\(\s*"((?:[^"]|"")+)"', re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """What a table file holds."""

    rows: Rows  # stripped text, ragged as it came
    sheets: tuple[str, ...] = ()  # the names of an Excel file's sheets, without the hidden ones; empty for others
    sheet: str | None = None  # the one that was read


def read_grid(content: bytes, sheet: str | None = None) -> Grid:
    """Reads a table file of any supported kind, by its content.

    Args:
        sheet: of an Excel file, the one to read; None takes the first that is not hidden.

    Raises:
        TableUnreadable: no table, or of a kind that is not supported.
        SheetNotFound: no sheet of that name, or a file that has none.
    """
    if content.startswith(b"PK\x03\x04"):
        return _xlsx_grid(content, sheet)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableUnreadable(
            "This is an Excel file of the old kind (.xls), or one with a password. Save it as .xlsx or .csv, without "
            "a password, and try again."
        )
    if sheet is not None:
        raise SheetNotFound(
            f"Only an Excel file has sheets to choose from, and this is none; the link to a Google Sheet says itself "
            f"which of its sheets is meant. Leave the sheet out. Received: {sheet}"
        )
    return Grid(_text_rows(_decoded(content)))


def read_rows(content: bytes) -> Rows:
    """The rows of `read_grid`."""
    return read_grid(content).rows


def rows_of_file(path: Path) -> Iterator[list[str]]:
    """The rows of a CSV or TSV file as `read_grid` gives them, one by one: however large it is, memory stays flat.

    Raises:
        TableUnreadable: no table.
    """
    with path.open("r", encoding=_encoding(path), errors="replace", newline="") as file:
        csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL_CHARACTERS))
        declared, start = _declared(file.read(SAMPLE_CHARACTERS))
        delimiter = declared or _guess_delimiter(start)
        file.seek(0)
        if declared:
            file.readline()
        yield from _parsed(file, delimiter)


def address_in(cell: str) -> str:
    """The text of a cell, or the address inside its `=IMAGE("…")` or `=HYPERLINK("…")`."""
    if not cell.startswith("="):
        return cell
    found = _IMAGE.search(cell) or _HYPERLINK.search(cell)
    return found[1].replace('""', '"').strip() if found else cell


def _decoded(content: bytes) -> str:
    if encoding := _marked_encoding(content[:2000]):
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _encoding(path: Path) -> str:
    """The encoding of a file, as `_decoded` takes it, told without holding all of it."""
    with path.open("rb") as file:
        if encoding := _marked_encoding(file.read(2000)):
            return encoding
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while content := file.read(1024**2):
                decoder.decode(content)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _marked_encoding(start: bytes) -> str | None:
    """What spreadsheets write beside UTF-8 and Windows-1252: UTF-16 ("Unicode text"), or UTF-8 with a mark."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if start.startswith(mark):
            return encoding
    if start.count(0) > len(start) // 4:  # UTF-16 without its mark: half the bytes of western text are 0
        even = start[0::2].count(0)
        return "utf-16-be" if even > start.count(0) / 2 else "utf-16-le"
    if b"\0" in start or start.startswith(b"%PDF"):
        raise TableUnreadable("This file is no table. Give a .csv, .tsv or .xlsx file.")
    return None


def _text_rows(text: str) -> Rows:
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    delimiter, text = _declared(text)
    return list(_parsed(io.StringIO(text, newline=""), delimiter or _guess_delimiter(text)))


def _declared(text: str) -> tuple[str | None, str]:
    """The delimiter that Excel's own note to itself, hidden in its sheet, names, and the text below that note."""
    declared = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
    return (declared[1], text[declared.end() :]) if declared else (None, text)


def _parsed(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            yield [address_in(cell.strip()) for cell in row]
    except csv.Error as error:
        raise TableUnreadable(f"This file cannot be read as a table ({error}). Save it as .csv again.") from error


def _guess_delimiter(text: str) -> str:
    """The one that cuts the first rows into the same number of cells, and into the most."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = []
        for row in csv.reader(io.StringIO(text[:SAMPLE_CHARACTERS], newline=""), delimiter=delimiter):
            widths += [len(row)] if row else []
            if len(widths) == SAMPLE_ROWS:
                break
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(common) / len(widths) if common > 1 else 0.0, common)

    return max(DELIMITERS, key=fit)  # the comma, if none fits


def _xlsx_grid(content: bytes, wanted: str | None) -> Grid:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if "xl/workbook.xml" not in names:
                raise TableUnreadable(
                    "This file is a ZIP, or a document that is no Excel sheet. Give a .csv or .xlsx file."
                )
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise TableUnreadable("This Excel file unpacks to more than 500 MB. Save the sheet as .csv.")
        grid = _sheet_grid(openpyxl.load_workbook(io.BytesIO(content), read_only=True), wanted)
        if any(cell.startswith("=") for row in grid.rows for cell in row):  # formulas: take what they came to
            values = _sheet_grid(openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True), wanted)
            for row, value_row in zip(grid.rows, values.rows, strict=False):
                row[:] = [value if cell.startswith("=") else cell for cell, value in zip(row, value_row, strict=False)]
        return grid
    except (InvalidFileException, *_XLSX_ERRORS) as error:
        raise TableUnreadable(f"This Excel file is damaged ({error}). Save it again, or as .csv.") from error


def _sheet_grid(workbook: Any, wanted: str | None) -> Grid:
    """The rows of one sheet."""
    try:
        every = {sheet.title: sheet for sheet in workbook.worksheets}
        shown = tuple(name for name, sheet in every.items() if sheet.sheet_state == "visible") or tuple(every)
        if not shown:
            raise TableUnreadable("This Excel file has no sheet.")
        by_folded_name = {name.strip().casefold(): name for name in every}
        name = shown[0] if wanted is None else by_folded_name.get(wanted.strip().casefold())
        if name is None:
            there = ", ".join(f"“{each}”" for each in shown)
            raise SheetNotFound(f"This Excel file has no sheet “{wanted}”. There are: {there}")
        sheet = every[name]
        sheet.reset_dimensions()  # what the file says of its own size is often wrong
        cells: Iterable[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
        return Grid([[address_in(_text(cell)) for cell in row] for row in cells], shown, name)
    finally:
        workbook.close()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell).strip()
