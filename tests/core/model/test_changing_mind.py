"""What would change a model's mind: what is found does, and a little less does not."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from core.data.photo import resize
from core.model.bundle import load_model
from core.model.changing_mind import Outcome, altered, what_would_change_it
from core.model.predictor import load_predictor
from core.sources import garments


class Eyes:
    """Says what a rule says of the photo's pixels, and counts how often it was asked."""

    def __init__(self, rule):
        self.model = SimpleNamespace(class_names=("dress", "skirt"), input_size_px=100)
        self.rule, self.asked = rule, 0

    def predict(self, pixels):
        self.asked += len(pixels)
        skirt = np.array([self.rule(photo.astype(float)) for photo in pixels], np.float32)
        return np.stack([1 - skirt, skirt], axis=1)


def found(rule, photo) -> dict[str, Outcome]:
    eyes = Eyes(rule)
    outcomes = what_would_change_it(eyes, photo)
    assert eyes.asked < 60
    return {outcome.way: outcome for outcome in outcomes}


def half_and_half() -> Image.Image:
    """White above, black below."""
    pixels = np.zeros((200, 100, 3), np.uint8)
    pixels[:100] = 255
    return Image.fromarray(pixels)


def test_the_least_cut_is_found_by_halving():
    outcome = found(lambda photo: float(photo.mean() < 100), half_and_half())["top"]
    # With a share s of the top gone, white is (0.5 - s) / (1 - s) of what is left: 100 of 255 is at s = 0.18.
    assert outcome.changed and 0.18 <= outcome.amount <= 0.20
    assert outcome.sentence == f"It would say skirt if the top {outcome.amount:.0%} were cut off."


def test_the_least_darkening_is_found_by_halving():
    outcome = found(lambda photo: float(photo.max() < 64), half_and_half())["darker"]
    assert outcome.amount == pytest.approx(0.25, abs=0.03) and outcome.label == "skirt"
    assert "of the light" in outcome.sentence


def test_the_side_that_needs_least_is_taken():
    pixels = np.zeros((200, 100, 3), np.uint8)
    pixels[30:80] = pixels[100:140] = 255  # from 15 % of the height below the top, and from 30 % above the bottom
    outcomes = found(lambda photo: float(max(photo[0].mean(), photo[-1].mean()) > 128), Image.fromarray(pixels))
    assert outcomes["top"].amount == pytest.approx(0.16, abs=0.02)
    assert "bottom" not in outcomes


def test_what_changes_nothing_is_said_as_far_as_it_was_taken():
    outcomes = found(lambda photo: 0.0, half_and_half())
    assert not any(outcome.changed for outcome in outcomes.values())
    assert [outcome.sentence for outcome in outcomes.values()] == [
        "Whichever half is cut off, it stays a dress.",
        "Even at a tenth of the light it stays a dress.",
        "Even at 16 pixels across it stays a dress.",
        "However it is turned it stays a dress.",
    ]


def test_turning_says_which_way():
    photo = half_and_half()
    outcome = found(lambda photo: float(photo[-1].mean() > photo[0].mean()), photo)["turned"]
    assert outcome.sentence == "It would say skirt if it stood on its head."


@pytest.mark.parametrize(
    ("way", "amount", "size"),
    [("top", 0.25, (100, 150)), ("left", 0.1, (90, 200)), ("smaller", 16, (100, 200)), ("turned", 90, (200, 100))],
)
def test_a_changed_photo_has_what_is_left(way, amount, size):
    assert altered(half_and_half(), way, amount).size == size


def test_a_photo_of_one_pixel_survives_every_change():
    assert len(found(lambda photo: 0.0, Image.new("RGB", (1, 1)))) == 4


def test_a_real_model_is_of_the_mind_that_is_told(bundled):
    predictor = load_predictor(load_model("clothing-photos"))
    photo = garments.draw("dress", 13, 200)
    outcomes = what_would_change_it(predictor, photo)
    assert [outcome.changed for outcome in outcomes] == sorted((each.changed for each in outcomes), reverse=True)
    for outcome in outcomes:
        changed = altered(photo, outcome.way, outcome.amount)
        probabilities = predictor.predict(resize(changed, predictor.model.input_size_px)[None])[0]
        assert predictor.model.class_names[int(probabilities.argmax())] == outcome.label
        assert float(probabilities.max()) == pytest.approx(outcome.probability)
