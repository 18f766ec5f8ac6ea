"""Labels as people write them: tidied, and offers to make one of those that mean the same."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.sources.items import Item

MIN_STEM_LETTERS = 3  # of a plural: "xs" is a size, not several x
# Plurals that are one thing, or another thing than what seems their singular: short is a length, glass to drink from.
PAIRS = ("shorts", "pants", "trousers", "jeans", "tights", "glasses", "overalls", "pajamas", "pyjamas", "clothes")
NO_PLURALS = {
    "briefs", "boxers", "slacks", "chinos", "khakis", "cords", "dungarees", "trunks", "joggers", "sweats", "flats",
    "goggles", "goods", "arms", "news", "customs",
}  # fmt: skip
_HIDDEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphens and blanks without width
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_WORD = re.compile(r"(?:(?<!\S)-(?=\d))?[^\s-]+")  # a hyphen that nothing precedes and a digit follows is a minus


@dataclass(frozen=True)
class Merge:
    """An offer: labels that differ only in how they are written."""

    target: str  # the commonest of them
    labels: tuple[str, ...]  # the others, the commonest first


def tidy(label: str) -> str:
    """A label without blanks around it and doubled in it."""
    return " ".join(label.split())


def merges(labels: Mapping[str, int]) -> list[Merge]:
    """Offers to make one of labels that differ only in case, blanks, hyphens, Unicode form or a plain English plural.

    Args:
        labels: how many photos have each.

    Returns:
        Offers that share no label, the one with most photos first; none is left once they are taken.
    """
    alike: dict[str, list[str]] = {}  # by what is the same in them
    for label in filter(tidy, labels):
        alike.setdefault(_joined(_words(label)), []).append(label)
    leader = {key: key for key in alike}  # of keys that are singular and plural of one another
    for key, members in alike.items():
        for singular in {each for label in members for each in _singulars(label)} & leader.keys():
            first, second = sorted((_followed(leader, key), _followed(leader, singular)))
            leader[second] = first
    families: dict[str, list[str]] = {}
    for key, members in alike.items():
        families.setdefault(_followed(leader, key), []).extend(members)
    ranked = [sorted(members, key=lambda each: (-labels[each], len(each), each)) for members in families.values()]
    offers = [Merge(members[0], tuple(members[1:])) for members in ranked if len(members) > 1]
    return sorted(
        offers, key=lambda offer: (-sum(labels[each] for each in (offer.target, *offer.labels)), offer.target)
    )


def as_mapping(offers: Iterable[Merge]) -> dict[str, str]:
    """The offers that were taken, as the `merge` of a spec."""
    return {label: offer.target for offer in offers for label in offer.labels}


def merged(items: list[Item], mapping: Mapping[str, str] | None) -> list[Item]:
    """The items with labels renamed, each at most once: what a label becomes is not renamed again."""
    if not mapping:
        return items
    tidied = {tidy(label): tidy(target) for label, target in mapping.items()}
    return [replace(item, label=tidied.get(item.label, item.label)) for item in items]


def merged_counts(labels: Mapping[str, int], mapping: Mapping[str, str]) -> dict[str, int]:
    """How many photos each label has once labels are renamed, sorted by label."""
    counts: dict[str, int] = {}
    for label, photos in labels.items():
        target = mapping.get(label, label)
        counts[target] = counts.get(target, 0) + photos
    return dict(sorted(counts.items()))


def _followed(leader: Mapping[str, str], key: str) -> str:
    while leader[key] != key:
        key = leader[key]
    return key


def _words(label: str) -> list[str]:
    """The words of a label in one case and Unicode form; hyphens and underscores part words as blanks do."""
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", label)).casefold()
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).replace("_", " ")
    return _WORD.findall(text) or [tidy(label)]


def _joined(words: list[str]) -> str:
    """The words without what parts them, unless that tells: "size 1 2" is not size 12, nor "size s" sizes."""
    joined = words[0]
    for word in words[1:]:
        parted = (joined[-1].isdigit() and word[0].isdigit()) or (word == words[-1] and len(word) == 1)
        joined += f" {word}" if parted else word
    return joined


def _singulars(label: str) -> list[str]:
    """What a label may be the plural of, as `_joined` gives it; hardly any of these exists."""
    *before, word = _words(label)
    if not word.endswith("s") or word.endswith(("ss", *PAIRS)) or word in NO_PLURALS:
        return []
    stems = [word[:-1]]
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        stems.append(word[:-2])
    if word.endswith("ies"):
        stems.append(f"{word[:-3]}y")
    if word.endswith("ves"):
        stems += [f"{word[:-3]}f", f"{word[:-3]}fe"]
    return [_joined([*before, stem]) for stem in stems if len(stem) >= MIN_STEM_LETTERS and stem.isalpha()]
