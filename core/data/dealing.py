"""Deals photos to parts, group by group, so that every part has its share of every class."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

Group = TypeVar(
    "Group", bound=Any
)  # a key of photos that stay together; all text or all numbers: they are put in order
LEARN = "train"  # takes what no other part wants


def deal(labels: Sequence[str], groups: Sequence[Group], wanted: Mapping[str, float], seed: int) -> list[str]:
    """Gives each photo its part, the same for the same photos and seed. Photos of one group get one part.

    Each part comes as near to its share of each class as whole groups allow: to the photo, where enough photos stand
    alone. Every class with three groups of its own is in all parts.

    Args:
        labels: N class names.
        groups: N group keys.
        wanted: the parts beside training, each with its share of the photos, 0 to 1, in the order in which they choose.
        seed: of the shuffling.

    Returns:
        N of "train" and the parts that are wanted.
    """
    members: dict[Group, list[str]] = {}  # the labels of each group
    for label, group in zip(labels, groups, strict=True):
        members.setdefault(group, []).append(label)
    targets = {label: _targets(photos, wanted) for label, photos in Counter(labels).items()}
    missing = Counter({(label, part): photos for label, mine in targets.items() for part, photos in mine.items()})
    part_of: dict[Group, str] = {}
    mixed = [key for key, mine in members.items() if len({*mine}) > 1]
    for key in _shuffled(mixed, [seed]):
        counts = Counter(members[key])
        part_of[key] = max([LEARN, *wanted], key=lambda part: _gain(counts, part, missing))
        missing.subtract({(label, part_of[key]): photos for label, photos in counts.items()})
    of_one: dict[str, dict[Group, int]] = {}  # sizes of the groups of one class, by class
    for key, mine in members.items():
        if key not in part_of:
            of_one.setdefault(mine[0], {})[key] = len(mine)
    del members  # of a million photos 170 MB
    for label, sizes in sorted(of_one.items()):
        left = {key: sizes[key] for key in _shuffled(sizes, [seed, *label.encode()])}
        for place, part in enumerate(wanted, start=1):
            # One is left to learn from, and as long as there are enough, one for each part that chooses later.
            most = max(min(1, len(left) - 1), len(left) - 1 - (len(wanted) - place))
            chosen = _chosen(left, missing[label, part], most)
            if not chosen and most > 0 and missing[label, part] == targets[label][part] > 0:
                chosen = [min(left, key=lambda key: left[key])]
            for key in chosen:
                part_of[key] = part
                del left[key]
    return [part_of.get(group, LEARN) for group in groups]


def _targets(photos: int, wanted: Mapping[str, float]) -> dict[str, int]:
    """How many photos of a class each part wants: at least one, as long as one is left to learn from."""
    found: dict[str, int] = {}
    for part, share in wanted.items():
        found[part] = min(photos - 1 - sum(found.values()), max(1, round(photos * share)))
    return found | {LEARN: photos - sum(found.values())}


def _gain(counts: Mapping[str, int], part: str, missing: Mapping[tuple[str, str], int]) -> int:
    """How much nearer to its targets a part comes by a group, in squared photos."""
    return sum(photos * (2 * missing[label, part] - photos) for label, photos in counts.items())


def _shuffled(keys: Iterable[Group], seed: Sequence[int]) -> list[Group]:
    found = sorted(keys)
    np.random.default_rng(seed).shuffle(found)
    return found


def _chosen(sizes: Mapping[Group, int], wanted: int, most: int) -> list[Group]:
    """Groups that have as many photos as are wanted, or nearly: the first that fit, if that comes within a photo.

    Args:
        sizes: photos of each group.
        wanted: photos; less than 1 for none.
        most: how many groups at most.
    """
    found: list[Group] = []
    room = wanted
    for key, size in sizes.items():
        if size <= room and len(found) < most:
            found.append(key)
            room -= size
    if room > 1:
        nearer = _nearest(sizes, wanted)
        if len(nearer) <= most and abs(wanted - sum(sizes[key] for key in nearer)) < room:
            return nearer
    return found


def _nearest(sizes: Mapping[Group, int], wanted: int) -> list[Group]:
    """The groups whose sizes add up to what is nearest to a number (subset sum, by sets of sums as bits)."""
    sums = [1]  # after each group: bit n is set if n photos can be had of the groups so far
    for size in sizes.values():
        sums.append((sums[-1] | sums[-1] << size) & ((1 << 2 * wanted + 1) - 1))
    near = min((each for each in range(2 * wanted + 1) if sums[-1] >> each & 1), key=lambda each: abs(each - wanted))
    found = []
    for place, (key, size) in reversed(list(enumerate(sizes.items()))):
        if not sums[place] >> near & 1:
            found.append(key)
            near -= size
    return found
