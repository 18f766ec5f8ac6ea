"""Where photos come from: a table of links, an archive or a folder of class folders, or a sample.

A source is described by a small JSON value, its spec, so that a dataset can say what it was made from:

    {"kind": "table", "address": a link, "image_column": name or None, "label_column": name or None}
    {"kind": "table", "address": a file, …, "base_dir": folder that photo paths in it are relative to}
    {"kind": "archive", "path": a ZIP}                     {"kind": "folder", "path": a folder}
    {"kind": "garments", "photos": 1200, "width_px": 240, "seed": 7}
    {"kind": "clothing-photos"}
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from core.errors import SourceNotUnderstood
from core.sources.items import Progress, Source

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")


def open_source(spec: dict[str, Any], progress: Progress | None = None) -> Source:
    """Opens what a spec describes. A sample that must be downloaded is downloaded here, once.

    Args:
        spec: one of the forms above.
        progress: hears of a download; what it raises ends it.

    Raises:
        SourceNotUnderstood: an unknown kind.
        DownloadFailed: a sample that cannot be had.
    """
    # Imported where needed: the processes that draw garments come through here and need none of the rest.
    match spec.get("kind"):
        case "table":
            from core.sources.tables import TableSource

            return TableSource(
                spec["address"], spec.get("image_column"), spec.get("label_column"), spec.get("base_dir")
            )
        case "archive":
            from core.sources.archives import ArchiveSource

            return ArchiveSource(Path(spec["path"]))
        case "folder":
            from core.sources.archives import FolderSource

            return FolderSource(Path(spec["path"]))
        case "garments":
            from core.sources.drawings import DrawingSource

            return DrawingSource(spec["photos"], spec["width_px"], spec["seed"])
        case "clothing-photos":
            from core.sources.archives import ArchiveSource
            from core.sources.samples import clothing_photos

            return ArchiveSource(clothing_photos(progress))
    raise SourceNotUnderstood(f"There is no such kind of source. Received: {spec.get('kind')!r}")


def spec_from_text(text: str) -> tuple[dict[str, Any], str]:
    """Understands what a person typed on the command line; it may name any file of this machine.

    Args:
        text: a sheet or CSV link, a table file, a ZIP, a folder of class folders, or "sample:…".

    Returns:
        A spec for `open_source`, and a name to suggest for the dataset.

    Raises:
        SourceNotUnderstood: none of these, or nothing there.
    """
    from core.sources.links import is_link, is_sheet

    text = text.strip()
    if text.startswith("sample:"):
        return _sample_spec(text.removeprefix("sample:"))
    if is_link(text):
        stem = "Google Sheet" if is_sheet(text) else Path(unquote(urlsplit(text).path)).stem
        return _table_spec(text), _name(stem or "Table")
    path = Path(text).expanduser().absolute()
    if path.is_dir():
        return {"kind": "folder", "path": str(path)}, _name(path.name)
    if path.is_file() and path.suffix.lower() == ".zip":
        return {"kind": "archive", "path": str(path)}, _name(path.stem)
    if path.is_file() and path.suffix.lower() in TABLE_SUFFIXES:
        return {**_table_spec(str(path)), "base_dir": str(path.parent)}, _name(path.stem)
    there = "This file is neither a table nor a ZIP." if path.exists() else "There is nothing of that name."
    raise SourceNotUnderstood(
        f"{there} Give a sheet or CSV link, a .csv, .tsv or .xlsx file, a .zip, a folder of class folders, "
        f"or sample:garments. Received: {text}"
    )


def _sample_spec(sample_id: str) -> tuple[dict[str, Any], str]:
    from core.sources.samples import SAMPLES

    for sample in SAMPLES:
        if sample.id == sample_id:
            return dict(sample.spec), sample.name
    known = ", ".join(f"sample:{sample.id}" for sample in SAMPLES)
    raise SourceNotUnderstood(f"There is no such sample. There are: {known}. Received: sample:{sample_id}")


def _table_spec(address: str) -> dict[str, Any]:
    return {"kind": "table", "address": address, "image_column": None, "label_column": None}


def _name(stem: str) -> str:
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())[:60].strip()
    return words[:1].upper() + words[1:] or "Photos"
