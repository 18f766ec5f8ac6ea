"""What is said of knobs: where they stand, and what is wrong with one."""

import pytest

from core.errors import RecipeInvalid, SeriesInvalid
from core.training.recipe import Recipe
from ui.knobs import TITLES, plain_title, said_of


@pytest.mark.parametrize(
    ("turned", "said"),
    [
        (
            {"image_size_px": 5},
            "Size of a photo (image size), under “What it sees”: a whole number from 16 to 256. It stands at 5.",
        ),
        ({"augment": 3.0}, "How much they vary (augmentation): a number from 0 to 2. It stands at 3."),
        (
            {"warmup_epochs": 20.0},
            "Rounds to warm up (warm-up), under “How it steps”: fewer than the 10 rounds (epochs). It stands at 20.",
        ),
        (
            {"seed": None},
            "Seed (random), under “For engineers”: a whole number from 0 to 2147483647. It stands at none.",
        ),
    ],
)
def test_a_knob_that_makes_no_sense_is_named_as_on_the_page(turned: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeInvalid) as caught:
        Recipe(**turned)  # type: ignore[arg-type]
    assert said_of(caught.value) == said


def test_other_troubles_are_said_as_they_are() -> None:
    assert said_of(SeriesInvalid("A sweep needs a knob to turn.")) == "A sweep needs a knob to turn."
    with pytest.raises(RecipeInvalid) as caught:
        Recipe.from_json({"colour": "red"})
    assert said_of(caught.value) == str(caught.value)


def test_titles_that_stand_in_a_list_have_no_comma() -> None:
    assert [plain_title(field) for field in TITLES if "," in plain_title(field)] == []
