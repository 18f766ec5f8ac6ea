"""The models that come with the app: what somebody meets who has taught nothing yet."""

import io
from pathlib import Path

import pytest

from core.data.store import Dataset
from core.model.bundle import default_model, list_models
from core.sources import garments
from tests.pages.conftest import Open, troubles, words


@pytest.fixture(autouse=True)
def models(bundled: Path) -> Path:
    return bundled


def test_home_shows_what_it_says_of_three_drawings(open_page: Open) -> None:
    app = open_page("home")
    assert troubles(app) == []
    assert [button.label for button in app.button][:2] == ["Try it now", "Take the five-minute tour"]
    for said in ("A dress", "A pair of shoes", "Shoes"):
        if said in words(app):
            break
    else:
        pytest.fail(words(app))
    assert "very likely" in words(app)
    assert "Nothing on the table yet" in words(app), "a model that came along was not left off by anybody"


def test_a_drawing_is_named_without_teaching_anything(open_page: Open) -> None:
    kept = io.BytesIO()
    garments.draw("pants", 5, 400).save(kept, "JPEG")
    app = open_page("predict")
    assert "It knows only dress, hat, longsleeve" in words(app)
    app = app.file_uploader[0].set_value([("mine.jpg", kept.getvalue(), "image/jpeg")]).run()
    assert troubles(app) == []
    assert r"Pants\, very likely" in words(app) or "Probably pants" in words(app)


def test_they_say_that_they_came_with_the_app_and_show_their_card(open_page: Open) -> None:
    app = open_page("models")
    assert troubles(app) == []
    assert words(app).count("Came with the app") == len(list_models()) == 2
    assert not [button for button in app.button if button.label == "Delete"]
    app = app.button(key="card_clothing-photos").click().run()
    assert troubles(app) == []
    card = "\n".join(element.value for element in app.markdown)
    assert "## Where it fails" in card and "under the licence of Fitting Room" in card
    assert "![" not in card, "pictures are shown as pictures"


def test_the_clothing_model_answers_where_nobody_chose(open_page: Open) -> None:
    model = default_model()
    assert model is not None and model.id == "clothing-photos"


def test_its_eyes_are_borrowed_for_new_photos(open_page: Open, dataset: Dataset) -> None:
    app = open_page("train", dataset=dataset.id)
    assert troubles(app) == []
    assert app.button_group(key="recipe").value == "transfer"
    assert app.selectbox(key="knob_backbone_transfer").value == "clothing"
    assert "It fetches" not in words(app)


def test_its_results_can_be_read(open_page: Open) -> None:
    app = open_page("results", run="clothing-photos")
    assert troubles(app) == []
    assert "Results of Clothes" in words(app)
