"""Photos to be asked about: of a table, an archive or a folder, whether or not anything says what they show."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from core.errors import ColumnNotFound, PhotosNotFound, SourceNotUnderstood
from core.sources import TABLE_SUFFIXES, is_archive
from core.sources.choice import Choice
from core.sources.columns import PHOTO_SUFFIXES, image_columns
from core.sources.folders import Folder
from core.sources.holding import Holder
from core.sources.inventory import Inventory, find_inventory
from core.sources.items import Failure, Item, Keep, Source, Stop
from core.sources.layout import is_junk
from core.sources.links import is_link, is_sheet
from core.sources.sheets import Table
from core.sources.tables import TableSource
from core.sources.tars import Tar, is_tar
from core.sources.zips import Zip

UNNAMED = "?"  # the label of every row: a source keeps back what has none


class BareSource(Source, Protocol):
    """A source whose rows need no labels."""

    def number(self, item: Item) -> int | None:
        """The row number by which people know a photo, of a sheet; None if no table names it."""
        ...

    def missing(self, item: Item) -> str | None:
        """Why the photo of an item is not there, as far as one knows before looking for it; None if one does not."""
        ...

    def columns(self) -> list[str]:
        """The columns that could hold the photos, the one that is taken first; empty if there is no choice.

        Raises as `items`.
        """
        ...


def open_bare(spec: dict[str, Any]) -> BareSource:
    """Opens a table, an archive or a folder by its spec, as `core.sources.open_source` has it.

    Of a table only the column of photos counts. Of an archive or a folder every photo does, wherever it lies; those
    that a table in it names come first, in its order and with its row numbers.

    Raises:
        SourceNotUnderstood: another kind.
    """
    match spec.get("kind"):
        case "table":
            return _BareTable(spec["address"], Choice.of(spec), spec.get("base_dir"))
        case "archive":
            path = Path(spec["path"])
            return _BareFiles(Tar(path) if is_tar(path) else Zip(path), path.name, Choice.of(spec))
        case "folder":
            return _BareFiles(Folder(Path(spec["path"])), Path(spec["path"]).name, Choice.of(spec))
    raise SourceNotUnderstood(f"Nobody can be asked about such a source. Received: {spec.get('kind')!r}")


def spec_of_link(link: str) -> dict[str, Any] | None:
    """The spec of a sheet or of a table behind a link; None of what must be a single photo."""
    link = link.strip()
    if is_link(link) and (is_sheet(link) or urlsplit(link).path.lower().endswith(TABLE_SUFFIXES)):
        return {"kind": "table", "address": link}
    return None


def spec_of_path(path: Path) -> dict[str, Any] | None:
    """The spec of a folder, a table or an archive of this machine; None of what must be a single photo."""
    if path.is_dir():
        return {"kind": "folder", "path": str(path.absolute())}
    if not path.is_file():
        return None
    if is_archive(path.name):
        return {"kind": "archive", "path": str(path.absolute())}
    if path.suffix.lower() in TABLE_SUFFIXES:
        return {"kind": "table", "address": str(path.absolute()), "base_dir": str(path.absolute().parent)}
    return None


class _BareTable(TableSource):
    """The photos of a table's rows, with the sheet's own numbers."""

    def items(self) -> list[Item]:
        """Every row of the table.

        Raises:
            ColumnNotFound: no column of photos, or not the one that was named.
            as `core.sources.tables.read_table`.
        """
        column = photo_column(self.table, self.choice.image_column)
        return _rows_of(self.table, column)

    def number(self, item: Item) -> int | None:
        return item.row

    def missing(self, item: Item) -> str | None:
        return None

    def columns(self) -> list[str]:
        taken = self._column()
        others = image_columns(self.table.rows, self.base_dir is not None)
        return list(dict.fromkeys([taken, *others])) if taken is not None and len({taken, *others}) > 1 else []

    def _column(self) -> str | None:
        return self.table.meant(Choice(self.choice.image_column, sheet=self.choice.sheet)).image_column


class _BareFiles:
    """The photos of whatever holds files: those that a table in it names, then the others by path."""

    def __init__(self, holder: Holder, name: str, choice: Choice) -> None:
        self.holder = holder
        self.name = name
        self.choice = Choice(choice.image_column, sheet=choice.sheet)

    def items(self) -> list[Item]:
        """Every row of the table, also of photos that are not there; then every other photo by its file name.

        Raises:
            PhotosNotFound: there are none.
            ColumnNotFound: a column was named, and the table in it has none of that name.
            NotFound, ArchiveUnreadable, ArchiveUnsafe: it is not there, damaged, or not to be opened.
        """
        rows, named = self._rows(), set[str]()
        for place, item in enumerate(rows):
            path = self._path(item)
            if isinstance(path, str):
                named.add(path)
                rows[place] = replace(item, source=path)
        others = sorted(path for path in self._paths if is_photo(path) and path not in named)
        if not named and not others:
            raise PhotosNotFound(
                "There are no photos in it (JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC, AVIF). Choose another archive or "
                f"folder. Received: {self.name}"
            )
        return [*rows, *(Item(number, path, UNNAMED) for number, path in enumerate(others, start=self._last_row + 1))]

    def number(self, item: Item) -> int | None:
        return item.row if item.row <= self._last_row else None

    def missing(self, item: Item) -> str | None:
        path = self._path(item)
        return path.reason if isinstance(path, Failure) else None

    def columns(self) -> list[str]:
        return []  # the column is the one that names what is there, which is no guess

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Reads file after file, a few at a time, and says which are not there. Raises as `items`."""
        wanted = []
        for item in items:
            if stop():
                return
            path = self._path(item)
            if isinstance(path, Failure):
                keep(item, path)
            else:
                wanted.append((item, path))
        self.holder.deliver(wanted, keep, stop)

    def _rows(self) -> list[Item]:
        inventory = self._inventory
        if inventory is None:
            return []
        column = inventory.table.meant(self.choice).image_column
        assert column is not None  # it is what made the table the one
        return _rows_of(inventory.table, column)

    def _path(self, item: Item) -> str | Failure:
        if self._inventory is None or item.row > self._last_row:
            return item.source
        return self._inventory.files.find(item.source)

    @cached_property
    def _last_row(self) -> int:
        """Of the table; 0 without one."""
        return int(self._inventory.table.rows.index.max()) if self._inventory else 0

    @cached_property
    def _paths(self) -> list[str]:
        return self.holder.paths()

    @cached_property
    def _inventory(self) -> Inventory | None:
        inventory, troubles = find_inventory(self._paths, self.holder.content, self.choice, labelled=False)
        if inventory is None and self.choice.image_column is not None and troubles:
            raise ColumnNotFound(" ".join(troubles))
        return inventory


def photo_column(table: Table, wanted: str | None = None) -> str:
    """The column of photos of a table.

    Args:
        wanted: its name; None takes the guess.

    Raises:
        ColumnNotFound: there is none, or not the one that was named.
    """
    column = table.meant(Choice(wanted)).image_column
    if column is None:
        there = ", ".join(f"“{name}”" for name in table.columns)
        raise ColumnNotFound(
            "No column of this table looks like photo addresses (they begin with http). Give one column of the "
            f"table a header such as “photo” and put the addresses there. There are: {there}"
        )
    return column


def is_photo(path: str) -> bool:
    """Whether a file of an archive or a folder is called like a photo that is meant to be seen."""
    return path.lower().endswith(PHOTO_SUFFIXES) and not is_junk(path)


def _rows_of(table: Table, column: str) -> list[Item]:
    return [Item(int(row), cell, UNNAMED) for row, cell in table.rows[column].items()]
