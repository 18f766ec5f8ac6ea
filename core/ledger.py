"""What is done of a long piece of work, a line of JSON each, so that it can go on where it broke off."""

import contextlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Ledger:
    """A file that entries are added to, one at a time; what a killed predecessor has written stays."""

    def __init__(self, path: Path) -> None:
        self._lines = path.open("a", encoding="utf-8", buffering=1)
        self._lines.write("\n")  # closes a line that a killed predecessor may have left open
        self._began = time.monotonic()
        self._added = 0

    def add(self, entry: dict[str, Any]) -> None:
        """Writes an entry at once; a full disk raises `OSError`."""
        self._lines.write(json.dumps(entry) + "\n")
        self._added += 1

    @property
    def rate_per_s(self) -> float:
        """Entries added a second, rounded; 0 in the first moments, which are no measure."""
        seconds = time.monotonic() - self._began
        return round(self._added / seconds, 1) if seconds > 1 else 0.0

    def close(self) -> None:
        self._lines.close()


def read(path: Path) -> list[dict[str, Any]]:
    """All entries, in the order in which they were added; none if there is no such file."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as lines:
        return _entries(lines)
    return []


def latest(path: Path, count: int, longest_bytes: int) -> list[dict[str, Any]]:
    """The newest entries, newest first, so that people see them arrive.

    Args:
        longest_bytes: of an entry, about: no more of the file is read than so many of them take.
    """
    with contextlib.suppress(FileNotFoundError), path.open("rb") as lines:
        lines.seek(max(0, lines.seek(0, os.SEEK_END) - count * longest_bytes))
        return _entries(lines)[: -count - 1 : -1]
    return []


def _entries(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    entries = []
    for line in lines:
        with contextlib.suppress(ValueError):  # cut off when the work was killed: that one is done again
            entries.append(json.loads(line))
    return [entry for entry in entries if isinstance(entry, dict)]
