"""The fast network is the course's network, and what is saved says what was trained: asked of Keras itself, once."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.model.bundle import load_model
from core.model.predictor import Predictor


@pytest.fixture(scope="module")
def keras_said(made_run, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("keras")
    command = [
        sys.executable,
        "-m",
        "tests.core.training.keras_checks",
        made_run.run_id,
        str(folder),
    ]
    environment = {**os.environ, "FITTING_ROOM_HOME": str(made_run.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder, json.loads((folder / "found.json").read_text())


def test_it_is_the_courses_network_and_learns_as_it_does(keras_said):
    _, found = keras_said
    assert found["parameters"] == 0
    assert found["untrained_difference"] < 1e-6
    assert found["fused"] and found["loss_difference"] < 1e-3
    assert found["learned"] != 0
    assert found["pooled"] == 1 and found["answers_as_it_learned"] < 1e-6


def test_what_the_stages_see_comes_beside_the_answer_and_does_not_change_it(keras_said):
    found = keras_said[1]["traits"]
    assert found["last"] < 1e-5
    assert [found[name]["traits"] for name in ("classic", "deep", "compact")] == [
        32,
        32 + 64 + 128,
        32 + 64 + 128 + 128,
    ]
    assert all(found[name]["difference"] == 0 for name in ("classic", "deep", "compact"))
    assert all(found[name]["decides"] < 1e-6 for name in ("classic", "deep", "compact")), "by the features it decides"


def test_the_predictor_says_what_keras_says(keras_said, trained_home):
    folder, _ = keras_said
    pixels = np.load(folder / "pixels.npy")
    said = Predictor(load_model(trained_home.run_id)).predict_raw(pixels)
    assert said == pytest.approx(np.load(folder / "said.npy"), abs=1e-5)
    assert np.ptp(said, axis=0).max() > 1e-3  # it does tell photos apart


def test_a_network_that_takes_floats_is_answered_for_too(keras_said, trained_home):
    folder, _ = keras_said
    model = load_model(trained_home.run_id)
    model.tflite_path.write_bytes((folder / "float.tflite").read_bytes())
    said = Predictor(replace(model, temperature=1.0)).predict(np.load(folder / "pixels.npy"))
    assert said == pytest.approx(np.load(folder / "float.npy"), abs=1e-5)
