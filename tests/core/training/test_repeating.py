"""A run's folder alone repeats it."""

import shutil

import pandas as pd
import pytest

from core import jobs
from core.data import store
from core.errors import NotFound
from core.training import repeating, runs


def test_the_same_photos_recipe_and_seed_give_the_same_history(trained_home, tmp_path):
    first = runs.load_run(trained_home.run_id)
    brought = shutil.copytree(first.folder, tmp_path / "brought")  # from elsewhere, with nothing of it here
    runs.delete_run(first.id)
    again = runs.load_run(repeating.repeat_run(str(brought)))
    assert jobs.wait(again.job_dir, 240).status == "done", jobs.log_tail(again.job_dir)
    assert (again.recipe, again.dataset_fingerprint) == (first.recipe, first.dataset_fingerprint)
    columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    told = [
        run_history[columns].to_numpy() for run_history in (pd.read_csv(brought / "history.csv"), runs.history(again))
    ]
    assert told[1] == pytest.approx(told[0], abs=1e-3)
    assert len(told[0]) == 3


def test_it_computes_in_the_numbers_that_it_was_trained_with(trained_home, monkeypatch):
    first = runs.load_run(trained_home.run_id)
    [plan] = jobs.events(first.job_dir, "plan")
    here = {"float32": "bfloat16", "bfloat16": "float32"}[plan["precision"]]
    monkeypatch.setattr(repeating, "arithmetic", lambda recipe: here)
    monkeypatch.setattr(runs.jobs, "start", lambda *_, **__: None)
    assert runs.load_run(repeating.repeat_run(first.id)).recipe.precision == plan["precision"]


def test_without_its_photos_it_says_which_to_bring(trained_home):
    store.delete_dataset(trained_home.dataset_id)
    with pytest.raises(NotFound, match="Add “Coloured squares” again"):
        repeating.repeat_run(trained_home.run_id)
    for wrong in ("nothing", "..", ""):
        with pytest.raises(NotFound, match="no training under"):
            repeating.repeat_run(wrong)
