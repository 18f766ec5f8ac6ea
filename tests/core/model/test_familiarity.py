"""What is usual among photos, and what is unlike them all."""

from dataclasses import replace

import numpy as np
import pytest

from core.model import familiarity

CLASSES, TRAITS = 4, 24


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


def seen(random: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Traits that go together, as those of neighbouring layers do, around a middle of each class."""
    fixed = np.random.default_rng(1)
    mix, middles = fixed.normal(size=(TRAITS, TRAITS)), 3 * fixed.normal(size=(CLASSES, TRAITS))
    labels = random.integers(0, CLASSES, count)
    return ((random.normal(size=(count, TRAITS)) + middles[labels]) @ mix).astype(np.float32), labels


def test_five_of_a_hundred_known_ones_are_called_unlike_and_nearly_all_unknown_ones(random):
    rule = familiarity.fit(*seen(random, 800), seen(random, 400)[0])
    assert rule is not None
    known = rule.distance(seen(random, 2000)[0])
    assert 0.02 < (known > rule.limit).mean() < 0.08
    lines = seen(random, 500)[0]
    for column in lines.T:
        random.shuffle(column)  # each number is usual, but not beside the others
    assert (rule.distance(lines) > rule.limit).mean() > 0.95


def test_the_distance_is_one_for_what_varies_as_a_class_does(random):
    rule = familiarity.fit(*seen(random, 4000), seen(random, 400)[0])
    assert rule is not None
    assert np.sqrt((rule.distance(seen(random, 2000)[0]) ** 2).mean()) == pytest.approx(1, abs=0.08)


def test_few_photos_or_a_blind_network_make_no_rule(random):
    traits, labels = seen(random, 400)
    assert familiarity.fit(traits[:59], labels[:59], traits) is None
    assert familiarity.fit(traits, labels, traits[:19]) is None
    assert familiarity.fit(np.ones_like(traits), labels, traits) is None
    few = familiarity.fit(traits[:60], labels[:60], traits[:20])
    assert few is not None and few.directions.shape == (TRAITS, 7)


def test_it_is_kept_with_the_model_and_a_damaged_file_makes_no_rule(random, tmp_path):
    rule = familiarity.fit(*seen(random, 400), seen(random, 100)[0])
    assert rule is not None
    replace(rule, limit=2.5).save(tmp_path)
    again = familiarity.load(tmp_path)
    assert again is not None and again.limit == 2.5
    some = seen(random, 10)[0]
    assert again.distance(some) == pytest.approx(rule.distance(some))
    path = tmp_path / familiarity.FILE
    path.write_bytes(path.read_bytes()[:100])
    assert familiarity.load(tmp_path) is None
    assert familiarity.load(tmp_path / "nowhere") is None
