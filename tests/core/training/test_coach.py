"""What the coach says of trainings that were recorded: the app's own, of drawn garments and of clothing photos."""

import math
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.training.coach import say
from core.training.recipe import Recipe, usual

HISTORIES = Path(__file__).parent / "histories"
COSINE = Recipe(schedule="cosine", warmup_epochs=2.0, epochs=24, optimizer="sgd", learning_rate=0.02, patience=0)
COMPACT = replace(COSINE, name="compact", optimizer="adamw", learning_rate=2e-3, epochs=16, augment=1.0)
SGD = Recipe(optimizer="sgd", learning_rate=0.06)
HELD = Recipe(name="deep", dropout=0.3, l2=1e-3, augment=1.0)


def recorded(name: str) -> list[dict[str, Any]]:
    return pd.read_csv(HISTORIES / f"{name}.csv").to_dict("records")


def told(rows: list[dict[str, Any]], recipe: Recipe) -> list[tuple[int, str]]:
    """What is said round after round: each kind, and the round from which on it is said."""
    said = [(number, say(rows[:number], recipe).kind) for number in range(1, len(rows) + 1)]
    return [next(same) for _, same in groupby(said, key=lambda each: each[1])]


@pytest.mark.parametrize(
    ("name", "recipe", "expected"),
    [
        ("healthy", Recipe(), [(1, "first"), (2, "learning")]),
        ("cosine", COMPACT, [(1, "first"), (2, "learning")]),
        ("exploded", Recipe(learning_rate=1.0), [(1, "diverged"), (2, "learning"), (3, "collapsed")]),
        ("far_off", replace(SGD, learning_rate=3.0), [(1, "diverged"), (3, "collapsed")]),
        ("collapsed", Recipe(learning_rate=0.01), [(1, "first"), (2, "learning"), (3, "collapsed")]),
        (
            "lost_and_found",
            SGD,
            [(1, "first"), (2, "learning"), (4, "stepped_back"), (5, "diverged"), (8, "collapsed"), (9, "learning")],
        ),
        ("guessing", Recipe(learning_rate=1e-7), [(1, "first"), (2, "learning"), (4, "guessing")]),
        ("slow", Recipe(learning_rate=1e-5), [(1, "first"), (2, "learning"), (4, "slow")]),
        ("memorising", Recipe(), [(1, "first"), (2, "learning"), (14, "memorising")]),
        ("memorising_cosine", COSINE, [(1, "first"), (2, "learning"), (10, "memorising")]),
    ],
)
def test_a_recorded_training_is_told_as_it_went(name, recipe, expected):
    assert told(recorded(name), recipe) == expected


def test_few_photos_are_learned_by_heart_in_the_end():
    rows = recorded("few_photos")
    kinds = told(rows, Recipe())
    assert kinds[-1] == (16, "memorising")
    assert "guessing" not in dict((kind, number) for number, kind in kinds)
    word = say(rows, Recipe(augment=1.0))
    assert word.sentence == "starting to memorise"
    assert "dropout" in word.advice and "varied" not in word.advice  # it varies them already
    assert "varied photos (augmentation)" in say(rows, Recipe()).advice
    assert "more photos" in say(rows, Recipe(augment=1.0, dropout=0.3)).advice


def test_one_that_is_held_too_tightly_never_seems_to_learn():
    rows = recorded("too_tame")
    assert {say(rows[:number], HELD).kind for number in range(4, 31)} == {"guessing", "collapsed"}


def test_a_training_that_goes_by_steps_is_not_given_up():
    """Every photo got the same answer for four rounds, nothing was gained from round 17 to 22; yet it went on."""
    rows = recorded("plateaus")
    kinds = dict(enumerate((say(rows[:number], HELD).kind for number in range(1, len(rows) + 1)), start=1))
    assert [kinds[number] for number in (3, 4, 6, 19, 22, 23, 30)] == [
        "collapsed",
        "collapsed",
        "learning",
        "underfit",
        "underfit",
        "learning",
        "learning",
    ]
    assert "Less dropout" in say(rows[:19], HELD).advice
    assert "Larger photos" in say(rows[:19], Recipe()).advice


