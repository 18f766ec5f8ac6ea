"""What people mend in a dataset: another label for a photo, another part, or a photo left out. Nothing is lost by it.

`core.data.mend_layer` keeps what they said and puts it over the manifest, wherever the dataset is read. What is said
in one call is one act, which can be undone on any later day.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from core.data.acts import Act as Act
from core.data.acts import read_acts, without_act
from core.data.mend_layer import FILE as FILE
from core.data.mend_layer import Mend as Mend
from core.data.mend_layer import Mends, keep, mends_of
from core.data.rows import Rows, rows_of
from core.data.split import PARTS
from core.data.store import MAX_NAME_CHARACTERS, Dataset
from core.errors import NameInvalid, NotFound, SplitInvalid
from core.sources.labels import tidy

COLUMNS = ["status", "content_hash", "label", "part"]
Positions = int | Collection[int]  # of one photo in the manifest, or of several


def relabel(dataset: Dataset, positions: Positions, label: str) -> None:
    """Gives photos another label. One that has a twin under that label, byte for byte, is left out instead.

    Args:
        dataset: a finished one.
        positions: which.
        label: any, also one that no photo has.

    Raises:
        NotFound: there is no good photo in a position; then none is changed.
        NameInvalid: the label is empty or too long.
    """
    say(dataset, dict.fromkeys(_several(positions), label))


def exclude(dataset: Dataset, positions: Positions) -> None:
    """Leaves photos out.

    Raises:
        NotFound: there is no good photo in a position; then none is left out.
    """
    say(dataset, dict.fromkeys(_several(positions)))


def say(dataset: Dataset, labels: Mapping[int, str | None]) -> None:
    """Gives each of several photos a label of its own, or leaves it out, in one act.

    Args:
        dataset: a finished one.
        labels: by position; None: it is left out.

    Raises:
        NotFound, NameInvalid: as `relabel`.
    """
    said = {position: None if label is None else _checked(label) for position, label in labels.items()}
    _say(dataset, {position: _labelled(label) for position, label in said.items()})


def move(dataset: Dataset, positions: Positions, part: str) -> None:
    """Brings photos into another part.

    Args:
        dataset: a finished one.
        positions: which.
        part: of `PARTS`.

    Raises:
        NotFound: there is no good photo in a position; then none is moved.
        SplitInvalid: there is no such part.
    """
    move_each(dataset, dict.fromkeys(_several(positions), part))


def move_each(dataset: Dataset, parts: Mapping[int, str]) -> None:
    """Brings each of several photos into a part of its own, in one act. Takes parts by position, raises as `move`."""
    if unknown := {*parts.values()} - {*PARTS}:
        raise SplitInvalid(f"A photo is in one of {', '.join(PARTS)}. Received: “{min(unknown)}”")
    _say(dataset, {position: _moved(part) for position, part in parts.items()})


def take_back(dataset: Dataset, positions: Positions) -> None:
    """Makes photos what they were before they were mended.

    Raises:
        NotFound: there is no good photo in a position; then nothing is taken back.
    """
    put_back(dataset, dict.fromkeys(_several(positions)))


def take_all_back(dataset: Dataset) -> dict[int, Mend]:
    """Makes all photos what they were.

    Returns:
        What was mended, for `put_back`.
    """
    before = load_mends(dataset.folder)
    put_back(dataset, dict.fromkeys(before))
    return before


def put_back(dataset: Dataset, before: Mapping[int, Mend | None]) -> None:
    """Makes photos what they were at some moment. That is no act of its own.

    Args:
        dataset: a finished one.
        before: by position, what counted then; None: it was not mended.

    Raises:
        NotFound: there is no good photo in a position.
    """
    _say(dataset, {position: _as(mend) for position, mend in before.items()}, anew=False)


def acts(dataset: Dataset) -> list[Act]:
    """Everything that was said of a dataset, the newest first; without what only took or put back.

    Args:
        dataset: a finished one.
    """
    return read_acts(dataset.folder)


def undo(dataset: Dataset, at: float) -> dict[int, Mend | None]:
    """Takes an act back: what it changed of its photos is as before, unless something else was said of that since.

    Args:
        dataset: a finished one.
        at: of the act.

    Returns:
        By position what counted until now, for `put_back`; {} if nothing of it stood any more.

    Raises:
        NotFound: there is no such act.
    """
    now, then = load_mends(dataset.folder), without_act(dataset.folder, at)
    if then is None:
        raise NotFound(f"Nothing was mended in {dataset.name} at that moment. Received: {at}")
    put_back(dataset, then)
    return {position: now.get(position) for position in then}


def load_mends(folder: Path) -> dict[int, Mend]:
    """What counts now, by position in the manifest.

    Args:
        folder: of a dataset.
    """
    return dict(mends_of(folder).photos)


def carry_on(mends: Mends, to: Dataset) -> None:
    """Takes mends over to a dataset that was made of the same source on a later day.

    A photo is known by its content, and where it is there under several labels, by the label that it had. What is
    about a photo that is not there any more, or is like that by now, is left behind.
    """
    rows = to.as_made(["status", "content_hash", "label"])
    good = rows[rows["status"] == "ok"]
    at: dict[tuple[str, str | None], int] = {}
    for position, content_hash, label in zip(good.index, good["content_hash"], good["label"], strict=True):
        at[content_hash, label] = position
        at.setdefault((content_hash, None), position)
    said: dict[int, Change] = {}
    for mend in mends.photos.values():
        position = at.get((mend.content_hash, mend.was), at.get((mend.content_hash, None)))
        if position is not None:
            said.setdefault(position, _as(mend))
    _say(to, said)


Change = Callable[[Mend], Mend]  # from what counts of a photo to what is said of it


def _labelled(label: str | None) -> Change:
    return lambda now: replace(now, label=label)


def _moved(part: str) -> Change:
    return lambda now: replace(now, moved=part)


def _as(mend: Mend | None) -> Change:
    """As it was when that counted; None: as the dataset was made."""
    return lambda now: replace(now, label=mend.label if mend else now.was, moved=mend.moved if mend else None)


def _several(positions: Positions) -> list[int]:
    return [int(each) for each in ([positions] if not isinstance(positions, Collection) else positions)]


def _checked(label: str) -> str:
    label = tidy(label)
    if not label or len(label) > MAX_NAME_CHARACTERS:
        raise NameInvalid(f"A label takes 1 to {MAX_NAME_CHARACTERS} characters. Received: “{label[:80]}”")
    return label


def _say(dataset: Dataset, said: Mapping[int, Change], anew: bool = True) -> None:
    """Keeps what is said of photos, all at one moment. What changes nothing is not kept."""
    rows, now, at = rows_of(dataset, COLUMNS), mends_of(dataset.folder), time.time()
    made = rows.at([*said], COLUMNS, mended=False)
    good = {photo[0]: photo[1:] for photo in made[made["status"] == "ok"].itertuples(name=None)}
    told = []
    for position, change in said.items():
        if position not in good:
            raise NotFound(f"{dataset.name} has no photo there that could be mended. Received: position {position}")
        _, content_hash, was, part = good[position]
        before = now.photos.get(position) or Mend(int(position), content_hash, was, part, was, at)
        told.append((before, change(before)))
    twins = _twins(rows, {word.content_hash for _, word in told if word.label not in (None, word.was)})
    words = []
    for before, word in told:
        others = [(each, was) for each, was in twins.get(word.content_hash, ()) if each != word.position]
        if word.label != word.was and any(word.label == now.label(each, was) for each, was in others):
            word = replace(word, label=None)
        word = replace(word, moved=None if word.moved == word.part else word.moved, at=at, anew=anew)
        if not word.is_like(before):
            words.append(word)
    keep(dataset.folder, words)


def _twins(rows: Rows, content_hashes: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """Good photos of these contents, which may be there under several labels: position and label, by content."""
    found: dict[str, list[tuple[int, str]]] = {}
    if content_hashes:
        same = rows.at(rows.holding([*content_hashes]), ["status", "content_hash", "label"], mended=False)
        for position, status, content_hash, label in same.itertuples(name=None):
            if status == "ok":
                found.setdefault(content_hash, []).append((position, label))
    return found
