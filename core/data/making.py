"""The making of a dataset: every row of a source becomes a checked photo or a reason, in a job of its own."""

import contextlib
import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd

from core.data import photo
from core.data.pixels import MADE_WITH_PX, let_go, open_for_making
from core.data.split import split_parts
from core.data.store import MANIFEST_COLUMNS, Dataset, finish, load_dataset, photo_path
from core.errors import PhotoError
from core.files import write_bytes
from core.jobs import Work
from core.settings import load_settings
from core.sources import open_source
from core.sources.items import Failure, Item

MIN_SIDE_PX = 16  # below that it is a tracking pixel or an icon
SPLIT_SEED = 7
HELD_ROWS = 2000  # pixels written before they leave memory: 60 MB
LONGEST_ROW_BYTES = 600  # of a line in rows.jsonl; a good row takes 260


def make(work: Work, dataset_id: str) -> None:
    """Makes the dataset, or goes on making it: the work of a dataset's job."""
    dataset = load_dataset(dataset_id)
    source = open_source(dataset.source, lambda stage, done, total: _told(work, stage, done, total))
    items = _planned_items(dataset.folder, source.items)
    recorder = _Recorder(work, dataset.folder, items)
    try:
        source.deliver(recorder.missing(), recorder.keep, recorder.should_stop)
    finally:
        recorder.close()
    if recorder.broken is not None:
        raise recorder.broken
    work.check_stop()
    finish(dataset.folder, _manifest(items, recorder.rows))
    (dataset.folder / "rows.jsonl").unlink()
    (dataset.folder / "items.json").unlink()
    _discard_upload(dataset.source)


def latest_photos(dataset: Dataset, count: int) -> list[Path]:
    """The newest photos of a dataset that is being made, newest first, so that people see them arrive."""
    try:
        with (dataset.folder / "rows.jsonl").open("rb") as lines:
            lines.seek(max(0, lines.seek(0, os.SEEK_END) - count * LONGEST_ROW_BYTES))
            newest = _parsed(line.decode(errors="replace") for line in lines)
    except FileNotFoundError:
        return []
    good = [row["content_hash"] for row in newest if row["status"] == "ok"]
    return [dataset.photo_path(key) for key in good[: -count - 1 : -1]]


class _Recorder:
    """Checks, hashes and keeps what a source delivers; one line a row, so that a broken job can go on."""

    def __init__(self, work: Work, folder: Path, items: list[Item]) -> None:
        self.work = work
        self.folder = folder
        self.items = items
        self.position = {item.row: index for index, item in enumerate(items)}
        self.pixels = open_for_making(folder, len(items))
        self.rows: dict[int, dict[str, Any]] = {row["row"]: row for row in _recorded(folder / "rows.jsonl")}
        self.broken: OSError | None = None  # a full disk ends the job, in the job's own thread
        self._lock = threading.Lock()
        self._lines: TextIO = (folder / "rows.jsonl").open("a", encoding="utf-8", buffering=1)
        self._lines.write("\n")  # closes a line that a killed predecessor may have left open
        self._failed = sum(row["status"] != "ok" for row in self.rows.values())
        self._already = len(self.rows)
        self._began = time.monotonic()

    def missing(self) -> list[Item]:
        """What is still to be delivered. Photos that could not be fetched before are tried again."""
        again = {row["row"] for row in self.rows.values() if row["status"] == "unreachable"}
        for row in again:
            del self.rows[row]
        self._failed -= len(again)
        self._already = len(self.rows)
        return [item for item in self.items if item.row not in self.rows]

    def should_stop(self) -> bool:
        return self.broken is not None or self.work.stop_requested()

    def keep(self, item: Item, delivered: bytes | Failure) -> None:
        """Called from several threads, once for each row."""
        try:
            row = self._checked(item, delivered)
        except OSError as error:
            self.broken = error
            return
        with self._lock:
            self.rows[item.row] = row
            self._failed += row["status"] != "ok"
            self._lines.write(json.dumps(row) + "\n")
            done = len(self.rows)
            if done % HELD_ROWS == 0:
                let_go(self.pixels)
            seconds = time.monotonic() - self._began
            rate = (done - self._already) / seconds if seconds > 1 else 0.0  # the first moments are no measure
            self.work.progress("photos", done, len(self.items), failed=self._failed, rate_per_s=round(rate, 1))

    def close(self) -> None:
        self._lines.close()
        self.pixels.flush()

    def _checked(self, item: Item, delivered: bytes | Failure) -> dict[str, Any]:
        row: dict[str, Any] = {"row": item.row, "status": "ok", "reason": ""}
        if isinstance(delivered, Failure):
            return {**row, "status": delivered.status, "reason": delivered.reason}
        try:
            width, height = photo.size_of(delivered)
            if min(width, height) < MIN_SIDE_PX:
                reason = f"{width} × {height} pixels are too few to see anything."
                return {**row, "status": "too_small", "reason": reason}
            pixels = photo.to_pixels(delivered, MADE_WITH_PX)
            content_hash = hashlib.sha256(delivered).hexdigest()
            path = photo_path(self.folder, content_hash)
            if not path.exists():
                write_bytes(path, photo.to_stored(delivered))
        except PhotoError as error:
            return {**row, "status": error.status, "reason": str(error)}
        self.pixels[self.position[item.row]] = pixels
        facts = {"width": width, "height": height, "bytes": len(delivered)}
        return {**row, "content_hash": content_hash, "perceptual_hash": photo.perceptual_hash(pixels), **facts}


