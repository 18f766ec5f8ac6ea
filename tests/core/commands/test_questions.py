"""`sweep`, `learning-curve` and `series`, over trainings that only pretend: right most often at a rate of 0.001."""

import pytest

from core.__main__ import main
from core.training.runs import list_runs
from core.training.series import load_series

SMALL = ("--epochs", "3", "--image-size", "24")


def test_a_grid_tries_every_combination_and_names_the_best(said, pretending, capsys):
    arguments = ("sweep", pretending.dataset_id, *SMALL, "--search", "grid")
    turned = ("--turn", "learning_rate=0.0001,0.001,0.01", "--turn", "batch-size=16,32")
    found = said(*arguments, *turned, "--name", "My sweep")
    assert (found["name"], found["kind"], found["status"], found["ended"]) == ("My sweep", "sweep", "done", 6)
    assert {(row["learning_rate"], row["batch_size"]) for row in found["trials"]} == {
        (rate, size) for rate in (0.0001, 0.001, 0.01) for size in (16, 32)
    }
    assert found["best"]["recipe"]["learning_rate"] == 0.001
    assert found["trials"][0]["held_back"] == pytest.approx(0.9)
    assert list_runs() == [] and len(list_runs(include_series=True)) == 6
    assert load_series(found["series"]).recipe.image_size_px == 24
    assert main(["series", "show", found["series"]]) == 0
    assert "held back  90.0%  test  80.0%" in capsys.readouterr().out


def test_a_range_is_drawn_from(said, pretending):
    arguments = ("sweep", pretending.dataset_id, *SMALL, "--turn", "learning_rate=0.0005:0.002", "--trials", "3")
    found = said(*arguments, "--minutes", "60")
    assert len(found["trials"]) == 3
    assert all(0.0005 <= row["learning_rate"] <= 0.002 for row in found["trials"])
    series = load_series(found["series"])
    assert series.minutes == 60 and series.recipe.minutes == 0  # of all trainings, not of each


def test_a_knob_alone_is_turned_where_it_suggests_itself(said, pretending):
    found = said("sweep", pretending.dataset_id, *SMALL, "--turn", "dropout", "--search", "grid")
    assert {row["dropout"] for row in found["trials"]} == {0.0, 0.2, 0.4}


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ("melt", "cannot be swept"),
        ("melt=1,2", "cannot be swept"),
        ("mixup", "Say where to turn it: mixup=1,2"),
        ("dropout=a,b", "no places of a knob: a,b"),
        ("dropout=0.1:x", "no places of a knob"),
        ("dropout=0.1,7", "dropout=7"),
        ("optimizer=lion", "lion"),
        ("class_weights=maybe", "maybe"),
    ],
)
def test_a_knob_that_cannot_be_turned_is_said_so(turn, words, refused, pretending):
    assert words in refused("sweep", pretending.dataset_id, "--turn", turn, "--search", "grid")


def test_a_sweep_in_which_nothing_could_go_on_is_an_error(refused, pretending):
    words = refused("sweep", pretending.dataset_id, *SMALL, "--turn", "learning_rate=2,3", "--search", "grid")
    assert "before any training of it did" in words or "diverged" in words


def test_a_learning_curve_says_whether_more_photos_would_help(said, pretending, capsys):
    found = said("learning-curve", pretending.dataset_id, *SMALL, "--seeds", "2")
    assert (found["kind"], found["ended"]) == ("learning_curve", 8)
    assert [point["share"] for point in found["points"]] == [0.25, 0.5, 0.75, 1.0]
    assert all(len(point["accuracies"]) == 2 for point in found["points"])
    assert "Right on" in found["sentence"]
    assert main(["series", "show", found["series"]]) == 0
    assert "trained 2×" in capsys.readouterr().out


def test_series_are_listed_deleted_and_brought_back(said, refused, pretending):
    found = said("sweep", pretending.dataset_id, *SMALL, "--turn", "dropout=0,0.1", "--search", "grid")
    assert [each["series"] for each in said("series", "list")] == [found["series"]]
    assert said("series", "stop", found["series"])["status"] == "done"  # nothing is left to stop
    assert "ended well" in refused("series", "resume", found["series"])
    token = said("series", "delete", found["series"])["trash"]
    assert said("series", "list") == [] and list_runs(include_series=True) == []
    assert said("series", "restore", token)["series"] == found["series"]
    assert len(list_runs(include_series=True)) == 2


@pytest.mark.parametrize("verb", ["show", "stop", "resume", "delete", "restore"])
def test_an_unknown_series_is_said_so(verb, refused):
    assert refused("series", verb, "unknown")


def test_without_a_series_the_list_says_how_to_begin(capsys):
    assert main(["series", "list"]) == 0
    assert "sweep DATASET" in capsys.readouterr().out
