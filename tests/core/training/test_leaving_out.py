"""What a photo is called by all others: exactly as if they alone had been learned from, and not by its own label."""

import numpy as np
import pytest

from core.training import leaving_out
from core.training.leaving_out import left_out


def crowd(num: int, num_features: int, num_classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points around a centre for each class."""
    chance = np.random.default_rng(seed)
    labels = np.arange(num) % num_classes
    centres = chance.normal(0, 1.5, (num_classes, num_features))
    return (centres[labels] + chance.normal(0, 1, (num, num_features))).astype(np.float32), labels


@pytest.mark.parametrize(("num", "num_features"), [(40, 6), (20, 50)])
def test_it_is_what_learning_from_all_others_would_give(monkeypatch, num, num_features):
    penalty = 0.1
    monkeypatch.setattr(leaving_out, "PENALTIES", (penalty,))
    monkeypatch.setattr(leaving_out, "fit_temperature", lambda *_: 1.0)
    features, labels = crowd(num, num_features, 3)
    said = left_out(features, labels, 3).probabilities

    x = features.astype(np.float64) - features.mean(axis=0)
    x /= np.sqrt(x.var(axis=0).mean())
    targets = np.eye(3)[labels]
    for place in range(num):
        others = np.arange(num) != place
        mean, shown = targets[others].mean(axis=0), x[others] - x[others].mean(axis=0)
        weights = np.linalg.solve(
            shown.T @ shown + penalty * num * np.eye(num_features), shown.T @ (targets[others] - mean)
        )
        scores = (x[place] - x[others].mean(axis=0)) @ weights + mean
        assert said[place] == pytest.approx(np.exp(scores) / np.exp(scores).sum(), abs=1e-3)


def test_the_eyes_that_tell_the_classes_apart_have_less_loss():
    features, labels = crowd(90, 20, 3)
    noise = np.random.default_rng(1).normal(size=features.shape).astype(np.float32)
    assert left_out(features, labels, 3).loss < left_out(noise, labels, 3).loss


def test_features_that_are_all_alike_say_nothing():
    labels = np.arange(30) % 3
    said = left_out(np.ones((30, 8), np.float32), labels, 3).probabilities
    assert np.isfinite(said).all() and said.sum(axis=1) == pytest.approx(1)
