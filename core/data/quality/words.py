"""What was found in a dataset, in plain words: a title and some sentences for each finding, and its health in short."""

from collections.abc import Callable

from core.data.quality.classes import ENOUGH
from core.data.quality.finding import KINDS, Finding, Kind
from core.data.quality.found import Quality
from core.data.quality.meanings import MEANINGS, TITLES, WHY
from core.data.store import Dataset
from core.sources.findings import quoted

HARMLESS: tuple[Kind, ...] = ("exact_duplicates",)
CERTAIN = 0.9
WORST = 3  # findings that the health speaks of


def title(finding: Finding) -> str:
    """What it is, in a few words; a term of art comes after a dot."""
    return TITLES[finding.kind]


def sentence(finding: Finding) -> str:
    """What was found, how many, what it means, how sure that is, and what to do."""
    said = [f"{brief(finding)}.", MEANINGS[finding.kind]]
    if finding.groups and finding.kind not in ("unreadable", "suspects"):
        said.append(_how_sure(finding))
    if finding.kind == "small_classes":
        said.append(_how_many_more(finding))
    return " ".join(filter(None, said))


def brief(finding: Finding) -> str:
    """What was found and how many, in one sentence without its full stop."""
    return _BRIEF[finding.kind](finding)


def health(quality: Quality, dataset: Dataset) -> list[str]:
    """How well the dataset is, in three to five sentences, worst first.

    Args:
        quality: what was found in it, as of now.
        dataset: as it is now.
    """
    wrong = [finding for finding in quality.findings if finding.kind not in HARMLESS]
    if not wrong:
        return [
            f"All {_count(dataset.ok, 'photo')} are well, as far as a program can see.",
            "None lies on both sides of the split, and none has two labels.",
            _classes_are(dataset),
        ]
    kinds = sorted({finding.kind for finding in wrong}, key=KINDS.index)
    worst = [next(finding for finding in wrong if finding.kind == kind) for kind in kinds[:WORST]]
    said = [f"{brief(finding)}: {WHY[finding.kind]}." for finding in worst]
    if more := len(kinds) - len(worst):
        said.append(f"{more} smaller thing{'s are' if more > 1 else ' is'} worth a look.")
    else:
        said.append(f"Nothing else is wrong with the {_count(dataset.ok, 'photo')}, as far as a program can see.")
    if not {"small_classes", "imbalance"} & {*kinds} or len(said) < 3:
        said.append(_classes_are(dataset))
    return said


def _classes_are(dataset: Dataset) -> str:
    if not dataset.classes:
        return "There is no photo to learn from."
    fewest = min(dataset.classes, key=lambda label: dataset.classes[label])
    if len(dataset.classes) == 1:
        return f"There is one class only, “{fewest}”: it takes two to tell apart."
    photos = _count(dataset.classes[fewest], "photo")
    return f"The smallest of {len(dataset.classes):,} classes, “{fewest}”, has {photos}."


def _how_sure(finding: Finding) -> str:
    certain = sum(sure >= CERTAIN for sure in finding.sure)
    if certain == len(finding.sure):
        return "That is certain."
    if not certain:
        return "Look before you mend: the surest come first."
    return f"{certain:,} of {len(finding.sure):,} are certain; look at the others before you mend."


def _how_many_more(finding: Finding) -> str:
    more = finding.facts.get("more", {})
    named = [f"{count:,} more of “{label}”" for label, count in [*more.items()][:3]]
    others = f", and some of {len(more) - 3:,} other classes" if len(more) > 3 else ""
    return f"Add {', '.join(named)}{others}." if named else ""


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _photos(one: str, many: str) -> Callable[[Finding], str]:
    """One photo is …; 12 photos are …"""
    return lambda finding: f"One photo {one}" if finding.photos == 1 else f"{finding.photos:,} photos {many}"


def _pictures(finding: Finding, one: str, many: str) -> str:
    groups = len(finding.groups)
    return f"One picture {one}" if groups == 1 else f"{groups:,} pictures {many}"


def _leaks(finding: Finding) -> str:
    to_test = finding.facts.get("in_test", len(finding.groups))
    other = "the photos it learns from or is watched with" if to_test else "the photos it learns from"
    part = "the test" if to_test == len(finding.groups) else "the test or validation" if to_test else "the validation"
    return _pictures(finding, f"of {part} is also among {other}", f"of {part} are also among {other}")


def _alike(finding: Finding) -> str:
    keep, other = finding.classes
    photos = finding.facts.get("photos", {})
    counts = f" ({_count(photos[keep], 'photo')} and {photos[other]:,})" if {keep, other} <= {*photos} else ""
    return f"“{keep}” and “{other}” look like one label{counts}"


def _small(finding: Finding) -> str:
    fewer = f"fewer than {ENOUGH} photos"
    return f"{quoted(finding.classes)} {'has' if len(finding.classes) == 1 else 'have'} {fewer}"


def _imbalance(finding: Finding) -> str:
    most, fewest = finding.classes[:2]
    return f"“{most}” has {finding.facts.get('times', 0):.0f} times as many photos as “{fewest}”"


def _unreadable(finding: Finding) -> str:
    rows = finding.facts.get("rows", 0)
    said = f"{'One row' if rows == 1 else f'{rows:,} rows'} gave no photo" if rows else ""
    if not finding.groups:
        return said
    gone = "The file of one photo is" if finding.photos == 1 else f"The files of {finding.photos:,} photos are"
    return f"{gone} gone or damaged" + (f", and {said[0].lower()}{said[1:]}" if said else "")


_BRIEF: dict[Kind, Callable[[Finding], str]] = {
    "leaks": _leaks,
    "two_labels": lambda finding: _pictures(finding, "stands under several labels", "stand under several labels each"),
    "suspects": _photos("seems to show another class than it is called", "seem to show another class than called"),
    "placeholders": _photos("is a picture that came again and again", "are pictures that came again and again"),
    "labels_alike": _alike,
    "near_duplicates": lambda finding: _pictures(finding, "is there more than once", "are there more than once"),
    "one_colour": _photos("shows hardly more than one colour", "show hardly more than one colour"),
    "blurred": _photos("is blurred", "are blurred"),
    "dark": _photos("is very dark", "are very dark"),
    "bright": _photos("is washed out", "are washed out"),
    "tiny": _photos("is much smaller than the others", "are much smaller than the others"),
    "odd_shape": _photos("is very long or very wide", "are very long or very wide"),
    "small_classes": _small,
    "imbalance": _imbalance,
    "unreadable": _unreadable,
    "exact_duplicates": lambda finding: (
        "One photo came twice"
        if finding.facts.get("rows") == 1
        else f"{finding.facts.get('rows', 0):,} photos came again"
    ),
}
