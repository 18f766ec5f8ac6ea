"""A training in a process that stood by is the same training, begun at once."""

import os
import signal
from itertools import pairwise

import pytest

from core import jobs
from core import standby as standing
from core.locks import is_held
from core.settings import load_settings
from core.training import runs, standby
from tests.core.test_jobs import until, worker_pid


@pytest.fixture
def ready(monkeypatch):
    """One that stands by, with TensorFlow loaded."""
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "1")
    monkeypatch.setattr(standing, "free_bytes", lambda: 8 * 1024**3)
    monkeypatch.setattr(standing, "_kind", lambda: "the same")
    folder = load_settings().home / "standby"
    standby.prepare()
    until(lambda: (folder / "ready.json").exists() or not (folder / "launched").exists(), 60)
    yield worker_pid(folder)
    if is_held(folder / "lock"):
        os.kill(worker_pid(folder), signal.SIGKILL)


def test_it_gives_the_same_history_as_a_new_process_and_begins_sooner(trained_home, ready):
    first = runs.load_run(trained_home.run_id)
    again = runs.load_run(runs.start_run(first.dataset_id, first.recipe))
    assert jobs.wait(again.job_dir, 60).status == "done", jobs.log_tail(again.job_dir)
    columns = ["loss", "accuracy", "val_loss", "val_accuracy"]
    difference = (runs.history(again)[columns] - runs.history(first)[columns]).abs().to_numpy().max()
    assert len(runs.history(again)) == 3 and difference < 1e-6
    assert again.has_model
    assert _until_first_batch(again) < _until_first_batch(first) / 2


def test_killed_in_its_training_the_run_died_and_can_go_on(dataset_home, ready):
    recipe = runs.Recipe(epochs=1000, image_size_px=24, batch_size=8)
    run = runs.load_run(runs.start_run(dataset_home.dataset_id, recipe))
    until(lambda: len(jobs.events(run.job_dir, "epoch")) >= 2, 30)
    os.kill(ready, signal.SIGKILL)
    until(lambda: runs.load_run(run.id).state.status == "died", 2)
    runs.resume_run(run.id)
    until(lambda: len(jobs.events(run.job_dir, "plan")) == 2 and jobs.events(run.job_dir)[-1]["kind"] == "epoch", 60)
    os.kill(worker_pid(run.job_dir), signal.SIGKILL)
    epochs = [event["epoch"] for event in jobs.events(run.job_dir, "epoch")]
    assert all(after == before + 1 for before, after in pairwise(epochs))


def _until_first_batch(run: runs.Run) -> float:
    return jobs.events(run.job_dir, "batch")[0]["at"] - jobs.events(run.job_dir, "queued")[0]["at"]
