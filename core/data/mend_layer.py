"""A dataset with what people mended in it: a layer over its manifest, which stays as it was made.

The folder of a dataset keeps it in `corrections.jsonl`, a line a mend; of the lines about one photo the last counts.
The folder of a run keeps those that counted when it was started, so that it learns from the same photos on any day.
"""

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import MISSING, dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

FILE = "corrections.jsonl"
EXCLUDED = "excluded"  # the status of a photo that was left out
REASON = "Somebody left it out."
MENDED_COLUMNS = ["label", "status", "reason", "part"]  # of a manifest, that a mend may change
DIGITS = 16  # of a SHA-256, in hexadecimal


@dataclass(frozen=True)
class Mend:
    """What somebody said of one photo."""

    position: int  # in the manifest
    content_hash: str
    was: str  # its label as the dataset was made
    part: str  # as the dataset was made
    label: str | None  # what it shows; None: it is left out
    at: float  # Unix seconds; what was said at once has one moment
    moved: str | None = None  # the part that it is in; None: as the dataset was made
    anew: bool = True  # False: it was only taken or put back

    @property
    def changes_nothing(self) -> bool:
        """True for one that was taken back."""
        return self.label == self.was and self.moved is None

    @property
    def now(self) -> str:
        """The part that it is in, if it is not left out."""
        return self.moved or self.part

    def is_like(self, other: "Mend") -> bool:
        """Whether the photo is the same by both."""
        return (self.label, self.moved) == (other.label, other.moved)

    def line(self) -> bytes:
        """As the file has it: what is as usual is left away."""
        usual = {field.name: field.default for field in fields(self) if field.default is not MISSING}
        said = {name: value for name, value in vars(self).items() if name not in usual or value != usual[name]}
        return json.dumps(said, ensure_ascii=False).encode()


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
        return sum(mend.label not in (None, mend.was) for mend in self.photos.values())

    @property
    def moved(self) -> int:
        """How many photos are in another part."""
        return sum(mend.moved is not None and mend.label is not None for mend in self.photos.values())

    @cached_property
    def digest(self) -> str:
        """Changes with any mend; "" where there is none."""
        told = [(mend.position, mend.label, mend.moved) for mend in self.photos.values()]
        said = json.dumps([each if each[2] else each[:2] for each in told]).encode()
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
        renamed = [mend for mend in self.photos.values() if mend.label != mend.was]
        came, went = Counter(mend.label for mend in renamed), Counter(mend.was for mend in renamed)
        return [label for label, photos in classes.items() if photos == came[label] and not went[label]]

    def vanished(self, classes: dict[str, int]) -> list[str]:
        """Labels whose photos all have another one now, or are left out. Takes as `arisen`."""
        return sorted({mend.was for mend in self.photos.values()} - {*classes})

    def among(self, positions: Collection[int]) -> "Mends":
        """Those of some photos alone."""
        return Mends({position: self.photos[position] for position in positions if position in self.photos})

    def applied(self, manifest: pd.DataFrame) -> pd.DataFrame:
        """The manifest with the labels and parts as they are now; what is left out has that status, and no part.

        Args:
            manifest: as it was made, its positions as index; it stays so. Where it is not whole: `among` its positions.
        """
        if not self.photos:
            return manifest
        rows = manifest.copy()
        named = {position: mend.label for position, mend in self.photos.items() if mend.label is not None}
        rows.loc[list(named), "label"] = list(named.values())
        if moved := {position: mend.moved for position, mend in self.photos.items() if mend.moved}:
            rows.loc[list(moved), "part"] = list(moved.values())
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
            of_parts[mend.part] -= 1
            if mend.label is not None:
                labels[mend.label] += 1
                of_parts[mend.now] += 1
        return {label: labels[label] for label in sorted(labels) if labels[label] > 0}, dict(+of_parts)


def mends_of(folder: Path) -> Mends:
    """The mends that count, of a dataset, or of a run when it was started."""
    return _read(*stamp(folder))[1]


def last_words(folder: Path) -> dict[int, Mend]:
    """The last that was said of each photo by position, also where a mend was taken back.

    Args:
        folder: of a dataset.
    """
    return dict(_read(*stamp(folder))[0])


def all_words(folder: Path) -> list[Mend]:
    """All that was ever said of photos, the oldest first.

    Args:
        folder: of a dataset.
    """
    path, _, size = stamp(folder)
    return _lines(path) if size else []


def keep(folder: Path, mends: Iterable[Mend]) -> None:
    """Adds mends to those that a folder keeps."""
    lines = b"\n".join(mend.line() for mend in mends)
    if not lines:
        return
    with (folder / FILE).open("ab") as file:
        # A new line first closes one that was cut; an empty line says nothing.
        file.write(b"\n" + lines if file.tell() else lines)


def stamp(folder: Path) -> tuple[Path, int, int]:
    """The file of the mends in a folder, and what changes whenever it does."""
    path = folder / FILE
    try:
        found = path.stat()
    except OSError:
        return path, 0, 0
    return path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=64)
def _read(path: Path, changed_at: int, size: int) -> tuple[dict[int, Mend], Mends]:
    """The last words about each photo, and those of them that count. Read again when the file has changed."""
    words = {mend.position: mend for mend in (_lines(path) if size else ())}
    count = {position: words[position] for position in sorted(words) if not words[position].changes_nothing}
    return words, Mends(count)


def _lines(path: Path) -> list[Mend]:
    found = []
    for line in path.read_bytes().split(b"\n"):
        # A full disk or a killed process may have cut a line: it loses only itself.
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            found.append(Mend(**json.loads(line)))
    return found
