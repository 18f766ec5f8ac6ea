"""The line within a round: it follows the batches and does not jump where a round begins."""

import numpy as np
import pytest

from core.training.smooth import Smooth


def fed(values, num_batches):
    smooth, seen = Smooth(num_batches), []
    for value in values:
        smooth.add(value)
        seen.append(smooth.value)
    return seen


def test_a_steady_number_stays_as_it_is():
    assert fed([0.3] * 40, 10) == pytest.approx([0.3] * 40)


def test_the_first_batches_count_alike():
    assert fed([1.0, 0.0, 0.5], 3)[:3] == pytest.approx([1.0, 0.5, 0.5])


def test_it_follows_without_a_jump_where_a_round_begins():
    values = np.linspace(3, 1, 80)
    seen = np.array(fed(values, 40))
    assert np.abs(np.diff(seen)).max() < 0.06 and np.abs(seen - values)[20:].max() < 0.3
    noisy = np.tile([1.0, 0.0], 40)
    assert max(fed(noisy, 40)[38:44]) < 0.62
