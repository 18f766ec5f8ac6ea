"""Beside another model: both on the same photos, on the Results page."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.data.store import Dataset
from core.model.bundle import Model, load_model
from core.model.duel import duel
from core.model.exams import load_exam
from tests.pages.conftest import Open, add_model, make_run, press, troubles, words
from tests.pages.exams import sit
from ui.words import plain

ALL, NONE, SURE = [True] * 12, [False] * 12, [0.9] * 12


@pytest.fixture
def rival(model: Model, dataset: Dataset) -> Model:
    """Another model of the same classes."""
    add_model(make_run(dataset, "rival", "done"), dataset)
    return load_model("rival")


def test_both_are_counted_with_the_photos_that_flipped(
    open_page: Open, model: Model, rival: Model, dataset: Dataset
) -> None:
    one = sit(model, dataset, "test", SURE, [True] * 2 + [False] * 10)
    other = sit(rival, dataset, "test", [0.8] * 12, [False] + [True] * 11)
    app = open_page("results", run=model.id, beside=rival.id)
    assert troubles(app) == []
    found = duel(one, other, ("“Model ended”", "“Model rival”"))
    assert plain(found.sentence) in words(app) and "more than luck" in words(app)
    values = {metric.label: metric.value for metric in app.metric}
    assert (values["Model ended"], values["Model rival"]) == ("17 of 100", "92 of 100")
    headings = [each.value for each in app.subheader]
    assert "Only Model rival is right · 10 photos" in headings and "Only Model ended is right · 1 photo" in headings
    first = found.gained.iloc[0]
    assert f"this: **{first['said']}**, 90%" in words(app) and f"other: **{first['label']}**, 80%" in words(app)


def test_one_is_chosen_from_those_that_know_a_class_of_it(
    open_page: Open, model: Model, rival: Model, dataset: Dataset
) -> None:
    for each in (model, rival):
        sit(each, dataset, "test", SURE, ALL)
    app = open_page("results", run=model.id)
    choice = next(each for each in app.selectbox if each.label == "The other model")
    assert choice.options == ["Model rival"] and choice.value is None
    app = choice.set_value("rival").run()
    assert troubles(app) == []
    assert app.query_params["beside"] in ("rival", ["rival"])
    assert "right on the same 12 of 12 photos" in words(app)


def test_a_model_that_was_not_asked_is_asked_as_a_job(
    open_page: Open, bundled: Path, dataset: Dataset, at_once: None
) -> None:
    sit(load_model("clothing-photos"), dataset, "dataset", SURE, NONE)
    app = open_page("results", run="clothing-photos", exam=dataset.id, beside="garments")
    assert troubles(app) == []
    assert "was not asked about these 12 photos yet" in words(app)
    app = press(app, "Ask it too")
    assert troubles(app) == []
    assert load_exam(load_model("garments"), dataset.id) is not None
    assert "Drawn garments” is right on" in words(app).replace("\\", "")


def test_a_win_on_photos_known_by_heart_is_refused_until_they_are_left_out(
    open_page: Open, model: Model, rival: Model, dataset: Dataset
) -> None:
    sit(model, dataset, "test", SURE, ALL)
    sit(rival, dataset, "test", SURE, ALL, known=[True] * 5 + [False] * 7)
    app = open_page("results", run=model.id, beside=rival.id)
    assert troubles(app) == []
    assert "has learned from 5 of these 12 photos" in words(app)
    assert "Model rival" not in [metric.label for metric in app.metric]
    app = press(app, "Leave these out")
    assert "right on the same 7 of 7 photos" in words(app)
    assert "5 (one has learned from them)" in words(app)


def test_nothing_can_be_left_out_where_all_are_known(
    open_page: Open, model: Model, rival: Model, dataset: Dataset
) -> None:
    for each in (model, rival):
        sit(each, dataset, "validation", SURE, ALL, known=True)
    app = open_page("results", run=model.id, exam="validation", beside=rival.id)
    assert troubles(app) == []
    assert "has learned from 12 of these 12 photos" in words(app) and "Leave these out" not in words(app)
    assert "Leave these out" not in [button.label for button in app.button]


def test_photos_that_have_changed_or_are_gone_are_said(
    open_page: Open, model: Model, rival: Model, dataset: Dataset
) -> None:
    sit(model, replace(dataset, fingerprint="as it was"), "test", SURE, ALL)
    app = open_page("results", run=model.id, beside=rival.id)
    assert "has changed since this model was asked" in words(app)
    sit(model, dataset, "test", SURE, ALL)
    (dataset.folder / "dataset.json").rename(dataset.folder / "gone.json")
    app = open_page("results", run=model.id, beside=rival.id)
    assert "cannot be asked about these photos" in words(app)
    assert "Ask it too" not in [button.label for button in app.button]
