"""Photos to be asked about, of any number of places, as rows on disk: any of them can be read by anybody at any time.

A folder holds `rows/000000.parquet` and so on, and at last `rows.json`, which says that all of them are there.
"""

import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from core.errors import ArchiveUnsafe, FittingRoomError
from core.files import read_json, write_json
from core.sources import tables
from core.sources.bare import UNNAMED, is_photo, open_bare, photo_column, spec_of_link, spec_of_path
from core.sources.catalogue import Catalogue, is_catalogue
from core.sources.fetching import Limits
from core.sources.folders import Folder
from core.sources.holding import Holder
from core.sources.items import Failure, Item
from core.sources.links import is_link
from core.sources.tars import Tar, is_tar
from core.sources.web import fetch_photo
from core.sources.zips import Zip

ROWS_A_FILE = 50_000
ROW_GROUP = 5_000  # rows of a file that are read at once
ALONE = "photo"  # the kind of a place that is a single photo

Place = dict[str, Any]  # the spec of a table, a catalogue, an archive or a folder; or {"kind": "photo", "address": …}
KeepRow = Callable[[int, bytes | Failure], None]  # called with a row's place among those asked for, from threads


@dataclass(frozen=True)
class Row:
    """One photo to be asked about."""

    place: int  # which of the places it is in
    number: int | None  # the row number by which people know it, of a sheet; None if no table names it
    source: str  # an address, or a path in its place
    refused: str | None = None  # why there is no photo to be had


@dataclass(frozen=True)
class Listed:
    """What a folder holds."""

    rows: int
    numbered: bool  # whether a table names any of them


def place_of(text: str, image_column: str | None = None) -> Place:
    """What a person typed on the command line, as a place.

    Args:
        text: a photo, a folder, a table, a catalogue or an archive of this machine, or a link.
        image_column: of a table: the column of photos; None takes the guess.
    """
    path = Path(text).expanduser().absolute()
    if not is_link(text) and path.exists() and is_catalogue(path):
        base_dir = str(Catalogue(path).base_dir)
        return {"kind": "catalogue", "path": str(path), "base_dir": base_dir, "image_column": image_column}
    spec = spec_of_link(text) if is_link(text) else spec_of_path(path)
    if spec is None:
        return {"kind": ALONE, "address": text if is_link(text) else str(path)}
    return {**spec, "image_column": image_column, **({"named": text} if spec["kind"] == "folder" else {})}


def list_rows(folder: Path, places: Sequence[Place], names: Sequence[str]) -> Listed:
    """Writes the rows of all places, in their order, unless they are there. A place that cannot be read is one row.

    Args:
        folder: of their own.
        places: from `place_of`.
        names: what to call each.
    """
    if (known := read_json(folder / "rows.json")) is not None:
        return Listed(**known)
    shutil.rmtree(folder / "rows", ignore_errors=True)
    (folder / "rows").mkdir(parents=True)
    rows = (row for number, place in enumerate(places) for row in _rows_in(number, place, names[number]))
    total, numbered = 0, False
    for file, lot in enumerate(iter(lambda: [*islice(rows, ROWS_A_FILE)], [])):
        _write(_file(folder, file), lot)
        total += len(lot)
        numbered = numbered or any(row.number is not None for row in lot)
    write_json(folder / "rows.json", {"rows": total, "numbered": numbered})
    return Listed(total, numbered)


