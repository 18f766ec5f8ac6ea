"""What people said is fine as it is: a line each in `quality/fine.jsonl`, so that no check brings it up again.

A photo is known by its content there: what was said of it still holds when the dataset was made anew.
"""

import time
from collections.abc import Iterable, Sequence

from core import ledger
from core.data.quality.finding import Finding, Kind
from core.data.rows import rows_of
from core.data.store import Dataset

FILE = "quality/fine.jsonl"


class Fine:
    """What counts of it now."""

    def __init__(self, entries: Iterable[dict[str, object]]) -> None:
        self._classes: set[tuple[str, ...]] = set()  # the kind, then the classes that a finding is about
        self._photos: dict[tuple[str, str], set[frozenset[str]]] = {}  # by kind and photo: the groups it is fine in
        for entry in entries:
            self._take(str(entry.get("kind")), entry)

    def _take(self, kind: str, entry: dict[str, object]) -> None:
        hashes, classes = entry.get("photos"), entry.get("classes")
        if isinstance(hashes, list) and hashes:
            group = frozenset(map(str, hashes))
            for content_hash in group:
                groups = self._photos.setdefault((kind, content_hash), set())
                if entry.get("fine"):
                    groups.add(group)
                else:  # what was fine as a part of a bigger group, or had a part that was, is not fine either
                    groups -= {each for each in groups if each & group}
        elif isinstance(classes, list):
            (self._classes.add if entry.get("fine") else self._classes.discard)((kind, *map(str, classes)))

    def covers(self, kind: Kind, hashes: Sequence[str]) -> bool:
        """Whether photos are fine together, be it with others that are gone by now."""
        group = frozenset(hashes)
        return any(group <= each for each in self._photos.get((kind, hashes[0]), ()))

    def covers_classes(self, finding: Finding) -> bool:
        """Whether a finding without photos is fine."""
        return (finding.kind, *finding.classes) in self._classes


def load_fine(dataset: Dataset) -> Fine:
    """Reads what is fine in a dataset."""
    return Fine(ledger.read(dataset.folder / FILE))


def say(dataset: Dataset, finding: Finding, groups: Sequence[int] | None, fine: bool) -> None:
    """Keeps that photos, or the classes of a finding without photos, are fine; or that they are not any more.

    Args:
        dataset: a finished one.
        finding: of it.
        groups: places in `finding.groups`; None for all.
        fine: what is said.
    """
    about = {"kind": finding.kind, "fine": fine, "at": time.time()}
    chosen = finding.groups if groups is None else [finding.groups[each] for each in groups]
    positions = [position for group in chosen for position in group]
    hashes = rows_of(dataset).at(positions, ["content_hash"], mended=False)["content_hash"]
    path = dataset.folder / FILE
    path.parent.mkdir(exist_ok=True)
    kept = ledger.Ledger(path)
    try:
        for group in chosen:
            kept.add({**about, "photos": [str(hashes.at[position]) for position in group]})
        if not finding.groups:
            kept.add({**about, "classes": [*finding.classes]})
    finally:
        kept.close()
