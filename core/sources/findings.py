"""What is found wrong with a source before its photos are fetched, and how rows and labels are said in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["stops", "loses rows", "look"]
SHOWN_LABELS = 4
SHOWN_SPANS = 3


@dataclass(frozen=True)
class Finding:
    """One thing that a person may want to mend."""

    kind: str  # as "no_address", "duplicate"
    severity: Severity  # nothing can come of it; rows will be set aside; worth a look
    sentence: str  # what it is and what to do, in plain words
    rows: tuple[int, ...] = ()  # the sheet's own numbers, all of them, rising


def said_rows(rows: Sequence[int], said: Callable[[int], str] = str) -> str:
    """Row 17; rows 17, 23 to 29, 41 and 12 more.

    Args:
        rows: at least one, rising.
        said: how to write the number of a row.
    """
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    spans = [span for first, last in spans for span in ([[first, last]] if last > first + 1 else _apart(first, last))]
    shown, rest = spans[:SHOWN_SPANS], sum(last - first + 1 for first, last in spans[SHOWN_SPANS:])
    words = [said(first) if first == last else f"{said(first)} to {said(last)}" for first, last in shown]
    words += [f"{rest:,} more"] if rest else []
    return f"row{'s' if len(rows) > 1 else ''} {listed(words)}"


def _apart(first: int, last: int) -> list[list[int]]:
    return [[row, row] for row in range(first, last + 1)]


def rows_have(rows: Sequence[int]) -> str:
    """One row has; 12 rows have."""
    return "One row has" if len(rows) == 1 else f"{len(rows):,} rows have"


def quoted(words: Iterable[str], most: int = SHOWN_LABELS) -> str:
    """“dress”, “skirt” and 12 more."""
    words = list(words)
    more = [f"{len(words) - most:,} more"] if len(words) > most else []
    return listed([*(f"“{word}”" for word in words[:most]), *more])


def listed(words: Sequence[str]) -> str:
    """A, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
