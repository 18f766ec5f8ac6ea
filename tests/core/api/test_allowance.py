"""How much one asker may ask for."""

from types import SimpleNamespace

import pytest

from core.api import allowance
from core.api.allowance import Allowance


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(allowance, "time", clock)
    return clock


def test_a_minutes_worth_may_be_taken_at_once_and_then_comes_back_evenly(clock: SimpleNamespace) -> None:
    left = Allowance()
    assert left.take("one", 60, 60) == 0
    assert left.take("one", 3, 60) == pytest.approx(3)
    clock.now += 3
    assert left.take("one", 3, 60) == 0
    assert left.take("one", 1, 60) == pytest.approx(1)


def test_a_refusal_takes_nothing(clock: SimpleNamespace) -> None:
    left = Allowance()
    left.take("one", 50, 60)
    assert left.take("one", 20, 60) == pytest.approx(10)
    assert left.take("one", 10, 60) == 0


def test_askers_do_not_use_up_what_others_have(clock: SimpleNamespace) -> None:
    left = Allowance()
    left.take("one", 60, 60)
    assert left.take("other", 60, 60) == 0


def test_a_request_for_more_than_a_minutes_worth_is_granted_once_all_of_it_is_there(clock: SimpleNamespace) -> None:
    left = Allowance()
    assert left.take("one", 32, 10) == 0
    assert left.take("one", 32, 10) == pytest.approx(60)


def test_those_who_ask_no_more_are_forgotten(clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "MAX_ASKERS", 3)
    left = Allowance()
    for asker in "abc":
        left.take(asker, 1, 60)
    clock.now += 61
    left.take("d", 1, 60)
    assert list(left._left) == ["d"]
