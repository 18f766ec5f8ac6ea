"""An answer in words that a person would say."""

from typing import Literal

from core.model.answer import Answer
from core.model.bundle import Thresholds

# An article only for labels that are known to be singular: "A dress", but "Pants", and whatever else people write.
SINGULAR = frozenset(
    (
        *("bag", "beanie", "belt", "blazer", "blouse", "body", "boot", "cap", "cardigan", "coat", "dress", "glove"),
        *(
            "hat",
            "hoodie",
            "jacket",
            "jumper",
            "jumpsuit",
            "longsleeve",
            "outfit",
            "overall",
            "parka",
            "polo",
            "pullover",
        ),
        *("pullover", "sandal", "scarf", "shirt", "shoe", "skirt", "sneaker", "sock", "suit", "sweater", "sweatshirt"),
        *("swimsuit", "t-shirt", "tee", "tie", "top", "tshirt", "tunic", "undershirt", "vest"),
    )
)


MAJORITY = 0.5
Kind = Literal["sure", "close", "unsure", "unlike", "unreadable"]


def verdict(answer: Answer, thresholds: Thresholds) -> str:
    """Says how sure a model is, by the probabilities of the first two classes.

    Returns:
        "A dress, very likely", "Probably a dress", "Between shirt and t-shirt", "Not sure: perhaps a skirt",
        "Unlike anything it was taught", or "Could not be read".
    """
    if answer.label is None or answer.probability is None or answer.probabilities is None:
        return "Could not be read"
    if answer.unlike:
        return "Unlike anything it was taught"
    named = with_article(answer.label)
    if answer.probability >= thresholds.sure:
        return f"{named[0].upper()}{named[1:]}, very likely"
    if answer.probability >= thresholds.probable:
        return f"Probably {named}"
    if is_between_two(answer, thresholds):
        first, second = list(answer.probabilities)[:2]
        return f"Between {first} and {second}"
    return f"Not sure: perhaps {named}"


def kind_of(answer: Answer, thresholds: Thresholds) -> Kind:
    """How sure an answer is, in one word; close is what stands between two."""
    if answer.probability is None or answer.probabilities is None:
        return "unreadable"
    if answer.unlike:
        return "unlike"
    if answer.probability >= thresholds.probable:
        return "sure"
    return "close" if is_between_two(answer, thresholds) else "unsure"


def is_between_two(answer: Answer, thresholds: Thresholds) -> bool:
    """Whether the first two classes are close to each other and together likelier than all others."""
    first_two = list((answer.probabilities or {}).values())[:2]
    return len(first_two) == 2 and first_two[0] - first_two[1] <= thresholds.between and sum(first_two) >= MAJORITY


def with_article(label: str) -> str:
    """ "a dress", "an overall", "pants": labels stay as people wrote them."""
    if label.lower() not in SINGULAR:
        return label
    return f"{'an' if label[0].lower() in 'aeiou' else 'a'} {label}"
