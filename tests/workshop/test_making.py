"""The making of the clothing model, small: five folds, each photo asked about once, and a model that answers alone."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from core.model.spoiling import CONDITIONS
from workshop.materials import FOLDS, deal


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("workshop")
    environment = {**os.environ, "FITTING_ROOM_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "tests.workshop.making_checks", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "found.json").read_text())


def test_every_photo_is_asked_about_once_and_it_learns(found):
    assert found["photos"] == 160
    assert found["accuracy"] > 0.3  # of eight classes
    assert 0.3 < found["temperature"] < 5 and 0 < found["sure"] <= 1
    folds = [fold["accuracy"] for fold in found["evaluation"]["folds"]]
    assert f"right on {np.mean(folds):.3f} ({min(folds):.3f} to {max(folds):.3f})" in found["line"]


def test_broken_off_it_makes_only_what_is_missing(found):
    assert found["made"] == [0, 1, 2, 3, 4, 3]
    assert found["keys"] == 2, "another recipe begins anew"


def test_it_answers_as_keras_does_and_the_same_in_a_mirror(found):
    assert found["keras"] < 1e-4
    assert found["mirror"] < 1e-5


def test_it_knows_what_it_does_not_know(found):
    assert found["noise"] == 1
    assert found["known"] < 0.3


def test_it_is_put_to_bad_photos_and_other_things(found):
    kept = found["evaluation"]
    assert len(kept["folds"]) == FOLDS and list(kept["stress"]) == list(CONDITIONS)
    assert np.mean([fold["accuracy"] for fold in kept["folds"]]) == pytest.approx(kept["accuracy"], abs=0.02)
    assert kept["stress"]["as it is"] > 0.25, "it learns"
    assert all(0 <= kept["stress"][name] <= 1 for name in kept["stress"])
    assert kept["unknown"]["noise"] > 0.5
    assert 0 < kept["unlike"] < 0.12
    assert kept["drawings"] > 0.25
    assert kept["sure"]["right"] >= 0.9 or kept["sure"]["share"] < 0.1


def test_it_finds_the_photo_it_learned_from_again(found):
    assert found["itself"] >= 19


def test_what_it_says_of_itself_lies_beside_it(found):
    files = [
        "card",
        "card.md",
        "evaluation.json",
        "familiar.npz",
        "history.csv",
        "learned.npy",
        "model.json",
        "model.keras",
        "model.tflite",
        "similar.npz",
        "words.json",
    ]
    assert found["files"] == files
    assert (
        "Measured on 160 photos that the network asked never saw" in found["card"]
        and "id `clothing-photos`" in found["card"]
    )
    assert found["pictures"] == ["drawings.jpg", "evaluation.md", "training.md", "unknown.jpg"]
    for name in (
        "drawings.jpg",
        "unknown.jpg",
        "How that was measured",
        "Telling people apart",
        "under the licence of",
    ):
        assert name in found["card"]
    assert "unlike all that it was taught with" in found["card"] and "about 6 of 100" in found["card"]


def test_photos_are_dealt_class_by_class_and_those_that_look_alike_together():
    random = np.random.default_rng(0)
    labels = random.integers(0, 4, 400)
    looks = np.where(np.arange(400) % 10 == 0, labels, 1000 + np.arange(400))  # of each class ten look the same
    folds = deal(labels, looks, 0)
    for label in range(4):
        counts = np.bincount(folds[labels == label], minlength=FOLDS)
        assert counts.max() - counts.min() <= 10
        assert len(set(folds[looks == label])) == 1
    alone = deal(labels, np.arange(400), 0)
    assert all(np.ptp(np.bincount(alone[labels == label], minlength=FOLDS)) <= 1 for label in range(4))
