"""Temperature: found when there is one, and no answer changes by it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model.calibration import apply_temperature, fit_temperature


def softmax(logits):
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("true_temperature", [0.5, 1.0, 2.5])
def test_the_temperature_of_a_network_that_is_too_sure_is_found(true_temperature):
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (20_000, 5))
    honest = softmax(logits)
    labels = (honest.cumsum(axis=1) > random.random((len(honest), 1))).argmax(axis=1)
    said = softmax(logits * true_temperature).astype(np.float32)
    found = fit_temperature(labels, said)
    assert found == pytest.approx(true_temperature, rel=0.05)
    assert apply_temperature(said, found) == pytest.approx(honest, abs=0.02)


@given(st.integers(0, 1000), st.floats(0.05, 20))
def test_it_changes_how_sure_but_not_what(seed, temperature):
    probabilities = softmax(np.random.default_rng(seed).normal(0, 3, (8, 4))).astype(np.float32)
    scaled = apply_temperature(probabilities, temperature)
    assert scaled.sum(axis=1) == pytest.approx(1, abs=1e-5)
    best = scaled[np.arange(8), probabilities.argmax(axis=1)]
    assert (best >= scaled.max(axis=1) - 1e-6).all()


def test_a_probability_of_zero_stays_a_number():
    scaled = apply_temperature(np.array([[1.0, 0.0, 0.0]], np.float32), 3.0)
    assert np.isfinite(scaled).all() and scaled[0, 0] > 0.99


def test_a_network_that_is_always_right_gets_a_temperature_within_bounds():
    assert 0.05 <= fit_temperature(np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)) <= 20
