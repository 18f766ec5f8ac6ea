"""The catalogue of samples: photos to begin with, drawn here or downloaded once."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DownloadFailed, SourceNotUnderstood
from core.settings import MAX_ARCHIVE_BYTES, load_settings
from core.sources.items import Progress


@dataclass(frozen=True)
class Sample:
    """One entry of the catalogue."""

    id: str  # "sample:ID" on the command line
    name: str
    sentence: str  # what it is and what it takes
    spec: dict[str, Any]  # for `core.sources.open_source`
    most: int | None = None  # photos, of a sample of which fewer can be borrowed
    some: int | None = None  # photos to begin with, of such a sample


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
    Sample(
        id="fashion-mnist",
        name="Fashion-MNIST",
        sentence="70,000 small grey photos of ten kinds of clothes, 28 × 28 pixels, by Zalando (MIT licence). "
        "31 MB, once; all of them take 2.5 GB on disk.",
        spec={"kind": "fashion-mnist"},
        most=70_000,
        some=5_000,
    ),
    Sample(
        id="cifar-10",
        name="CIFAR-10",
        sentence="60,000 small colour photos of animals and vehicles, ten kinds, 32 × 32 pixels. "
        "170 MB, once; all of them take 2.1 GB on disk.",
        spec={"kind": "cifar-10"},
        most=60_000,
        some=5_000,
    ),
)
FEWEST = 100  # photos that a part of a sample may have: ten of each class


def some_of(sample: Sample, photos: str) -> tuple[dict[str, Any], str]:
    """A part of a sample.

    Args:
        photos: how many, as typed: "5000" or "5,000".

    Returns:
        A spec for `core.sources.open_source`, and a name to suggest for the dataset.

    Raises:
        SourceNotUnderstood: a sample that comes whole, or a number that is none or out of range.
    """
    if sample.most is None:
        raise SourceNotUnderstood(f"This sample comes whole: sample:{sample.id}. Received: sample:{sample.id}:{photos}")
    digits = photos.replace(",", "")
    if not (digits.isascii() and digits.isdigit() and FEWEST <= int(digits[:9]) <= sample.most):
        raise SourceNotUnderstood(
            f"Of this sample {FEWEST} to {sample.most:,} photos can be had, as in sample:{sample.id}:{sample.some}. "
            f"Received: sample:{sample.id}:{photos}"
        )
    count = int(digits[:9])
    return {**sample.spec, "photos": count}, f"{sample.name}, {count:,} photos"


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
