"""How much could it do alone? The choice of a threshold on the Results page, and what it changes elsewhere."""

import io

import pytest
from streamlit.testing.v1 import AppTest

from core.data.store import Dataset
from core.model.bundle import Model, load_model
from core.sources.garments import draw
from tests.pages.conftest import Open, press, troubles, words
from tests.pages.exams import sit
from ui.deciding import WRONG

CONFIDENCE = [0.99, 0.97, 0.95, 0.93, 0.88, 0.86, 0.84, 0.8, 0.7563, 0.7, 0.6, 0.5]
WATCHED = [True] * 6 + [False] + [True] * 2 + [False] * 3
TESTED = [True] * 5 + [False] + [True] * 3 + [False] * 3


@pytest.fixture
def asked(model: Model, dataset: Dataset) -> Model:
    """A model with both of the exams that a training leaves."""
    sit(model, dataset, "validation", CONFIDENCE, WATCHED, known=True)
    sit(model, dataset, "test", CONFIDENCE, TESTED)
    return model


def slider(app: AppTest, begins: str) -> object:
    return next(each for each in (*app.select_slider, *app.slider) if each.label.startswith(begins))


def other_way(app: AppTest) -> AppTest:
    return app.button_group(key="way_ended").set_value(WRONG).run()


def test_it_says_what_a_threshold_comes_to_on_photos_that_had_no_say_in_it(open_page: Open, asked: Model) -> None:
    app = open_page("results", run=asked.id)
    assert troubles(app) == []
    assert "At 90 % it labels 33 of 100 photos by itself, 100 % of them right; 67 go to a person." in words(app)
    assert "between 51 and 100 of 100 would hold, as far as 4 answers can tell" in words(app)
    assert "12 photos that it never saw" in words(app) and "a fair check" in words(app)
    app = slider(app, "It must be").set_value(0.85).run()  # type: ignore[attr-defined]
    assert "At 85 % it labels 50 of 100 photos by itself, 83 % of them right" in words(app)
    assert load_model(asked.id).thresholds.sure == 0.9, "looking is not choosing"


def test_how_often_it_may_be_wrong_finds_the_threshold_on_the_photos_it_was_watched_with(
    open_page: Open, asked: Model
) -> None:
    app = other_way(open_page("results", run=asked.id))
    assert "At 86 % it labels 50 of 100 photos by itself, 83 % of them right" in words(app)
    assert "On photos it never saw it is wrong more often than that" in words(app)
    app = slider(app, "It may be wrong").set_value(15).run()  # type: ignore[attr-defined]
    assert "At 75 % it labels 75 of 100" in words(app)
    assert "wrong more often than that" not in words(app), "on 1 of 9"
    press(app, "Use this from now on")
    assert load_model(asked.id).thresholds.sure == 0.75, "0.7563 would do, and so would all from 0.70 on: the roundest"


def test_where_no_threshold_does_everything_goes_to_a_person(open_page: Open, model: Model, dataset: Dataset) -> None:
    sit(model, dataset, "test", CONFIDENCE, [False] * 12)
    app = other_way(open_page("results", run=model.id))
    assert troubles(app) == []
    assert "so all photos go to a person" in words(app)
    assert "Use this from now on" not in [button.label for button in app.button]


def test_a_chosen_threshold_counts_on_predict_until_it_is_taken_back(open_page: Open, asked: Model) -> None:
    def answer() -> str:
        app = open_page("predict", model=asked.id)
        app = app.file_uploader[0].set_value([("one.jpg", _drawing(), "image/jpeg")]).run()
        assert troubles(app) == []
        return words(app)

    assert r"A dress\, very likely" in answer()
    app = slider(open_page("results", run=asked.id), "It must be").set_value(0.95).run()  # type: ignore[attr-defined]
    app = press(app, "Use this from now on")
    assert "In use: 95 %, chosen here; the usual is 90 %" in words(app)
    assert "very likely" not in answer(), "0.93 does not reach it"
    app = press(open_page("results", run=asked.id), "Back to the usual")
    assert "In use: 90 %, the usual" in words(app)
    assert r"A dress\, very likely" in answer()
    assert load_model(asked.id).fitted is None


def test_chosen_and_measured_on_the_same_photos_is_said_to_look_better(
    open_page: Open, model: Model, dataset: Dataset
) -> None:
    sit(model, dataset, "test", CONFIDENCE, TESTED)
    assert "a threshold looks a little better than it is" in words(open_page("results", run=model.id))
    sit(model, dataset, "validation", CONFIDENCE, WATCHED, known=True)
    assert "a fair check" in words(open_page("results", run=model.id, exam="validation"))


def test_what_is_unlike_all_goes_to_a_person_however_sure_it_is(
    open_page: Open, model: Model, dataset: Dataset
) -> None:
    sit(model, dataset, "test", CONFIDENCE, TESTED, unlike=[True] * 2 + [False] * 10)
    app = open_page("results", run=model.id)
    assert "At 90 % it labels 17 of 100" in words(app)
    assert "2 of 12 go to a person because they are unlike all it was taught" in words(app)


def test_photos_it_knows_by_heart_decide_nothing(open_page: Open, model: Model, dataset: Dataset) -> None:
    sit(model, dataset, "test", CONFIDENCE, TESTED, known=True)
    app = open_page("results", run=model.id)
    assert troubles(app) == []
    assert "learned from all 12 of these photos" in words(app)


def _drawing() -> bytes:
    kept = io.BytesIO()
    draw("dress", 3, 64).save(kept, "JPEG")
    return kept.getvalue()
