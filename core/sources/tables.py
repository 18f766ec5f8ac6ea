"""Tables of photos and labels: a Google Sheet, a CSV behind a link, or a file; and the source that each makes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pandas as pd

from core.errors import (
    ColumnNotFound,
    DownloadFailed,
    NotFound,
    SheetNotShared,
    SourceNotUnderstood,
    TableEmpty,
    TableUnreadable,
)
from core.settings import MAX_PHOTO_BYTES, MAX_TABLE_BYTES, load_settings
from core.sources.cells import Rows, read_rows
from core.sources.columns import guess_image_column, guess_label_column, is_photo_file
from core.sources.fetching import fetch_photos
from core.sources.items import Failure, Item, Keep, Stop
from core.sources.links import is_link, is_sheet
from core.sources.web import fetch_one, looks_like_page

NOT_SHARED = (
    "Google answered with a sign-in page, so this sheet is private. In the sheet choose Share → General access → "
    "Anyone with the link → Viewer, then paste the link again."
)


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was read."""

    name: str
    columns: list[str]
    rows: pd.DataFrame  # text, '' for empty; no blank rows; the index is the sheet's own row number
    image_column: str | None  # guessed
    label_column: str | None  # guessed

    def items(self, image_column: str | None = None, label_column: str | None = None) -> list[Item]:
        """One item for each row.

        Args:
            image_column: where the photos are; None takes the guess.
            label_column: where the labels are; None takes the guess.

        Raises:
            ColumnNotFound: no such column, or none was named and none could be guessed.
        """
        image = self._column(image_column, self.image_column, "photo addresses (they begin with http)")
        label = self._column(label_column, self.label_column, "labels (a few words that come back)")
        cells = zip(self.rows.index, self.rows[image], self.rows[label], strict=True)
        return [Item(row=int(row), source=source, label=" ".join(name.split())) for row, source, name in cells]

    def _column(self, wanted: str | None, guessed: str | None, what: str) -> str:
        there = ", ".join(f"“{column}”" for column in self.columns)
        if wanted is None:
            if guessed is None:
                raise ColumnNotFound(f"No column of this table looks like {what}. Name it yourself. There are: {there}")
            return guessed
        for column in self.columns:
            if column == wanted or column.casefold() == wanted.strip().casefold():
                return column
        raise ColumnNotFound(f"This table has no column “{wanted}”. There are: {there}")


