"""What comes when in a training: every photo once a round, and any batch again from its number alone."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from core.data import store
from core.training.photos import Photos, batch_maker, class_weights, load_photos, share_of
from core.training.recipe import Recipe

SILENT = SimpleNamespace(progress=lambda *_: None, check_stop=lambda: None)
SIZE, NUM_CLASSES, COUNT = 16, 3, 60
PLAIN = Recipe(image_size_px=SIZE, batch_size=8)
VARIED = Recipe(image_size_px=SIZE, batch_size=8, augment=1.0, mixup=0.2)


def made(pixels: np.ndarray | None = None) -> Photos:
    random = np.random.default_rng(1)
    rows = random.permutation(COUNT)
    labels = random.choice(NUM_CLASSES, COUNT, p=[0.2, 0.3, 0.5])
    if pixels is None:
        pixels = random.integers(0, 256, (COUNT, SIZE, SIZE, 3), dtype=np.uint8)
    return Photos(pixels, labels, list("abc"), [""] * COUNT, np.sort(rows[:45]), rows[45:50], rows[50:])


def shown(photos: Photos, recipe: Recipe, numbers: range) -> list[tuple[bytes, bytes]]:
    """Photo and label, one after another."""
    make = batch_maker(photos, recipe)
    return [
        (photo.tobytes(), label.tobytes()) for number in numbers for photo, label in zip(*make(number), strict=True)
    ]


def test_each_round_shows_every_photo_once_with_its_label_in_another_order():
    photos = made()
    one_hot = np.eye(NUM_CLASSES, dtype=np.float32)
    known = sorted((photos.pixels[row].tobytes(), one_hot[photos.labels[row]].tobytes()) for row in photos.train)
    assert photos.num_batches(8) == 6
    rounds = [shown(photos, PLAIN, range(6 * epoch, 6 * epoch + 6)) for epoch in range(3)]
    assert all(sorted(each) == known for each in rounds)
    assert rounds[0] != rounds[1] != rounds[2] != rounds[0]
    assert shown(photos, Recipe(image_size_px=SIZE, batch_size=8, seed=8), range(6)) != rounds[0]


@pytest.mark.parametrize("recipe", [PLAIN, VARIED])
def test_any_batch_can_be_made_again_alone(recipe):
    photos = made()
    whole = shown(photos, recipe, range(18))
    for number in (0, 5, 6, 13):
        start = 45 * (number // 6) + 8 * (number % 6)
        assert shown(photos, recipe, range(number, number + 1)) == whole[start : start + (5 if number == 5 else 8)]
    assert len(set(whole)) == 45 if recipe is PLAIN else len(set(whole)) > 130  # varied otherwise each time


def test_variations_follow_the_recipe_and_the_seed():
    photos = made()
    first = {photo for photo, _ in shown(photos, PLAIN, range(6))}
    varied = {photo for photo, _ in shown(photos, Recipe(image_size_px=SIZE, batch_size=8, augment=1.0), range(6))}
    assert not first & varied
    none = Recipe(image_size_px=SIZE, batch_size=8, augment=1.0, variations=())
    assert {photo for photo, _ in shown(photos, none, range(6))} == first
    flipped = Recipe(image_size_px=SIZE, batch_size=8, augment=1.0, variations=("flip",))
    assert 10 < len(first & {photo for photo, _ in shown(photos, flipped, range(6))}) < 35


def test_one_photo_is_varied_otherwise_in_each_place_batch_and_round():
    one = np.random.default_rng(1).integers(0, 256, (1, SIZE, SIZE, 3), dtype=np.uint8)
    recipe = Recipe(image_size_px=SIZE, batch_size=8, augment=1.0)
    assert len({photo for photo, _ in shown(made(one.repeat(COUNT, axis=0)), recipe, range(12))}) == 90


def test_features_are_blended_but_not_varied():
    features = np.random.default_rng(2).random((COUNT, 20)).astype(np.float32)
    photos = made(features)
    batch, labels = batch_maker(photos, Recipe(batch_size=8, augment=1.0))(0)
    assert {row.tobytes() for row in batch} <= {row.tobytes() for row in features[photos.train]}
    blended, shares = batch_maker(photos, Recipe(batch_size=8, augment=1.0, mixup=0.5))(0)
    assert blended.dtype == np.float32 and blended.shape == (8, 20) and (blended != batch).any()
    assert labels.max() == 1 and shares.sum(axis=1) == pytest.approx(np.ones(8))


def test_a_larger_share_holds_a_smaller_one_and_every_class():
    labels = np.repeat([0, 1, 2, 3], [1, 3, 40, 156])
    rows = np.flatnonzero(np.arange(200) % 5 != 4)
    shares = {share: share_of(rows, labels, share, 7) for share in (0.01, 0.25, 0.5, 0.75, 1.0)}
    held: set[int] = set()
    for share, kept in shares.items():
        assert held <= set(kept) <= set(rows) and (np.diff(kept) > 0).all()
        counts = np.bincount(labels[kept], minlength=4)
        assert counts[2:] == pytest.approx(np.bincount(labels[rows])[2:] * share, abs=1) and counts.min() >= 1
        held = set(kept)
    assert (shares[1.0] == rows).all()
    assert set(shares[0.25]) != set(share_of(rows, labels, 0.25, 8))


def test_weights_make_all_classes_count_alike():
    photos = made()
    weights = class_weights(photos)
    learned = photos.labels[photos.train]
    assert weights.dtype == np.float32 and weights[learned].mean() == pytest.approx(1)
    assert [weights[learned[learned == index]].sum() for index in range(3)] == pytest.approx([15, 15, 15], rel=1e-5)
    alone = Photos(photos.pixels, np.zeros(COUNT, np.int64), list("abc"), [], photos.train, photos.train, photos.train)
    assert class_weights(alone).tolist() == [1, 1, 1]


def test_a_share_is_taken_of_the_training_part_alone(dataset_home):
    dataset = store.load_dataset(dataset_home.dataset_id)
    whole = load_photos(dataset, Recipe(image_size_px=24), SILENT)
    half = load_photos(dataset, Recipe(image_size_px=24, train_share=0.5), SILENT)
    assert set(half.train) < set(whole.train) and len(half.train) == 20 == len(whole.train) // 2
    assert (half.validation == whole.validation).all() and (half.test == whole.test).all()
    assert np.bincount(half.labels[half.train]).tolist() == [5, 5, 5, 5]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("pipeline")
    command = [sys.executable, "-m", "tests.core.training.pipeline_checks", str(folder)]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "found.json").read_text())


def test_tensorflow_gets_the_batches_in_their_order_from_any_of_them_on(found):
    assert found["batches"] == 15 and found["as_made"] == found["resumed_as_made"] == 0
    assert found["shapes"] == [[None, 16, 16, 3], [None, 3]] and found["kinds"] == ["uint8", "float32"]
    assert found["feature_shapes"] == [[None, 20], [None, 3]]


def test_its_tuner_which_waits_between_rounds_is_off(found):
    assert found["tuner"] is False


def test_pixels_on_disk_take_little_memory(found):
    assert found["learned_mb"] > 400 and found["read_mb"] > 400
    assert found["learned_grown_mb"] < 60
    assert found["read_grown_mb"] < 60
