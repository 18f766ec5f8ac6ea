"""Answers kept on disk with their photos, so that a reload or a link shows the same; the newest batches stay.

A batch is a folder: `answers.json`, and a JPEG for each photo. One that a job fills (`core.model.asking`) has its
answers in `answers.jsonl`, a line each in the order in which they came, and the job in `job/`.
"""

import contextlib
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core import ledger
from core.data.photo import to_stored
from core.errors import NotFound, PhotoError
from core.files import is_id, new_id, read_json, write_bytes, write_json
from core.locks import is_held
from core.model.answer import Answer, from_json
from core.settings import load_settings

KEPT_BATCHES = 50
KEPT_AT_LEAST_S = 3600.0  # in front of a room many ask, and each goes on from the answers of before
LONGEST_LINE_BYTES = 2000  # of a line of `answers.jsonl`, about: the shares of ten classes and five hashes take 1,100
KEEPING_THREADS = 2  # Pillow lets go of the interpreter lock while it works


@dataclass(frozen=True)
class Batch:
    """Photos that were asked about together, in the order in which they came."""

    id: str
    folder: Path
    model_id: str
    model_name: str
    created_at: float  # Unix seconds
    answers: tuple[Answer, ...]
    photos: tuple[str | None, ...]  # file names in the folder; None for what could not be read
    source: dict[str, Any] | None = None  # the spec of what a job asks about; None: they were asked about at once
    name: str = ""  # of that source
    columns: tuple[str, ...] = ()  # of a table that could hold its photos, the one that was taken first; if several

    @property
    def job_dir(self) -> Path:
        """The folder of the job that asks, of a batch with a `source`."""
        return self.folder / "job"

    def photo_path(self, index: int) -> Path | None:
        """The kept JPEG of the answer at that index; None if there is none."""
        name = self.photos[index]
        return None if name is None else self.folder / name

    def photo_bytes(self) -> list[tuple[str, bytes]]:
        """Name and content of every photo that could be read: what another model can be asked."""
        kept = zip(self.answers, self.photos, strict=True)
        return [(answer.photo, (self.folder / name).read_bytes()) for answer, name in kept if name is not None]

    def unreadable(self) -> list[Answer]:
        """The answers of what was no photo."""
        return [answer for answer, name in zip(self.answers, self.photos, strict=True) if name is None]


def save_batch(
    model_id: str,
    model_name: str,
    photos: Sequence[tuple[str, bytes]],
    answers: Sequence[Answer],
    after: Batch | None = None,
) -> Batch:
    """Keeps photos and answers as a batch; `photos` and `answers` belong together one by one.

    Args:
        model_id: the model that answered.
        model_name: its name at the time.
        photos: name and content.
        answers: as many.
        after: an earlier batch, whose photos follow the new ones in the new batch.
    """
    root = load_settings().answers_dir
    batch_id = new_id("answers")
    folder = root / batch_id
    folder.mkdir(parents=True)
    asked = list(zip(photos, answers, strict=True))
    with ThreadPoolExecutor(KEEPING_THREADS, "keep") as threads:
        names = list(
            threads.map(
                lambda index: keep_photo(folder, index, asked[index][0][1]) if asked[index][1].error is None else None,
                range(len(asked)),
            )
        )
    kept = list(answers)
    if after is not None:
        for index, answer in enumerate(after.answers):
            path = after.photo_path(index)
            name = None if path is None else _file_name(len(kept))
            if path is not None and name is not None:
                shutil.copyfile(path, folder / name)
            kept.append(answer)
            names.append(name)
    facts = {
        "model_id": model_id,
        "model_name": model_name,
        "created_at": time.time(),
        "answers": [asdict(answer) for answer in kept],
        "photos": names,
    }
    write_json(folder / "answers.json", facts)
    _forget_old(root)
    return load_batch(batch_id)


def begin_batch(model_id: str, model_name: str, source: dict[str, Any], name: str) -> Batch:
    """A batch without answers, for a job to fill: see `open_answers`.

    Args:
        source: the spec of what it asks about.
        name: of that.
    """
    root = load_settings().answers_dir
    folder = root / new_id("answers")
    facts = {"model_id": model_id, "model_name": model_name, "created_at": time.time(), "source": source, "name": name}
    write_json(folder / "answers.json", {**facts, "answers": [], "photos": []})
    _forget_old(root)
    return load_batch(folder.name)


