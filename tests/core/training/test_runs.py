"""Runs on disk: listed, refused, deleted, brought back."""

from dataclasses import replace

import pytest

from core import trash
from core.errors import JobActive, NotFound
from core.files import read_json, write_json
from core.locks import locked
from core.model.bundle import list_models
from core.settings import load_settings
from core.training import runs, starting
from core.training.recipe import Recipe


def hold(run: runs.Run):
    """Takes the lock that a worker holds for its whole life, and takes its end away."""
    (run.job_dir / "end.json").unlink()
    return locked(run.job_dir / "lock")


def test_a_finished_run_says_what_it_was(trained_home):
    [run] = runs.list_runs()
    assert run == runs.load_run(trained_home.run_id)
    assert (run.name, run.dataset_id, run.dataset_name) == (
        "Coloured squares, classic",
        trained_home.dataset_id,
        "Coloured squares",
    )
    assert run.recipe == Recipe(epochs=3, image_size_px=24, batch_size=8)
    assert {"tensorflow", "keras", "python"} <= set(run.versions)
    assert (run.state.status, run.has_model, run.can_resume) == ("done", True, False)
    result = runs.result(run)
    assert (result["stopped_because"], result["epochs"], result["model"]) == ("finished", 3, run.id)
    assert result["test"]["photos"] == 12


def test_runs_are_listed_newest_first(trained_home):
    first = runs.load_run(trained_home.run_id)
    config = read_json(first.folder / "config.json")
    write_json(load_settings().runs_dir / "later" / "config.json", {**config, "created_at": first.created_at + 1})
    assert [run.id for run in runs.list_runs()] == ["later", first.id]
    assert runs.load_run("later").state.status == "died"
    assert runs.history(runs.load_run("later")).empty


def test_a_run_at_work_is_neither_deleted_nor_resumed(trained_home):
    run = runs.load_run(trained_home.run_id)
    with hold(run):
        for change in (runs.delete_run, starting.resume_run):
            with pytest.raises(JobActive, match="at work"):
                change(run.id)
    assert run.folder.exists()


def test_a_deleted_run_comes_back_with_its_model(trained_home):
    before = runs.load_run(trained_home.run_id)
    token = runs.delete_run(before.id)
    assert runs.list_runs() == [] and list_models() == []
    trash.restore(token)
    assert runs.load_run(before.id) == replace(before)
    assert [model.id for model in list_models()] == [before.id]


@pytest.mark.parametrize("run_id", ["", "nothing", "..", "../datasets", "a/b"])
def test_an_id_from_an_address_is_no_path(run_id, trained_home):
    for look in (runs.load_run, runs.stop_run, starting.resume_run, runs.delete_run):
        with pytest.raises(NotFound):
            look(run_id)
