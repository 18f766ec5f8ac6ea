"""What people said of a dataset in one go, read from its folder, so that it can be undone on any later day."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.data.mended import Mend, all_words, last_words, stamp


@dataclass(frozen=True)
class Act:
    """What somebody said in one go."""

    at: float  # Unix seconds
    relabelled: int  # photos that got another label
    excluded: int  # that were left out
    moved: int  # that came into another part
    standing: int  # of all these, how many are still as it left them


def read_acts(folder: Path) -> list[Act]:
    """Everything that was said, the newest first; without what was only taken or put back.

    Args:
        folder: of a dataset.
    """
    return list(_read(folder, *stamp(folder)))


def before_act(folder: Path, at: float) -> dict[int, Mend | None] | None:
    """What counted before an act, of those of its photos that still are as it left them.

    Args:
        folder: of a dataset.
        at: of the act.

    Returns:
        By position; None for a photo that was as the dataset was made. No dictionary if there is no such act.
    """
    words, last = all_words(folder), last_words(folder)
    if at not in {word.at for word in words}:
        return None
    then: dict[int, Mend | None] = {}
    before: dict[int, Mend] = {}
    for word in words:
        if word.at == at and word.is_like(last[word.position]):
            then.setdefault(word.position, before.get(word.position))
        before[word.position] = word
    return then


@lru_cache(maxsize=16)
def _read(folder: Path, path: Path, changed_at: int, size: int) -> tuple[Act, ...]:
    """Read again when the file has changed."""
    told: dict[float, list[tuple[Mend, Mend | None]]] = {}  # each with what counted before
    before: dict[int, Mend] = {}
    for word in all_words(folder):
        if word.anew and not word.changes_nothing:
            told.setdefault(word.at, []).append((word, before.get(word.position)))
        before[word.position] = word
    return tuple(_act(at, told[at], before) for at in reversed(told))


def _act(at: float, told: list[tuple[Mend, Mend | None]], now: Mapping[int, Mend]) -> Act:
    relabelled = excluded = moved = 0
    for word, before in told:
        had = before.label if before else word.was
        excluded += word.label is None and had is not None
        relabelled += word.label not in (None, had)
        moved += word.label == had and word.moved != (before and before.moved)
    standing = sum(word.is_like(now[word.position]) for word, _ in told)
    return Act(at, relabelled, excluded, moved, standing)
