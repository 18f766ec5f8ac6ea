"""Train before a training: recipes, knobs, what is promised, and what Start makes of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.store import Dataset
from core.errors import DatasetTooSmall
from core.files import write_json
from core.model.bundle import Model
from core.settings import load_settings
from core.training.recipe import FINE_TUNING, RECIPES, Recipe, usual
from tests.pages.conftest import Open, at_work, make_run, press, troubles, words


@pytest.fixture
def begun(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Recipe, dict[str, Any]]]]:
    """What was started, instead of starting it."""
    started: list[tuple[Recipe, dict[str, Any]]] = []

    def start(dataset_id: str, recipe: Recipe, **extras: Any) -> str:
        started.append((recipe, extras))
        return make_run(dataset, "new", "stopped").name

    monkeypatch.setattr("core.training.starting.start_run", start)
    yield started


@pytest.fixture
def eyes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of backbones without one."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "models"


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def start_button(app: AppTest) -> Any:
    return next(button for button in app.button if button.label == "Start learning")


def test_it_opens_with_a_recipe_that_works_right_here(open_page: Open, dataset: Dataset, eyes: Path) -> None:
    app = open_page("train", dataset=dataset.id)
    assert troubles(app) == []
    assert app.title[0].value == "How should it learn?"
    assert app.button_group(key="recipe").value == "classic"
    assert [button.label for button in app.button if button.proto.type == "primary"] == ["Start learning"]
    eyes.mkdir(parents=True)
    (eyes / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5").touch()
    assert open_page("train", dataset=dataset.id).button_group(key="recipe").value == "transfer"


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_starts_as_it_is_meant(
    open_page: Open, dataset: Dataset, begun: list[tuple[Recipe, dict[str, Any]]], name: str
) -> None:
    app = open_page("train", dataset=dataset.id, recipe=RECIPES[name].title)
    assert troubles(app) == []
    press(app, "Start learning")
    assert begun == [(usual(name), {})]


def test_the_knobs_reach_the_recipe(
    open_page: Open, dataset: Dataset, begun: list[tuple[Recipe, dict[str, Any]]]
) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Compact")
    app.number_input(key="knob_epochs_compact").set_value(4)
    app.number_input(key="knob_learning_rate_compact").set_value(0.003)
    app.selectbox(key="knob_optimizer_compact").set_value("sgd")
    app.toggle(key="knob_greyscale_compact").set_value(True)
    app.slider(key="knob_augment_compact").set_value(0.5)
    app.button_group(key="knob_variations_compact").set_value(["flip", "zoom"])
    app.toggle(key="tensorboard").set_value(True)
    app = app.run()
    assert "Changed: without colour\\, rounds\\, way of stepping and four more." in words(app)
    press(app, "Start learning")
    wanted = usual(
        "compact", epochs=4, learning_rate=0.003, optimizer="sgd", greyscale=True, augment=0.5,
        variations=("flip", "zoom"),
    )  # fmt: skip
    assert begun == [(wanted, {"tensorboard": True})]


def test_knobs_can_be_put_back(open_page: Open, dataset: Dataset, begun: list[Any]) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Classic")
    app.number_input(key="knob_epochs_classic").set_value(4)
    app.button_group(key="knob_budget_classic").set_value(True)
    app = press(app.run(), "As it was")
    assert "Changed" not in words(app)
    assert app.button_group(key="knob_budget_classic").value is False
    press(app, "Start learning")
    assert begun[0][0] == usual("classic")


def test_nonsense_is_answered_beside_the_knob_and_nothing_starts(open_page: Open, dataset: Dataset) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Classic")
    app = app.number_input(key="knob_learning_rate_classic").set_value(-1.0).run()
    assert any("to 10" in each and "It stands at" in each for each in troubles(app)), troubles(app)
    assert start_button(app).disabled
    app = app.number_input(key="knob_learning_rate_classic").set_value(0.01).run()
    assert troubles(app) == []
    assert not start_button(app).disabled


def test_minutes_instead_of_rounds(open_page: Open, dataset: Dataset, begun: list[Any]) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Deep")
    app = app.button_group(key="knob_budget_deep").set_value(True).run()
    assert metrics(app)["On this computer"] == "about 10 minutes"
    press(app, "Start learning")
    assert begun[0][0] == usual("deep", minutes=10.0)


def test_fine_tuning_brings_its_own_places_and_leaves_them_again(
    open_page: Open, dataset: Dataset, begun: list[Any]
) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Borrowed eyes")
    assert "Done in a minute" in words(app)
    app = app.toggle(key="fine_tune_transfer").set_value(True).run()
    assert "many times as long" in words(app) and "Done in a minute" not in words(app)
    assert app.number_input(key="knob_epochs_fine-tuned").value == FINE_TUNING["epochs"]
    app = app.toggle(key="fine_tune_transfer").set_value(False).run()
    press(app.toggle(key="fine_tune_transfer").set_value(True).run(), "Start learning")
    assert begun[0][0] == usual("transfer", fine_tune=True)


def test_borrowed_eyes_say_what_they_fetch_and_what_works_without(
    open_page: Open, dataset: Dataset, eyes: Path
) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Borrowed eyes")
    assert "It fetches MobileNetV2, 0.35 wide first, 2 MB, once. Without the internet: Compact or Classic." in words(
        app
    )
    choices = app.selectbox(key="knob_backbone_transfer").options
    assert choices[:2] == ["The clothing model's eyes, missing", "MobileNetV2, 0.35 wide, 2 MB to fetch"]
    assert len(choices) == 9
    eyes.mkdir(parents=True)
    (eyes / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.5_224_no_top.h5").touch()
    app = app.run()
    assert "Without the internet: MobileNetV2, 0.5 wide, Compact or Classic." in words(app)
    assert "It fetches" not in words(app.selectbox(key="knob_backbone_transfer").set_value("mobilenet_v2_0.5").run())


def test_it_shows_one_photo_varied_as_much_as_the_slider_says(open_page: Open, dataset: Dataset) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Compact")
    assert "Every photo is varied" in words(app)
    varied = pictures(app)
    app = app.slider(key="knob_augment_compact").set_value(2.0).run()
    assert pictures(app)[0] == varied[0]
    assert not set(pictures(app)[1:]) & set(varied[1:])
    app = app.slider(key="knob_augment_compact").set_value(0.0).run()
    assert "It sees every photo as 96 × 96 dots" in words(app)
    as_they_are = pictures(app)
    assert not set(pictures(press(app, "Others"))) & set(as_they_are)


def pictures(app: AppTest) -> list[str]:
    """The addresses of the photos on the page, which follow from their content."""
    return [picture.url for element in app.main.get("image") for picture in element.proto.imgs]


def test_what_is_usual_comes_from_earlier_runs_on_these_photos(open_page: Open, dataset: Dataset, model: Model) -> None:
    assert metrics(open_page("train", dataset=dataset.id, recipe="Classic"))["Usually right on"] == "86 of 100"
    assert "Usually right on" not in metrics(open_page("train", dataset=dataset.id, recipe="Deep"))


def test_the_expected_time_comes_from_what_was_measured(open_page: Open, dataset: Dataset) -> None:
    facts = {
        "name": "classic", "fine_tune": False, "backbone": "", "image_size_px": 100, "batch_size": 32,
        "precision": "float32", "seconds_a_photo": 2.0, "seconds_a_feature": 0.0, "around_s": 5.0,
    }  # fmt: skip
    write_json(load_settings().cache_dir / "pace.json", [facts])
    assert metrics(open_page("train", dataset=dataset.id, recipe="Classic"))["On this computer"] == "about 5 minutes"


def test_a_time_that_nobody_measured_is_said_to_be_unknown(open_page: Open, dataset: Dataset) -> None:
    assert metrics(open_page("train", dataset=dataset.id, recipe="Classic"))["On this computer"] == "not measured yet"


def test_it_can_start_from_what_an_earlier_one_learned(
    open_page: Open, dataset: Dataset, model: Model, begun: list[Any]
) -> None:
    app = open_page("train", dataset=dataset.id, recipe="Classic")
    assert len(app.selectbox(key="start_from_classic").options) == 2
    app = app.number_input(key="knob_image_size_px_classic").set_value(64).run()
    assert "start_from_classic" not in [each.key for each in app.selectbox]
    app = app.number_input(key="knob_image_size_px_classic").set_value(100).run()
    press(app.selectbox(key="start_from_classic").set_value("ended").run(), "Start learning")
    assert begun == [(usual("classic"), {"start_from": "ended"})]


def test_too_few_photos_are_said(open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dataset: object) -> None:
        raise DatasetTooSmall("It takes at least two classes.")

    monkeypatch.setattr("ui.recipes.require_trainable", refuse)
    app = open_page("train", dataset=dataset.id)
    assert troubles(app) == [r"It takes at least two classes\."]
    labels = [button.label for button in app.button]
    assert "Start learning" not in labels and "To the photos" in labels


def test_photos_that_are_still_coming_are_counted(open_page: Open, dataset: Dataset) -> None:
    (dataset.job_dir / "end.json").unlink(missing_ok=True)
    (dataset.folder / "manifest.parquet").unlink()
    facts = json.loads((dataset.folder / "dataset.json").read_text("utf-8"))
    write_json(dataset.folder / "dataset.json", {key: facts[key] for key in ("name", "source", "created_at")})
    write_json(dataset.job_dir / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    with (dataset.job_dir / "events.jsonl").open("a") as events:
        events.write(json.dumps({"at": 1.0, "kind": "progress", "stage": "photos", "done": 17, "total": 24}) + "\n")
    with at_work(dataset.folder):
        app = open_page("train", dataset=dataset.id)
    assert troubles(app) == []
    assert app.info[0].value == "Its photos are still coming: 17 so far."
    assert "0 photos" not in words(app)
    assert [button.label for button in app.button if button.proto.type == "primary"] == ["To the photos"]


def test_earlier_ones_are_those_with_a_finished_round(open_page: Open, dataset: Dataset, model: Model) -> None:
    empty = make_run(dataset, "empty", "stopped")
    (empty / "history.csv").unlink()
    assert [label for label in metrics(open_page("train", dataset=dataset.id)) if "Run" in label] == [
        "Run ended, today"
    ]
    assert not [label for label in metrics(open_page("train", run="ended")) if "Run" in label]
