"""Questions that several trainings answer together: setting one up, watching it, and what it found."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.data.store import Dataset
from core.files import write_json
from core.settings import load_settings
from core.training.knobs import Knob
from core.training.recipe import Recipe, usual
from core.training.series import list_series, load_series
from tests.pages.conftest import Open, at_work, make_run, press, troubles, words

SWEEP = {
    "knobs": [
        {"name": "learning_rate", "values": [], "lowest": 1e-4, "highest": 1e-2},
        {"name": "optimizer", "values": ["adam", "sgd"], "lowest": None, "highest": None},
    ],
    "search": "random",
    "trials": 4,
}


def make_series(dataset: Dataset, kind: str, plan: dict[str, Any], trials: list[dict[str, Any]], ended: bool) -> Path:
    folder = load_settings().series_dir / "asked"
    about = {"id": dataset.id, "name": dataset.name, "fingerprint": dataset.fingerprint}
    facts = {"kind": kind, "name": "Asked", "created_at": time.time(), "minutes": 0.0, "plan": plan}
    write_json(folder / "config.json", {**facts, "dataset": about, "recipe": Recipe().to_json()})
    (folder / "job").mkdir()
    lines = "".join(json.dumps({"at": 1.0, **event}) + "\n" for event in trials)
    (folder / "job" / "events.jsonl").write_text(lines, "utf-8")
    write_json(folder / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    if ended:
        write_json(folder / "job" / "end.json", {"status": "done", "message": "", "at": 2.0})
    return folder


def tried(number: int, recipe: Recipe, **end: Any) -> list[dict[str, Any]]:
    facts = {"validation_photos": 30, "test_photos": 60, "epochs": 3, "seconds": 12.0}
    begun = {"kind": "trial", "number": number, "run": f"trial-{number}", "recipe": recipe.to_json()}
    return [begun, {"kind": "trial_end", "number": number, **facts, **end}] if end else [begun]


@pytest.fixture
def sweep_trials() -> list[dict[str, Any]]:
    return [
        *tried(1, Recipe(learning_rate=0.01, optimizer="sgd"), status="done", held_back=0.5, test=0.45, photos=15),
        *tried(2, Recipe(learning_rate=0.003), status="done", held_back=0.9, test=0.8, photos=15),
        *tried(3, Recipe(learning_rate=0.0001), status="failed", message="It lost its <way>."),
    ]


class TestSettingUp:
    def opened(self, open_page: Open, dataset: Dataset) -> AppTest:
        return open_page("train", dataset=dataset.id, recipe="Compact")

    def test_a_sweep_is_started_with_the_knobs_as_they_are_written(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []

        def start(*args: Any, **kwargs: Any) -> str:
            asked.append((*args, kwargs))
            return make_series(dataset, "sweep", SWEEP, [], ended=True).name

        monkeypatch.setattr("ui.sweeping.start_sweep", start)
        app = self.opened(open_page, dataset)
        app = app.multiselect(key="swept").set_value(["learning_rate", "optimizer", "batch_size"]).run()
        app.text_input(key="swept_learning_rate").set_value("0.0005 to 0.05")
        app.text_input(key="swept_batch_size").set_value("16, 64")
        app.multiselect(key="swept_optimizer").set_value(["adam", "sgd"])
        app.number_input(key="sweep_minutes").set_value(20.0)
        app = press(app.run(), "Try them")
        knobs = [
            Knob("learning_rate", lowest=0.0005, highest=0.05),
            Knob("optimizer", ("adam", "sgd")),
            Knob("batch_size", (16, 64)),
        ]
        settings = {"search": "random", "trials": 12, "minutes": 20.0}
        assert asked == [(dataset.id, usual("compact"), knobs, settings)]
        assert [type(value) for value in asked[0][2][2].values] == [int, int]
        assert app.title[0].value == "Which is best?"

    @pytest.mark.parametrize("written", ["a lot", "16, many", "to 3"])
    def test_what_is_no_number_is_said(self, open_page: Open, dataset: Dataset, written: str) -> None:
        app = self.opened(open_page, dataset)
        app = app.text_input(key="swept_learning_rate").set_value(written).run()
        assert f"Received: {written}".replace(",", r"\,") in troubles(app)[0].replace(r"\:", ":")
        assert "Start learning" in [button.label for button in app.button]

    def test_a_value_outside_its_range_is_said_when_it_starts(self, open_page: Open, dataset: Dataset) -> None:
        app = self.opened(open_page, dataset)
        app = press(app.text_input(key="swept_learning_rate").set_value("0.001, 99").run(), "Try them")
        assert troubles(app)[0].replace("\\", "") == (
            "Step size (learning rate): a number from 0.0000001 to 10. You wrote 99."
        )
        assert list_series() == []

    def test_what_a_sweep_refuses_is_said_by_the_knobs_title(self, open_page: Open, dataset: Dataset) -> None:
        app = self.opened(open_page, dataset)
        app = press(app.text_input(key="swept_learning_rate").set_value("").run(), "Try them")
        assert troubles(app)[0].replace("\\", "") == (
            "Give values of Step size (learning rate) to choose from, or a lowest and a highest number. Received: none"
        )

    def test_a_learning_curve_is_started(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []

        def start(*args: Any, **kwargs: Any) -> str:
            asked.append((*args, kwargs))
            plan = {"shares": [0.25, 0.5, 0.75, 1.0], "seeds": 2}
            return make_series(dataset, "learning_curve", plan, [], ended=True).name

        monkeypatch.setattr("ui.learning_curve.start_learning_curve", start)
        app = self.opened(open_page, dataset)
        app = press(app.number_input(key="curve_seeds").set_value(2).run(), "Find out")
        assert asked == [(dataset.id, usual("compact"), {"seeds": 2, "minutes": 0.0})]
        assert app.title[0].value == "Would more photos help?"


class TestSweep:
    def test_the_table_has_the_best_first(
        self, open_page: Open, dataset: Dataset, sweep_trials: list[dict[str, Any]]
    ) -> None:
        make_series(dataset, "sweep", SWEEP, sweep_trials, ended=True)
        app = open_page("train", series="asked")
        assert troubles(app) == []
        rows = app.dataframe[0].value
        assert rows["Held back"].head(2).tolist() == [90, 50]
        assert rows["Training"].tolist() == ["2 · the best", "1", "3"] and rows["Test"].head(2).tolist() == [80, 45]
        assert rows["Step size"].tolist() == ["0.003", "0.01", "0.0001"]
        assert rows["How it went"].tolist() == ["", "", "It lost its <way>."]
        assert "3 of 4 trainings" in words(app)

    def test_the_best_is_used(self, open_page: Open, dataset: Dataset, sweep_trials: list[dict[str, Any]]) -> None:
        make_series(dataset, "sweep", SWEEP, sweep_trials, ended=True)
        make_run(dataset, "trial-2", "done", recipe=Recipe(learning_rate=0.003), series="asked")
        app = press(open_page("train", series="asked"), "Use the best")
        assert app.title[0].value == "How should it learn?"
        assert app.number_input(key="knob_learning_rate_trial-2").value == 0.003

    def test_one_at_work_is_watched_and_stopped(
        self, open_page: Open, dataset: Dataset, sweep_trials: list[dict[str, Any]]
    ) -> None:
        trials = [*sweep_trials, *tried(4, Recipe())]
        folder = make_series(dataset, "sweep", SWEEP, trials, ended=False)
        make_run(dataset, "trial-4", "died", series="asked")
        with at_work(folder):
            app = open_page("train")  # the bare address leads to what is at work
            assert app.dataframe[0].value["How it went"].tolist()[-1] == "learning"
            app = press(app, "Stop with what it has").run()
            assert (folder / "job" / "stop").exists()
            app = press(app, "Watch the one at work")
            assert app.title[0].value == "It broke off after three rounds"
            assert press(app, "Back to all of them").title[0].value == "Which is best?"

    def test_it_is_listed_deleted_and_brought_back(
        self, open_page: Open, dataset: Dataset, sweep_trials: list[dict[str, Any]]
    ) -> None:
        make_series(dataset, "sweep", SWEEP, sweep_trials, ended=True)
        app = open_page("train", dataset=dataset.id)
        assert "3 of 4 trainings, today" in words(app)
        app = press(press(app, "Have a look"), "Delete")
        assert list_series() == []
        press(app, "Undo")
        assert load_series("asked").name == "Asked"


def test_would_more_photos_help(open_page: Open, dataset: Dataset) -> None:
    shares = ((0.25, 4, 0.4), (0.5, 8, 0.55), (0.75, 11, 0.6), (1.0, 15, 0.65))
    trials = [
        event
        for number, (share, photos, right) in enumerate(shares, start=1)
        for event in tried(number, Recipe(train_share=share), status="done", held_back=right, test=right, photos=photos)
    ]
    make_series(dataset, "learning_curve", {"shares": [0.25, 0.5, 0.75, 1.0], "seeds": 1}, trials, ended=True)
    app = open_page("train", series="asked")
    assert troubles(app) == []
    assert app.title[0].value == "Would more photos help?"
    assert r"Right on 40 of 100 after 4 photos" in words(app).replace("\\", "")
    assert "15 photos: right on 65 of 100, give or take, between 52 and 76" in words(app)


def test_a_series_that_is_gone_is_said(open_page: Open, dataset: Dataset) -> None:
    assert "There is no" in troubles(open_page("train", series="gone"))[0]