def read_rows(folder: Path, start: int, stop: int) -> list[Row]:
    """Some rows that were listed, from `start` up to but without `stop`."""
    import pyarrow.parquet as parquet

    found: list[Row] = []
    for file in range(start // ROWS_A_FILE, math.ceil(stop / ROWS_A_FILE)):
        first = file * ROWS_A_FILE
        wanted = max(start, first) - first, min(stop, first + ROWS_A_FILE) - first
        groups = range(wanted[0] // ROW_GROUP, math.ceil(wanted[1] / ROW_GROUP))
        with closing(parquet.ParquetFile(_file(folder, file))) as written:
            lot = written.read_row_groups([*groups]).slice(wanted[0] - groups[0] * ROW_GROUP, wanted[1] - wanted[0])
        found += [Row(**{**row, "source": row["source"].decode("utf-8", "surrogateescape")}) for row in lot.to_pylist()]
    return found


def deliver_rows(place: Place, rows: Sequence[Row], keep: KeepRow, share: float = 1.0) -> None:
    """Hands on the photo of each row, or why there is none, in any order.

    Args:
        place: that all of them are in.
        keep: called from threads, several at a time.
        share: of what may be asked of one host at a time.

    Raises:
        SourceError, OSError: the place is gone or damaged.
    """
    items = []
    for number, row in enumerate(rows):
        if row.refused is not None:
            keep(number, Failure("unreachable", row.refused))
        else:
            items.append(Item(number, row.source, UNNAMED))

    def kept(item: Item, delivered: bytes | Failure) -> None:
        keep(item.row, delivered)

    if not items:
        return
    if place["kind"] == ALONE:
        for item in items:
            kept(item, _alone(place["address"]))
    elif place["kind"] in ("archive", "folder"):
        _holder(place).deliver([(item, item.source) for item in items], kept, lambda: False)
    else:
        base_dir = Path(place["base_dir"]) if place.get("base_dir") else None
        tables.deliver_rows(items, kept, lambda: False, base_dir, Limits(share=share), None)


def name_of(place: Place, row: Row) -> str:
    """What to call a photo among photos of several places: of a folder the path to it."""
    is_place = row.refused is not None and row.number is None
    return row.source if is_place or "named" not in place else str(Path(place["named"]) / row.source)


def needs_one_pass(place: Place) -> bool:
    """Whether a place can only be read from its beginning to its end."""
    return place["kind"] == "archive" and is_tar(Path(place["path"]))


def _rows_in(number: int, place: Place, name: str) -> Iterator[Row]:
    try:
        if place["kind"] == ALONE:
            yield Row(number, None, name)
        elif place["kind"] == "catalogue":
            catalogue = Catalogue(Path(place["path"]))
            for rows, [cells] in catalogue.batches([photo_column(catalogue.head, place["image_column"])]):
                yield from (Row(number, row, cell) for row, cell in zip(rows, cells, strict=True))
        else:
            yield from _bare_rows(number, place)
    except (FittingRoomError, OSError) as error:
        yield Row(number, None, name, str(error))


def _bare_rows(number: int, place: Place) -> Iterator[Row]:
    source = open_bare(place)
    try:
        items = source.items()
    except ArchiveUnsafe:
        if place["kind"] != "folder":
            raise
        # More files than a table in it could be looked for among: then its photos are what it holds.
        paths = Folder(Path(place["path"])).every_path()
        yield from (Row(number, None, path) for path in paths if is_photo(path))
        return
    for item in items:
        yield Row(number, source.number(item), item.source, source.missing(item))


def _alone(address: str) -> bytes | Failure:
    try:
        return fetch_photo(address) if is_link(address) else Path(address).read_bytes()
    except FileNotFoundError:
        return Failure("unreachable", "There is no such file.")
    except (FittingRoomError, OSError) as error:
        return Failure("unreachable", str(error))


def _holder(place: Place) -> Holder:
    path = Path(place["path"])
    if place["kind"] == "folder":
        return Folder(path)
    return Tar(path) if is_tar(path) else Zip(path)


def _write(path: Path, rows: Sequence[Row]) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    sources = [row.source.encode("utf-8", "surrogateescape") for row in rows]  # a file's name may be no text at all
    columns = {
        "place": arrow.array([row.place for row in rows], arrow.int32()),
        "number": arrow.array([row.number for row in rows], arrow.int64()),
        "source": arrow.array(sources, arrow.binary()),
        "refused": arrow.array([row.refused for row in rows], arrow.string()),
    }
    parquet.write_table(arrow.table(columns), path, row_group_size=ROW_GROUP)


def _file(folder: Path, number: int) -> Path:
    return folder / "rows" / f"{number:06d}.parquet"
