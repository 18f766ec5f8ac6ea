"""Which photos it learns from, which it is watched with, and which it is tested on: stratified, seeded, leak-safe."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.store import Dataset, unfinished
from core.errors import DatasetTooSmall, DatasetUnfinished

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Shares:
    """What part of all photos goes where; the rest is learned from. The course's: 0.2, and 0.2 of the rest."""

    test: float = 0.20
    validation: float = 0.16


def split_parts(
    labels: Sequence[str], groups: Sequence[str], given: Sequence[str | None], seed: int, shares: Shares | None = None
) -> list[str]:
    """Gives each photo its part, the same for the same photos and seed.

    Parts that the source gives are honoured; those it does not give are taken from its training part. Where it gives
    some photos none, they go where their group is, or else to training. Photos of one group (the same bytes, one
    article) stay on one side. Every class with three groups or more is in all parts.

    Args:
        labels: N class names.
        groups: N group keys.
        given: N parts as the source gives them, None where it gives none.
        seed: of the shuffling.
        shares: the sizes of what is not given.

    Returns:
        N of "train", "validation", "test".
    """
    shares = shares or Shares()
    of_group = {group: part for group, part in zip(groups, given, strict=True) if part in PARTS}
    parts = [part if part in PARTS else of_group.get(group, "train") for group, part in zip(groups, given, strict=True)]
    if "train" not in parts:  # a source that calls everything "test" gives no split
        parts = ["train"] * len(parts)
    wanted = {}
    if "test" not in parts:
        wanted["test"] = shares.test
    if "validation" not in parts:
        wanted["validation"] = shares.validation if wanted else shares.validation / (1 - shares.test)
    pool = [position for position, part in enumerate(parts) if part == "train"]
    members: dict[str, list[int]] = {}
    for position in pool:
        members.setdefault(groups[position], []).append(position)
    groups_of: dict[str, list[str]] = {}
    for key, positions in members.items():  # a group under two labels counts with the first
        groups_of.setdefault(labels[positions[0]], []).append(key)
    for label in sorted(groups_of):
        keys = sorted(groups_of[label])
        np.random.default_rng([seed, *label.encode()]).shuffle(keys)
        for part, key in zip(_fill(len(keys), wanted), keys, strict=True):
            for position in members[key]:
                parts[position] = part
    return parts


def split_again(
    labels: Sequence[str],
    groups: Sequence[str],
    given: Sequence[str | None],
    before: Sequence[str | None],
    seed: int,
    shares: Shares | None = None,
) -> list[str]:
    """Gives each photo its part once more, after photos were added: what it was tested on stays what it was.

    A photo that had a part keeps it, and those of its group follow. A new photo goes where the source says. Else it is
    learned from or watched with, as many of its class as is usual; only those of a class that had no photo at all are
    split like any.

    Args:
        labels, groups, given, seed, shares: as `split_parts`.
        before: N parts, None for a photo that had none.

    Returns:
        N of "train", "validation", "test".
    """
    if not {*PARTS} <= {*before}:  # too few to be split then: there is no test to be kept
        return split_parts(labels, groups, given, seed, shares)
    shares = shares or Shares()
    where = {group: part for group, part in zip(groups, given, strict=True) if part in PARTS}
    where |= {group: part for group, part in zip(groups, before, strict=True) if part}
    known = {label for label, was in zip(labels, before, strict=True) if was}
    fresh = [at for at, label in enumerate(labels) if label not in known and groups[at] not in where]
    fresh_groups = [groups[at] for at in fresh]
    dealt = split_parts([labels[at] for at in fresh], fresh_groups, [None] * len(fresh), seed, shares)
    where |= dict(zip(fresh_groups, dealt, strict=True))
    parts = [was or where.get(group) for group, was in zip(groups, before, strict=True)]
    return _shared_out(parts, labels, groups, shares.validation / (1 - shares.test), seed)


def _shared_out(
    parts: Sequence[str | None], labels: Sequence[str], groups: Sequence[str], share: float, seed: int
) -> list[str]:
    """Gives photos without a part to validation, until it has its share of what is not test, and else to training."""
    shared = [part or "train" for part in parts]
    waiting: dict[str, dict[str, list[int]]] = {}  # positions by label and group; a group counts with its first label
    label_of: dict[str, str] = {}
    for at, part in enumerate(parts):
        if part is None:
            label = label_of.setdefault(groups[at], labels[at])
            waiting.setdefault(label, {}).setdefault(groups[at], []).append(at)
    here = Counter((label, part) for label, part in zip(labels, shared, strict=True))
    for label, members in sorted(waiting.items()):
        watched = here[label, "validation"]
        room = round(share * (here[label, "train"] + watched)) - watched
        keys = sorted(members)
        np.random.default_rng([seed, *label.encode()]).shuffle(keys)
        for key in keys:
            if len(members[key]) <= room:
                room -= len(members[key])
                for at in members[key]:
                    shared[at] = "validation"
    return shared


def _fill(count: int, wanted: dict[str, float]) -> list[str]:
    """Parts for `count` groups of one class: at least one for each wanted part as long as one is left to learn from."""
    parts: list[str] = []
    for part, share in wanted.items():
        room = count - 1 - len(parts)
        parts += [part] * min(room, max(1, round(count * share)))
    return parts + ["train"] * (count - len(parts))


def require_trainable(dataset: Dataset) -> None:
    """Makes sure that there is enough to learn from, to watch with and to test on.

    Raises:
        DatasetUnfinished: its photos are still coming, or their making broke off.
        DatasetTooSmall: fewer than two classes, or fewer than three photos a class on average.
    """
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    names = dataset.class_names
    if len(names) < 2:
        found = f"all {dataset.ok:,} photos are “{names[0]}”" if names else "no photo can be used"
        raise DatasetTooSmall(f"It takes two classes or more to tell apart, and {found}. Add photos of another kind.")
    if dataset.ok < 3 * len(names):
        raise DatasetTooSmall(
            f"{dataset.ok} photos for {len(names)} classes are too few: it takes at least three of each, one to learn "
            "from, one to watch with and one to test on. About twenty of each are a start."
        )
    if missing := [part for part in PARTS if part not in dataset.parts]:
        raise DatasetTooSmall(f"No photo is left for {' and '.join(missing)}: add at least three photos of each class.")
