"""The plan: how large the steps are, and how many rounds a time budget holds."""

import pytest

from core.training.recipe import usual
from core.training.schedule import Plan


def test_a_constant_rate_stays():
    plan = Plan(usual("classic", warmup_epochs=0.0), 80)
    assert {plan.rate(step) for step in (0, 1, 79, 799)} == {1e-3}


def test_a_cosine_is_half_way_down_in_the_middle():
    plan = Plan(usual("compact", epochs=12, warmup_epochs=2.0, learning_rate=0.01), 10)
    assert plan.rate(0) == pytest.approx(0.01 / 21)
    assert plan.rate(20) == pytest.approx(0.01)
    assert plan.rate(70) == pytest.approx(0.005)
    assert plan.rate(119) < 1e-5 and plan.rate(500) == pytest.approx(0)


def test_a_budget_holds_as_many_rounds_as_the_pace_allows():
    plan = Plan(usual("compact", minutes=10.0), 10)
    assert plan.budget_s == 600
    assert plan.fit_to_budget([10.0]) and plan.epochs == 58
    assert plan.fit_to_budget([10.0, 20.0]) and plan.epochs == 2 + int((582 - 30) / 15)
    assert plan.fit_to_budget([10.0, 20.0, 900.0]) and plan.epochs == 3
    assert not plan.fit_to_budget([10.0, 20.0, 900.0])


def test_the_cosine_follows_what_the_budget_holds():
    plan = Plan(usual("compact", minutes=10.0, epochs=24), 10)
    assert plan.rate(239) < 1e-5  # until the pace is known, as many rounds as the recipe has
    plan.fit_to_budget([10.0])
    assert plan.rate(239) > 1e-3 and plan.rate(579) < 1e-5


def test_without_a_budget_nothing_is_planned_anew():
    plan = Plan(usual("classic"), 80)
    assert plan.budget_s is None and not plan.fit_to_budget([1.0])
    assert plan.epochs == 10
