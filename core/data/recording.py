"""What a source delivers, checked, hashed and kept: one line a row, so that a broken job can go on."""

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import ledger
from core.data import photo
from core.data.pixels import MADE_WITH_PX, let_go, open_for_making
from core.data.store import photo_path
from core.errors import PhotoError
from core.files import link_file, write_bytes
from core.jobs import Work
from core.sources.items import Failure, Item, Version

MIN_SIDE_PX = 16  # below that it is a tracking pixel or an icon
HELD_ROWS = 2000  # pixels written before they leave memory: 6 MB


@dataclass(frozen=True)
class Before:
    """A photo as another dataset keeps it."""

    path: Path
    facts: dict[str, Any]  # its content_hash, perceptual_hash, width, height and bytes
    pixels: NDArray[np.uint8]  # shape (S, S, 3), S = `MADE_WITH_PX`


def checked(folder: Path, item: Item, delivered: bytes | Failure) -> tuple[dict[str, Any], NDArray[np.uint8] | None]:
    """What becomes of a row, and the small pixels of its photo, which is kept in a dataset's folder; None if none is.

    Raises:
        OSError: it cannot be written.
    """
    row: dict[str, Any] = {"row": item.row, "status": "ok", "reason": ""}
    if isinstance(delivered, Failure):
        return {**row, "status": delivered.status, "reason": delivered.reason}, None
    try:
        look = photo.look_at(delivered, MADE_WITH_PX, MIN_SIDE_PX)
        content_hash = hashlib.sha256(delivered).hexdigest()
        path = photo_path(folder, content_hash)
        if not path.exists():
            write_bytes(path, photo.to_stored(delivered))
    except PhotoError as error:
        return {**row, "status": error.status, "reason": str(error)}, None
    facts = {"width": look.width, "height": look.height, "bytes": len(delivered)}
    return {**row, "content_hash": content_hash, "perceptual_hash": look.perceptual_hash, **facts}, look.pixels


class Recorder:
    """Keeps the rows of a dataset that is being made."""

    def __init__(self, work: Work, folder: Path, items: list[Item], versions: dict[int, Version]) -> None:
        """Takes up what an earlier recorder left.

        Args:
            versions: by row, what hosts said of their photos; filled while they come.
        """
        self.work = work
        self.folder = folder
        self.items = items
        self.versions = versions
        self.position = {item.row: index for index, item in enumerate(items)}
        self.pixels = open_for_making(folder, len(items))
        self.rows: dict[int, dict[str, Any]] = {row["row"]: row for row in ledger.read(folder / "rows.jsonl")}
        self.broken: OSError | None = None  # a full disk ends the job, in the job's own thread
        self._lock = threading.Lock()
        self._ledger = ledger.Ledger(folder / "rows.jsonl")
        self._aside = Counter(row["status"] for row in self.rows.values() if row["status"] != "ok")

    def missing(self) -> list[Item]:
        """What is still to be delivered. Photos that could not be fetched before are tried again."""
        again = {row["row"] for row in self.rows.values() if row["status"] == "unreachable" or row.get("trouble")}
        for row in again:
            status = self.rows.pop(row)["status"]
            self._aside[status] -= status != "ok"
        self._already = len(self.rows)
        return [item for item in self.items if item.row not in self.rows]

    def should_stop(self) -> bool:
        return self.broken is not None or self.work.stop_requested()

    def keep(self, item: Item, delivered: bytes | Failure) -> None:
        """Called from several threads, once for each row."""
        try:
            self._record(self._checked(item, delivered))
        except OSError as error:
            self.broken = error

    def keep_news(self, item: Item, delivered: bytes | Failure | None, before: Before) -> None:
        """As `keep`, for a row whose photo is here already. That one stays where there is none better.

        Args:
            delivered: another photo, a reason why there is none any more, or None: it is still the same.
        """
        try:
            row = self._checked(item, delivered) if delivered is not None else {}
            if row.get("status") != "ok":
                row = self._as_before(item, before, trouble=row.get("reason", ""))
            self._record(row)
        except OSError as error:
            self.broken = error

    def close(self) -> None:
        self._ledger.close()
        self.pixels.flush()

    def _record(self, row: dict[str, Any]) -> None:
        with self._lock:
            if version := self.versions.get(row["row"]):
                row |= vars(version)
            self.rows[row["row"]] = row
            self._aside[row["status"]] += row["status"] != "ok"
            self._ledger.add(row)
            done = len(self.rows)
            if done % HELD_ROWS == 0:
                let_go(self.pixels)
            aside = {status: rows for status, rows in self._aside.most_common() if rows > 0}
            self.work.progress(
                "photos",
                done,
                len(self.items),
                failed=sum(aside.values()),
                set_aside=aside,
                rate_per_s=self._ledger.rate_per_s,
            )

    def _checked(self, item: Item, delivered: bytes | Failure) -> dict[str, Any]:
        row, pixels = checked(self.folder, item, delivered)
        if pixels is not None:
            self.pixels[self.position[item.row]] = pixels
        return row

    def _as_before(self, item: Item, before: Before, trouble: str) -> dict[str, Any]:
        link_file(before.path, photo_path(self.folder, before.facts["content_hash"]))
        self.pixels[self.position[item.row]] = before.pixels
        said = {"trouble": trouble} if trouble else {}
        return {"row": item.row, "status": "ok", "reason": "", **before.facts, **said}
