"""The photos of a report: small, of one ratio, so that the whole stays small enough for an e-mail."""

import io
from collections.abc import Iterable
from itertools import chain, zip_longest
from typing import Any

import pandas as pd
from PIL import Image, ImageOps

from core.data.mends import load_mends
from core.data.store import Dataset, kept_photo
from core.model.report.document import Photo
from core.model.report.measured import written

RATIO = 0.75  # width to height
QUALITY = 80
STRIP, STRIP_PX = 10, 180  # photos that stand for a dataset
MISTAKES, MISTAKE_PX = 12, 240


def small(content_hash: str, dataset_id: str, width_px: int) -> bytes | None:
    """A kept photo, filled into the ratio by cropping, as a JPEG; None if it is not here any more."""
    path = kept_photo(content_hash, dataset_id)
    try:
        if path is None:
            return None
        with Image.open(path) as photo:
            size = (width_px, round(width_px / RATIO))
            photo.draft("RGB", (2 * size[0], 2 * size[1]))
            kept = io.BytesIO()
            ImageOps.fit(photo.convert("RGB"), size).save(kept, "JPEG", quality=QUALITY, optimize=True)
            return kept.getvalue()
    except OSError:
        return None


def examples(dataset: Dataset) -> tuple[Photo, ...]:
    """Photos that it learned from, the classes in turn, the biggest first."""
    manifest, mends = dataset.manifest(), load_mends(dataset.folder)
    learned_from = manifest[(manifest["part"] == "train") & ~manifest.index.isin(list(mends))]
    classes = sorted(learned_from.groupby("label")["content_hash"], key=lambda each: -len(each[1]))
    turns = zip_longest(*([(label, each) for each in hashes[:STRIP]] for label, hashes in classes))
    wanted = [each for each in chain.from_iterable(turns) if each is not None]
    found: list[Photo] = []
    for label, content_hash in wanted:
        jpeg = small(content_hash, dataset.id, STRIP_PX)
        if jpeg is not None:
            found.append(Photo(jpeg, f"A photo of {label}", label))
        if len(found) == STRIP:
            break
    return tuple(found)


def mistakes(photos: pd.DataFrame, dataset_id: str) -> tuple[Photo, ...]:
    """Photos that it named wrongly, with what it said and what they are filed as.

    Args:
        photos: rows of `Exam.photos`.
        dataset_id: where to look first.
    """
    return tuple(_mistakes(photos.itertuples(), dataset_id))


def _mistakes(rows: Iterable[Any], dataset_id: str) -> Iterable[Photo]:
    for row in rows:
        jpeg = small(row.content_hash, dataset_id, MISTAKE_PX)
        if jpeg is not None:
            label, said, confidence = written(row.label), written(row.said), row.confidence
            percent = ">99%" if confidence >= 0.995 else f"{confidence:.0%}"
            yield Photo(jpeg, f"Named {said}, filed as {label}", f"said {said}, {percent}", f"filed as {label}")
