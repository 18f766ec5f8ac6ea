"""A law through points: it finds the one that made them, and says how far it can be trusted."""

import numpy as np
import pytest

from core.training.power_law import fit

PHOTOS = np.array([750.0, 1500.0, 2250.0, 3000.0])


def law(a: float, b: float, c: float):
    return lambda photos: a * np.asarray(photos) ** -b + c


@pytest.mark.parametrize(("a", "b", "c"), [(3.0, 0.4, 0.0), (30.0, 0.8, 0.1), (2.0, 0.2, 0.0)])
def test_known_points_give_their_law(a, b, c):
    truth = law(a, b, c)
    found = fit(PHOTOS, truth(PHOTOS), np.full(4, 1e-4))
    low, middle, high = found.errors(np.array([1000.0, 6000.0]))
    assert middle == pytest.approx(truth([1000.0, 6000.0]), rel=0.03)
    assert np.all(low <= middle) and np.all(middle <= high)


@pytest.mark.parametrize(("a", "b", "c"), [(3.0, 0.4, 0.0), (30.0, 0.8, 0.1), (0.2, 0.0, 0.0)])
def test_nine_of_ten_intervals_hold_what_more_photos_bring(a, b, c):
    truth, count = law(a, b, c), 400
    gain = truth(3000.0) - truth(6000.0)
    random = np.random.default_rng(0)
    held, widths = 0, []
    for _ in range(40):
        seen = random.binomial(count, truth(PHOTOS)) / count
        found = fit(PHOTOS, seen, np.sqrt(seen * (1 - seen) / count))
        low, _, high = found.gains(3000.0, 2.0) if found else (0.0, 0.0, 1.0)
        held += low - 1e-9 <= gain <= high
        widths.append(high - low)
    assert held >= 34
    assert np.mean(widths) < 0.1  # they say something


def test_uncertain_points_make_an_uncertain_law():
    errors = law(3.0, 0.4, 0.0)(PHOTOS)
    widths = [
        np.ptp(fit(PHOTOS, errors, np.full(4, standard_error)).gains(3000.0, 2.0)) for standard_error in (0.002, 0.02)
    ]
    assert widths[1] > 3 * widths[0]


def test_a_point_that_says_little_counts_little():
    truth = law(3.0, 0.4, 0.0)
    found = fit(PHOTOS, truth(PHOTOS) + [0.0, 0.1, 0.0, 0.0], np.array([1e-4, 0.1, 1e-4, 1e-4]))  # noqa: RUF005 - a sum of arrays
    assert found.errors(np.array([6000.0]))[1] == pytest.approx(truth([6000.0]), rel=0.03)


def test_where_a_law_would_be_a_guess_there_is_none():
    assert fit(PHOTOS[:2], np.array([0.3, 0.2]), np.full(2, 0.01)) is None
    assert fit(PHOTOS, np.array([0.1, 0.4, 0.1, 0.4]), np.full(4, 0.01)) is None
    assert fit(PHOTOS, np.array([0.1, 0.2, 0.3, 0.4]), np.full(4, 0.01)) is None
