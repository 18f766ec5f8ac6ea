"""What is usual among photos, and what is unlike them all."""

from dataclasses import replace

import numpy as np
import pytest

from core.model import familiarity

CLASSES, TRAITS = 4, 24


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


def seen(random: np.random.Generator, count: int) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Traits and features that go together, as those of neighbouring layers do, around a middle of each class."""
    labels = random.integers(0, CLASSES, count)
    found = []
    for fixed in (np.random.default_rng(1), np.random.default_rng(2)):
        mix, middles = fixed.normal(size=(TRAITS, TRAITS)), 3 * fixed.normal(size=(CLASSES, TRAITS))
        found.append(((random.normal(size=(count, TRAITS)) + middles[labels]) @ mix).astype(np.float32))
    return (found[0], found[1]), labels


def test_six_of_a_hundred_known_ones_are_called_unlike_and_nearly_all_unknown_ones(random):
    rule = familiarity.fit(*seen(random, 800), seen(random, 400)[0])
    assert rule is not None
    known = rule.strangeness(seen(random, 2000)[0])
    assert 0.03 < (known > rule.limit).mean() < 0.09
    lines = seen(random, 500)[0]
    for each in lines:
        for column in each.T:
            random.shuffle(column)  # each number is usual, but not beside the others
    assert (rule.strangeness(lines) > rule.limit).mean() > 0.95


@pytest.mark.parametrize("strange", [0, 1])
def test_what_lies_far_out_in_one_space_is_unlike_whatever_the_other_says(random, strange):
    rule = familiarity.fit(*seen(random, 800), seen(random, 400)[0])
    assert rule is not None
    photos = seen(random, 200)[0]
    photos[strange][:] *= -4
    assert (rule.strangeness(photos) > rule.limit).mean() > 0.9


def test_the_distance_is_one_for_what_varies_as_a_class_does(random):
    rule = familiarity.fit(*seen(random, 4000), seen(random, 400)[0])
    assert rule is not None
    distances = rule.distances(seen(random, 2000)[0])
    assert distances.shape == (2000, 2)
    assert np.sqrt((distances**2).mean(axis=0)) == pytest.approx([1, 1], abs=0.08)


def test_few_photos_or_a_blind_network_make_no_rule(random):
    (traits, features), labels = seen(random, 400)
    assert familiarity.fit((traits[:59], features[:59]), labels[:59], (traits, features)) is None
    assert familiarity.fit((traits, features), labels, (traits[:19], features[:19])) is None
    assert familiarity.fit((traits, np.ones_like(traits)), labels, (traits, features)) is None
    few = familiarity.fit((traits[:60], features[:60]), labels[:60], (traits[:20], features[:20]))
    assert few is not None and few.spaces[0].directions.shape == (TRAITS, 7)


def test_it_is_kept_with_the_model_and_a_damaged_file_makes_no_rule(random, tmp_path):
    rule = familiarity.fit(*seen(random, 400), seen(random, 100)[0])
    assert rule is not None
    replace(rule, limit=2.5).save(tmp_path)
    again = familiarity.load(tmp_path)
    assert again is not None and again.limit == 2.5
    some = seen(random, 10)[0]
    assert again.strangeness(some) == pytest.approx(rule.strangeness(some))
    path = tmp_path / familiarity.FILE
    path.write_bytes(path.read_bytes()[:100])
    assert familiarity.load(tmp_path) is None
    np.savez(path, limit=1.0, mean=np.zeros(3))  # as an earlier version kept it
    assert familiarity.load(tmp_path) is None
    odd = {f"{name}0": np.zeros((3, 3)) for name in ("mean", "directions", "centres", "middle", "spread")}
    np.savez(path, limit=1.0, **odd)
    assert familiarity.load(tmp_path) is None
    assert familiarity.load(tmp_path / "nowhere") is None


def test_a_network_that_sees_next_to_nothing_makes_finite_numbers(random):
    (traits, features), labels = seen(random, 400)
    faint = (traits * 1e-7, features * 1e-7)
    rule = familiarity.fit(faint, labels, faint)
    assert rule is not None and np.isfinite(rule.strangeness(faint)).all() and np.isfinite(rule.limit)
