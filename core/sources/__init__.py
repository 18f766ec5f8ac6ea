"""Where photos come from: a table of links, an archive or a folder of class folders, or a sample.

A source is described by a small JSON value, its spec, so that a dataset can say what it was made from:

    {"kind": "table", "address": a link}
    {"kind": "table", "address": a file, "base_dir": folder that photo paths in it are relative to}
    {"kind": "catalogue", "path": a Parquet file, a folder of them, or a CSV file of this machine, of any size}
    {"kind": "archive", "path": a ZIP, .tar or .tar.gz}    {"kind": "folder", "path": a folder}
    {"kind": "garments", "photos": 1200, "width_px": 240, "seed": 7}
    {"kind": "clothing-photos"}
    {"kind": "fashion-mnist" or "cifar-10"}                all of it; "photos": 5000 for fewer

Tables, catalogues, archives and folders take more, all of it optional: of their table "image_column", "label_column",
"part_column", "group_column" and "sheet" (None takes the guess, a part or group column "" means none); and
"merge": {label: label that it becomes}.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from core.errors import SourceNotUnderstood
from core.sources.choice import Choice
from core.sources.items import Heard, Progress, Source

if TYPE_CHECKING:
    from core.sources.sheets import Table

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".gz")
OTHER_ARCHIVE_SUFFIXES = (".7z", ".rar", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")


def open_source(
    spec: dict[str, Any], progress: Progress | None = None, heard: Heard | None = None, share: float | None = None
) -> Source:
    """Opens what a spec describes. A sample that must be downloaded is downloaded here, once.

    Args:
        spec: one of the forms above.
        progress: hears of a download; what it raises ends it.
        heard: hears what hosts say of the version of each photo that comes from the web on its own.
        share: of what one job may ask of a host, where several processes deliver its rows chunk by chunk: then what is
            opened stays open for the next chunk, and nothing starts processes of its own. None: there is this one only.

    Raises:
        SourceNotUnderstood: an unknown kind.
        DownloadFailed: a sample that cannot be had.
    """
    # Imported where needed: the processes that draw garments come through here and need none of the rest.
    match spec.get("kind"):
        case "table":
            from core.sources.tables import TableSource

            base_dir, merge = spec.get("base_dir"), spec.get("merge")
            return TableSource(spec["address"], Choice.of(spec), base_dir, merge, heard, share)
        case "catalogue":
            from core.sources.catalogue import CatalogueSource

            return CatalogueSource(Path(spec["path"]), Choice.of(spec), spec.get("merge"), heard, share)
        case "archive":
            from core.sources.archives import ArchiveSource

            return ArchiveSource(Path(spec["path"]), Choice.of(spec), spec.get("merge"), stays_open=share is not None)
        case "folder":
            from core.sources.archives import FolderSource

            return FolderSource(Path(spec["path"]), Choice.of(spec), spec.get("merge"))
        case "garments":
            from core.sources.drawings import DrawingSource

            return DrawingSource(spec["photos"], spec["width_px"], spec["seed"], alone=share is not None)
        case "clothing-photos":
            from core.sources.archives import ArchiveSource
            from core.sources.samples import clothing_photos

            return ArchiveSource(clothing_photos(progress), stays_open=share is not None)
        case "fashion-mnist" | "cifar-10" as kind:
            from core.sources.textbook import open_textbook_set

            return open_textbook_set(kind, spec.get("photos"), progress)
    raise SourceNotUnderstood(f"There is no such kind of source. Received: {spec.get('kind')!r}")


def table_of(source: Source) -> "Table | None":
    """The table that names a source's photos, as it was read for its items; None if it has none."""
    from core.sources.archives import HeldSource
    from core.sources.tables import TableSource

    return source.table if isinstance(source, TableSource | HeldSource) else None


def reads_any_row(source: Source) -> bool:
    """Whether some rows of a source can be had without going through all before them, as one must in a .tar.gz."""
    from core.sources.archives import HeldSource
    from core.sources.catalogue import CatalogueSource
    from core.sources.drawings import DrawingSource
    from core.sources.tables import TableSource
    from core.sources.tars import Tar

    if isinstance(source, HeldSource):
        return not isinstance(source.holder, Tar)
    return isinstance(source, TableSource | CatalogueSource | DrawingSource)


def spec_from_text(text: str) -> tuple[dict[str, Any], str]:
    """Understands what a person typed on the command line; it may name any file of this machine.

    Args:
        text: a sheet or CSV link, a table file of any size, a Parquet file or a folder of them, a ZIP or .tar.gz, a
            folder of class folders, or "sample:…", of some also "sample:…:5000" for so many of their photos.

    Returns:
        A spec for `open_source`, and a name to suggest for the dataset.

    Raises:
        SourceNotUnderstood: none of these, or nothing there.
    """
    from core.sources.catalogue import is_catalogue
    from core.sources.links import is_link, is_sheet

    text = text.strip()
    if text.startswith("sample:"):
        return _sample_spec(text.removeprefix("sample:"))
    if is_link(text):
        stem = "Google Sheet" if is_sheet(text) else Path(unquote(urlsplit(text).path)).stem
        return _table_spec(text), _name(stem or "Table")
    path = Path(text).expanduser().absolute()
    if path.exists() and is_catalogue(path):
        return {"kind": "catalogue", "path": str(path)}, suggested_name(path.name)
    if path.is_dir():
        return {"kind": "folder", "path": str(path)}, _name(path.name)
    if path.is_file() and is_archive(path.name):
        return {"kind": "archive", "path": str(path)}, suggested_name(path.name)
    if path.is_file() and path.suffix.lower() in TABLE_SUFFIXES:
        return {**_table_spec(str(path)), "base_dir": str(path.parent)}, suggested_name(path.name)
    there = "This file is neither a table nor a ZIP." if path.exists() else "There is nothing of that name."
    if path.is_file() and path.name.lower().endswith(OTHER_ARCHIVE_SUFFIXES):
        there = "An archive of this kind cannot be opened here. Pack the photos as ZIP or .tar.gz."
    raise SourceNotUnderstood(
        f"{there} Give a sheet or CSV link, a .csv, .tsv, .xlsx or .parquet file, a .zip or .tar.gz, a folder of class "
        f"folders, or sample:garments. Received: {text}"
    )


def is_archive(file_name: str) -> bool:
    """Whether a file is called like an archive that can be opened."""
    return file_name.lower().endswith(ARCHIVE_SUFFIXES)


def suggested_name(file_name: str) -> str:
    """What to call a dataset that is made of a file: "my_photos.tar.gz" makes "My photos"."""
    ending = max((each for each in ARCHIVE_SUFFIXES if file_name.lower().endswith(each)), key=len, default="")
    return _name(file_name[: -len(ending)] if ending else Path(file_name).stem)


def _sample_spec(sample_id: str) -> tuple[dict[str, Any], str]:
    from core.sources.samples import SAMPLES, some_of

    name, _, photos = sample_id.partition(":")
    for sample in SAMPLES:
        if sample.id == name:
            return some_of(sample, photos) if photos else (dict(sample.spec), sample.name)
    known = ", ".join(f"sample:{sample.id}" for sample in SAMPLES)
    raise SourceNotUnderstood(f"There is no such sample. There are: {known}. Received: sample:{sample_id}")


def _table_spec(address: str) -> dict[str, Any]:
    return {"kind": "table", "address": address, "image_column": None, "label_column": None}


def _name(stem: str) -> str:
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())[:60].strip()
    return words[:1].upper() + words[1:] or "Photos"
