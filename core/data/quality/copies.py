"""Groups of photos that are nearly one picture: which of them leak, which contradict themselves, which only repeat."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from core.data.quality.finding import Finding, Kind

RANK = {"test": 0, "validation": 1, "train": 2}  # a copy stays where it is most needed


class Copies(NamedTuple):
    """Photos that are nearly one picture."""

    positions: tuple[int, ...]
    sure: float  # 0 to 1


class _Found(NamedTuple):
    positions: tuple[int, ...]  # the one to keep first
    sure: float
    label: str | None  # that most of them bear


def findings_of(copies: Iterable[Copies], rows: pd.DataFrame) -> list[Finding]:
    """What groups of copies mean as their photos are called and divided now.

    A group is a leak where it lies in several parts, and has two labels where it has several: it may be both. Else its
    photos are near duplicates. Photos that were left out do not count, nor groups with fewer than two photos left.

    Args:
        copies: groups by position.
        rows: the manifest with all mends: status, label, part, width and height.
    """
    copies = [*copies]
    about = rows.loc[sorted({position for group in copies for position in group.positions})]
    good = about[about["status"] == "ok"]
    facts = {
        int(position): (str(label), str(part), int(pixels))
        for position, label, part, pixels in zip(
            good.index, good["label"], good["part"], good["width"] * good["height"], strict=True
        )
    }
    found: dict[Kind, list[_Found]] = {"leaks": [], "two_labels": [], "near_duplicates": []}
    for group in copies:
        left = [position for position in group.positions if position in facts]
        if len(left) < 2:
            continue
        labels = Counter(facts[position][0] for position in left)
        parts = {facts[position][1] for position in left}
        first, *others = labels.most_common(2)
        label = first[0] if not others or others[0][1] < first[1] else None
        left.sort(key=lambda each: (RANK.get(facts[each][1], 3), facts[each][0] != label, -facts[each][2], each))
        entry = _Found(tuple(left), group.sure, label)
        if len(parts) > 1:
            found["leaks"].append(entry)
        if others:
            found["two_labels"].append(entry)
        if len(parts) == 1 and not others:
            found["near_duplicates"].append(entry)
    return [_finding(kind, entries, facts) for kind, entries in found.items() if entries]


def _finding(kind: Kind, entries: list[_Found], facts: dict[int, tuple[str, str, int]]) -> Finding:
    entries.sort(key=lambda entry: -entry.sure)
    in_test = [entry for entry in entries if facts[entry.positions[0]][1] == "test"]
    return Finding(
        kind,
        tuple(entry.positions for entry in entries),
        tuple(entry.sure for entry in entries),
        tuple(entry.label for entry in entries) if kind == "two_labels" else (),
        facts={"in_test": len(in_test)} if kind == "leaks" else {},
    )
