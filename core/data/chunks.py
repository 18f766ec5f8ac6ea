"""Work over the photos of a dataset in chunks (`core.spread`): their list lies beside the plan, for every worker.

The list is an array of content hashes, so that a worker reads the rows of its chunk and no more of it.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.spread import Chunk, carrier, planned, read_plan, spread

HASH_CHARACTERS = 64  # a SHA-256 in hexadecimal


def spread_photos(
    folder: Path,
    task: str,
    content_hashes: Sequence[str],
    arguments: dict[str, Any],
    per_chunk: int,
    suffix: str,
    told: Callable[[int, int], None] = lambda done, total: None,
    check_stop: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Does a task for photos, a chunk of them at a time, by whoever `core.spread.carrier` says.

    Args:
        folder: of this work alone. What is there of it is gone on with; what is there of another list goes first.
        task: as `core.spread.Plan`; among its arguments is `listed`, for `listed_in`.
        content_hashes: of the photos, in order; "" where there is none.
        arguments: the task's others, JSON values.
        per_chunk, suffix, told, check_stop: as `core.spread.planned` and `core.spread.spread`.

    Returns:
        The parts, in the order of the photos. Whoever has taken what is in them removes the folder.

    Raises:
        FittingRoomError: as `core.spread.spread`.
    """
    hashes = np.array(content_hashes, dtype=f"S{HASH_CHARACTERS}")
    listed = folder / f"{hashlib.sha256(hashes.tobytes()).hexdigest()[:16]}.npy"
    given = {**arguments, "listed": str(listed)}
    before = read_plan(folder)
    if before is not None and (before.task, before.arguments, before.rows) != (task, given, len(hashes)):
        shutil.rmtree(folder)
    if not listed.exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = listed.with_name(f".{listed.name}")
        np.save(aside, hashes)
        os.replace(aside, listed)
    rows = len(hashes)
    del hashes  # a million of them are 64 MB, and the work may take hours
    return spread(planned(folder, task, given, rows, per_chunk, suffix), carrier(), told, check_stop)


def listed_in(listed: str, chunk: Chunk) -> list[str]:
    """The content hashes of the photos of a chunk; "" where there is none."""
    hashes = np.load(listed, mmap_mode="r")[chunk.start : chunk.stop]
    return [content_hash.decode() for content_hash in hashes.tolist()]
