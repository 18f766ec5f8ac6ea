"""The words of an answer."""

import pytest

from core.model.answer import Answer
from core.model.bundle import Thresholds
from core.model.verdict import verdict


def answer(**probabilities: float) -> Answer:
    named = {label.replace("_", "-"): probability for label, probability in probabilities.items()}
    label = max(named, key=lambda key: named[key])
    return Answer("photo.jpg", label, named[label], named[label] >= 0.9, named)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer(dress=0.90, skirt=0.10), "A dress, very likely"),
        (answer(outfit=0.97, skirt=0.03), "An outfit, very likely"),
        (answer(pants=0.97, skirt=0.03), "Pants, very likely"),
        (answer(Outwear=0.97, skirt=0.03), "Outwear, very likely"),
        (answer(dress=0.89, skirt=0.11), "Probably a dress"),
        (answer(shoes=0.70, skirt=0.30), "Probably shoes"),
        (answer(shirt=0.48, t_shirt=0.43, hat=0.09), "Between shirt and t-shirt"),
        (answer(t_shirt=0.55, shirt=0.36), "Between t-shirt and shirt"),
        (answer(shoes=0.17, hat=0.16, dress=0.1), "Not sure: perhaps shoes"),  # chance is no choice of two
        (answer(skirt=0.5, dress=0.25, hat=0.25), "Not sure: perhaps a skirt"),
        (answer(shorts=0.69, dress=0.31), "Not sure: perhaps shorts"),
        (
            Answer("cat.jpg", "hat", 0.99, False, {"hat": 0.99, "dress": 0.01}, unlike=True),
            "Unlike anything it was taught",
        ),
        (Answer("scan.pdf", None, None, None, None, "This is a PDF."), "Could not be read"),
    ],
)
def test_a_verdict_says_how_sure(given, words):
    assert verdict(given, Thresholds()) == words


def test_a_models_own_thresholds_count():
    assert verdict(answer(dress=0.8, skirt=0.2), Thresholds(sure=0.75)) == "A dress, very likely"
