"""What a check found in a dataset, as of now: what was mended since, or said to be fine, is not in it any more.

The folder of a dataset keeps the findings in `quality.json` as they were found, before all mends. So taking a mend
back brings back what it had mended, and no second check is needed. Those of a training (`suspects.json`) join them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from core.data.quality import classes, copies
from core.data.quality.finding import COPIES, KINDS, Finding, Kind
from core.data.quality.fine import FILE as FINE
from core.data.quality.fine import Fine, load_fine
from core.data.quality.measures import FILE as MEASURES
from core.data.store import Dataset
from core.files import read_json, write_bytes, write_json

FILE = "quality.json"
SUSPECTS = "suspects.json"  # of the last training that looked for them
OF_CLASSES: tuple[Kind, ...] = ("labels_alike", "small_classes", "imbalance")
COLUMNS = ["status", "reason", "label", "part", "content_hash", "width", "height"]


@dataclass(frozen=True)
class Quality:
    """What is wrong with a dataset."""

    findings: tuple[Finding, ...]  # worst first
    checked_at: float  # Unix seconds
    seconds: float
    photos: int  # that were looked at
    of: str  # the fingerprint of the dataset

    def finding(self, kind: Kind) -> Finding | None:
        """The first finding of a kind."""
        return next((finding for finding in self.findings if finding.kind == kind), None)


def quality_path(dataset: Dataset) -> Path:
    """The file of the findings, whether it is there or not."""
    return dataset.folder / FILE


def save_quality(dataset: Dataset, quality: Quality) -> None:
    """Keeps what a check found, whole or not at all."""
    findings = [finding.to_json() for finding in quality.findings]
    write_json(quality_path(dataset), {**vars(quality), "findings": findings})


def load_quality(dataset: Dataset) -> Quality | None:
    """Reads what is wrong with a dataset as of now.

    Args:
        dataset: a finished one.

    Returns:
        None if it was never checked, if that was of other photos, or if what was kept of it is damaged.
    """
    changed = tuple(_changed_at(dataset.folder / file) for file in (FILE, FINE, SUSPECTS))
    return _load(_ByVersion(dataset), changed) if changed[0] else None


def carry_on(old: Dataset, to: Dataset) -> None:
    """Takes over what is known of photos by their content: what people said is fine, and what was measured.

    Args:
        old: a dataset.
        to: one that was made of the same source on a later day.
    """
    for file in (FINE, MEASURES):
        if (old.folder / file).exists() and not (to.folder / file).exists():
            write_bytes(to.folder / file, (old.folder / file).read_bytes())


class _ByVersion:
    """A dataset that equals itself as long as no photo, label, part or mend is another."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._key = dataset.folder, dataset.version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByVersion) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _changed_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _load(of: _ByVersion, changed: tuple[tuple[int, int] | None, ...]) -> Quality | None:
    """As `load_quality`; kept until one of the files changes, or the dataset."""
    dataset = of.dataset
    said = read_json(quality_path(dataset))
    try:
        if said["of"] != dataset.fingerprint:
            return None
        read = Quality(
            tuple(Finding.from_json(each) for each in said["findings"]),
            *(said[name] for name in ("checked_at", "seconds", "photos", "of")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    rows = dataset.mends.applied(dataset.as_made(COLUMNS))
    return replace(read, findings=as_of_now(read.findings, dataset, rows, load_fine(dataset)))


def as_of_now(found: Iterable[Finding], dataset: Dataset, rows: pd.DataFrame, fine: Fine) -> tuple[Finding, ...]:
    """Findings as they hold now.

    Args:
        found: as a check found them.
        dataset: whose.
        rows: its manifest with all mends.
        fine: what people said is fine.

    Returns:
        Worst first.
    """
    rest = [finding for finding in found if finding.kind not in (*COPIES, *OF_CLASSES)]
    groups = {
        group: copies.Copies(group, sure)
        for finding in found
        if finding.kind in COPIES
        for group, sure in zip(finding.groups, finding.sure, strict=True)
    }
    now = [
        *copies.findings_of(groups.values(), rows),
        *classes.findings_of(dataset.classes),
        *_suspects(dataset, rows),
        *rest,
    ]
    good = rows["status"].eq("ok").to_numpy()
    hashes = rows["content_hash"].to_numpy(object)
    left = [_left(finding, good, hashes, fine) for finding in now]
    return tuple(sorted(filter(None, left), key=lambda finding: KINDS.index(finding.kind)))


def _left(finding: Finding, good: Any, hashes: Any, fine: Fine) -> Finding | None:
    """What of a finding was neither left out nor called fine; None: nothing."""
    if not finding.groups:
        return None if fine.covers_classes(finding) else finding
    kept = []
    for place, group in enumerate(finding.groups):
        present = tuple(position for position in group if position < len(good) and good[position])
        if present and not fine.covers(finding.kind, [str(hashes[position]) for position in present]):
            kept.append((place, present))
    if not kept:
        return replace(finding, groups=(), sure=(), labels=()) if finding.facts.get("rows") else None
    places = [place for place, _ in kept]
    return replace(
        finding,
        groups=tuple(group for _, group in kept),
        sure=tuple(finding.sure[place] for place in places),
        labels=tuple(finding.labels[place] for place in places) if finding.labels else (),
    )


def _suspects(dataset: Dataset, rows: pd.DataFrame) -> list[Finding]:
    """Photos that a training took for another class than the one that they still bear."""
    said = read_json(dataset.folder / SUSPECTS)
    try:
        if said["of"] != dataset.fingerprint:
            return []
        holds = [
            (int(each["position"]), float(each["score"]), str(each["said"]))
            for each in said["photos"]
            if 0 <= each["position"] < len(rows)
            and rows["content_hash"].iat[each["position"]] == each["content_hash"]
            and rows["label"].iat[each["position"]] == each["label"]
        ]
        facts = {key: said.get(key) for key in ("run", "name", "at", "by")}
    except (KeyError, TypeError, ValueError, AttributeError):
        return []
    if not holds:
        return []
    holds.sort(key=lambda each: -each[1])
    positions, scores, labels = zip(*holds, strict=True)
    return [Finding("suspects", tuple((each,) for each in positions), scores, labels, facts=facts)]
