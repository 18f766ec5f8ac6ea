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
        made_run.dataset_id,
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
    assert found["fused"] and found["loss_difference"] < 1e-4
    assert found["learned"] != 0


def test_the_average_of_the_weights_follows_them(keras_said):
    _, found = keras_said
    assert found["average_difference"] < 1e-6 < found["average_lags"]


def test_a_resumed_run_sees_the_photos_that_it_would_have_seen(keras_said):
    _, found = keras_said
    assert found["each_round_has_every_photo_once"] and found["labels_belong_to_photos"]
    assert found["rounds_differ"]
    assert found["resumed_sees_the_same"]


def test_a_loss_that_is_no_number_ends_it_with_advice(keras_said):
    _, found = keras_said
    assert "In round 2" in found["diverged"] and "such as 0.05" in found["diverged"]


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
