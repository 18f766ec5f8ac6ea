"""The learning-rate finder on the Train page: started, watched, and its step size taken over."""

import json
from pathlib import Path

import pytest

from core.data.store import Dataset
from core.files import write_json
from core.settings import load_settings
from core.training.finder import RATES
from core.training.recipe import Recipe, usual
from tests.pages.conftest import Open, at_work, press, troubles, words


def make_finder(dataset: Dataset, recipe: Recipe, suggested: float | None) -> Path:
    folder = load_settings().finders_dir / "looking"
    about = {"id": dataset.id, "name": dataset.name}
    write_json(folder / "config.json", {"created_at": 1.0, "recipe": recipe.to_json(), "dataset": about})
    (folder / "job").mkdir()
    points = [{"kind": "point", "rate": rate, "loss": 2.0 - 0.01 * place} for place, rate in enumerate(RATES[:60])]
    events = [*points, *([] if suggested is None else [{"kind": "result", "suggested": suggested}])]
    lines = "".join(json.dumps({"at": 1.0, **event}) + "\n" for event in events)
    (folder / "job" / "events.jsonl").write_text(lines, "utf-8")
    write_json(folder / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    if suggested is not None:
        write_json(folder / "job" / "end.json", {"status": "done", "message": "", "at": 2.0})
    return folder


def test_it_is_started_and_its_step_size_is_used(
    open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Recipe]] = []

    def start(dataset_id: str, recipe: Recipe) -> str:
        asked.append((dataset_id, recipe))
        return make_finder(dataset, recipe, 0.0042).name

    monkeypatch.setattr("ui.steps.start_finder", start)
    app = press(
        open_page("train", dataset=dataset.id, recipe="Deep"), "Find a step size :small[:gray[learning-rate finder]]"
    )
    assert troubles(app) == []
    assert asked == [(dataset.id, usual("deep"))]
    assert "about 0.0042." in words(app).replace("\\", "")
    app = press(app, "Use this step size")
    assert app.number_input(key="knob_learning_rate_deep").value == 0.0042
    assert "Changed: step size" in words(app)


def test_it_is_watched_while_it_looks_and_can_be_stopped(open_page: Open, dataset: Dataset) -> None:
    folder = make_finder(dataset, usual("deep"), None)
    with at_work(folder):
        app = open_page("train", dataset=dataset.id, recipe="Deep", finder="looking")
        assert "Trying larger and larger steps" in words(app)
        assert "Use this step size" not in [button.label for button in app.button]
        press(app, "Stop")
        assert (folder / "job" / "stop").exists()


def test_what_was_found_for_another_recipe_is_not_offered(open_page: Open, dataset: Dataset) -> None:
    make_finder(dataset, usual("deep"), 0.0042)
    app = open_page("train", dataset=dataset.id, recipe="Compact", finder="looking")
    assert "Use this step size" not in [button.label for button in app.button]
    assert troubles(open_page("train", dataset=dataset.id, finder="gone")) == []
