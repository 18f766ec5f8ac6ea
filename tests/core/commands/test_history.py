"""`runs` and `run`: trainings listed, shown, renamed, noted, moved up, deleted and brought back, compared, exported."""

import ast
import json
import shutil

import pytest

from core import queues
from core.__main__ import main
from core.files import read_json, write_json
from core.model.bundle import load_model
from core.training import runs, starting
from core.training.recipe import Recipe
from tests.core.test_jobs import until


def test_the_list_says_how_good_how_long_and_which_round(said, trained_home, capsys):
    [fact] = said("runs")
    result = runs.result(runs.load_run(trained_home.run_id))
    assert (fact["id"], fact["status"], fact["epochs"]) == (trained_home.run_id, "done", 3)
    assert fact["accuracy"] == result["test"]["accuracy"] and fact["best_epoch"] == result["best_epoch"]
    assert fact["seconds"] == result["seconds"] and fact["recipe"]["image_size_px"] == 24
    assert main(["runs"]) == 0
    line = capsys.readouterr().out
    assert f"{fact['accuracy']:.1%}" in line and f"kept round {fact['best_epoch']}" in line and "3 rounds" in line


def test_one_is_shown_with_its_network_and_rounds(said, trained_home, capsys):
    shown = said("run", "show", trained_home.run_id)
    assert [row["epoch"] for row in shown["history"]] == [1, 2, 3]
    assert shown["network"][-1]["shape"] == [4] and sum(layer["parameters"] for layer in shown["network"]) > 1000
    assert main(["run", "show", trained_home.run_id]) == 0
    text = capsys.readouterr().out
    assert "learning_rate 0.001" in text and "Conv2D" in text and "round   3" in text
    assert "backbone" not in text  # which the classic recipe has not


def test_a_run_of_older_days_without_the_newest_columns_is_shown_too(said, trained_home):
    path = runs.load_run(trained_home.run_id).folder / "history.csv"
    older = runs.history(runs.load_run(trained_home.run_id)).drop(columns=["learning_rate", "biggest_share"])
    older.to_csv(path, index=False)
    assert len(said("run", "show", trained_home.run_id)["history"]) == 3


def test_a_run_gets_another_name_and_a_note(said, trained_home, capsys):
    assert said("run", "rename", trained_home.run_id, "The first")["name"] == "The first"
    assert load_model(trained_home.run_id).name == "The first"
    assert said("run", "note", trained_home.run_id, "dark", "photos only")["note"] == "dark photos only"
    assert main(["runs"]) == 0
    assert "(dark photos only)" in capsys.readouterr().out
    assert said("run", "note", trained_home.run_id)["note"] == ""


def test_a_deleted_run_comes_back(said, trained_home, capsys):
    token = said("run", "delete", trained_home.run_id)["trash"]
    assert said("runs") == []
    assert said("run", "restore", token)["id"] == trained_home.run_id
    assert main(["run", "delete", trained_home.run_id]) == 0
    assert "run restore " in capsys.readouterr().out


def test_two_are_put_side_by_side(said, trained_home, capsys):
    first = runs.load_run(trained_home.run_id)
    folder = first.folder.with_name("other")
    shutil.copytree(first.folder, folder)
    config = read_json(folder / "config.json")
    write_json(folder / "config.json", {**config, "recipe": {**config["recipe"], "learning_rate": 0.01}})
    found = said("run", "compare", first.id, "other")
    assert found["knobs"] == [{"name": "learning_rate", "one": 0.001, "other": 0.01}]
    assert found["flips"] == {"photos": 12, "gained": [], "lost": [], "chance": 1.0}
    assert main(["run", "compare", first.id, "other"]) == 0
    text = capsys.readouterr().out
    assert "learning_rate: 0.001 -> 0.01" in text and "F1 dress" in text


def test_a_run_is_written_as_a_script_and_as_a_notebook(said, refused, trained_home, tmp_path):
    script, notebook = tmp_path / "mine.py", tmp_path / "mine.ipynb"
    assert said("run", "export", trained_home.run_id, "--to", str(script))["file"] == str(script)
    ast.parse(script.read_text())
    said("run", "export", trained_home.run_id, "--to", str(notebook))
    assert json.loads(notebook.read_text())["nbformat"] == 4
    assert ".ipynb" in refused("run", "export", trained_home.run_id, "--to", str(tmp_path / "mine.txt"))
    assert not (tmp_path / "mine.txt").exists()


def test_one_that_waits_can_go_first(said, refused, slowly, capsys):
    at_work, second, third = ids = [starting.start_run(slowly.dataset_id, Recipe(epochs=1000)) for _ in range(3)]
    try:
        until(lambda: [runs.load_run(each).state.status for each in ids] == ["running", "waiting", "waiting"])
        said("run", "first", third)
        assert [path.parent.name for path in queues.waiting(runs.QUEUE)] == [third, second]
        assert main(["runs"]) == 0
        assert "waiting behind 2" in capsys.readouterr().out
        assert "does not wait" in refused("run", "first", at_work)
    finally:
        for each in ids:
            runs.stop_run(each)
            until(lambda each=each: not runs.load_run(each).state.active)


def test_trials_of_a_series_are_listed_when_asked_for(said, trained_home):
    path = runs.load_run(trained_home.run_id).folder / "config.json"
    write_json(path, {**read_json(path), "series": "a-sweep"})
    assert said("runs") == []
    assert [fact["series"] for fact in said("runs", "--all")] == ["a-sweep"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "x"), ("rename", "x", "y"), ("note", "x", "y"), ("first", "x"), ("delete", "x"), ("restore", "x"),
        ("compare", "x", "y"), ("export", "x", "--to", "x.py"),
    ],
)  # fmt: skip
def test_an_unknown_run_is_said_so(arguments, refused):
    assert refused("run", *arguments)
