"""Where tables of photos and labels are: a Google Sheet, a CSV behind a link, or a file; and the source each makes."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from core.errors import (
    AddressRefused,
    DownloadFailed,
    LinkNotSupported,
    NotFound,
    SheetNotShared,
    SourceNotUnderstood,
    TableUnreadable,
)
from core.settings import MAX_PHOTO_BYTES, MAX_TABLE_BYTES, load_settings
from core.sources.addresses import checked_url
from core.sources.choice import Choice
from core.sources.fetching import Limits, fetch_photos
from core.sources.items import Failure, Heard, Item, Keep, Stop
from core.sources.labels import merged
from core.sources.links import direct_address, is_link, is_sheet
from core.sources.sheets import Table, parse_table
from core.sources.web import fetch_one, looks_like_page

NOT_SHARED = (
    "Google answered with a sign-in page, so this sheet is private. In the sheet choose Share → General access → "
    "Anyone with the link → Viewer, then paste the link again."
)
NO_FILE = Failure("unreachable", "There is no such file beside the table.")


class TableSource:
    """The photos of a table's rows."""

    def __init__(
        self,
        address: str,
        choice: Choice | None = None,
        base_dir: str | None = None,
        merge: Mapping[str, str] | None = None,
        heard: Heard | None = None,
        share: float | None = None,
    ) -> None:
        self.address = address
        self.choice = choice or Choice()
        self.base_dir = Path(base_dir) if base_dir else None
        self.merge = merge  # labels to be renamed
        self.heard = heard
        self.share = share  # of what may be asked of a host; None: all of it

    @cached_property
    def table(self) -> Table:
        """The table as it is now. Raises as `read_table`."""
        local = self.base_dir is not None and not is_link(self.address)
        return read_table(Path(self.address) if local else self.address, self.choice.sheet)

    def items(self) -> list[Item]:
        """Every row of the table. Raises as `read_table` and `Table.items`."""
        choice = self.choice
        items = self.table.items(choice.image_column, choice.label_column, choice.part_column, choice.group_column)
        return merged(items, self.merge)

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """As `deliver_rows`."""
        deliver_rows(items, keep, stop, self.base_dir, Limits(share=self.share or 1.0), self.heard)


def deliver_rows(
    items: Sequence[Item], keep: Keep, stop: Stop, base_dir: Path | None, limits: Limits, heard: Heard | None
) -> None:
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
            keep(item, _local_photo(item.source, base_dir))
    if to_fetch:
        fetch_photos(to_fetch, keep, stop, limits, heard)


def read_table(address_or_path: str | Path, sheet: str | None = None) -> Table:
    """Reads a table of photos and labels.

    Args:
        address_or_path: a link; or a file, which as text must lie in the workspace (an upload): what a visitor of a
            web page types never opens a file of the server. A `Path` may lie anywhere.
        sheet: of an Excel file, the one to read; None takes the first.

    Raises:
        SheetNotShared, DownloadFailed, AddressRefused, LinkNotSupported: the link does not give it.
        NotFound, SourceNotUnderstood: no such file, or no link at all.
        TableUnreadable: what is there is no table.
        TableEmpty: it has no rows under its header.
        SheetNotFound: no sheet of that name, or a file that has none.
    """
    if isinstance(address_or_path, str) and is_link(address_or_path):
        name, content = _fetched(address_or_path.strip())
        received = address_or_path
    else:
        path = _allowed(address_or_path)
        name, content, received = path.stem, path.read_bytes(), path.name
    return parse_table(name, content, isinstance(address_or_path, Path), sheet, received)


def photo_finder(base_dir: Path | None = None) -> Callable[[str], str | Failure]:
    """What tells of a cell where its photo is, an address or a file beside the table, or why it can never be had.

    Args:
        base_dir: where files may lie; None allows none.
    """
    settings = load_settings()  # once: there may be many cells

    def find(cell: str) -> str | Failure:
        if not is_link(cell):
            path = _local_path(cell, base_dir)
            return path if isinstance(path, Failure) else str(path)
        try:
            address = direct_address(cell, settings)
            checked_url(address, settings.allow_private_hosts)
        except (LinkNotSupported, AddressRefused) as error:
            return Failure("refused", str(error).partition(" Received: ")[0])
        return address

    return find


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


def _local_photo(cell: str, base_dir: Path | None) -> bytes | Failure:
    path = _local_path(cell, base_dir)
    try:
        return path if isinstance(path, Failure) else path.read_bytes()
    except OSError:
        return NO_FILE


def _local_path(cell: str, base_dir: Path | None) -> Path | Failure:
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
        return path if path.is_file() else NO_FILE
    except (OSError, ValueError):
        return NO_FILE
