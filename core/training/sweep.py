"""A sweep: which places of some knobs are the best? Tried by grid, at random, or guided by what was tried before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from math import sqrt
from typing import Any, Literal

import numpy as np

from core.errors import SeriesInvalid
from core.model.evaluation import Z_95
from core.saying import per_100
from core.training.knobs import LOGARITHMIC, Knob, check_knob, combinations, num_combinations
from core.training.recipe import RANGES, Recipe
from core.training.series import Series, Trial, best_trial, start_series

Search = Literal["grid", "random", "guided"]
SEARCHES: tuple[Search, ...] = ("grid", "random", "guided")
MOST_TRIALS = 200
DIGITS = 3  # of a number drawn at random: nobody can tell more apart


def start_sweep(
    dataset_id: str,
    recipe: Recipe,
    knobs: Sequence[Knob],
    *,
    search: Search = "random",
    trials: int = 12,
    minutes: float = 0.0,
    name: str = "",
) -> str:
    """Starts a sweep and returns its id at once.

    Args:
        dataset_id: what to learn from.
        recipe: where all other knobs stand.
        knobs: those to turn.
        search: "grid" tries every combination of values, in an order drawn by lot; "random" draws each anew; "guided"
            draws more often where it went well (tree-structured Parzen estimators, J. Bergstra and others, 2011).
        trials: how many trainings at most; a grid has as many as it has combinations.
        minutes: of training in all, after which it ends with what it has; 0 for as long as it takes.
        name: what to call it; "" for one after the dataset.

    Raises:
        SeriesInvalid: no knob, one that cannot be swept, or more trainings than `MOST_TRIALS`.
        RecipeInvalid: a value is outside its knob's range.
        NotFound, DatasetUnfinished, DatasetTooSmall: as `core.training.starting.start_run`.
    """
    _check(recipe, knobs, search, trials, minutes)
    possible = num_combinations(knobs)
    plan = {
        "knobs": [{**asdict(knob), "values": list(knob.values)} for knob in knobs],
        "search": search,
        "trials": possible if search == "grid" else int(min(trials, possible)),
    }
    return start_series("sweep", dataset_id, recipe, plan, float(minutes), name)


def knobs_of(series: Series) -> list[Knob]:
    """The knobs that a sweep turns."""
    return [Knob(**{**knob, "values": tuple(knob["values"])}) for knob in series.plan["knobs"]]


def next_recipe(series: Series, trials: Sequence[Trial]) -> Recipe | None:
    """What to train next: it follows from what has been tried alone, so a resumed sweep goes on as it would have.

    Returns:
        None when everything has been tried that was planned.
    """
    if len(trials) >= series.plan["trials"]:
        return None
    knobs = knobs_of(series)
    tried = [({knob.name: getattr(trial.recipe, knob.name) for knob in knobs}, trial.held_back) for trial in trials]
    if series.plan["search"] == "grid":
        every = list(combinations(knobs))
        values = every[np.random.default_rng(series.recipe.seed).permutation(len(every))[len(trials)]]
    else:
        values = _asked(knobs, series.plan, tried, series.recipe.seed)
    return replace(series.recipe, **values)


@dataclass(frozen=True)
class Sweep:
    """What a sweep has found so far."""

    series: Series
    knobs: list[Knob]
    trials: list[Trial]
    best: Trial | None  # right most often on the photos held back
    sentence: str  # in plain words

    def rows(self) -> list[dict[str, Any]]:
        """A table, the best first: number, run, a column a knob, held_back, test, seconds, status, message."""
        best = self.best.number if self.best else 0  # of equals the least wrong, which the table does not show
        ranked = sorted(self.trials, key=lambda trial: (trial.number != best, -(trial.held_back or 0.0), trial.number))
        facts = ("held_back", "test", "seconds", "status", "message")
        return [
            {
                "number": trial.number,
                "run": trial.run_id,
                **{knob.name: getattr(trial.recipe, knob.name) for knob in self.knobs},
                **{fact: getattr(trial, fact) for fact in facts},
            }
            for trial in ranked
        ]


def read_sweep(series: Series) -> Sweep:
    """Reads what a sweep has found so far."""
    trials = series.trials()
    return Sweep(series, knobs_of(series), trials, best_trial(trials), _sentence(trials))


def _sentence(trials: Sequence[Trial]) -> str:
    best = best_trial(list(trials))
    if best is None or best.held_back is None or best.test is None:
        return "No training of it has ended yet." if trials else "Nothing has been tried yet."
    right, count = best.held_back, max(1, best.validation_photos)
    # Two shares of the same photos differ by chance by less than this in 95 of 100 cases, were they of different ones.
    wrong = (count * (1 - right) + 1) / (count + 2)  # Laplace: not one mistake is no proof that there are none
    chance = Z_95 * sqrt(2 * wrong * (1 - wrong) / count)
    ended = [trial for trial in trials if trial.held_back is not None]
    alike = sum(trial.held_back >= right - chance for trial in ended if trial.held_back is not None) - 1
    said = (
        f"The best of {len(ended)} is right on {per_100(right)} of 100 photos held back (validation). "
        f"Right on {per_100(best.test)} of 100 photos that no choice was made with (test)."
    )
    if alike > 0:
        said += f" {alike} other{'s are' if alike > 1 else ' is'} so close that it may be chance."
    return said


def _check(recipe: Recipe, knobs: Sequence[Knob], search: str, trials: int, minutes: float) -> None:
    if search not in SEARCHES:
        raise SeriesInvalid(f"A sweep searches by {' or '.join(SEARCHES)}. Received: search={search!r}")
    if not knobs:
        raise SeriesInvalid("A sweep needs a knob to turn. Choose one or more.")
    if not 0 <= minutes <= 7 * 24 * 60:
        raise SeriesInvalid(f"A sweep takes 0 minutes (no limit) to a week. Received: {minutes:g} minutes")
    if len({knob.name for knob in knobs}) < len(knobs):
        raise SeriesInvalid(f"Each knob once. Received: {', '.join(knob.name for knob in knobs)}")
    for knob in knobs:
        check_knob(recipe, knob, search)
    for values in islice(combinations([replace(knob, values=knob.ends) for knob in knobs]), 5000):
        replace(recipe, **values)
    planned = num_combinations(knobs) if search == "grid" else trials
    if not 2 <= planned <= MOST_TRIALS or isinstance(trials, bool):
        raise SeriesInvalid(
            f"A sweep takes 2 to {MOST_TRIALS} trainings. "
            f"{'Choose other values. ' if search == 'grid' else ''}Received: {planned:,}"
        )


def _asked(
    knobs: Sequence[Knob], plan: Mapping[str, Any], tried: Sequence[tuple[dict[str, Any], float | None]], seed: int
) -> dict[str, Any]:
    """Asks Optuna for values that have not been tried. A training that failed counts as never right.

    Optuna is loaded here, in the process of the series, and nowhere else.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = {knob.name: _distribution(knob) for knob in knobs}
    drawn = seed + len(tried)  # a seed a training, so that a resumed sweep draws what it would have drawn
    sampler: Any = optuna.samplers.RandomSampler(seed=drawn)
    if plan["search"] == "guided":
        sampler = optuna.samplers.TPESampler(seed=drawn, n_startup_trials=max(3, plan["trials"] // 3))
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for values, held_back in tried:
        study.add_trial(optuna.trial.create_trial(params=values, distributions=space, value=held_back or 0.0))
    before = [values for values, _ in tried]
    for _ in range(50):
        trial = study.ask(space)
        values = {name: _rounded(space[name], value) for name, value in trial.params.items()}
        if values not in before:
            return values
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    return next((values for values in combinations(knobs) if values not in before), values)


def _distribution(knob: Knob) -> Any:
    from optuna import distributions

    if not knob.is_range:
        return distributions.CategoricalDistribution(knob.values)
    low, high = knob.ends
    if RANGES[knob.name].whole:
        return distributions.IntDistribution(low, high)
    return distributions.FloatDistribution(low, high, log=knob.name in LOGARITHMIC and low > 0)


def _rounded(distribution: Any, value: Any) -> Any:
    if not isinstance(value, float) or not hasattr(distribution, "low"):
        return value
    return min(distribution.high, max(distribution.low, float(f"{value:.{DIGITS}g}")))
