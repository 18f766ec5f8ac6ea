"""What people mend in a dataset: another label for a photo, or a photo left out. Nothing is lost by it.

`core.data.mended` keeps what they said and puts it over the manifest, wherever the dataset is read.
"""

import time
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from core.data.mended import FILE as FILE
from core.data.mended import Mend as Mend
from core.data.mended import Mends, keep, mends_of
from core.data.store import MAX_NAME_CHARACTERS, Dataset
from core.errors import NameInvalid, NotFound
from core.sources.labels import tidy

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
    label = tidy(label)
    if not label or len(label) > MAX_NAME_CHARACTERS:
        raise NameInvalid(f"A label takes 1 to {MAX_NAME_CHARACTERS} characters. Received: “{label[:80]}”")
    _say(dataset, dict.fromkeys(_several(positions), label))


def exclude(dataset: Dataset, positions: Positions) -> None:
    """Leaves photos out.

    Raises:
        NotFound: there is no good photo in a position; then none is left out.
    """
    _say(dataset, dict.fromkeys(_several(positions)))


def take_back(dataset: Dataset, positions: Positions) -> None:
    """Makes photos what they were before they were mended.

    Raises:
        NotFound: there is no good photo in a position; then nothing is taken back.
    """
    _say(dataset, dict.fromkeys(_several(positions), BACK))


def take_all_back(dataset: Dataset) -> dict[int, Mend]:
    """Makes all photos what they were.

    Returns:
        What was mended, for `put_back`.
    """
    before = load_mends(dataset.folder)
    put_back(dataset, dict.fromkeys(before))
    return before


def put_back(dataset: Dataset, before: Mapping[int, Mend | None]) -> None:
    """Makes photos what they were at some moment.

    Args:
        dataset: a finished one.
        before: by position, what counted then; None: it was not mended.

    Raises:
        NotFound: there is no good photo in a position.
    """
    _say(dataset, {position: BACK if mend is None else mend.label for position, mend in before.items()})


def load_mends(folder: Path) -> dict[int, Mend]:
    """What counts now, by position in the manifest.

    Args:
        folder: of a dataset.
    """
    return dict(mends_of(folder).photos)


def carry_on(mends: Mends, to: Dataset) -> None:
    """Takes mends over to a dataset that was made of the same source on a later day.

    A photo is known by its content, and where it is there under several labels, by the label that it had. What is
    about a photo that is not there any more, or has the label by now, is left behind.
    """
    rows = to.as_made()
    good = rows[rows["status"] == "ok"]
    at: dict[tuple[str, str | None], int] = {}
    for position, content_hash, label in zip(good.index, good["content_hash"], good["label"], strict=True):
        at[content_hash, label] = position
        at.setdefault((content_hash, None), position)
    said: dict[int, str | Back | None] = {}
    for mend in mends.photos.values():
        position = at.get((mend.content_hash, mend.was), at.get((mend.content_hash, None)))
        if position is not None:
            said.setdefault(position, mend.label)
    _say(to, said)


class Back:
    """Says of a photo that it is what it was."""


BACK = Back()


def _several(positions: Positions) -> list[int]:
    return [int(each) for each in ([positions] if not isinstance(positions, Collection) else positions)]


def _say(dataset: Dataset, said: Mapping[int, str | Back | None]) -> None:
    """Keeps what is said of photos: a label, None to leave one out, or `BACK`. What changes nothing is not kept."""
    rows = dataset.as_made(["status", "content_hash", "label", "part"])
    now, words = mends_of(dataset.folder), []
    twins = _twins(rows)
    for position, what in said.items():
        if not 0 <= position < len(rows) or rows["status"].iat[position] != "ok":
            raise NotFound(f"{dataset.name} has no photo there that could be mended. Received: position {position}")
        was = str(rows["label"].iat[position])
        label = was if isinstance(what, Back) else what
        others = [each for each in twins.get(rows["content_hash"].iat[position], ()) if each != position]
        if label != was and any(label == now.label(each, rows["label"].iat[each]) for each in others):
            label = None
        if label != now.label(position, was):
            facts = str(rows["content_hash"].iat[position]), was, str(rows["part"].iat[position])
            words.append(Mend(position, *facts, label, time.time()))
    keep(dataset.folder, words)


def _twins(rows: pd.DataFrame) -> dict[str, list[int]]:
    """Positions of good photos that are there under several labels, by content."""
    good = rows.loc[rows["status"] == "ok", "content_hash"]
    found: dict[str, list[int]] = {}
    for position, content_hash in good[good.duplicated(keep=False)].items():
        found.setdefault(content_hash, []).append(position)
    return found
