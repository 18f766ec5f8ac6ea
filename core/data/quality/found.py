"""What a check found in a dataset, as of now: what was mended since, or said to be fine, is not in it any more.

The folder of a dataset keeps the findings in `quality.json` as they were found, before all mends. So taking a mend
back brings back what it had mended, and no second check is needed. Those of a training (`suspects.json`) join them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from core.data.quality import classes, copies
from core.data.quality.finding import COPIES, KINDS, Finding, Kind
from core.data.quality.fine import FILE as FINE
from core.data.quality.fine import Fine, load_fine
from core.data.quality.measures import FILE as MEASURES
from core.data.rows import rows_of
from core.data.store import Dataset
from core.files import read_json, stamp, write_bytes, write_json

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
    changed = tuple(stamp(dataset.folder / file) for file in (FILE, FINE, SUSPECTS))
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
    named = {position for finding in read.findings for group in finding.groups for position in group}
    rows = rows_of(dataset).at(sorted(named | {*suspected(dataset)}), COLUMNS)
    return replace(read, findings=as_of_now(read.findings, dataset, rows, load_fine(dataset)))


def as_of_now(found: Iterable[Finding], dataset: Dataset, rows: pd.DataFrame, fine: Fine) -> tuple[Finding, ...]:
    """Findings as they hold now.

    Args:
        found: as a check found them.
        dataset: whose.
        rows: of its manifest with all mends, at least those that were found or suspected, by position (`COLUMNS`).
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
    doubted = suspects(dataset, rows)
    now = [
        *copies.findings_of(groups.values(), rows),
        *classes.findings_of(dataset.classes),
        *([doubted] if doubted and doubted.groups else []),
        *rest,
    ]
    return tuple(sorted(left(now, rows, fine), key=lambda finding: KINDS.index(finding.kind)))


def left(findings: Iterable[Finding], rows: pd.DataFrame, fine: Fine) -> list[Finding]:
    """What of findings was neither left out nor called fine. Takes as `as_of_now`."""
    good = rows.loc[rows["status"] == "ok", "content_hash"]
    hashes = dict(zip(good.index.tolist(), good.tolist(), strict=True))
    return [*filter(None, (_left(finding, hashes, fine) for finding in findings))]


def _left(finding: Finding, hashes: dict[int, str], fine: Fine) -> Finding | None:
    """What of a finding was neither left out nor called fine; None: nothing.

    Args:
        hashes: the content of each photo that is not left out, by position.
    """
    if not finding.groups:
        return None if fine.covers_classes(finding) else finding
    kept = []
    for place, group in enumerate(finding.groups):
        present = tuple(position for position in group if position in hashes)
        if present and not fine.covers(finding.kind, [hashes[position] for position in present]):
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


def suspected(dataset: Dataset) -> list[int]:
    """The positions of the photos that the last training took for another class; [] if none looked for them."""
    said = read_json(dataset.folder / SUSPECTS)
    try:
        return [int(each["position"]) for each in said["photos"]] if said["of"] == dataset.fingerprint else []
    except (KeyError, TypeError, ValueError):
        return []


def suspects(dataset: Dataset, rows: pd.DataFrame) -> Finding | None:
    """Photos that a training took for another class than the one that they still bear, surest first.

    Args:
        dataset: a finished one.
        rows: of its manifest with all mends, at least those that are `suspected`, by position.

    Returns:
        None if no training looked for them, or if what was kept of it is damaged.
    """
    said = read_json(dataset.folder / SUSPECTS)
    try:
        if said["of"] != dataset.fingerprint:
            return None
        known = dict(zip(rows.index, zip(rows["content_hash"], rows["label"], strict=True), strict=True))
        holds = [
            (int(each["position"]), float(each["score"]), str(each["said"]))
            for each in said["photos"]
            if known.get(each["position"]) == (each["content_hash"], each["label"])
        ]
        facts = {key: said.get(key) for key in ("run", "name", "at")}
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    holds.sort(key=lambda each: -each[1])
    groups = tuple((position,) for position, _, _ in holds)
    scores, labels = tuple(score for _, score, _ in holds), tuple(label for _, _, label in holds)
    return Finding("suspects", groups, scores, labels, facts=facts)
