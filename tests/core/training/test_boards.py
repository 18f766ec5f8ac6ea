"""Logs for TensorBoard: what is written, in its own format, and what a resumed training takes back."""

import json
import subprocess
import sys

START = 1  # tensorflow.SessionLog.SessionStatus


def test_tensorboard_gets_rounds_batches_and_what_was_taken_back(tmp_path):
    command = [sys.executable, "-m", "tests.core.training.boards_checks", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    version = ["file_version", 0, {}, 0]
    assert found["train"] == [
        version,
        ["summary", 5, {"batch_loss": 2.0, "batch_accuracy": 0.1, "learning_rate": 0.001}, 0],
        ["summary", 10, {"loss": 0.5, "accuracy": 0.25}, 0],
        ["summary", 15, {"batch_loss": 1.5, "batch_accuracy": 0.2, "learning_rate": 0.001}, 0],
        version,
        ["session_log", 12, {}, START],  # forget what came from here on
        ["summary", 12, {"batch_loss": 1.0, "batch_accuracy": 0.3, "learning_rate": 0.0005}, 0],
        ["summary", 20, {"loss": 0.5, "accuracy": 0.25}, 0],
    ]
    assert found["validation"] == [
        version,
        ["summary", 10, {"loss": 0.75, "accuracy": 0.125}, 0],
        version,
        ["session_log", 20, {}, START],
        ["summary", 20, {"loss": 0.75, "accuracy": 0.125}, 0],
    ]
