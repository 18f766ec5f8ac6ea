"""Answers kept on disk with their photos, so that a reload or a link shows the same; the newest batches stay."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.data.photo import to_stored
from core.errors import NotFound, PhotoError
from core.files import is_id, new_id, read_json, write_bytes, write_json
from core.model.answer import Answer, from_json
from core.settings import load_settings

KEPT_BATCHES = 50


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
    names: list[str | None] = []
    for index, ((_, content), answer) in enumerate(zip(photos, answers, strict=True)):
        names.append(_keep(folder, index, content) if answer.error is None else None)
    kept = list(answers)
    if after is not None:
        for index, answer in enumerate(after.answers):
            path = after.photo_path(index)
            name = None if path is None else f"{len(kept):05d}.jpg"
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


def load_batch(batch_id: str) -> Batch:
    """Reads a batch.

    Raises:
        NotFound: no such batch, or it has made room for newer ones.
    """
    folder = load_settings().answers_dir / batch_id
    facts = read_json(folder / "answers.json") if is_id(batch_id) else None
    if facts is None:
        raise NotFound(
            f"These answers are not kept any more: only the newest {KEPT_BATCHES} are. Ask about the photos again."
        )
    return Batch(
        id=batch_id,
        folder=folder,
        model_id=facts["model_id"],
        model_name=facts["model_name"],
        created_at=facts["created_at"],
        answers=tuple(from_json(fields) for fields in facts["answers"]),
        photos=tuple(facts["photos"]),
    )


def _keep(folder: Path, index: int, content: bytes) -> str | None:
    try:
        stored = to_stored(content)
    except PhotoError:  # it could be read when it was asked about, so this hardly happens
        return None
    name = f"{index:05d}.jpg"
    write_bytes(folder / name, stored)
    return name


def _forget_old(root: Path) -> None:
    """Keeps the newest batches. A folder without answers is being written right now, or broke off a day ago."""
    batches = sorted(root.glob("*/answers.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in batches[KEPT_BATCHES:]:
        shutil.rmtree(path.parent, ignore_errors=True)
    for folder in root.iterdir():
        if not (folder / "answers.json").exists() and time.time() - folder.stat().st_mtime > 24 * 3600:
            shutil.rmtree(folder, ignore_errors=True)
