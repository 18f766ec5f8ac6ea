"""Borrowed eyes: what Keras would fetch, what is folded, who learns and who does not; and one real training."""

import json
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.data.store import load_dataset
from core.model.bundle import load_model
from core.model.evaluation import log_loss
from core.model.predictor import Predictor
from core.training import runs
from core.training.backbones import BACKBONES, CLOTHING
from core.training.photos import load_photos
from tests.core.training.watched import Watched

FEATURES, CONVOLUTIONS = 96, 13  # of the first blocks of a backbone, through which `transfer_checks` looks


@pytest.fixture
def found(transfer_checked: Path) -> dict[str, Any]:
    return json.loads((transfer_checked / "found.json").read_text())


def test_files_are_those_that_keras_itself_would_fetch(found):
    assert found["keras"].keys() | {CLOTHING} == BACKBONES.keys()
    for name, (file_name, address, digest) in found["keras"].items():
        own = BACKBONES[name]
        assert (own.file_name, own.digest) == (file_name, digest)
        assert address == f"https://storage.googleapis.com/tensorflow/keras-applications/{own.file}"


def test_photos_are_scaled_as_keras_scales_them(found):
    assert found["preprocessed"] < 1e-5


@pytest.mark.parametrize("name", ["mobilenet_v2_0.35", "mobilenet_v3_small"])
def test_folded_it_says_and_learns_the_same(found, name):
    fold = found["folded"][name]
    assert fold["shared"] and fold["folded"] > 30 and fold["left"] == 0
    assert fold["said"] < 1e-6 and fold["gradients"] < 1e-6


def test_a_head_learns_and_leaves_the_eyes_alone(found):
    head = found["head"]
    assert head["told"] == ["features"]
    assert head["moved"] == ["bias", "kernel"] and head["num_moved"] == 2
    assert head["right"] > 0.9 > head["began_right"]
    assert head["trainable"] == FEATURES * 3 + 3 < head["parameters"]
    assert head["network_is_learner"] < 1e-3


def test_on_the_eyes_of_an_earlier_model_a_head_begins_with_the_classes_that_it_knew(found):
    own = found["own_eyes"]
    assert own["eyes"] and own["known"] and own["new"]
    assert own["learns"] == FEATURES * 3 + 3


def test_fine_tuning_begins_with_a_head_that_knows_and_moves_all_but_statistics(found):
    tuned = found["tuned"]
    assert tuned["told"] == ["head"]  # what the eyes see is known from the training before
    assert tuned["began_right"] > 0.6
    assert tuned["losses"][-1] < tuned["losses"][0]
    assert tuned["moved"] == ["beta", "bias", "gamma", "kernel"] and tuned["num_moved"] == CONVOLUTIONS * 3 + 2
    assert tuned["trainable"] == tuned["parameters"]
    assert tuned["network_is_learner"] < 1e-3


def test_fine_tuning_goes_on_as_if_it_had_not_been_stopped(found):
    assert found["resumed"] < 1e-5


def test_in_short_numbers_it_learns_but_is_kept_in_full_ones(found):
    short = found["short"]
    assert short["learner"].keys() == {"bfloat16"} and short["network"].keys() == {"float32"}
    assert short["answers"] == "float32"


def test_what_is_saved_answers_alike_and_sees_no_colours_where_it_should_not(found):
    assert found["short"]["saved"] < 1e-6
    assert found["short"]["colours"] < 0.1


def test_eyes_in_a_file_are_the_same_whatever_the_size_of_the_photos(found):
    kept = found["in_a_file"]
    assert kept["same"] and not kept["chance"]
    assert "damaged" in kept["missing"]


def test_damaged_weights_are_said_in_words(found):
    assert found["damaged"].startswith("BackboneMissing") and "Delete the file and start again" in found["damaged"]


def test_a_real_training_on_borrowed_eyes_leaves_a_model(borrowed_home):
    run = runs.load_run(borrowed_home.run_id)
    [network] = jobs.events(run.job_dir, "network")
    assert network["trainable"] == 1280 * 4 + 4 and network["parameters"] > 400_000
    assert jobs.events(run.job_dir, "progress")[0]["stage"] in ("pixels", "features")
    history = runs.history(run)
    assert history["loss"].iloc[-1] < history["loss"].iloc[0] / 2
    model = load_model(run.id)
    assert (model.input_size_px, model.size_bytes < 3e6) == (32, True)
    photos = load_photos(load_dataset(run.dataset_id), run.recipe, Watched())
    said = Predictor(model).predict_raw(photos.read(photos.validation))
    best = history.set_index("epoch").loc[runs.result(run)["best_epoch"]]
    assert log_loss(photos.labels[photos.validation], said) == pytest.approx(best["val_loss"], abs=1e-3)
