"""Numbers, times and other people's text, said in short plain words."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from core.saying import per_100 as per_100

SMALL_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip

# One and many of the names that we know. Any other label stays as people wrote it.
KNOWN = {
    "dress": ("dress", "dresses"),
    "hat": ("hat", "hats"),
    "longsleeve": ("longsleeve", "longsleeves"),
    "outwear": ("piece of outwear", "pieces of outwear"),
    "pants": ("pair of pants", "pairs of pants"),
    "shirt": ("shirt", "shirts"),
    "shoes": ("pair of shoes", "pairs of shoes"),
    "shorts": ("pair of shorts", "pairs of shorts"),
    "skirt": ("skirt", "skirts"),
    "t-shirt": ("t-shirt", "t-shirts"),
}


def plain(text: object) -> str:
    """Makes text that somebody else wrote safe inside Markdown: it shows as it is, and does nothing."""
    flat = " ".join(str(text).split())
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", flat)


def count(number: int, one: str, many: str | None = None) -> str:
    """1 photo; 3,068 photos; 2 classes."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def in_words(number: int) -> str:
    """Three, as far as twelve; then 13."""
    return SMALL_NUMBERS[number] if 0 <= number < len(SMALL_NUMBERS) else f"{number:,}"


def of_100(share: float) -> str:
    """85 of 100. Only what is always right is 100, and only what is never right is 0."""
    return f"{per_100(share)} of 100"


def duration(seconds: float) -> str:
    """How long, as one would say it: 12 seconds, about 3 minutes, about 2 hours."""
    if seconds < 1.5:
        return "a second"
    if seconds < 55:
        return f"{seconds:.0f} seconds" if seconds < 20 else f"{5 * round(seconds / 5)} seconds"
    if seconds < 90:
        return "about a minute"
    if seconds < 90 * 60:
        return f"about {count(round(seconds / 60), 'minute')}"
    return f"about {count(round(seconds / 3600), 'hour')}"


def took(seconds: float) -> str:
    """How long something took: 40 seconds, 9 minutes."""
    return duration(seconds).removeprefix("about ").replace("a minute", "1 minute").replace("a second", "1 second")


def share(probability: float) -> str:
    """97%; only what is certain is 100%, and only what is next to nothing less than 1%."""
    if probability < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= probability < 1.0 else f"{probability:.0%}"


def day(moment: float) -> str:
    """today, yesterday, Monday, 3 March, 3 March 2025."""
    then, now = datetime.fromtimestamp(moment), datetime.fromtimestamp(time.time())
    days = (now.date() - then.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{then:%A}"
    return f"{then.day} {then:%B}" + ("" if then.year == now.year else f" {then.year}")


def moment(when: float) -> str:
    """today 14:02; 3 March 9:15."""
    then = datetime.fromtimestamp(when)
    return f"{day(when)} {then.hour}:{then:%M}"


def listed(things: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} {last} {things[-1]}"


def many(label: str) -> str:
    """dresses; of a label that we do not know "photos of cat"."""
    return KNOWN[label][1].split(" of ")[-1] if label in KNOWN else f"photos of {plain(label)}"


def megabytes(size: int) -> str:
    """98 MB; 0.4 MB."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e7 else f"{size / 1e6:,.1f} MB"


def tally(labels: Sequence[str]) -> str:
    """How many of each, the most first: three dresses and one skirt; four of “Kid's”."""
    counts = Counter(labels).most_common()
    return listed([f"{in_words(number)} {_kind(label, number)}" for label, number in counts])


def _kind(label: str, number: int) -> str:
    if label in KNOWN:
        return KNOWN[label][number > 1]
    return f"of {plain(label)}"


def balance(classes: dict[str, int]) -> str:
    """Whether there are about as many photos of each class, and what follows from it."""
    biggest, smallest = max(classes, key=classes.__getitem__), min(classes, key=classes.__getitem__)
    ratio = classes[biggest] / max(1, classes[smallest])
    if ratio < 1.5:
        return "About as many of each, so it has no reason to favour one."
    if ratio < 1.75:
        return f"Three photos of {plain(biggest)} for every two of {plain(smallest)}. That is nothing to worry about."
    times = in_words(round(ratio)).capitalize()
    if biggest in KNOWN and smallest in KNOWN:
        big = KNOWN[biggest][1]
        return f"{times} {big} for every {KNOWN[smallest][0]}. It will be better at {big.split(' of ')[-1]}."
    return (
        f"{times} photos of {plain(biggest)} for every one of {plain(smallest)}. It will be better at {plain(biggest)}."
    )
