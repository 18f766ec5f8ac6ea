"""The learning: stopped anywhere it goes on to the same weights, it ends when it should, and its numbers are plain."""

import json
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = tmp_path_factory.mktemp("learning") / "found.json"
    command = [sys.executable, "-m", "tests.core.training.learning_checks", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(path.read_text())


def test_stopped_at_any_batch_it_goes_on_to_the_same_weights(found):
    assert len(found["resumed"]) == 6
    assert max(found["resumed"].values()) < 1e-5, found["resumed"]
    assert found["bfloat16"] < 1e-5


def test_networks_take_small_grey_photos_and_large_coloured_ones(found):
    networks = found["parameters"]
    assert all(each["sums_to_1"] and each["count"] == each["drawn"] for each in networks.values())
    assert [each["said"] for each in networks.values()] == [[2, 10], [2, 10], [2, 10], [2, 2]]
    assert networks["deep_28_grey"]["untrainable"] == ["Conv2D"]  # what makes it grey
    assert networks["deep_224"]["count"] < 2_000_000
    assert 300_000 <= networks["compact"]["count"] <= 800_000


def test_without_colours_only_brightness_counts(found):
    assert found["grey"] < 0.01


def test_adamw_is_adamw_and_leaves_biases_alone(found):
    assert found["adamw"] < 1e-5


def test_the_average_looks_back_over_its_window_and_gives_the_weights_back(found):
    assert found["average"]["difference"] < 1e-5
    assert found["average"]["lags"] > 1
    assert found["average"]["own"] == 40


def test_the_loss_that_is_shown_is_plain_whatever_it_learns_by(found):
    losses = found["losses"]
    first = [each[0] for each in losses.values()]
    assert first == pytest.approx([first[0]] * 4, abs=1e-5)
    assert len({round(each[-1], 4) for each in losses.values()}) == 4  # but it learns otherwise


def test_it_stops_when_no_round_has_been_better_and_keeps_the_best(found):
    patient = found["patient"]
    best = max(patient["rounds"], key=lambda row: (row["val_accuracy"], -row["val_loss"]))["epoch"]
    assert (patient["stopped_because"], patient["best_epoch"]) == ("no_better", best)
    assert patient["epochs"] == best + 3 < 50


def test_the_rate_warms_up_and_falls_to_nothing(found):
    rates = found["cosine"]["rates"]
    assert len(rates) == 16 and max(rates) == pytest.approx(2e-3, rel=0.01)
    assert rates[:4] == pytest.approx([4e-4, 8e-4, 12e-4, 16e-4]) and all(a > b for a, b in pairwise(rates[4:]))
    assert rates[-1] < 1e-4
    assert [row["learning_rate"] for row in found["cosine"]["rounds"]] == pytest.approx(rates[3::4], abs=1e-7)


def test_a_time_budget_sets_the_number_of_rounds(found):
    hurried = found["hurried"]
    assert hurried["stopped_because"] == "time"
    assert hurried["epochs"] > 5 and hurried["seconds"] < 2.6
    assert any(plan != 5 for plan in hurried["plans"])


def test_a_loss_that_is_no_number_ends_it_with_advice(found):
    message = found["diverged"]["failed"]
    assert "stopped being a number" in message and "such as 1." in message and "learning_rate=10" in message


def test_rounds_say_how_much_goes_to_one_class(found):
    shares = [row["biggest_share"] for row in found["patient"]["rounds"]]
    assert all(1 / 3 <= share <= 1 for share in shares)
    assert np.ptp([row["val_loss"] for row in found["patient"]["rounds"]]) > 0


def test_with_one_batch_a_round_what_is_kept_has_learned(found):
    few = found["few_steps"]
    assert few["moved"] > 1e-3
    assert few["val_losses"][0] != few["val_losses"][1]


def test_it_does_not_learn_on_after_it_was_clear_that_no_round_is_better(found):
    first, again = found["judged_already"]["first"], found["judged_already"]["again"]
    assert first["stopped_because"] == again["stopped_because"] == "no_better"
    assert first["epochs"] == again["epochs"]


def test_a_plan_may_grow_beyond_what_an_earlier_session_made_of_it(found):
    assert found["grown_plan"]["stopped_because"] == "time"
    assert found["grown_plan"]["epochs"] > 2
