"""Would more photos help? Trains on a quarter, a half, three quarters and all of them, and looks how mistakes fall."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from core.errors import SeriesInvalid
from core.model.evaluation import wilson_interval
from core.saying import per_100
from core.training.power_law import PowerLaw, fit
from core.training.recipe import RANGES, SEEDS, Recipe
from core.training.series import Series, Trial, start_series

SHARES = (0.25, 0.5, 0.75, 1.0)
MOST_SEEDS = 10
TIMES = 2.0  # so many times the photos: as far as a law through these four is asked to see
NOTICED = 0.01  # one more of 100: less is nothing to collect photos for
NUM_DRAWN = 40  # dots of the line through the points


def start_learning_curve(
    dataset_id: str, recipe: Recipe, *, seeds: int = 3, minutes: float = 0.0, name: str = ""
) -> str:
    """Starts a learning curve and returns its id at once.

    Every share is learned from in as many steps, so that fewer photos do not also mean less practice, and tested on
    the same photos. Every share comes once before any comes twice, so that little time gives a whole curve too.

    Args:
        dataset_id: what to learn from.
        recipe: how; its `train_share` and seed are set for each training.
        seeds: how often each share is learned from, by other photos and from other weights.
        minutes: of training in all, after which it ends with what it has; 0 for as long as it takes.
        name: what to call it; "" for one after the dataset.

    Raises:
        SeriesInvalid: nonsense for `seeds` or `minutes`.
        NotFound, DatasetUnfinished, DatasetTooSmall: as `core.training.starting.start_run`.
    """
    if isinstance(seeds, bool) or not isinstance(seeds, int) or not 1 <= seeds <= MOST_SEEDS:
        raise SeriesInvalid(f"A learning curve repeats each share 1 to {MOST_SEEDS} times. Received: {seeds} times")
    if not 0 <= minutes <= 7 * 24 * 60:
        raise SeriesInvalid(f"A learning curve takes 0 minutes (no limit) to a week. Received: {minutes:g} minutes")
    plan = {"shares": list(SHARES), "seeds": seeds}
    return start_series("learning_curve", dataset_id, recipe, plan, float(minutes), name)


def next_recipe(series: Series, trials: Sequence[Trial]) -> Recipe | None:
    """What to train next; None when every share has been learned from as often as planned."""
    shares = series.plan["shares"]
    turn, position = divmod(len(trials), len(shares))
    return None if turn >= series.plan["seeds"] else at_share(series.recipe, shares[position], turn)


def at_share(recipe: Recipe, share: float, turn: int) -> Recipe:
    """The recipe for a share of the photos: as many steps, hence more rounds, and everything that counts in rounds."""

    def stretched(field: str) -> Any:
        allowed, value = RANGES[field], getattr(recipe, field) / share
        return min(int(allowed.highest), round(value)) if allowed.whole else min(allowed.highest, value)

    rounds = ("epochs", "patience", "warmup_epochs", "average_epochs")
    seed = (recipe.seed + turn) % (SEEDS + 1)
    return replace(recipe, train_share=share, seed=seed, **{field: stretched(field) for field in rounds})


@dataclass(frozen=True)
class Point:
    """How often it was right after learning from so many photos."""

    share: float
    photos: int  # learned from
    accuracies: tuple[float, ...]  # on the test photos, one a seed
    accuracy: float  # their mean
    interval: tuple[float, float]  # 95 %, Wilson, for so many test photos
    standard_error: float  # of the mean: from the number of test photos and, with several seeds, their spread

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest of its seeds."""
        return min(self.accuracies), max(self.accuracies)


@dataclass(frozen=True)
class LearningCurve:
    """What a learning curve has found so far."""

    series: Series
    points: list[Point]  # by share, rising
    line: list[tuple[float, float, float, float]]
    """Photos, and the accuracy that they would lead to: lowest, middle, highest. It begins at the last point and ends
    at twice its photos, with what the sentence says; [] where it would be a guess."""
    sentence: str  # would more photos help?


def read_learning_curve(series: Series) -> LearningCurve:
    """Reads what a learning curve has found so far; trainings that did not come to their end do not count."""
    points = _points([trial for trial in series.trials() if trial.status == "done"])
    law = fit(
        np.array([point.photos for point in points], float),
        1 - np.array([point.accuracy for point in points]),
        np.array([point.standard_error for point in points]),
    )
    return LearningCurve(series, points, _line(points, law), _sentence(points, law))


def _points(trials: Sequence[Trial]) -> list[Point]:
    by_share: dict[float, list[Trial]] = {}
    for trial in trials:
        by_share.setdefault(trial.recipe.train_share, []).append(trial)
    # All shares say together how far seeds lie apart: two or three of one share alone would say next to nothing.
    squares = sum(float(np.var([trial.test or 0.0 for trial in some])) * len(some) for some in by_share.values())
    freedom = sum(len(some) - 1 for some in by_share.values())
    variance = squares / freedom if freedom else 0.0
    return [_point(share, by_share[share], variance) for share in sorted(by_share)]


def _point(share: float, trials: list[Trial], variance: float) -> Point:
    accuracies = tuple(trial.test or 0.0 for trial in trials)
    accuracy, count = float(np.mean(accuracies)), trials[0].test_photos
    wrong = (count * (1 - accuracy) + 1) / (count + 2)  # Laplace: not one mistake is no proof that there are none
    return Point(
        share=share,
        photos=trials[0].photos,
        accuracies=accuracies,
        accuracy=accuracy,
        interval=wilson_interval(round(accuracy * count), count),
        standard_error=sqrt(wrong * (1 - wrong) / count + variance / len(trials)),
    )


def _line(points: Sequence[Point], law: PowerLaw | None) -> list[tuple[float, float, float, float]]:
    if law is None:
        return []
    last = points[-1]
    line = []
    for times in np.geomspace(1.0, TIMES, NUM_DRAWN):
        low, middle, high = np.minimum(1.0, last.accuracy + law.gains(last.photos, float(times)))
        line.append((float(times * last.photos), float(low), float(middle), float(high)))
    return line


def _sentence(points: Sequence[Point], law: PowerLaw | None) -> str:
    if len(points) < 2:
        return "Too little has been tried to say whether more photos would help."
    first, last = points[0], points[-1]
    seen = (
        f"Right on {per_100(first.accuracy)} of 100 after {first.photos:,} photos, "
        f"on {per_100(last.accuracy)} after {last.photos:,}."
    )
    if law is None:
        why = "it takes three sizes" if len(points) < 3 else "the points lie on no smooth curve"
        return f"{seen} Where it would go with more photos cannot be said: {why}."
    low, _, high = law.gains(last.photos, TIMES)
    most = max(1, round(100 * high))
    if high < NOTICED:
        return f"{seen} More photos of this kind would hardly help: twice as many, less than one more of 100 right."
    if low < NOTICED:
        return f"{seen} More photos may help: twice as many, up to {most} more of 100 right, and perhaps none."
    least = max(1, round(100 * low))
    more = f"{least} to {most}" if least < most else f"{most}"
    return f"{seen} More photos would help: twice as many, probably {more} more of 100 right."
