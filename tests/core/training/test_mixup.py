"""A blend of two photos is labelled as the blend that it is."""

import numpy as np
import pytest

from core.training.mixup import mixed

LABELS = np.eye(12, dtype=np.float32)  # each photo of a class of its own, so that a label tells whose blend it is


@pytest.mark.parametrize("shape", [(12, 10, 10, 3), (12, 7)])
def test_the_labels_say_what_is_in_the_blend(shape):
    random = np.random.default_rng(1)
    kind = np.uint8 if len(shape) == 4 else np.float32
    plain = random.integers(0, 256, shape).astype(kind)
    kept = plain.copy()
    both, labels = mixed(plain, LABELS, 0.5, np.random.default_rng(3))
    assert both.dtype == kind and labels.dtype == np.float32
    assert labels.sum(axis=1) == pytest.approx(np.ones(12))
    assert (labels > 0.01).sum(axis=1).max() == 2 and np.ptp(labels.max(axis=1)) > 0.05
    expected = np.tensordot(labels, plain.astype(np.float32), axes=1)
    assert both == pytest.approx(expected, abs=0.51 if kind is np.uint8 else 1e-4)
    assert (plain == kept).all()


def test_alpha_says_how_even_blends_are_and_chance_repeats_them():
    plain = np.zeros((1, 2, 2, 3), np.uint8).repeat(2000, axis=0)
    pairs = np.eye(2, dtype=np.float32)[np.arange(2000) % 2]

    def strongest(alpha: float, seed: int = 4) -> np.ndarray:
        return mixed(plain, pairs, alpha, np.random.default_rng(seed))[1].max(axis=1)

    assert strongest(0.1).mean() > strongest(1.0).mean() + 0.05
    assert (strongest(0.2) == strongest(0.2)).all() and (strongest(0.2) != strongest(0.2, 5)).any()
