"""Photos to be asked about: of a table, an archive or a folder, whether or not anything says what they show."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from core.errors import ColumnNotFound, PhotosNotFound, SourceNotUnderstood
from core.sources import TABLE_SUFFIXES, is_archive
from core.sources.choice import Choice
from core.sources.columns import PHOTO_SUFFIXES
from core.sources.folders import Folder
from core.sources.holding import Holder
from core.sources.items import Item, Keep, Source, Stop
from core.sources.layout import is_junk
from core.sources.links import is_link, is_sheet
from core.sources.tables import TableSource
from core.sources.tars import Tar, is_tar
from core.sources.zips import Zip

UNNAMED = "?"  # the label of every row: a source keeps back what has none


class BareSource(Source, Protocol):
    """A source whose rows need no labels."""

    numbered: bool  # the rows have numbers that people know: those of a sheet


def open_bare(spec: dict[str, Any]) -> BareSource:
    """Opens a table, an archive or a folder by its spec, as `core.sources.open_source` has it.

    Of a table only the column of photos counts; of an archive or a folder every photo does, wherever it lies.

    Raises:
        SourceNotUnderstood: another kind.
    """
    match spec.get("kind"):
        case "table":
            return _BareTable(spec["address"], Choice.of(spec), spec.get("base_dir"))
        case "archive":
            path = Path(spec["path"])
            return _BareFiles(Tar(path) if is_tar(path) else Zip(path), path.name)
        case "folder":
            return _BareFiles(Folder(Path(spec["path"])), Path(spec["path"]).name)
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

    numbered = True

    def items(self) -> list[Item]:
        """Every row of the table.

        Raises:
            ColumnNotFound: no column of photos, or not the one that was named.
            as `core.sources.tables.read_table`.
        """
        column = self.table.meant(self.choice).image_column
        if column is None:
            there = ", ".join(f"“{name}”" for name in self.table.columns)
            raise ColumnNotFound(
                "No column of this table looks like photo addresses (they begin with http). Give one column of the "
                f"table a header such as “photo” and put the addresses there. There are: {there}"
            )
        return [Item(int(row), cell, UNNAMED) for row, cell in self.table.rows[column].items()]


class _BareFiles:
    """The photos of whatever holds files, by path."""

    numbered = False

    def __init__(self, holder: Holder, name: str) -> None:
        self.holder = holder
        self.name = name

    def items(self) -> list[Item]:
        """Every photo by its file name, numbered by path.

        Raises:
            PhotosNotFound: there are none.
            NotFound, ArchiveUnreadable, ArchiveUnsafe: it is not there, damaged, or not to be opened.
        """
        paths = [path for path in self.holder.paths() if path.lower().endswith(PHOTO_SUFFIXES) and not is_junk(path)]
        if not paths:
            raise PhotosNotFound(
                "There are no photos in it (JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC, AVIF). Choose another archive or "
                f"folder. Received: {self.name}"
            )
        return [Item(number, path, UNNAMED) for number, path in enumerate(sorted(paths), start=1)]

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Reads file after file, a few at a time. Raises as `items`."""
        self.holder.deliver([(item, item.source) for item in items], keep, stop)
