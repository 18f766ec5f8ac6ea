"""A dataset with what people mended in it: a layer over its manifest, which stays as it was made.

The folder of a dataset keeps it in `corrections.jsonl`, a line a mend; of the lines about one photo the last counts.
The folder of a run keeps those that counted when it was started, so that it learns from the same photos on any day.
"""

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

FILE = "corrections.jsonl"
EXCLUDED = "excluded"  # the status of a photo that was left out
REASON = "Somebody left it out."
DIGITS = 16  # of a SHA-256, in hexadecimal


@dataclass(frozen=True)
class Mend:
    """What somebody said of one photo."""

    position: int  # in the manifest
    content_hash: str
    was: str  # its label as the dataset was made
    part: str  # as the dataset was made; a photo keeps it
    label: str | None  # what it shows; None: it is left out
    at: float  # Unix seconds

    @property
    def changes_nothing(self) -> bool:
        """True for one that was taken back."""
        return self.label == self.was

    def line(self) -> bytes:
        """As the file has it."""
        return json.dumps(vars(self), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Mends:
    """All mends of a dataset that count: to be read, never changed."""

    photos: dict[int, Mend]  # by position, in this order

    @property
    def excluded(self) -> int:
        """How many photos are left out."""
        return sum(mend.label is None for mend in self.photos.values())

    @property
    def relabelled(self) -> int:
        """How many photos have another label."""
        return len(self.photos) - self.excluded

    @cached_property
    def digest(self) -> str:
        """Changes with any mend; "" where there is none."""
        said = json.dumps([(mend.position, mend.label) for mend in self.photos.values()]).encode()
        return hashlib.sha256(said).hexdigest()[:DIGITS] if self.photos else ""

    def label(self, position: int, was: str) -> str | None:
        """What the photo in a position is called now; None: it is left out.

        Args:
            position: in the manifest.
            was: its label as the dataset was made.
        """
        mend = self.photos.get(position)
        return was if mend is None else mend.label

    def arisen(self, classes: dict[str, int]) -> list[str]:
        """Labels that only mended photos have.

        Args:
            classes: good photos by label, as they are now.
        """
        came = Counter(mend.label for mend in self.photos.values())
        went = Counter(mend.was for mend in self.photos.values())
        return [label for label, photos in classes.items() if photos == came[label] and not went[label]]

    def vanished(self, classes: dict[str, int]) -> list[str]:
        """Labels whose photos all have another one now, or are left out. Takes as `arisen`."""
        return sorted({mend.was for mend in self.photos.values()} - {*classes})

    def applied(self, manifest: pd.DataFrame) -> pd.DataFrame:
        """The manifest with the labels as they are now; what is left out has that status, and no part.

        Args:
            manifest: as it was made; it stays so.
        """
        if not self.photos:
            return manifest
        rows = manifest.copy()
        named = {position: mend.label for position, mend in self.photos.items() if mend.label is not None}
        rows.loc[list(named), "label"] = list(named.values())
        gone = [position for position, mend in self.photos.items() if mend.label is None]
        rows.loc[gone, ["status", "reason"]] = [EXCLUDED, REASON]
        rows.loc[gone, "part"] = None
        return rows

    def counted(self, classes: dict[str, int], parts: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """How many good photos there are now, by label (sorted) and by part; without those of which none is left.

        Args:
            classes, parts: the counts as the dataset was made.
        """
        labels, of_parts = Counter(classes), Counter(parts)
        for mend in self.photos.values():
            labels[mend.was] -= 1
            if mend.label is None:
                of_parts[mend.part] -= 1
            else:
                labels[mend.label] += 1
        return {label: labels[label] for label in sorted(labels) if labels[label] > 0}, dict(+of_parts)


def mends_of(folder: Path) -> Mends:
    """The mends that count, of a dataset, or of a run when it was started."""
    return _read(*_file(folder))[1]


def last_words(folder: Path) -> dict[int, Mend]:
    """The last that was said of each photo by position, also where a mend was taken back.

    Args:
        folder: of a dataset.
    """
    return dict(_read(*_file(folder))[0])


def keep(folder: Path, mends: Iterable[Mend]) -> None:
    """Adds mends to those that a folder keeps."""
    lines = b"\n".join(mend.line() for mend in mends)
    if not lines:
        return
    with (folder / FILE).open("ab") as file:
        # A new line first closes one that was cut; an empty line says nothing.
        file.write(b"\n" + lines if file.tell() else lines)


def _file(folder: Path) -> tuple[Path, int, int]:
    """The file, and what changes whenever it does."""
    path = folder / FILE
    try:
        found = path.stat()
    except OSError:
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=64)
def _read(path: Path, changed_at: int, size: int) -> tuple[dict[int, Mend], Mends]:
    """The last words about each photo, and those of them that count. Read again when the file has changed."""
    words: dict[int, Mend] = {}
    for line in path.read_bytes().split(b"\n") if size else ():
        # A full disk or a killed process may have cut a line: it loses only itself.
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            mend = Mend(**json.loads(line))
            words[mend.position] = mend
    count = {position: words[position] for position in sorted(words) if not words[position].changes_nothing}
    return words, Mends(count)
