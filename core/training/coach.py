"""What an onlooker who knows trainings would say of one: a clause in plain words, and what to do about it.

The limits were chosen on recorded trainings, which the tests keep.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from core.training.checkpoint import best_epoch
from core.training.recipe import RANGES, Recipe, usual

Kind = Literal[
    "first", "learning", "slow", "patient", "stalled", "underfit", "memorising",
    "stepped_back", "guessing", "diverged", "collapsed", "perfect",
]  # fmt: skip
Row = Mapping[str, Any]  # a finished round: the columns of a run's history

PATIENCE = 3  # rounds without a better one before it counts as stopped
RISEN = 1.025  # of the validation loss over its lowest: less is noise
NOTICEABLE = 0.99  # a loss that fell to this share of itself has improved
FLAT = 0.995
FALLING = 0.95  # a training loss that fell to this share of itself is on its way
AHEAD = 0.1  # of 1, accuracy on its own photos over that on photos held back: it does tell them apart
SLOW = 0.012  # of the loss, the fall a round below which larger steps would help
MUCH_TO_LEARN = 0.8  # of its first loss: below it slow rounds are natural
ONE_ANSWER = 0.95  # share of the photos held back that get the same answer
ABSURD = 10.0  # a loss that guessing among 20,000 classes does not reach
FORGOTTEN = 0.5  # rise of the loss over its lowest that undoes the learning
STEP_BACK = 0.15  # of 1, drop of the accuracy from the best: more than a small validation part's noise
KNOWN = 0.6  # of 1, accuracy on its own photos from which on it is not short of ability
USUAL_OF_SGD = 0.01  # as in Keras; the recipes' own are for Adam, and far too small for it
STILL_LARGE = 0.1  # of the highest learning rate: above it a falling schedule has more to give


@dataclass(frozen=True)
class Word:
    """What the coach says."""

    kind: Kind
    sentence: str  # a clause without a capital or a full stop, fit to follow "Right on 78 of 100, and"
    advice: str  # whole sentences, or "" while there is nothing to do


def say(epoch_rows: Sequence[Row], recipe: Recipe) -> Word:
    """Says how a training goes.

    Args:
        epoch_rows: the finished rounds, oldest first, with epoch, loss, accuracy, val_loss, val_accuracy, and where
            they are known learning_rate (at the round's end) and biggest_share.
        recipe: how it learns.
    """
    if not epoch_rows:
        return Word("first", "looking at its first photos", "")
    for seen, words in SIGNS:
        if seen(epoch_rows, recipe):
            return words(epoch_rows, recipe)
    if not _has_stopped(epoch_rows):
        return Word("learning", "still improving", "")
    return _stopped(epoch_rows, recipe)


def _diverged(rows: Sequence[Row], recipe: Recipe) -> bool:
    loss, val_loss = rows[-1]["loss"], rows[-1]["val_loss"]
    if not (math.isfinite(loss) and math.isfinite(val_loss)):
        return True
    return loss > ABSURD and (val_loss > ABSURD or _one_answer(rows[-1]))


def _collapsed(rows: Sequence[Row], recipe: Recipe) -> bool:
    """The same answer for two rounds, and no way out in sight.

    An average of the weights that lags behind may say so too for a while; the photos it learns from then tell.
    """
    now, recent = rows[-1], rows[-PATIENCE:]
    if len(rows) < 2 or not all(map(_one_answer, rows[-2:])) or now["accuracy"] > now["val_accuracy"] + AHEAD:
        return False
    if len(recent) == PATIENCE and all(map(_one_answer, recent)):
        return bool(now["val_accuracy"] < recent[0]["val_accuracy"] + 0.005)
    return bool(now["loss"] > FLAT * rows[-2]["loss"])


def _one_answer(row: Row) -> bool:
    """True for all photos in one class, unless nearly all photos are of that class."""
    return bool(row.get("biggest_share", 0.0) >= ONE_ANSWER and row["val_accuracy"] < ONE_ANSWER)


def _forgotten(rows: Sequence[Row], recipe: Recipe) -> bool:
    if len(rows) < 2:
        return False
    lowest = min(row["loss"] for row in rows[:-1])
    undone = (rows[0]["loss"] - lowest) / 2
    return bool(rows[-1]["loss"] > lowest + max(FORGOTTEN, undone))


def _lost(rows: Sequence[Row], recipe: Recipe) -> Word:
    advice = f"The steps are too large. Start again with a smaller step size (learning rate), {_smaller(recipe)}."
    return Word("diverged", "has lost its way", advice)


def _same_answer(rows: Sequence[Row], recipe: Recipe) -> Word:
    advice = f"If that lasts, start again with a smaller step size (learning rate), {_smaller(recipe)}."
    return Word("collapsed", "says the same of every photo", advice)


def _just_begun(rows: Sequence[Row], recipe: Recipe) -> bool:
    return len(rows) == 1


def _perfect(rows: Sequence[Row], recipe: Recipe) -> bool:
    return all(row["val_accuracy"] == 1.0 for row in rows[-2:])


def _memorising(rows: Sequence[Row], recipe: Recipe) -> bool:
    """The validation loss stands above its lowest for some rounds, while the photos it learns from get ever easier."""
    lowest = min(range(len(rows)), key=lambda number: rows[number]["val_loss"])
    if len(rows) - 1 - lowest < PATIENCE:
        return False
    recent = [row["val_loss"] for row in rows[-PATIENCE:]]
    risen = sum(recent) / PATIENCE > RISEN * rows[lowest]["val_loss"]
    return bool(risen and rows[-1]["loss"] < FALLING * rows[lowest]["loss"])


def _memorises(rows: Sequence[Row], recipe: Recipe) -> Word:
    if _rounds_since_best(rows) >= PATIENCE:
        advice = f"{_cure(recipe)}, or stop here: it keeps the best."
    else:
        advice = f"It still gets better at naming, so let it go on. {_cure(recipe)} next time."
    return Word("memorising", "starting to memorise", advice)


def _cure(recipe: Recipe) -> str:
    """What helps against learning by heart, and has not been taken yet."""
    if recipe.augment < 0.5:
        return "Try varied photos (augmentation)"
    return "Try some dropout" if recipe.dropout < 0.2 else "Try more photos"


def _guessing(rows: Sequence[Row], recipe: Recipe) -> bool:
    """After some rounds no better than after the first, and that was poor."""
    if len(rows) <= PATIENCE or _is_warming_up(rows, recipe):
        return False
    first, now = rows[0], rows[-1]
    as_wrong = min(row["val_loss"] for row in rows) > 0.985 * first["val_loss"] and now["loss"] > 0.96 * first["loss"]
    return bool(as_wrong and now["accuracy"] < KNOWN)


def _guesses(rows: Sequence[Row], recipe: Recipe) -> Word:
    if recipe.learning_rate > 10 * _usual_rate(recipe):
        other = f"a smaller step size (learning rate), {_smaller(recipe)}"
    else:
        other = f"a larger step size (learning rate), such as {10 * recipe.learning_rate:g}"
    advice = f"It has learned next to nothing yet. Try {other}, or look whether the photos fit their names."
    return Word("guessing", "still guessing", advice)


def _stepped_back(rows: Sequence[Row], recipe: Recipe) -> bool:
    return bool(max(row["val_accuracy"] for row in rows) - rows[-1]["val_accuracy"] > STEP_BACK)


def _steps_back(rows: Sequence[Row], recipe: Recipe) -> Word:
    advice = f"If it happens again, try a smaller step size (learning rate), {_smaller(recipe)}."
    return Word("stepped_back", "took a step back", advice)


def _slow(rows: Sequence[Row], recipe: Recipe) -> bool:
    """Every round a little better, but far from knowing even its own photos."""
    if len(rows) <= PATIENCE or rows[-1]["accuracy"] >= KNOWN or not _rate_is_large(rows, recipe):
        return False
    recent = [row["loss"] for row in rows[-1 - PATIENCE :]]
    steady = all(after < before for before, after in pairwise(recent))
    slow = recent[-1] > (1 - SLOW) ** PATIENCE * recent[0] and recent[-1] > MUCH_TO_LEARN * rows[0]["loss"]
    return bool(steady and slow and rows[-1]["val_loss"] < rows[-1 - PATIENCE]["val_loss"])


def _is_slow(rows: Sequence[Row], recipe: Recipe) -> Word:
    larger = min(RANGES["learning_rate"].highest, 3 * recipe.learning_rate)
    advice = f"Larger steps would get there sooner: try a step size (learning rate) of {larger:g}."
    return Word("slow", "improving slowly", advice)


# The first that is seen is said: what ruins a training before what merely slows it.
SIGNS: tuple[tuple[Callable[[Sequence[Row], Recipe], bool], Callable[[Sequence[Row], Recipe], Word]], ...] = (
    (_diverged, _lost),
    (_collapsed, _same_answer),
    (_forgotten, _lost),
    (_just_begun, lambda rows, recipe: Word("first", "just begun", "")),
    (
        _perfect,
        lambda rows, recipe: Word(
            "perfect", "has nothing left to learn here", "You can stop here, or give it harder photos."
        ),
    ),
    (_memorising, _memorises),
    (_guessing, _guesses),
    (_stepped_back, _steps_back),
    (_slow, _is_slow),
)


def _stopped(rows: Sequence[Row], recipe: Recipe) -> Word:
    keeps = "has stopped improving; it keeps the best"
    if recipe.schedule == "cosine":
        if _rate_is_large(rows, recipe):
            return Word("patient", "taking its time", "Much is learned towards the end, when the steps get small.")
        return Word("stalled", keeps, "It is nearly at its end.")
    if rows[-1]["loss"] < FALLING * rows[-1 - PATIENCE]["loss"]:
        return Word("stalled", keeps, f"It gets better at its own photos alone. {_cure(recipe)}, or stop here.")
    if rows[-1]["accuracy"] < KNOWN:
        held = recipe.dropout > 0 or recipe.l2 > 0 or recipe.augment > 0 or recipe.mixup > 0
        less = "Less dropout, L2 or variation" if held else "Larger photos"
        return Word("underfit", keeps, f"It does not know its own photos well. {less} or another recipe may help.")
    return Word("stalled", keeps, "You can stop here. Smaller steps at the end (cosine) may bring a little more.")


def _has_stopped(rows: Sequence[Row]) -> bool:
    """Neither right more often for some rounds, nor less wrong."""
    if _rounds_since_best(rows) < PATIENCE:
        return False
    recent = min(row["val_loss"] for row in rows[-PATIENCE:])
    return bool(recent > NOTICEABLE * min(row["val_loss"] for row in rows[:-PATIENCE]))


def _rounds_since_best(rows: Sequence[Row]) -> int:
    return int(rows[-1]["epoch"]) - (best_epoch([dict(row) for row in rows]) or 0)


def _rate_is_large(rows: Sequence[Row], recipe: Recipe) -> bool:
    """Whether the learning rate has not yet fallen to nothing, and has risen to what it should be."""
    if _is_warming_up(rows, recipe):
        return False
    if recipe.schedule == "constant":
        return True
    rate = rows[-1].get("learning_rate")
    left = 1 - rows[-1]["epoch"] / recipe.epochs if rate is None else rate / recipe.learning_rate
    return bool(left > STILL_LARGE)


def _is_warming_up(rows: Sequence[Row], recipe: Recipe) -> bool:
    return bool(rows[-1]["epoch"] <= recipe.warmup_epochs + PATIENCE) if recipe.warmup_epochs else False


def _smaller(recipe: Recipe) -> str:
    return f"such as {min(recipe.learning_rate / 10, _usual_rate(recipe)):g}"


def _usual_rate(recipe: Recipe) -> float:
    """What the step size of such a recipe stands at first."""
    if recipe.optimizer == "sgd":
        return USUAL_OF_SGD
    return usual(recipe.name, **({"fine_tune": True} if recipe.fine_tune else {})).learning_rate
