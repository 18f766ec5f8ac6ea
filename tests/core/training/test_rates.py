"""The step size that suggests itself, read from recorded curves."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.training.rates import exploded, smoothed, suggestion

RECORDED = Path(__file__).parent / "histories" / "rates"


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("classic", 2e-4, 1e-3), ("compact", 2e-4, 1e-3), ("few_photos", 1e-3, 6e-3)]
)
def test_a_recorded_curve_suggests_where_it_falls_fastest(name, lowest, highest):
    curve = pd.read_csv(RECORDED / f"{name}.csv")
    rates, losses = curve["rate"].tolist(), curve["loss"].tolist()
    found = suggestion(rates, losses)
    assert lowest < found < highest
    assert found == float(f"{found:.2g}")  # nobody can tell more digits apart
    again = smoothed(losses)
    assert found < rates[int(np.argmin(again))]  # on the way down, not at its end


def test_what_comes_after_the_first_rise_is_not_looked_at():
    falls = [2.0] * 20 + list(np.linspace(2.0, 1.5, 20)) + [1.9] * 20
    hurt = falls + list(np.linspace(1.9, 0.2, 8)) + [0.2] * 12
    rates = np.geomspace(1e-6, 1, len(hurt)).tolist()
    assert rates[20] <= suggestion(rates, hurt) <= rates[40]


def test_nothing_learned_suggests_nothing():
    random = np.random.default_rng(1)
    flat = random.normal(2.3, 0.02, 100).tolist()
    rates = np.geomspace(1e-6, 1, 100).tolist()
    assert suggestion(rates, flat) is None
    assert suggestion(rates, np.linspace(2.3, 5, 100).tolist()) is None  # wrong from the first step on
    assert suggestion(rates[:8], flat[:8]) is None  # it broke off


def test_smoothing_keeps_the_place_of_a_fall():
    curve = smoothed([2.0] * 30 + [1.0] * 30)
    assert curve[29] + curve[30] == pytest.approx(3.0)
    assert smoothed([1.5] * 20) == pytest.approx([1.5] * 20)
    assert smoothed([]) == []


def test_an_explosion_is_more_than_noise():
    assert not exploded([2.3] * 20)
    assert not exploded([0.1] * 20 + [0.5] * 5)  # of a small loss the double is little
    assert not exploded([2.3] * 20 + [40.0])  # ahead of the average
    assert exploded([2.3] * 20 + [9.0] * 5)
