"""A run's folder alone repeats it."""

import shutil

import pandas as pd
import pytest

from core import jobs
from core.training import runs


def test_the_same_photos_recipe_and_seed_give_the_same_history(trained_home, tmp_path):
    first = runs.load_run(trained_home.run_id)
    brought = shutil.copytree(first.folder, tmp_path / "brought")  # from elsewhere, with nothing of it here
    runs.delete_run(first.id)
    again = runs.load_run(runs.repeat_run(str(brought)))
    assert jobs.wait(again.job_dir, 240).status == "done", jobs.log_tail(again.job_dir)
    assert (again.recipe, again.dataset_fingerprint) == (first.recipe, first.dataset_fingerprint)
    columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    told = [
        run_history[columns].to_numpy() for run_history in (pd.read_csv(brought / "history.csv"), runs.history(again))
    ]
    assert told[1] == pytest.approx(told[0], abs=1e-3)
    assert len(told[0]) == 3
