"""Sweeps: what they refuse, what they try next, and what they say at the end. Nothing is trained here."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import RecipeInvalid, SeriesInvalid
from core.jobs import JobState
from core.training import sweep
from core.training.knobs import SWEPT, Knob, suggested_knobs
from core.training.recipe import NAMES, Recipe, usual
from core.training.series import Series, Trial
from core.training.sweep import knobs_of, next_recipe, start_sweep

RATE = Knob("learning_rate", lowest=1e-4, highest=1e-1)
BATCH = Knob("batch_size", (16, 32, 64))
USUAL = Recipe()


@pytest.fixture
def planned(monkeypatch):
    """Makes a series of what a sweep would start, its plan gone through JSON as on disk."""

    def start(kind, dataset_id, recipe, plan, minutes, name):
        made.append(
            Series(
                "s",
                Path(),
                kind,
                name,
                dataset_id,
                "",
                recipe,
                json.loads(json.dumps(plan)),
                minutes,
                0.0,
                JobState("done"),
            )
        )
        return "s"

    made: list[Series] = []
    monkeypatch.setattr(sweep, "start_series", start)

    def plan(*knobs, recipe=USUAL, **options):
        start_sweep("d", recipe, knobs, **options)
        return made[-1]

    return plan


def tried(series: Series, count: int, held_back=lambda recipe: 0.5) -> list[Trial]:
    """Goes through a sweep with trainings of which only the outcome is known."""
    trials: list[Trial] = []
    while len(trials) < count and (recipe := next_recipe(series, trials)):
        trials.append(Trial(len(trials) + 1, "r", recipe, "done", held_back=held_back(recipe)))
    return trials


def test_a_grid_tries_every_combination_once(planned):
    series = planned(BATCH, Knob("dropout", (0.0, 0.2)), Knob("class_weights", (True, False)), search="grid")
    trials = tried(series, 100)
    turned = [(trial.recipe.batch_size, trial.recipe.dropout, trial.recipe.class_weights) for trial in trials]
    assert len(turned) == len(set(turned)) == 12 == series.plan["trials"]
    assert turned != sorted(turned)  # a sweep cut short has seen some of everything
    assert {trial.recipe.epochs for trial in trials} == {Recipe().epochs}


@pytest.mark.parametrize("search", ["random", "guided"])
def test_a_resumed_sweep_tries_what_it_would_have_tried(planned, search):
    series = planned(RATE, BATCH, search=search, trials=8)
    whole = tried(series, 8, lambda recipe: recipe.learning_rate)
    assert len(whole) == 8
    assert next_recipe(series, whole[:5]) == whole[5].recipe
    assert len({trial.recipe for trial in whole}) == 8
    assert all(1e-4 <= trial.recipe.learning_rate <= 1e-1 for trial in whole)
    other = planned(RATE, BATCH, recipe=Recipe(seed=8), search=search, trials=8)
    assert next_recipe(other, []).learning_rate != whole[0].recipe.learning_rate


def test_a_learning_rate_is_drawn_by_its_magnitude_and_readably(planned):
    rates = [trial.recipe.learning_rate for trial in tried(planned(RATE, trials=60), 60)]
    assert 10 <= sum(rate < 1e-3 for rate in rates) <= 30  # a third of the magnitudes, a hundredth of the numbers
    assert all(rate == float(f"{rate:.3g}") for rate in rates)


def test_whole_numbers_stay_whole(planned):
    series = planned(Knob("image_size_px", lowest=32, highest=64), trials=5)
    assert all(isinstance(trial.recipe.image_size_px, int) for trial in tried(series, 5))


def test_nothing_is_tried_twice_and_no_more_than_there_is(planned):
    series = planned(BATCH, Knob("optimizer", ("adam", "sgd")), trials=50)
    trials = tried(series, 100)
    assert len(trials) == len({trial.recipe for trial in trials}) == 6


def test_a_guided_search_looks_where_it_went_well(planned):
    def held_back(recipe: Recipe) -> float:
        return 1.0 - abs(recipe.dropout - 0.7)

    def mean_of_last(search: str) -> float:
        trials = tried(planned(Knob("dropout", lowest=0, highest=0.9), search=search, trials=24), 24, held_back)
        return sum(held_back(trial.recipe) for trial in trials[12:]) / 12

    assert mean_of_last("guided") > mean_of_last("random") + 0.1


def test_one_that_failed_counts_as_never_right(planned):
    series = planned(RATE, search="guided", trials=12)
    trials = tried(series, 6)
    failed = [replace(trial, status="failed", held_back=None) for trial in trials]
    assert next_recipe(series, failed) == next_recipe(series, [replace(trial, held_back=0.0) for trial in trials])


@pytest.mark.parametrize(
    ("knobs", "options", "words"),
    [
        ([], {}, "needs a knob"),
        ([Knob("seed", (1, 2))], {}, "cannot be swept.*seed.*learning_rate"),
        ([Knob("train_share", (0.5, 1.0))], {}, "cannot be swept"),
        ([Knob("backbone", ("convnext_tiny", "mobilenet_v2_1.0"))], {}, "recipe classic: backbone"),
        ([Knob("fine_tune", (True, False))], {}, "recipe classic: fine_tune"),
        ([BATCH, BATCH], {}, "Each knob once"),
        ([Knob("batch_size", (16, 16))], {}, "Each value of batch_size once"),
        ([RATE], {"search": "grid"}, "A grid needs values"),
        ([Knob("learning_rate", lowest=0.1, highest=0.1)], {}, "must be below"),
        ([Knob("learning_rate", lowest=0.1, highest=float("nan"))], {}, "a lowest and a highest.*0.1 to nan"),
        ([Knob("optimizer")], {}, r"of optimizer to choose from.*Received: none$"),
        ([Knob("optimizer", lowest=0, highest=1)], {}, "Give values"),
        ([RATE], {"trials": 1}, "2 to 200"),
        ([RATE], {"trials": 201}, "2 to 200"),
        ([Knob("epochs", tuple(range(1, 16))), Knob("batch_size", tuple(range(1, 16)))], {"search": "grid"}, "225"),
        ([RATE], {"search": "best"}, "grid or random or guided"),
        ([RATE], {"minutes": -1}, "Received: -1 minutes"),
    ],
)
def test_nonsense_is_refused_in_words(planned, knobs, options, words):
    with pytest.raises(SeriesInvalid, match=words):
        planned(*knobs, **options)


@pytest.mark.parametrize(
    "knobs",
    [
        [Knob("learning_rate", (1e-3, 100.0))],
        [Knob("learning_rate", lowest=1e-3, highest=100.0)],
        [Knob("optimizer", ("adam", "adma"))],
        [Knob("epochs", (2, 20)), Knob("warmup_epochs", (1.0, 5.0))],
    ],
)
def test_a_value_outside_its_range_is_refused_before_anything_starts(planned, knobs):
    with pytest.raises(RecipeInvalid):
        planned(*knobs)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_suggested_can_be_swept(planned, name):
    recipe = usual(name)
    knobs = suggested_knobs(recipe)
    assert set(knobs) <= set(SWEPT) and len(knobs) >= 6
    series = planned(*knobs.values(), recipe=recipe, trials=4)
    assert knobs_of(series) == list(knobs.values())
    assert len(tried(series, 4)) == 4


def test_how_close_the_others_are_is_said():
    def trial(number: int, held_back: float) -> Trial:
        return Trial(number, "r", Recipe(), "done", held_back=held_back, test=0.7, validation_photos=100)

    said = sweep._sentence([trial(1, 0.6), trial(2, 0.8), trial(3, 0.75)])
    assert "best of 3 is right on 80 of 100" in said and "Right on 70 of 100 photos that no choice" in said
    assert "1 other is so close" in said  # within 11 of 100 photos
    assert "so close" not in sweep._sentence([trial(1, 0.6), trial(2, 0.8)])
    assert "1 other is so close" in sweep._sentence([trial(1, 0.99), trial(2, 1.0)])  # 100 photos cannot tell
    assert sweep._sentence([]) == "Nothing has been tried yet."


def test_optuna_is_loaded_by_the_process_of_a_series_only():
    check = "import sys, core.training.sweep, core.training.learning_curve; print('optuna' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", check], text=True).strip() == "False"
