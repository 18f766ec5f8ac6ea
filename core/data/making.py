"""The making of a dataset: every row of a source becomes a checked photo or a reason, in a job of its own."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import ledger
from core.data import rounds, status_table, visits
from core.data.finishing import finish
from core.data.making_in_chunks import make_in_chunks, worth_chunks
from core.data.manifest import as_manifest, as_text
from core.data.recording import Recorder
from core.data.settling import PartsBefore, settle
from core.data.store import Dataset, load_dataset
from core.files import write_bytes
from core.jobs import Work
from core.settings import load_settings
from core.sources import open_source, table_of
from core.sources.catalogue import CatalogueSource
from core.sources.choice import Choice
from core.sources.items import Item, Source, Version
from core.spread import SPREAD_FROM

LONGEST_ROW_BYTES = 900  # of a line in rows.jsonl; a good row takes 260, and what its host says of it 100


@dataclass(frozen=True)
class Opened:
    """The source of a dataset, opened, and by row what hosts say of its photos while they come."""

    source: Source
    versions: dict[int, Version]


@dataclass(frozen=True)
class Making:
    """A dataset on its way."""

    dataset: Dataset
    source: Source
    items: list[Item]
    recorder: Recorder


def make(work: Work, dataset_id: str, on: str | None = None) -> None:
    """Makes the dataset, or goes on making it: the work of a dataset's job.

    Args:
        on: who does it (`core.spread.carrier`), in chunks, however few rows there are; None: many rows in chunks, by
            whoever is there.
    """
    dataset = load_dataset(dataset_id)
    if rounds.is_begun(dataset.folder):
        make_in_chunks(work, dataset, on, None)
    else:
        opened = _opened(work, dataset)
        if not (dataset.folder / "items.json").exists() and (batches := _for_chunks(dataset, opened.source, on)):
            make_in_chunks(work, dataset, on, batches)
        else:
            with begun(work, dataset, opened=opened) as making:
                recorder = making.recorder
                making.source.deliver(recorder.missing(), recorder.keep, recorder.should_stop)
            return
    discard_upload(dataset.source)


@contextlib.contextmanager
def begun(
    work: Work, dataset: Dataset, parts_before: PartsBefore = lambda rows: None, opened: Opened | None = None
) -> Iterator[Making]:
    """Takes up the source of a dataset, and finishes the dataset once its rows are kept, unless somebody asked to stop.

    Args:
        parts_before: as `core.data.settling.settle`.
        opened: its source, if it is open already.
    """
    opened = opened or _opened(work, dataset)
    items = planned_items(dataset.folder, lambda: _read_items(dataset, opened.source))
    recorder = Recorder(work, dataset.folder, items, opened.versions)
    try:
        yield Making(dataset, opened.source, items, recorder)
    finally:
        recorder.close()
    if recorder.broken is not None:
        raise recorder.broken
    work.check_stop()
    visits.write(dataset.folder, recorder.rows.values())
    manifest = as_manifest([{**as_text(item), **recorder.rows[item.row]} for item in items])
    given = settle(manifest, recorder.pixels, parts_before, check_stop=work.check_stop)
    finish(dataset.folder, manifest, given)
    (dataset.folder / "rows.jsonl").unlink()
    (dataset.folder / "items.json").unlink()
    discard_upload(dataset.source)


def latest_photos(dataset: Dataset, count: int) -> list[Path]:
    """The newest photos of a dataset that is being made, newest first, so that people see them arrive."""
    if rounds.is_begun(dataset.folder):
        return [dataset.photo_path(content_hash) for content_hash in rounds.newest_hashes(dataset.folder, count)]
    newest = ledger.latest(dataset.folder / "rows.jsonl", 2 * count, LONGEST_ROW_BYTES)
    return [dataset.photo_path(row["content_hash"]) for row in newest if row["status"] == "ok"][:count]


def is_begun(dataset: Dataset) -> bool:
    """Whether the rows of its source are written down: then there is something to go on with."""
    return rounds.is_begun(dataset.folder) or (dataset.folder / "items.json").exists()


def _opened(work: Work, dataset: Dataset) -> Opened:
    versions: dict[int, Version] = {}
    source = open_source(
        dataset.source,
        lambda stage, done, total: _told(work, stage, done, total),
        lambda item, version: versions.update({item.row: version}),
    )
    return Opened(source, versions)


def _for_chunks(dataset: Dataset, source: Source, on: str | None) -> Iterator[list[Item]] | None:
    """The rows of a source whose photos are fetched in chunks; None if they are not, and then they are written down."""
    if isinstance(source, CatalogueSource) and worth_chunks(source, source.catalogue.num_rows or SPREAD_FROM, on):
        return source.batches()
    items = _read_items(dataset, source)
    if worth_chunks(source, len(items), on):
        return iter([items])
    planned_items(dataset.folder, lambda: items)
    return None


def _told(work: Work, stage: str, done: int, total: int) -> None:
    work.check_stop()
    work.progress(stage, done, total)


def planned_items(folder: Path, read: Callable[[], list[Item]]) -> list[Item]:
    """The rows of a source as they were when the work in a folder began, also if it goes on another day."""
    path = folder / "items.json"
    if path.exists():
        return [Item(**fields) for fields in json.loads(path.read_bytes())]
    items = read()
    write_bytes(path, json.dumps([vars(item) for item in items]).encode())
    return items


def _read_items(dataset: Dataset, source: Source) -> list[Item]:
    items = source.items()
    if (table := table_of(source)) is not None:
        status_table.keep_table(dataset.folder, table, Choice.of(dataset.source))
    return items


def discard_upload(source: dict[str, Any]) -> None:
    """Throws away what was uploaded as a source: it has done its service once its photos are kept elsewhere."""
    uploads_dir = load_settings().uploads_dir
    for key in ("path", "address"):
        path = Path(str(source.get(key, "")))
        if path.is_absolute() and path.is_relative_to(uploads_dir):
            shutil.rmtree(uploads_dir / path.relative_to(uploads_dir).parts[0], ignore_errors=True)
