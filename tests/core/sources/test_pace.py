"""How the number of connections to a host follows its mood."""

from core.sources.pace import DROPOUT_S, FIRST_LIMIT, MAX_LIMIT, MAX_SILENCES, PATIENCE_S, Lane


def test_the_limit_doubles_each_round_up_to_its_top() -> None:
    lane = Lane("shop.example")
    for _ in range(FIRST_LIMIT):
        lane.answered(now=1.0, took_s=0.05)
    assert lane.limit == 2 * FIRST_LIMIT
    for _ in range(200):
        lane.answered(now=2.0, took_s=0.05)
    assert lane.limit == MAX_LIMIT


def test_slow_answers_do_not_raise_the_limit() -> None:
    lane = Lane("shop.example")
    lane.answered(now=9.0, took_s=9.0)
    assert lane.limit == FIRST_LIMIT


def test_many_complaints_at_once_halve_the_limit_once_and_it_recovers_slowly() -> None:
    lane = Lane("shop.example", limit=64)
    for _ in range(64):
        lane.complained(now=2.0, started_at=1.0, pause_s=3.0, words="429")
    assert lane.limit == 32
    assert not lane.may_start(4.9)
    assert lane.may_start(5.0)
    for _ in range(32):
        lane.answered(now=6.0, took_s=0.05)
    assert 32.9 < lane.limit < 33.1


def test_a_host_that_never_answered_is_given_up_soon_and_one_that_did_is_waited_for() -> None:
    dead, away = Lane("dead.example", asked_at=0.5), Lane("away.example", asked_at=0.5)
    away.answered(now=1.0, took_s=0.05)
    for lane in (dead, away):
        for _ in range(MAX_SILENCES):
            lane.kept_silent(now=2.0, words="no answer")
        assert not lane.may_start(2.5)
    assert dead.gave_up(2.0)
    assert not away.gave_up(1.0 + DROPOUT_S)
    assert away.gave_up(1.1 + DROPOUT_S)
    away.answered(now=20.0, took_s=0.05)
    assert not away.gave_up(40.0)


def test_a_host_that_does_nothing_but_complain_is_given_up_in_the_end() -> None:
    lane = Lane("busy.example", asked_at=1.0)
    lane.complained(now=2.0, started_at=1.0, pause_s=60.0, words="429")
    assert not lane.gave_up(200.0)
    assert lane.gave_up(2.0 + PATIENCE_S)


def test_an_answer_of_any_kind_ends_a_silence() -> None:
    for speak in (lambda lane: lane.broke_off(), lambda lane: lane.complained(3.0, 2.0, 0.0, "500")):
        lane = Lane("shaky.example", asked_at=0.5)
        for _ in range(MAX_SILENCES - 1):
            lane.kept_silent(now=2.0, words="no answer")
        speak(lane)
        assert not lane.in_trouble
        lane.kept_silent(now=4.0, words="no answer")
        assert not lane.gave_up(4.0)


def test_the_shares_of_several_processes_are_together_what_one_may_ask() -> None:
    lanes = [Lane.shared("shop.example", 0.25) for _ in range(4)]
    assert sum(lane.limit for lane in lanes) == FIRST_LIMIT
    for lane in lanes:
        for _ in range(200):
            lane.answered(now=1.0, took_s=0.05)
    assert sum(lane.limit for lane in lanes) == MAX_LIMIT
    assert Lane.shared("shop.example", 0.001).may_start(now=0.0)
