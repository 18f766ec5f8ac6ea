"""The catalogue of samples: photos to begin with, drawn here or downloaded once."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DownloadFailed
from core.settings import MAX_ARCHIVE_BYTES, load_settings
from core.sources.items import Progress


@dataclass(frozen=True)
class Sample:
    """One entry of the catalogue."""

    id: str  # "sample:ID" on the command line
    name: str
    sentence: str  # what it is and what it takes
    spec: dict[str, Any]  # for `core.sources.open_source`


SAMPLES: tuple[Sample, ...] = (
    Sample(
        id="garments",
        name="Drawn garments",
        sentence="1,200 pictures of eight garments, drawn by this app: no network needed, ready in under a minute.",
        spec={"kind": "garments", "photos": 1200, "width_px": 240, "seed": 7},
    ),
    Sample(
        id="clothing-photos",
        name="Clothing photos",
        sentence="3,781 photos of ten kinds of clothes that people took at home, free to use (CC0). 100 MB, once.",
        spec={"kind": "clothing-photos"},
    ),
)


def clothing_photos(progress: Progress | None = None) -> Path:
    """The archive of real photos, downloaded the first time.

    Args:
        progress: called as ("download", bytes done, bytes in all or 0).

    Raises:
        DownloadFailed: the archive cannot be had; the drawn sample is offered instead.
    """
    from core.sources.web import download

    settings = load_settings()
    path = settings.cache_dir / "clothing-photos.zip"
    if _is_zip(path):
        return path
    way_out = "Try again later, or take the drawn garments: they need no network."
    try:
        download(settings.clothing_photos_url, path, MAX_ARCHIVE_BYTES, progress)
    except DownloadFailed as error:
        raise DownloadFailed(f"The clothing photos could not be downloaded. {error} {way_out}") from error
    if not _is_zip(path):
        path.unlink()
        raise DownloadFailed(f"What came instead of the clothing photos is no archive. {way_out}")
    return path


def _is_zip(path: Path) -> bool:
    """A whole ZIP: its directory stands at the end, so one that was cut off has none."""
    return path.is_file() and zipfile.is_zipfile(path)
