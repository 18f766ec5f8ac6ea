"""Measuring the photos of a dataset that were not measured yet: in threads, or of many of them in chunks.

What is measured is `core.data.quality.measures`.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.chunks import listed_in, spread_photos
from core.data.photo import decode
from core.data.pixels import THREADS
from core.data.quality import measures
from core.data.quality.measures import COLUMNS, FILE, MEASURED_BY, SHORT_PX, kept_measures
from core.data.store import Dataset, load_dataset
from core.errors import PhotoError
from core.files import write_bytes
from core.spread import SPREAD_FROM, Chunk

CHUNK = 256  # photos between two words on how far it is
PER_CHUNK = 1000  # of many photos, which processes measure: some seconds
TASK = "core.data.quality.measuring:measure_chunk"


def take_measures(
    dataset: Dataset,
    content_hashes: Sequence[str],
    progress: Callable[[int, int], None] = lambda done, total: None,
    check_stop: Callable[[], None] = lambda: None,
) -> list[str]:
    """Measures the photos that were not measured yet, and keeps it. What was done before a stop is kept as well.

    Args:
        dataset: a finished one.
        content_hashes: of its good photos.
        progress: told (done, total).
        check_stop: may raise to end it.

    Returns:
        The photos whose file is gone or damaged.
    """
    kept = kept_measures(dataset)
    known = set() if kept is None else {*kept.index}
    todo = [each for each in dict.fromkeys(content_hashes) if each not in known]
    # A photo that was measured long ago may be gone by now.
    gone = dict.fromkeys(each for each in content_hashes if each in known and not dataset.photo_path(each).exists())
    take = _take_in_chunks if len(todo) >= SPREAD_FROM else _take_at_once
    return [*take(dataset, kept, todo, progress, check_stop), *gone]


def _take_at_once(
    dataset: Dataset,
    kept: pd.DataFrame | None,
    todo: list[str],
    progress: Callable[[int, int], None],
    check_stop: Callable[[], None],
) -> list[str]:
    taken: dict[str, dict[str, float]] = {}
    unreadable: list[str] = []
    try:
        for place, (content_hash, found) in enumerate(_measured(dataset, todo, check_stop), start=1):
            if found is None:
                unreadable.append(content_hash)
            else:
                taken[content_hash] = found
            if place % CHUNK == 0 or place == len(todo):
                progress(place, len(todo))
    finally:
        if taken:
            _keep(dataset, kept, pd.DataFrame.from_dict(taken, orient="index", columns=COLUMNS).astype(np.float32))
    return unreadable


def _take_in_chunks(
    dataset: Dataset,
    kept: pd.DataFrame | None,
    todo: list[str],
    progress: Callable[[int, int], None],
    check_stop: Callable[[], None],
) -> list[str]:
    """Many photos: processes, or Ray, measure a chunk each. What a stop leaves is gone on with at the next check."""
    folder, arguments = dataset.folder / "quality" / "measuring", {"dataset_id": dataset.id}
    parts = spread_photos(folder, TASK, todo, arguments, PER_CHUNK, ".npy", progress, check_stop)
    measured = np.concatenate([np.load(part) for part in parts])
    unreadable = np.isnan(measured[:, 0])
    hashes = np.array(todo, dtype=object)
    _keep(dataset, kept, pd.DataFrame(measured[~unreadable], hashes[~unreadable], COLUMNS))
    shutil.rmtree(folder)
    return [str(each) for each in hashes[unreadable]]


def measure_chunk(chunk: Chunk, aside: Path, dataset_id: str, listed: str) -> None:
    """Leaves what is measured of some photos, shape (N, len(COLUMNS)): what `core.spread` calls.

    A photo that is gone or damaged has no numbers.
    """
    dataset = load_dataset(dataset_id)
    looked = (_look(dataset, content_hash) for content_hash in listed_in(listed, chunk))
    nothing = dict.fromkeys(COLUMNS, np.nan)
    np.save(aside, np.array([[(each or nothing)[name] for name in COLUMNS] for each in looked], np.float32))


def _measured(
    dataset: Dataset, content_hashes: list[str], check_stop: Callable[[], None]
) -> Iterator[tuple[str, dict[str, float] | None]]:
    """Each photo with its measures, in order; None of one whose file is gone or damaged."""
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(content_hashes), CHUNK):
            check_stop()
            chunk = content_hashes[start : start + CHUNK]
            yield from zip(chunk, pool.map(lambda each: _look(dataset, each), chunk), strict=True)


def _look(dataset: Dataset, content_hash: str) -> dict[str, float] | None:
    try:
        return measures.measure(decode(dataset.photo_path(content_hash).read_bytes(), near_px=SHORT_PX))
    except (OSError, PhotoError):
        return None


def _keep(dataset: Dataset, kept: pd.DataFrame | None, new: Any) -> None:
    """Adds to what was measured: a row a photo, by content."""
    new.index.name = "content_hash"
    every = new if kept is None else pd.concat([kept, new])
    every.attrs = {"by": MEASURED_BY}
    write_bytes(dataset.folder / FILE, every.to_parquet())
