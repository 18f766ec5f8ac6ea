"""The making of a dataset: every row of a source becomes a checked photo or a reason, in a job of its own."""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import ledger
from core.data import status_table, visits
from core.data.kin import find_kin
from core.data.recording import Recorder
from core.data.split import given_parts, kept_together, split_again, split_parts
from core.data.store import MANIFEST_COLUMNS, Dataset, finish, load_dataset
from core.files import write_bytes
from core.jobs import Work
from core.settings import load_settings
from core.sources import open_source, table_of
from core.sources.choice import Choice
from core.sources.items import Item, Source, Version

SPLIT_SEED = 7
LONGEST_ROW_BYTES = 900  # of a line in rows.jsonl; a good row takes 260, and what its host says of it 100

PartsBefore = Callable[[pd.DataFrame], Sequence[str | None] | None]


@dataclass(frozen=True)
class Making:
    """A dataset on its way."""

    dataset: Dataset
    source: Source
    items: list[Item]
    recorder: Recorder


def make(work: Work, dataset_id: str) -> None:
    """Makes the dataset, or goes on making it: the work of a dataset's job."""
    with begun(work, load_dataset(dataset_id)) as making:
        recorder = making.recorder
        making.source.deliver(recorder.missing(), recorder.keep, recorder.should_stop)


@contextlib.contextmanager
def begun(work: Work, dataset: Dataset, parts_before: PartsBefore = lambda rows: None) -> Iterator[Making]:
    """Opens the source of a dataset, and finishes the dataset once its rows are kept, unless somebody asked to stop.

    Args:
        parts_before: from the manifest to the part that each row had in an earlier dataset; None if there is none.
    """
    versions: dict[int, Version] = {}
    source = open_source(
        dataset.source,
        lambda stage, done, total: _told(work, stage, done, total),
        lambda item, version: versions.update({item.row: version}),
    )
    items = planned_items(dataset.folder, lambda: _read_items(dataset, source))
    recorder = Recorder(work, dataset.folder, items, versions)
    try:
        yield Making(dataset, source, items, recorder)
    finally:
        recorder.close()
    if recorder.broken is not None:
        raise recorder.broken
    work.check_stop()
    visits.write(dataset.folder, recorder.rows.values())
    manifest = _manifest(items, recorder.rows)
    kin = find_kin(recorder.pixels, _good(manifest), check_stop=work.check_stop)
    given = _split(manifest, kin, parts_before)
    finish(dataset.folder, manifest, given)
    (dataset.folder / "rows.jsonl").unlink()
    (dataset.folder / "items.json").unlink()
    discard_upload(dataset.source)


def latest_photos(dataset: Dataset, count: int) -> list[Path]:
    """The newest photos of a dataset that is being made, newest first, so that people see them arrive."""
    newest = ledger.latest(dataset.folder / "rows.jsonl", 2 * count, LONGEST_ROW_BYTES)
    return [dataset.photo_path(row["content_hash"]) for row in newest if row["status"] == "ok"][:count]


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


def _as_text(item: Item) -> dict[str, Any]:
    """An item's fields. A file name may be no text at all, which a table cannot hold: question marks take its place."""
    names = {field: getattr(item, field).encode("utf-8", "replace").decode() for field in ("source", "label")}
    return {**vars(item), **names}


def _manifest(items: list[Item], rows: dict[int, dict[str, Any]]) -> pd.DataFrame:
    """One line a row of the source, in its order, with the part that it gives; later twins become duplicates."""
    manifest = pd.DataFrame([{**_as_text(item), **rows[item.row]} for item in items], columns=[*MANIFEST_COLUMNS])
    for column, dtype in MANIFEST_COLUMNS.items():
        known = manifest[column].fillna(0) if dtype == "int64" else manifest[column]
        manifest[column] = known.astype(dtype)
    is_ok = manifest["status"] == "ok"
    twins = is_ok & manifest[is_ok].duplicated(["content_hash", "label"]).reindex(manifest.index, fill_value=False)
    first_rows = manifest[is_ok].groupby(["content_hash", "label"])["row"].transform("first")
    manifest.loc[twins, "status"] = "duplicate"
    manifest.loc[twins, "reason"] = "The same photo with the same name is in row " + first_rows[twins].astype(str) + "."
    return manifest


def _split(manifest: pd.DataFrame, kin: Sequence[Sequence[int]], parts_before: PartsBefore) -> set[str]:
    """Gives what is ok its part: what the source says, and else so that kin and groups stay on one side.

    Args:
        manifest: with what the source says in `part`; changed in place.
        kin: positions of photos that belong together.

    Returns:
        The parts that the source gives.
    """
    good = _good(manifest)
    place = {position: at for at, position in enumerate(good)}
    photos = manifest.loc[good]
    groups = photos["group"].fillna(photos["content_hash"]).tolist()
    groups = kept_together(groups, [[place[position] for position in family] for family in kin])
    given = photos["part"].astype(object).where(photos["part"].notna(), None).tolist()
    before = parts_before(photos)
    if before is None:
        parts = split_parts(photos["label"].tolist(), groups, given, SPLIT_SEED)
    else:
        parts = split_again(photos["label"].tolist(), groups, given, before, SPLIT_SEED)
    manifest["part"] = pd.Series(pd.NA, index=manifest.index, dtype="string")
    manifest.loc[good, "part"] = np.array(parts, dtype=object)
    return given_parts(given)


def _good(manifest: pd.DataFrame) -> list[int]:
    return [int(position) for position in manifest.index[manifest["status"] == "ok"]]


def discard_upload(source: dict[str, Any]) -> None:
    """Throws away what was uploaded as a source: it has done its service once its photos are kept elsewhere."""
    uploads_dir = load_settings().uploads_dir
    for key in ("path", "address"):
        path = Path(str(source.get(key, "")))
        if path.is_absolute() and path.is_relative_to(uploads_dir):
            shutil.rmtree(uploads_dir / path.relative_to(uploads_dir).parts[0], ignore_errors=True)
