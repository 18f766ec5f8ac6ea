"""Which photos it learns from, which it is watched with, and which it is tested on: stratified, seeded, leak-safe."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.data.dealing import Group, deal
from core.data.store import Dataset, unfinished
from core.errors import DatasetTooSmall, DatasetUnfinished

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Shares:
    """What part of all photos goes where; the rest is learned from. The course's: 0.2, and 0.2 of the rest."""

    test: float = 0.20
    validation: float = 0.16


def split_parts(
    labels: Sequence[str], groups: Sequence[Group], given: Sequence[str | None], seed: int, shares: Shares | None = None
) -> list[str]:
    """Gives each photo its part, the same for the same photos and seed.

    Parts that the source gives are honoured; those it does not give are taken from its training part. Where it gives
    some photos none, they go where their group is, or else to training. Photos of one group (the same bytes, one
    article, kin) stay on one side, and the shares of each class are met as nearly as that allows (`deal`).

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
    dealt = deal([labels[position] for position in pool], [groups[position] for position in pool], wanted, seed)
    for position, part in zip(pool, dealt, strict=True):
        parts[position] = part
    return parts


def split_again(
    labels: Sequence[str],
    groups: Sequence[Group],
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


def split_rest(
    labels: Sequence[str], groups: Sequence[Group], kept: Sequence[str | None], seed: int, shares: Shares
) -> list[str]:
    """Gives photos their parts anew, but for some that stay. Those of their groups come to them.

    Args:
        labels, groups, seed: as `split_parts`.
        kept: N parts of what stays there, None for all else. A part that keeps some takes no more than their groups.
        shares: the sizes of the parts that keep none, of all photos.

    Returns:
        N of "train", "validation", "test".
    """
    where = {group: part for group, part in zip(groups, kept, strict=True) if part}
    where |= {group: part for group, part in zip(groups, kept, strict=True) if part == "test"}
    parts = [part or where.get(group, "") for group, part in zip(groups, kept, strict=True)]
    pool = [at for at, part in enumerate(parts) if not part]
    of_pool = len(labels) / max(1, len(pool))
    rest = {"test": shares.test * of_pool, "validation": shares.validation * of_pool}
    wanted = {part: min(1.0, share) for part, share in rest.items() if part not in kept}
    dealt = deal([labels[at] for at in pool], [groups[at] for at in pool], wanted, seed)
    for at, part in zip(pool, dealt, strict=True):
        parts[at] = part
    return parts


def _shared_out(
    parts: Sequence[str | None], labels: Sequence[str], groups: Sequence[Group], share: float, seed: int
) -> list[str]:
    """Gives photos without a part to validation, until it has its share of what is not test, and else to training."""
    shared = [part or "train" for part in parts]
    waiting: dict[str, dict[Group, list[int]]] = {}  # positions by label and group; a group counts with its first label
    label_of: dict[Group, str] = {}
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


def given_parts(given: Sequence[str | None]) -> set[str]:
    """The parts that a source gives its photos, as `split_parts` takes them; none where all are held back."""
    return {*PARTS} & {*given} if not {*given} <= {"validation", "test"} else set()


def kept_together(groups: Sequence[Group], kin: Iterable[Sequence[int]]) -> list[Group]:
    """Group keys that are the same also for kin: the smallest of all groups that kin bring together.

    Args:
        groups: N group keys.
        kin: places (0 to N - 1) that belong together.
    """
    leader: dict[Group, Group] = {}

    def of(key: Group) -> Group:
        while (above := leader.get(key, key)) != key:
            leader[key] = leader.get(above, above)
            key = above
        return key

    for family in kin:
        first, *others = sorted({of(groups[place]) for place in family})
        leader.update(dict.fromkeys(others, first))
    return [of(key) for key in groups]


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
