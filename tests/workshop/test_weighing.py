"""Classes that a network names too often are weighed down, and what it says becomes as sure as it is right."""

import numpy as np
import pytest

from workshop import weighing


def spoilt(random: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, what an honest network says of them, and the same too unsure and with shares of its own."""
    honest = random.dirichlet(np.full(5, 0.4), count)
    labels = np.array([random.choice(5, p=each) for each in honest])
    leaning = honest**0.6 * np.exp([0.8, -0.5, 0.0, 0.3, -0.6])
    return labels, honest, (leaning / leaning.sum(axis=1, keepdims=True)).astype(np.float32)


def test_what_was_bent_is_bent_back():
    labels, _, said = spoilt(np.random.default_rng(0), 4000)
    found = weighing.fit(labels, said)
    assert found.temperature == pytest.approx(0.6, abs=0.06)
    later, honest, asked = spoilt(np.random.default_rng(1), 2000)
    mended = found.honest(asked)
    assert np.abs(mended - honest).mean() < 0.02 < np.abs(asked - honest).mean()
    assert (mended.argmax(axis=1) == later).mean() > (asked.argmax(axis=1) == later).mean() + 0.02
    assert mended.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_an_honest_network_stays_as_it_is():
    labels, honest, _ = spoilt(np.random.default_rng(2), 6000)
    found = weighing.fit(labels, honest.astype(np.float32))
    assert found.temperature == pytest.approx(1, abs=0.06)
    assert found.factors / found.factors.mean() == pytest.approx(1, abs=0.15)


def test_sure_and_wrong_or_a_class_that_never_comes_do_no_harm():
    labels = np.zeros(40, np.int64)
    said = np.tile([0.0, 1.0, 0.0], (40, 1)).astype(np.float32)
    found = weighing.fit(labels, said)
    assert np.isfinite(found.temperature) and np.isfinite(found.honest(said)).all()
