"""Several GPUs share a training. There are none here: TensorFlow is told to take the processor for two devices."""

import os
import subprocess
import sys

import pytest

from core.files import read_json
from core.model.bundle import load_model
from core.training.runs import history, load_run


def test_two_devices_learn_what_one_learns_and_leave_the_same_model(trained_home):
    command = [sys.executable, "-m", "tests.core.training.replicas_checks", trained_home.run_id]
    environment = {**os.environ, "FITTING_ROOM_HOME": str(trained_home.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert read_json(load_run("shared").folder / "found.json") == {"replicas": 2}
    alone, shared = history(load_run(trained_home.run_id)), history(load_run("shared"))
    columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    assert shared[columns].to_numpy() == pytest.approx(alone[columns].to_numpy(), abs=2e-3)
    assert load_model("shared").test == pytest.approx(load_model(trained_home.run_id).test, abs=1e-6)
