"""What is wrong with the classes of a dataset: too few photos, far fewer than another class has, names that are one."""

from collections.abc import Mapping

from core.data.quality.finding import Finding
from core.sources.labels import merges

# With twenty photos of a class a training keeps about thirteen to learn from, three to watch with and four to test on:
# the fewest with which it is said at all how well the class is known (`core.data.split.require_trainable`). From there
# on mistakes fall about with the square root: four times as many photos, half as many mistakes.
ENOUGH = 20
MANY_TIMES = 5  # a class this much bigger than another is guessed instead of it; the real photos have 7.4 times
MOST_LABELS = 2000  # more are no classes, and comparing them takes longer than it is worth


def findings_of(classes: Mapping[str, int]) -> list[Finding]:
    """Findings about the classes of a dataset as they are now.

    Args:
        classes: good photos by label.
    """
    if not classes or len(classes) > MOST_LABELS:
        return []
    return [*_alike(classes), *_small(classes), *_imbalance(classes)]


def _alike(classes: Mapping[str, int]) -> list[Finding]:
    return [
        Finding(
            "labels_alike",
            classes=(offer.target, other),
            facts={"photos": {offer.target: classes[offer.target], other: classes[other]}},
        )
        for offer in merges(classes)
        for other in offer.labels
    ]


def _small(classes: Mapping[str, int]) -> list[Finding]:
    small = sorted((label for label, photos in classes.items() if photos < ENOUGH), key=lambda label: classes[label])
    if not small:
        return []
    facts = {
        "photos": {label: classes[label] for label in small},
        "more": {label: ENOUGH - classes[label] for label in small},
    }
    return [Finding("small_classes", classes=tuple(small), facts=facts)]


def _imbalance(classes: Mapping[str, int]) -> list[Finding]:
    ranked = sorted(classes, key=lambda label: (-classes[label], label))
    most, rare = classes[ranked[0]], [label for label in ranked if classes[label] * MANY_TIMES < classes[ranked[0]]]
    if not rare:
        return []
    named = (ranked[0], *reversed(rare))
    facts = {"photos": {label: classes[label] for label in named}, "times": round(most / classes[rare[-1]], 1)}
    return [Finding("imbalance", classes=named, facts=facts)]