def keep_columns(batch_id: str, columns: Sequence[str]) -> None:
    """Keeps with a batch that a job fills which columns of its table could hold the photos."""
    path = load_settings().answers_dir / batch_id / "answers.json"
    write_json(path, {**(read_json(path) or {}), "columns": [*columns]})


def kept_columns(folder: Path) -> tuple[str, ...]:
    """`Batch.columns` as they are by now."""
    return _columns(read_json(folder / "answers.json") or {})


def open_answers(folder: Path) -> ledger.Ledger:
    """Where a job writes its answers, each as `entry` has it."""
    return ledger.Ledger(folder / "answers.jsonl")


def entry(position: int, answer: Answer, photo: str | None, again: bool = False) -> dict[str, Any]:
    """An answer as a job writes it.

    Args:
        position: of the photo in its source, from 0.
        photo: as `keep_photo` gave it.
        again: the photo could not be had, which may be otherwise another time.
    """
    return {"position": position, "photo": photo, "again": again, "answer": asdict(answer)}


def read_entries(folder: Path) -> dict[int, dict[str, Any]]:
    """What a job has answered so far, by position; of two entries about one photo the later counts."""
    found = {each["position"]: each for each in ledger.read(folder / "answers.jsonl")}
    return dict(sorted(found.items()))


def latest_entries(folder: Path, count: int) -> list[dict[str, Any]]:
    """The newest entries, newest first, so that people see the answers arrive."""
    return ledger.latest(folder / "answers.jsonl", count, LONGEST_LINE_BYTES)


def keep_photo(folder: Path, index: int, content: bytes) -> str | None:
    """Keeps a photo in the folder of a batch; gives its name there, or None if it is no photo after all."""
    try:
        stored = to_stored(content)
    except PhotoError:  # it could be read when it was asked about, so this hardly happens
        return None
    write_bytes(folder / _file_name(index), stored)
    return _file_name(index)


def load_batch(batch_id: str) -> Batch:
    """Reads a batch, with what is answered so far.

    Raises:
        NotFound: no such batch, or it has made room for newer ones.
    """
    folder = load_settings().answers_dir / batch_id
    facts = read_json(folder / "answers.json") if is_id(batch_id) else None
    if facts is None:
        raise NotFound(
            f"These answers are not kept any more: only those of the last hour and the newest {KEPT_BATCHES} are. "
            "Ask about the photos again."
        )
    lines = read_entries(folder).values() if facts.get("source") else ()
    return Batch(
        id=batch_id,
        folder=folder,
        model_id=facts["model_id"],
        model_name=facts["model_name"],
        created_at=facts["created_at"],
        answers=tuple(from_json(fields) for fields in (*facts["answers"], *(line["answer"] for line in lines))),
        photos=(*facts["photos"], *(line["photo"] for line in lines)),
        source=facts.get("source"),
        name=facts.get("name", ""),
        columns=_columns(facts),
    )


def changed_at(batch_id: str) -> tuple[float, ...]:
    """When the files that hold a batch's answers were last written to; empty if there is no such batch."""
    folder = load_settings().answers_dir / batch_id
    paths = [folder / name for name in ("answers.json", "answers.jsonl")] if is_id(batch_id) else []
    return tuple(path.stat().st_mtime for path in paths if path.exists())


def _columns(facts: dict[str, Any]) -> tuple[str, ...]:
    return tuple(facts.get("columns", ()))


def _file_name(index: int) -> str:
    return f"{index:05d}.jpg"


def _forget_old(root: Path) -> None:
    """Keeps the newest batches, those of the last hour, and those that a job fills.

    A folder without answers is being written right now, or broke off a day ago.
    """
    now = time.time()
    with contextlib.suppress(FileNotFoundError):  # another visitor's question throws the same ones away right now
        batches = sorted(((path.stat().st_mtime, path.parent) for path in root.glob("*/answers.json")), reverse=True)
        for changed_at, folder in batches[KEPT_BATCHES:]:
            if now - changed_at > KEPT_AT_LEAST_S and not is_held(folder / "job" / "lock"):
                shutil.rmtree(folder, ignore_errors=True)
        for folder in root.iterdir():
            if not (folder / "answers.json").exists() and now - folder.stat().st_mtime > 24 * 3600:
                shutil.rmtree(folder, ignore_errors=True)