class TableSource:
    """The photos of a table's rows."""

    def __init__(self, address: str, image_column: str | None, label_column: str | None, base_dir: str | None) -> None:
        self.address = address
        self.image_column = image_column
        self.label_column = label_column
        self.base_dir = Path(base_dir) if base_dir else None

    def items(self) -> list[Item]:
        """Every row of the table. Raises as `read_table` and `Table.items`."""
        local = self.base_dir is not None and not is_link(self.address)
        table = read_table(Path(self.address) if local else self.address)
        return table.items(self.image_column, self.label_column)

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Fetches what has an address, reads what is a file beside the table, and says why not for the rest."""
        to_fetch = []
        for item in items:
            if stop():
                return
            if not item.source:
                keep(item, Failure("no_address", "This row names no photo."))
            elif not item.label:
                keep(item, Failure("no_label", "This row has no label."))
            elif is_link(item.source):
                to_fetch.append(item)
            else:
                keep(item, _local_photo(item.source, self.base_dir))
        fetch_photos(to_fetch, keep, stop)


def read_table(address_or_path: str | Path) -> Table:
    """Reads a table of photos and labels.

    Args:
        address_or_path: a link; or a file, which as text must lie in the workspace (an upload): what a visitor of a
            web page types never opens a file of the server. A `Path` may lie anywhere.

    Raises:
        SheetNotShared, DownloadFailed, AddressRefused, LinkNotSupported: the link does not give it.
        NotFound, SourceNotUnderstood: no such file, or no link at all.
        TableUnreadable: what is there is no table.
        TableEmpty: it has no rows under its header.
    """
    if isinstance(address_or_path, str) and is_link(address_or_path):
        name, content = _fetched(address_or_path.strip())
    else:
        path = _allowed(address_or_path)
        name, content = path.stem, path.read_bytes()
    if not content.strip():
        raise TableEmpty(
            f"This table is empty. It takes a header and a row for each photo. Received: {address_or_path}"
        )
    rows = _frame(read_rows(content))
    if rows.empty:
        raise TableEmpty(
            f"This table has a header at most. It takes one row for each photo, with its address and its label. "
            f"Received: {address_or_path}"
        )
    image_column = guess_image_column(rows, paths_allowed=isinstance(address_or_path, Path))
    return Table(name, list(rows.columns), rows, image_column, guess_label_column(rows, image_column))


def _fetched(link: str) -> tuple[str, bytes]:
    """The name and the bytes of the table behind a link."""
    sheet = is_sheet(link)
    try:
        fetched = fetch_one(link, MAX_TABLE_BYTES)
    except DownloadFailed as error:
        if sheet and error.http_status in (401, 403):
            raise SheetNotShared(NOT_SHARED) from error
        if sheet and error.http_status in (404, 410):
            raise DownloadFailed(f"There is no sheet behind this link. Copy it again. Received: {link}", 404) from error
        raise
    if looks_like_page(fetched) or (sheet and fetched.content.lstrip()[:1] == b"<"):
        if sheet:
            raise SheetNotShared(NOT_SHARED)
        raise TableUnreadable(
            f"The address shows a web page, not a table. Give the address of the CSV file itself. Received: {link}"
        )
    stem = PurePosixPath(fetched.file_name or unquote(urlsplit(link).path)).stem
    return ("Google Sheet" if sheet and not fetched.file_name else stem or "Table"), fetched.content


def _allowed(address_or_path: str | Path) -> Path:
    is_typed = isinstance(address_or_path, str)
    path = Path(str(address_or_path).replace("\0", "")).expanduser().resolve()
    if is_typed and not path.is_relative_to(load_settings().uploads_dir.resolve()):
        raise SourceNotUnderstood(
            f"This is no link. Paste the whole address of a sheet or a CSV file; it begins with https://. "
            f"Received: {str(address_or_path)[:200]}"
        )
    if not path.is_file():
        raise NotFound(f"There is no file of that name. Received: {address_or_path}")
    if path.stat().st_size > MAX_TABLE_BYTES:
        raise TableUnreadable(f"A table may have 50 MB at most. Received: {address_or_path}")
    return path


def _frame(rows: Rows) -> pd.DataFrame:
    """Names the columns and drops what is blank; the index keeps the sheet's row numbers."""
    filled = {number: row for number, row in enumerate(rows, start=1) if any(row)}
    if not filled:
        return pd.DataFrame()
    first = next(iter(filled))
    has_header = not any(is_link(cell) or is_photo_file(cell) for cell in filled[first])
    header = filled.pop(first) if has_header else []
    width = max(len(header), *(len(row) for row in filled.values())) if filled else 0
    named = [header[place] if place < len(header) else "" for place in range(width)]
    padded = [row + [""] * (width - len(row)) for row in filled.values()]
    used = [place for place in range(width) if named[place] or any(row[place] for row in padded)]
    columns = _distinct([named[place] or f"Column {_letters(place)}" for place in used])
    index = pd.Index(list(filled), name="row")
    return pd.DataFrame([[row[place] for place in used] for row in padded], index=index, columns=columns, dtype=str)


def _distinct(names: list[str]) -> list[str]:
    """Gives columns of the same name a number each."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            names[place] = f"{name} ({seen[name]})"
    return names


def _letters(place: int) -> str:
    """The name that spreadsheets give a column: A, B, …, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _local_photo(cell: str, base_dir: Path | None) -> bytes | Failure:
    """A photo file beside a table of this machine; it must not lie elsewhere."""
    if base_dir is None or re.match(r"[a-z]+:", cell, re.IGNORECASE) or cell.startswith("="):
        return Failure("no_address", "There is no web address in this cell. Put one that begins with https:// there.")
    root = base_dir.resolve()
    try:
        path = (root / cell.replace("\\", "/")).resolve()
        if not path.is_relative_to(root):
            return Failure("refused", "The path leads out of the table's folder. Put the photo beside the table.")
        if path.stat().st_size > MAX_PHOTO_BYTES:
            return Failure("too_large", "The photo has more than the 20 MB that are read at most.")
        return path.read_bytes()
    except (OSError, ValueError):
        return Failure("unreachable", "There is no such file beside the table.")