def _told(work: Work, stage: str, done: int, total: int) -> None:
    work.check_stop()
    work.progress(stage, done, total)


def _planned_items(folder: Path, read_items: Any) -> list[Item]:
    """The rows of the source as they were when the making began, also if it goes on another day."""
    path = folder / "items.json"
    if path.exists():
        return [Item(**fields) for fields in json.loads(path.read_bytes())]
    items: list[Item] = read_items()
    write_bytes(
        path,
        json.dumps(
            [vars(item) for item in items],
        ).encode(),
    )
    return items


def _recorded(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", errors="replace") as lines:
        return _parsed(lines)


def _parsed(lines: Iterable[str]) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        with contextlib.suppress(json.JSONDecodeError):  # cut off when the worker was killed: that row comes again
            rows.append(json.loads(line))
    return rows


def _as_text(item: Item) -> dict[str, Any]:
    """An item's fields. A file name may be no text at all, which a table cannot hold: question marks take its place."""
    names = {field: getattr(item, field).encode("utf-8", "replace").decode() for field in ("source", "label")}
    return {**vars(item), **names}


def _manifest(items: list[Item], rows: dict[int, dict[str, Any]]) -> pd.DataFrame:
    """One line a row of the source, in its order; later twins become duplicates; what is ok gets its part."""
    manifest = pd.DataFrame([{**_as_text(item), **rows[item.row]} for item in items], columns=[*MANIFEST_COLUMNS])
    given = manifest["part"].where(manifest["part"].notna(), None).tolist()
    for column, dtype in MANIFEST_COLUMNS.items():
        known = manifest[column].fillna(0) if dtype == "int64" else manifest[column]
        manifest[column] = known.astype(dtype)
    is_ok = manifest["status"] == "ok"
    twins = is_ok & manifest[is_ok].duplicated(["content_hash", "label"]).reindex(manifest.index, fill_value=False)
    first_rows = manifest[is_ok].groupby(["content_hash", "label"])["row"].transform("first")
    manifest.loc[twins, "status"] = "duplicate"
    manifest.loc[twins, "reason"] = "The same photo with the same name is in row " + first_rows[twins].astype(str) + "."
    good = manifest.index[manifest["status"] == "ok"]
    parts = split_parts(
        labels=manifest.loc[good, "label"].tolist(),
        groups=manifest.loc[good, "group"].fillna(manifest.loc[good, "content_hash"]).tolist(),
        given=[given[position] for position in good],
        seed=SPLIT_SEED,
    )
    manifest["part"] = pd.Series(pd.NA, index=manifest.index, dtype="string")
    manifest.loc[good, "part"] = np.array(parts, dtype=object)
    return manifest


def _discard_upload(source: dict[str, Any]) -> None:
    """An uploaded file has done its service once its photos are in the dataset."""
    uploads_dir = load_settings().uploads_dir
    for key in ("path", "address"):
        path = Path(str(source.get(key, "")))
        if path.is_absolute() and path.is_relative_to(uploads_dir):
            shutil.rmtree(uploads_dir / path.relative_to(uploads_dir).parts[0], ignore_errors=True)