def test_what_has_stalled_is_done_with_a_constant_step_size_and_patient_with_a_falling_one():
    rows = recorded("stalled")[:32]
    word = say(rows, HELD)
    assert (word.kind, word.sentence) == ("stalled", "has stopped improving; it keeps the best")
    early = [{**row, "learning_rate": 0.0005} for row in rows]
    late = [{**row, "learning_rate": 0.00002} for row in rows]
    falling = replace(HELD, schedule="cosine", epochs=60)
    assert (say(early, falling).kind, say(early, falling).sentence) == ("patient", "taking its time")
    assert say(late, falling).kind == "stalled"
    without = [{key: value for key, value in row.items() if key != "learning_rate"} for row in rows]
    assert say(without, falling).kind == "patient"  # of older runs the plan says how far it has fallen
    assert say(without, replace(falling, epochs=33)).kind == "stalled"


def row(epoch: int, **numbers: float) -> dict[str, float]:
    usual = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "biggest_share": 0.4}
    return {"epoch": epoch, **usual, **numbers}


def test_before_the_first_round_there_is_little_to_say():
    assert say([], Recipe()).sentence == "looking at its first photos"
    assert say([row(1)], Recipe()).sentence == "just begun"


def test_a_loss_that_is_no_number_has_lost_its_way():
    word = say([row(1), row(2, loss=math.nan)], Recipe(learning_rate=0.5))
    assert word.kind == "diverged" and "such as 0.001" in word.advice


@pytest.mark.parametrize(
    ("recipe", "smaller"),
    [
        (Recipe(learning_rate=10.0), "0.001"),
        (Recipe(learning_rate=0.002), "0.0002"),
        (usual("compact", learning_rate=5.0), "0.002"),
        (Recipe(learning_rate=10.0, optimizer="sgd"), "0.01"),
    ],
)
def test_a_smaller_step_size_is_a_tenth_or_the_usual_one(recipe, smaller):
    assert f"such as {smaller}." in say([row(1), row(2, loss=math.nan)], recipe).advice


def test_nothing_larger_is_proposed_than_can_be():
    rows = [row(number, loss=2.0, val_loss=2.0, accuracy=0.2) for number in range(1, 6)]
    assert say(rows, Recipe(learning_rate=10.0)).kind == "guessing"
    assert "a smaller step size (learning rate), such as 0.001" in say(rows, Recipe(learning_rate=10.0)).advice
    assert "a larger step size (learning rate), such as 1e-06" in say(rows, Recipe(learning_rate=1e-7)).advice


def test_an_average_that_lags_behind_is_no_collapse():
    """Batch-norm and averaged weights say one thing of all photos held back for a while, and learn well meanwhile."""
    one = {"biggest_share": 1.0, "val_accuracy": 0.25, "val_loss": 2.1}
    seen = [(2.0, 0.3), (1.6, 0.45), (1.3, 0.6)]
    learning = [row(number, loss=loss, accuracy=right, **one) for number, (loss, right) in enumerate(seen, start=1)]
    assert {say(learning[:2], Recipe()).kind, say(learning, Recipe()).kind} == {"learning"}
    stuck = [row(1, loss=2.1, accuracy=0.25, **one), row(2, loss=2.1, accuracy=0.25, **one)]
    assert say(stuck, Recipe()).kind == "collapsed"


def test_nearly_all_photos_in_one_class_are_no_collapse_when_they_are_of_that_class():
    rare = {"biggest_share": 0.97, "val_accuracy": 0.99, "accuracy": 0.99}
    assert say([row(1, loss=0.11, **rare), row(2, loss=0.11, **rare)], Recipe()).kind == "learning"


def test_always_right_has_nothing_left_to_learn():
    assert say([row(1), row(2, val_accuracy=1.0), row(3, val_accuracy=1.0)], Recipe()).kind == "perfect"
    assert say([row(1), row(2, val_accuracy=1.0), row(3, val_accuracy=0.99)], Recipe()).kind == "learning"


def test_memorising_while_it_still_names_better_is_let_go_on():
    losses = [(2.0, 1.5, 0.4), (1.5, 1.6, 0.5), (1.4, 1.7, 0.6), (1.3, 1.8, 0.7)]
    rows = [row(n, loss=a, val_loss=b, val_accuracy=c) for n, (a, b, c) in enumerate(losses, start=1)]
    assert "let it go on" in say(rows, Recipe()).advice
    worse = [{**each, "val_accuracy": 0.4} for each in rows]
    assert "stop here" in say(worse, Recipe()).advice


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.csv")), ids=lambda path: path.stem)
def test_every_sentence_can_follow_the_accuracy_and_every_advice_stands_alone(path):
    rows = recorded(path.stem)
    for number in range(1, len(rows) + 1):
        word = say(rows[:number], COSINE if "cosine" in path.stem else Recipe())
        assert word.sentence[0].islower() and not word.sentence.endswith(".")
        assert word.advice == "" or (word.advice[0].isupper() and word.advice.endswith("."))
