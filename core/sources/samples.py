"""The catalogue of samples: photos to begin with, drawn here or downloaded once."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DownloadFailed, SourceNotUnderstood
from core.settings import MAX_ARCHIVE_BYTES, load_settings
from core.sources.items import Progress
from core.sources.published import alone
from core.sources.zips import is_whole


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
        "31 MB, once; all of them take 0.5 GB on disk.",
        spec={"kind": "fashion-mnist"},
        most=70_000,
        some=5_000,
    ),
    Sample(
        id="cifar-10",
        name="CIFAR-10",
        sentence="60,000 small colour photos of animals and vehicles, ten kinds, 32 × 32 pixels. "
        "170 MB, once; all of them take 0.4 GB on disk.",
        spec={"kind": "cifar-10"},
        most=60_000,
        some=5_000,
    ),
)
DRAWN = SAMPLES[0]  # what is always there
WAY_OUT = f"Try again later, or take the drawn garments, which need no network (command line: sample:{DRAWN.id})."
NO_SUCH_RANGE = 416  # what is here already is longer than what there is
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


def could_not_be_had(what: str, error: DownloadFailed) -> DownloadFailed:
    """The error for a sample whose download failed: why, and what to do instead."""
    why, received, address = str(error).partition(" Received: ")
    return DownloadFailed(f"{what} could not be downloaded. {why} {WAY_OUT}{received}{address}", error.http_status)


def clothing_photos(progress: Progress | None = None) -> Path:
    """The archive of real photos, downloaded the first time; a download that broke off is taken up.

    Its digest is not known beforehand, since its host packs it anew now and then: what has come counts when every file
    in it has the checksum that the archive itself names.

    Args:
        progress: called as ("download", bytes done, bytes in all or 0); what it raises ends the download, and what has
            come until then stays.

    Raises:
        DownloadFailed: the archive cannot be had; the drawn sample is offered instead.
    """
    path = load_settings().cache_dir / "clothing-photos.zip"

    def waiting(done: int) -> None:
        if progress is not None:
            progress("download", done, 0)

    if not path.exists():
        with alone(path.parent, waiting):
            if not path.exists():
                _download_clothing_photos(path, progress)
    return path


def _download_clothing_photos(path: Path, progress: Progress | None) -> None:
    from core.sources.web import go_on_downloading

    part = path.with_name(f".{path.name}.part")
    goes_on = part.exists()
    if not (goes_on and is_whole(part)):
        try:
            go_on_downloading(load_settings().clothing_photos_url, part, MAX_ARCHIVE_BYTES, progress)
        except DownloadFailed as error:
            if not (goes_on and error.http_status == NO_SUCH_RANGE):
                raise could_not_be_had("The clothing photos", error) from error
    if is_whole(part):
        os.replace(part, path)
        return
    part.unlink()
    if not goes_on:
        raise DownloadFailed(f"What came instead of the clothing photos is no archive, or damaged. {WAY_OUT}")
    _download_clothing_photos(path, progress)  # what was there from an earlier time may have been of another archive
