"""What is said of numbers, times and names."""

import time

import pytest

from ui import words


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0 of 100"), (0.001, "1 of 100"), (0.854, "85 of 100"), (0.9999, "99 of 100"), (1.0, "100 of 100")],
)
def test_a_mistake_is_never_rounded_away(share: float, said: str) -> None:
    assert words.of_100(share) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.3, "a second"),
        (12, "12 seconds"),
        (33, "35 seconds"),
        (70, "about a minute"),
        (200, "about 3 minutes"),
        (7200, "about 2 hours"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_yesterday_is_a_calendar_day_and_not_24_hours() -> None:
    midnight = time.mktime((*time.localtime()[:3], 0, 0, 0, 0, 0, -1))
    assert words.day(midnight + 1) == "today"
    assert words.day(midnight - 60) == "yesterday"


@pytest.mark.parametrize(
    "text", ["*a*", "<b>x</b>", "[a](http://x)", ":red[x]", "$x$", "# head", "a|b", "`x`", "line\nbreak"]
)
def test_other_peoples_words_do_nothing_in_markdown(text: str) -> None:
    said = words.plain(text)
    assert "\n" not in said
    assert said.replace("\\", "") == " ".join(text.split())
    assert all(said[place - 1] == "\\" for place, sign in enumerate(said) if sign in "*<>[]:$#|`")


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ({"t-shirt": 795, "skirt": 112}, "Seven t-shirts for every skirt. It will be better at t-shirts."),
        ({"pants": 100, "outwear": 30}, "Three pairs of pants for every piece of outwear. It will be better at pants."),
        ({"cat": 50, "dog": 10}, "Five photos of cat for every one of dog. It will be better at cat."),
        ({"cat": 50, "dog": 45}, "About as many of each, so it has no reason to favour one."),
    ],
)
def test_balance_is_a_sentence(classes: dict[str, int], said: str) -> None:
    assert words.balance(classes).replace("\\", "") == said
