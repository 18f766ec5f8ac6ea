"""What people said of a dataset in one go, read from its folder, so that it can be undone on any later day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.data.mend_layer import Mend, all_words, last_words, stamp


@dataclass(frozen=True)
class Act:
    """What somebody said in one go."""

    at: float  # Unix seconds
    relabelled: int  # photos that got another label
    excluded: int  # that were left out
    moved: int  # that came into another part
    standing: int  # of all these photos, how many still have what it gave them


def read_acts(folder: Path) -> list[Act]:
    """Everything that was said, the newest first; without what was only taken or put back.

    Args:
        folder: of a dataset.
    """
    return list(_read(folder, *stamp(folder)))


def without_act(folder: Path, at: float) -> dict[int, Mend] | None:
    """What its photos would be without an act: what it changed is as before, unless that was changed again since.

    Args:
        folder: of a dataset.
        at: of the act.

    Returns:
        By position, of those photos alone that it would change. None if there is no such act.
    """
    told, last = [each for each in _with_before(all_words(folder)) if each[0].at == at], last_words(folder)
    if not told:
        return None
    then = {}
    for word, had in told:
        now = last[word.position]
        if standing := _standing(word, had, now):
            then[word.position] = replace(now, **standing)
    return then


@lru_cache(maxsize=16)
def _read(folder: Path, path: Path, changed_at: int, size: int) -> tuple[Act, ...]:
    """Read again when the file has changed."""
    told: dict[float, list[tuple[Mend, Mend]]] = {}
    for word, had in _with_before(all_words(folder)):
        if word.anew:
            told.setdefault(word.at, []).append((word, had))
    return tuple(_act(at, told[at], last_words(folder)) for at in reversed(told))


def _with_before(words: Iterable[Mend]) -> Iterator[tuple[Mend, Mend]]:
    """Each word with what counted of its photo until then."""
    before: dict[int, Mend] = {}
    for word in words:
        yield word, before.get(word.position) or replace(word, label=word.was, moved=None)
        before[word.position] = word


def _act(at: float, told: list[tuple[Mend, Mend]], now: Mapping[int, Mend]) -> Act:
    relabelled = excluded = moved = 0
    for word, had in told:
        excluded += word.label is None and had.label is not None
        relabelled += word.label not in (None, had.label)
        moved += word.label == had.label and word.moved != had.moved
    standing = sum(bool(_standing(word, had, now[word.position])) for word, had in told)
    return Act(at, relabelled, excluded, moved, standing)


def _standing(word: Mend, had: Mend, now: Mend) -> dict[str, Any]:
    """What a word changed of a photo and nobody changed since: as it was before, by the name of the field."""
    return {
        field: getattr(had, field)
        for field in ("label", "moved")
        if getattr(had, field) != getattr(word, field) == getattr(now, field)
    }
