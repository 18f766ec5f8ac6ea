"""Would more photos help? What is trained for it, and what is said of it."""

from pathlib import Path

import pytest

from core.errors import SeriesInvalid
from core.jobs import JobState
from core.model.evaluation import wilson_interval
from core.training import learning_curve
from core.training.learning_curve import at_share, next_recipe, read_learning_curve, start_learning_curve
from core.training.recipe import Recipe
from core.training.series import Series, Trial

PHOTOS = 3000
TEST_PHOTOS = 400


def series(seeds: int = 2) -> Series:
    plan = {"shares": [0.25, 0.5, 0.75, 1.0], "seeds": seeds}
    return Series("s", Path(), "learning_curve", "", "d", "", Recipe(), plan, 0.0, 0.0, JobState("done"))


def curve(monkeypatch, accuracies: dict[float, list[float]], test_photos: int = TEST_PHOTOS):
    trials = [
        Trial(
            0,
            "r",
            at_share(Recipe(), share, turn),
            "done",
            test=accuracy,
            photos=int(share * PHOTOS),
            test_photos=test_photos,
        )
        for share, some in accuracies.items()
        for turn, accuracy in enumerate(some)
    ]
    monkeypatch.setattr(Series, "trials", lambda _: trials)
    return read_learning_curve(series())


def test_every_share_comes_once_before_any_comes_twice():
    trials: list[Trial] = []
    while recipe := next_recipe(series(seeds=2), trials):
        trials.append(Trial(len(trials) + 1, "r", recipe))
    asked = [(trial.recipe.train_share, trial.recipe.seed) for trial in trials]
    assert asked == [(share, seed) for seed in (7, 8) for share in (0.25, 0.5, 0.75, 1.0)]


def test_fewer_photos_are_learned_from_in_as_many_steps():
    recipe = Recipe(epochs=24, warmup_epochs=2.0, average_epochs=1.0, schedule="cosine")
    quarter = at_share(recipe, 0.25, 0)
    assert (quarter.epochs, quarter.warmup_epochs, quarter.average_epochs) == (96, 8.0, 4.0)
    assert at_share(Recipe(patience=5), 0.5, 0).patience == 10
    assert at_share(Recipe(epochs=900), 0.25, 0).epochs == 1000  # the most there may be
    assert at_share(recipe, 1.0, 0) == recipe
    assert at_share(Recipe(seed=2**31 - 1), 1.0, 1).seed == 0


def test_a_point_says_how_sure_it_is(monkeypatch):
    found = curve(monkeypatch, {0.5: [0.70, 0.74], 1.0: [0.80, 0.84]})
    half, whole = found.points
    assert (half.photos, half.accuracies, half.spread) == (1500, (0.70, 0.74), (0.70, 0.74))
    assert half.accuracy == pytest.approx(0.72)
    assert half.interval == wilson_interval(288, TEST_PHOTOS)
    # Binomial, and two seeds whose standard deviation is 0.04 / sqrt(2).
    assert half.standard_error == pytest.approx((0.72 * 0.28 / 400 + 0.0008 / 2) ** 0.5, rel=0.01)
    assert whole.standard_error < half.standard_error


def test_more_photos_that_help_are_said_to(monkeypatch):
    found = curve(monkeypatch, {0.25: [0.50], 0.5: [0.62], 0.75: [0.68], 1.0: [0.72]}, test_photos=3000)
    assert found.sentence.startswith("Right on 50 of 100 after 750 photos, on 72 after 3,000. More photos would help")
    assert found.line[0] == pytest.approx((3000, 0.72, 0.72, 0.72))  # it goes on from what was measured
    photos, low, middle, high = found.line[-1]
    assert photos == pytest.approx(6000) and 0.72 < low < middle < high < 0.85
    assert f"probably {100 * (low - 0.72):.0f} to {100 * (high - 0.72):.0f} more" in found.sentence


def test_more_photos_that_hardly_help_are_said_to(monkeypatch):
    found = curve(monkeypatch, {0.25: [0.902], 0.5: [0.900], 0.75: [0.901], 1.0: [0.901]}, test_photos=20_000)
    assert "would hardly help" in found.sentence


def test_where_the_test_is_too_small_to_tell_that_is_said(monkeypatch):
    found = curve(monkeypatch, {0.25: [0.78], 0.5: [0.80], 0.75: [0.80], 1.0: [0.82]}, test_photos=100)
    assert "may help" in found.sentence and "perhaps none" in found.sentence


@pytest.mark.parametrize(
    ("accuracies", "words"),
    [
        ({}, "Too little"),
        ({1.0: [0.8]}, "Too little"),
        ({0.5: [0.7], 1.0: [0.8]}, "cannot be said: it takes three sizes"),
        ({0.25: [0.9], 0.5: [0.4], 0.75: [0.9], 1.0: [0.4]}, "cannot be said: the points lie on no smooth curve"),
    ],
)
def test_nothing_is_said_of_what_cannot_be_seen(monkeypatch, accuracies, words):
    found = curve(monkeypatch, accuracies)
    assert words in found.sentence and found.line == []


def test_one_that_is_always_right_has_no_law_that_breaks(monkeypatch):
    found = curve(monkeypatch, {0.25: [1.0], 0.5: [1.0], 0.75: [1.0], 1.0: [1.0]}, test_photos=50)
    assert "Right on 100 of 100" in found.sentence and found.points[0].standard_error > 0.01


def test_a_training_that_was_cut_or_failed_does_not_count(monkeypatch):
    cut = Trial(1, "r", Recipe(), "cut", test=0.1, photos=3000, test_photos=400)
    monkeypatch.setattr(Series, "trials", lambda _: [cut, Trial(2, "r", Recipe(), "failed")])
    assert read_learning_curve(series()).points == []


@pytest.mark.parametrize("options", [{"seeds": 0}, {"seeds": 11}, {"seeds": 1.5}, {"seeds": True}, {"minutes": -1.0}])
def test_nonsense_is_refused_in_words(monkeypatch, options):
    monkeypatch.setattr(learning_curve, "start_series", None)
    with pytest.raises(SeriesInvalid, match=r"[012.ue51]+ times|-1 minutes"):
        start_learning_curve("d", Recipe(), **options)
