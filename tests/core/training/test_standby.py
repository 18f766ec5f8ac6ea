"""A training in a process that stood by is the same training, begun at once."""

import os
import signal

import pytest

from core import jobs
from core import standby as standing
from core.locks import is_held
from core.settings import load_settings
from core.training import runs, standby, starting
from tests.core.test_jobs import until, worker_pid


@pytest.fixture
def ready(monkeypatch):
    """One that stands by, with TensorFlow loaded."""
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "1")
    monkeypatch.setattr(standing, "free_bytes", lambda: 8 * 1024**3)
    monkeypatch.setattr(standing, "_kind", lambda: "the same")
    folder = load_settings().home / "standby"
    standby.prepare()
    until(lambda: (folder / "ready.json").exists() or not (folder / "launched").exists(), 120)
    yield worker_pid(folder)
    if is_held(folder / "lock"):
        os.kill(worker_pid(folder), signal.SIGKILL)


def test_it_gives_the_same_history_as_a_new_process_and_begins_sooner(trained_home, ready):
    first = runs.load_run(trained_home.run_id)
    again = runs.load_run(starting.start_run(first.dataset_id, first.recipe))
    assert jobs.wait(again.job_dir, 60).status == "done", jobs.log_tail(again.job_dir)
    columns = ["loss", "accuracy", "val_loss", "val_accuracy"]
    difference = (runs.history(again)[columns] - runs.history(first)[columns]).abs().to_numpy().max()
    assert len(runs.history(again)) == 3 and difference < 1e-6
    assert again.has_model
    assert _until_its_network(again) < _until_its_network(first) / 2  # 0.2 s and 4 s on a calm machine


def _until_its_network(run: runs.Run) -> float:
    return jobs.events(run.job_dir, "network")[0]["at"] - jobs.events(run.job_dir, "queued")[0]["at"]
