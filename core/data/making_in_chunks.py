"""The making of a dataset of very many rows: chunks by whoever is there; at the end what is true of all is settled.

A dataset that is made so is the one that would have been made row by row (`core.data.making`).
"""

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import visits
from core.data.finishing import finish
from core.data.manifest import as_manifest, as_text
from core.data.pixels import let_go, open_for_making
from core.data.recording import checked
from core.data.rounds import Results, begin, open_rounds, pixels_of, read_items, rounds_dir, statuses, write_results
from core.data.settling import COLUMNS, settle
from core.data.store import Dataset, load_dataset
from core.jobs import Work
from core.sources import open_source, reads_any_row
from core.sources.items import Failure, Item, Source, Version
from core.sources.pace import MAX_LIMIT
from core.spread import SPREAD_FROM, Chunk, Plan, carrier, spread

RESULTS = ["status", "reason", "content_hash", "perceptual_hash", "width", "height", "bytes"]
VISITS = ["etag", "last_modified", "length"]
COUNT_EVERY_S = 1.0  # what was set aside


def worth_chunks(source: Source, rows: int, on: str | None) -> bool:
    """Whether to make a dataset of a source in chunks: it has many rows, or somebody is named who is to do it.

    Args:
        rows: how many it has.
        on: who is to do it; None: whoever is there.
    """
    return reads_any_row(source) and (on is not None or rows >= SPREAD_FROM)


def make_in_chunks(work: Work, dataset: Dataset, on: str | None, batches: Iterator[Sequence[Item]] | None) -> None:
    """Makes a dataset, or goes on making it; without what the work of a job does when a dataset is there.

    Args:
        on: who does it, as `core.spread.carrier`.
        batches: the rows of its source, where it is begun; None where it goes on.
    """
    chosen = carrier(on)
    if batches is not None:
        begin(dataset.folder, _told(work, batches))
    plans = open_rounds(dataset.folder)
    for plan in plans:
        if plan.missing():
            spread(plan, chosen, _Tally(work, plan).told, work.check_stop, MAX_LIMIT)
    _settle(work, dataset, Results(dataset.folder))
    shutil.rmtree(rounds_dir(dataset.folder), ignore_errors=True)


def make_chunk(chunk: Chunk, aside: Path, dataset_id: str, round_number: int) -> None:
    """Fetches or reads the photos of some rows, checks, hashes and keeps them: the task of a plan (`core.spread`)."""
    dataset = load_dataset(dataset_id)
    items = read_items(rounds_dir(dataset.folder) / f"{round_number:03d}", chunk.number)
    source, versions = _opened(dataset_id, chunk.share)
    versions.clear()
    found: dict[int, tuple[dict[str, Any], NDArray[np.uint8] | None]] = {}
    keeping = Lock()

    def keep(item: Item, delivered: bytes | Failure) -> None:
        row, pixels = checked(dataset.folder, item, delivered)
        if version := versions.get(item.row):
            row |= vars(version)
        with keeping:
            found[item.row] = row, pixels

    source.deliver(items, keep, lambda: False)
    rows = [found[item.row] for item in items]
    write_results(aside, [row for row, _ in rows], [pixels for _, pixels in rows])


@lru_cache(maxsize=1)
def _opened(dataset_id: str, share: float) -> tuple[Source, dict[int, Version]]:
    """The source of a dataset, and what its hosts say, by row; kept for the next chunk of this process."""
    versions: dict[int, Version] = {}
    spec = load_dataset(dataset_id).source
    source = open_source(spec, heard=lambda item, version: versions.update({item.row: version}), share=share)
    return source, versions


def _told(work: Work, batches: Iterator[Sequence[Item]]) -> Iterator[Sequence[Item]]:
    for batch in batches:
        work.check_stop()
        yield batch


class _Tally:
    """Says how far the chunks of a plan are."""

    def __init__(self, work: Work, plan: Plan) -> None:
        self._work = work
        self._plan = plan
        self._counted: set[int] = set()
        self._aside: Counter[str] = Counter()
        self._began: tuple[float, int] | None = None
        self._looked_at = 0.0

    def told(self, done: int, total: int) -> None:
        now = time.monotonic()
        self._began = self._began or (now, done)
        if now - self._looked_at > COUNT_EVERY_S or done == total:
            self._looked_at = now
            fresh = {*range(len(self._plan))} - {*self._plan.missing()} - self._counted
            for number in fresh:
                self._aside.update(status for status in statuses(self._plan.part(number)) if status != "ok")
            self._counted |= fresh
        seconds, rows = now - self._began[0], done - self._began[1]
        self._work.progress(
            "photos",
            done,
            total,
            failed=self._aside.total(),
            set_aside=dict(self._aside.most_common()),
            rate_per_s=round(rows / seconds, 1) if seconds > 1 else 0.0,
        )


@dataclass(frozen=True)
class _Gathered:
    """What is to be settled of all rows."""

    manifest: pd.DataFrame  # its `COLUMNS`
    pixels: NDArray[np.uint8]


def _settle(work: Work, dataset: Dataset, results: Results) -> None:
    """Goes through all rows twice: to gather what is to be settled, and to write them down with what was."""
    gathered = _gathered(work, dataset.folder, results)

    def told(done: int, total: int) -> None:
        work.progress("settling", done, total)

    given = settle(gathered.manifest, gathered.pixels, progress=told, check_stop=work.check_stop)
    visits.write_pieces(dataset.folder, (_visited(results, number) for number in range(len(results.first))))
    finish(dataset.folder, gathered.manifest, given, _whole(work, results, gathered.manifest))


def _gathered(work: Work, folder: Path, results: Results) -> _Gathered:
    pixels, pieces = open_for_making(folder, results.first.rows), list[pd.DataFrame]()
    for number in range(len(results.first)):
        work.check_stop()
        chunk, table = results.first.chunk(number), results.table(number, [*RESULTS, "pixels"])
        pixels[chunk.start : chunk.stop] = pixels_of(table)
        let_go(pixels)
        pieces.append(_rows(results.items(number), table)[COLUMNS])
    pixels.flush()
    return _Gathered(pd.concat(pieces, ignore_index=True) if pieces else as_manifest([])[COLUMNS], pixels)


def _whole(work: Work, results: Results, settled: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The manifest, chunk by chunk."""
    for number in range(len(results.first)):
        work.check_stop()
        chunk = results.first.chunk(number)
        rows = _rows(results.items(number), results.table(number, RESULTS))
        for column in ("status", "reason", "part"):
            rows[column] = settled[column].iloc[chunk.start : chunk.stop].array
        yield rows
    if not len(results.first):
        yield settled


def _rows(items: Sequence[Item], table: Any) -> pd.DataFrame:
    """The rows of a chunk, with the part that the source gives."""
    columns = {name: table[name].to_pylist() for name in RESULTS}
    columns["content_hash"] = [None if key is None else key.hex() for key in columns["content_hash"]]
    said = [as_text(item) for item in items]
    return as_manifest({**{name: [each[name] for each in said] for name in vars(items[0])}, **columns})


def _visited(results: Results, number: int) -> pd.DataFrame:
    table = results.table(number, ["status", *VISITS])
    rows = pd.DataFrame({name: table[name].to_pylist() for name in ["status", *VISITS]}, dtype=object)
    rows.insert(0, "row", [item.row for item in results.items(number)])
    return rows[(rows["status"] == "ok") & rows["etag"].notna()].drop(columns="status").assign(trouble=None)
