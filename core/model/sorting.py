"""Photos sorted by what a model says of them: a ZIP with a folder for each class."""

import threading
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

from core.files import safe_name
from core.model.answer import Answer, to_csv
from core.model.answers import Batch
from core.model.bundle import Thresholds
from core.model.verdict import kind_of
from core.sources.columns import PHOTO_SUFFIXES

FOLDERS = {"close": "not sure", "unsure": "not sure", "unlike": "unlike"}  # of what goes into no class


class SortedZip:
    """A ZIP that photos are put into as they are answered, from any thread; no two are ever in memory."""

    def __init__(self, to: Path | IO[bytes], thresholds: Thresholds) -> None:
        """Begins the file; what was there is replaced.

        Args:
            to: a path, or a file that is open to be written.
            thresholds: of the model that answers.
        """
        self._zip = zipfile.ZipFile(to, "w", zipfile.ZIP_STORED)  # photos are packed as well as they can be
        self._thresholds = thresholds
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> "SortedZip":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def add(self, answer: Answer, content: bytes, is_jpeg: bool = False, corrected: str | None = None) -> None:
        """Puts a photo into the folder of its class, or of what is not sure or unlike; what is no photo stays out.

        Args:
            content: of the file.
            is_jpeg: it is one whatever its name says.
            corrected: what a person said that it shows, which counts for more than the answer.
        """
        kind = kind_of(answer, self._thresholds)
        if kind == "unreadable":
            return
        in_doubt = None if corrected else FOLDERS.get(kind)
        folder = in_doubt or safe_name((corrected or answer.label or "").replace("/", "-"))
        name = PurePosixPath(safe_name(_last_name(answer.photo)))
        suffix = ".jpg" if is_jpeg or name.suffix.lower() not in PHOTO_SUFFIXES else name.suffix
        stem = name.stem if name.suffix.lower() in PHOTO_SUFFIXES else name.name
        with self._lock:
            self._zip.writestr(self._unused(f"{folder}/{stem}", suffix), content)

    def add_table(self, answers: Sequence[Answer], corrected: Mapping[int, str] | None = None) -> None:
        """Puts the table of all answers beside the folders; `corrected` as `to_csv` takes it."""
        with self._lock:
            self._zip.writestr("answers.csv", to_csv(answers, corrected).encode("utf-8-sig"))

    def _unused(self, stem: str, suffix: str) -> str:
        """A name that no photo has yet, on systems too that mind no capitals."""
        name, number = f"{stem}{suffix}", 2
        while name.casefold() in self._taken:
            name, number = f"{stem} {number}{suffix}", number + 1
        self._taken.add(name.casefold())
        return name


def sort_batch(
    batch: Batch, thresholds: Thresholds, to: Path | IO[bytes], corrected: Mapping[int, str] | None = None
) -> None:
    """Writes the kept photos of a batch, sorted, and the table of its answers.

    Args:
        thresholds: of the model that answered.
        to: as `SortedZip` takes it.
        corrected: what people said that photos show, by place in the batch; each is in the folder of that.
    """
    said = corrected or {}
    with SortedZip(to, thresholds) as archive:
        for index, answer in enumerate(batch.answers):
            photo = batch.photo_path(index)
            if photo is not None and photo.exists():
                archive.add(answer, photo.read_bytes(), is_jpeg=True, corrected=said.get(index))
        archive.add_table(batch.answers, said)


def _last_name(photo: str) -> str:
    """The file name at the end of a path or an address."""
    return photo.partition("?")[0].rstrip("/").rpartition("/")[2] or "photo"
