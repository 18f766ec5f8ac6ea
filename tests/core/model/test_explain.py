"""Where a model looked: the heat lies where the garment is, and the page and the command line tell the same."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from core.__main__ import main
from core.data.photo import resize
from core.errors import NotExplainable
from core.model.bundle import load_model
from core.model.explain import erased, heat_map, hottest, without_hottest
from core.model.heat_picture import laid_over
from core.model.predictor import Predictor, load_predictor
from core.sources import garments

CORNERS = {"top left": (0, 0), "top right": (0, 1), "bottom left": (1, 0), "bottom right": (1, 1)}


@pytest.fixture
def predictor(bundled) -> Predictor:
    return load_predictor(load_model("clothing-photos"))


def drawn(label: str, seed: int, size_px: int) -> np.ndarray:
    return resize(garments.draw(label, seed, 200), size_px)


@pytest.mark.parametrize("corner", CORNERS)
def test_the_heat_lies_in_the_corner_where_the_garment_is(predictor, corner):
    size = predictor.model.input_size_px
    down, across = (place * size // 2 for place in CORNERS[corner])
    pixels = np.full((size, size, 3), 225, np.uint8)
    pixels[down : down + size // 2, across : across + size // 2] = drawn("shoes", 24, size // 2)
    said = int(predictor.predict(pixels[None])[0].argmax())
    places = hottest(heat_map(predictor, pixels, said))
    assert places[down : down + size // 2, across : across + size // 2].mean() * size * size / 4 > 0.7 * places.sum()


def test_erasing_the_hottest_tenth_costs_far_more_than_a_tenth_elsewhere(predictor):
    chance, hot, elsewhere = np.random.default_rng(3), 0.0, 0.0
    for label in garments.CLASS_NAMES[::2]:
        pixels = drawn(label, 777_000, predictor.model.input_size_px)
        before = predictor.predict(pixels[None])[0]
        said = int(before.argmax())
        heat = heat_map(predictor, pixels, said)
        moved = [np.roll(hottest(heat), tuple(chance.integers(0, len(heat), 2)), (0, 1)) for _ in range(3)]
        left = predictor.predict(np.stack([erased(pixels, places) for places in moved]))[:, said]
        hot += float(before[said]) - without_hottest(predictor, pixels, said, heat)
        elsewhere += float(before[said] - left.mean())
    assert hot > 3 * elsewhere
    assert hot > 0.1, "over four photos"


def test_a_map_has_the_size_of_the_photo_and_runs_from_0_to_1(predictor):
    size = predictor.model.input_size_px
    heat = heat_map(predictor, drawn("dress", 13, size), 0)
    assert heat.shape == (size, size) and heat.dtype == np.float32
    assert heat.min() >= 0 and heat.max() == pytest.approx(1)
    assert hottest(heat).sum() == round(0.1 * size * size)
    assert hottest(heat)[np.unravel_index(heat.argmax(), heat.shape)]


def test_where_no_place_counts_nothing_is_hot(predictor):
    size = predictor.model.input_size_px
    assert not heat_map(predictor, np.full((size, size, 3), 128, np.uint8), 0).any()


def test_what_the_model_does_not_take_is_refused(predictor):
    size = predictor.model.input_size_px
    with pytest.raises(NotExplainable, match=rf"{size} × {size}.*\(8, 8, 3\)"):
        heat_map(predictor, np.zeros((8, 8, 3), np.uint8), 0)
    with pytest.raises(NotExplainable, match="float32"):
        heat_map(predictor, np.zeros((size, size, 3), np.float32), 0)
    for index in (-1, 10):
        with pytest.raises(NotExplainable, match=f"class {index}"):
            heat_map(predictor, np.zeros((size, size, 3), np.uint8), index)


def test_a_network_that_tells_nothing_but_probabilities_is_explained_too(bundled):
    predictor = load_predictor(load_model("garments"))
    pixels = drawn("pants", 8, predictor.model.input_size_px)
    said = int(predictor.predict(pixels[None])[0].argmax())
    assert without_hottest(predictor, pixels, said, heat_map(predictor, pixels, said)) < 1


def test_the_picture_is_warm_where_it_is_hot_and_grey_where_it_is_not():
    photo = Image.new("RGB", (60, 80), (200, 40, 40))
    heat = np.zeros((20, 20), np.float32)
    heat[:5, :5] = 1
    shown = np.asarray(laid_over(photo, heat), int)
    assert shown.shape == (80, 60, 3)
    red, _, blue = shown[2, 2]
    assert red - blue > 100
    assert np.ptp(shown[-1, -1]) <= 2
    assert laid_over(photo, heat, 0) is photo


class TestCommandLine:
    @pytest.fixture
    def photo(self, bundled, tmp_path):
        garments.draw("dress", 13, 200).save(tmp_path / "mine.jpg")
        return tmp_path / "mine.jpg"

    def test_it_writes_the_picture_and_says_what_counts(self, photo, tmp_path, capsys):
        target = tmp_path / "why.png"
        assert main(["explain", str(photo), "--model", "clothing-photos", "--to", str(target), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["class"] == said["label"] == "dress"
        assert 0 <= said["without_hottest_tenth"] < said["probability"] <= 1
        assert {change["way"] for change in said["changes"]} >= {"darker", "smaller", "turned"}
        assert Image.open(io.BytesIO(target.read_bytes())).size == (200, 267)

    def test_another_class_can_be_asked_about(self, photo, tmp_path, capsys):
        arguments = ["explain", str(photo), "--class", "skirt", "--to", str(tmp_path / "why.png")]
        assert main(arguments) == 0
        assert capsys.readouterr().out.startswith("skirt: ")

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (["--class", "sari"], "Received: sari"),
            (["--to", "why.gif"], "ends in .png"),
            (["--model", "nobody"], "nobody"),
        ],
    )
    def test_what_it_cannot_do_is_said(self, photo, tmp_path, capsys, change, told):
        assert main(["explain", str(photo), "--to", str(tmp_path / "why.png"), *change]) == 1
        assert told in capsys.readouterr().err
        assert not (tmp_path / "why.png").exists()

    def test_no_photo_is_said(self, bundled, tmp_path, capsys):
        assert main(["explain", str(tmp_path / "gone.jpg"), "--to", str(tmp_path / "why.png")]) == 1
        assert "There is no photo at" in capsys.readouterr().err
