"""Similar photos: the nearest by what a model sees, whatever else lies in the folder."""

import numpy as np
import pytest

from core.model import similar

HASHES = [f"{index:064x}" for index in range(60)]
LABELS = ["dress", "hat", "pants"] * 20


@pytest.fixture
def features() -> np.ndarray:
    random = np.random.default_rng(0)
    kinds = np.eye(3, 100)[np.arange(60) % 3] * 8
    return (kinds + random.normal(size=(60, 100))).astype(np.float32)


def test_each_is_most_like_itself_and_then_like_its_kind(features, tmp_path):
    kept = similar.fit(features, HASHES, LABELS)
    assert kept is not None
    kept.save(tmp_path)
    read = similar.load(tmp_path)
    assert read is not None
    for row in range(60):
        found = read.nearest(features[row])
        assert found[0] == (HASHES[row], LABELS[row])
        assert len({content_hash for content_hash, _ in found}) == similar.NEAREST
        assert {label for _, label in found} == {LABELS[row]}


def test_photos_that_look_the_same_to_it_come_once(features):
    features[3:9] = features[0]
    kept = similar.fit(features, HASHES, LABELS)
    assert kept is not None
    found = [content_hash for content_hash, _ in kept.nearest(features[0])]
    assert len(found) == 5 and len({HASHES.index(each) for each in found} & {0, *range(3, 9)}) == 1


@pytest.mark.parametrize("same", [0.0, 1.0])
def test_a_network_that_sees_nothing_gives_no_false_numbers(same):
    kept = similar.fit(np.full((20, 4), same, np.float32), HASHES[:20], LABELS[:20])
    assert kept is not None
    assert len(kept.nearest(np.ones(4, np.float32))) == 1


def test_few_photos_or_a_damaged_file_give_none(features, tmp_path):
    assert similar.fit(features[:9], HASHES[:9], LABELS[:9]) is None
    assert similar.load(tmp_path) is None
    (tmp_path / similar.FILE).write_bytes(b"PK no zip")
    assert similar.load(tmp_path) is None


@pytest.mark.parametrize("number", [5, 20, 21, 3000])
def test_the_highest_are_those_that_sorting_all_would_give_also_among_equals(number):
    random = np.random.default_rng(number)
    for digits in (0, 1, 5):
        values = np.round(random.normal(size=number), digits).astype(np.float32)
        assert similar._highest(values, 20).tolist() == np.argsort(-values, kind="stable")[:20].tolist()
