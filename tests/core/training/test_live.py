"""What a page shows of a run, from events as the worker writes them."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.files import write_json
from core.jobs import DIED, JobState
from core.settings import load_settings
from core.training import live as live_module
from core.training.live import MAX_POINTS, about, live
from core.training.recipe import Recipe
from core.training.runs import Run, load_run


class Events:
    """Writes events as a worker does."""

    def __init__(self, job_dir: Path) -> None:
        self.path = job_dir / "events.jsonl"

    def event(self, kind: str, **fields: Any) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps({"at": time.time(), "kind": kind, **fields}) + "\n")


def make_run(run_id: str = "a-run", epochs: int = 24) -> tuple[Run, Events]:
    folder = load_settings().runs_dir / run_id
    dataset = {"id": "d", "name": "Clothing photos", "fingerprint": "f", "photos": 320}
    config = {
        "name": run_id,
        "created_at": 1.0,
        "recipe": Recipe(epochs=epochs).to_json(),
        "dataset": dataset,
        "versions": {},
    }
    write_json(folder / "config.json", config)
    (folder / "job").mkdir()
    return load_run(run_id), Events(folder / "job")


def standing(run: Run, status: str, **fields) -> Run:
    return replace(run, state=JobState(status, **fields))


def learn(work: Events, rounds: list[tuple[float, float, float]], epochs: int = 24, first_epoch: int = 0) -> None:
    """Rounds of (loss, val_loss, val_accuracy) of 10 batches and 2 seconds each, with a point at every second batch."""
    work.event("begun")
    work.event("stage", name="learning")
    work.event("plan", epochs=epochs, first_epoch=first_epoch, batches=10, photos=200, validation_photos=50)
    for number, (loss, val_loss, val_accuracy) in enumerate(rounds, start=first_epoch + 1):
        for batch in range(2, 11, 2):
            work.event("batch", epoch=number - 1 + batch / 10, loss=loss, accuracy=0.5, photos_per_s=100.0)
        row = {"loss": loss, "accuracy": 0.5, "val_loss": val_loss, "val_accuracy": val_accuracy}
        work.event("epoch", epoch=number, **row, seconds=2.0)


def test_before_the_first_round_the_pace_comes_from_the_photos():
    run, work = make_run()
    work.event("stage", name="learning")
    work.event("plan", epochs=24, first_epoch=0, batches=10, photos=200, validation_photos=50)
    work.event("batch", epoch=0.1, loss=2.0, accuracy=0.1, photos_per_s=None)
    assert live(standing(run, "running")).seconds_left is None
    work.event("batch", epoch=0.5, loss=2.0, accuracy=0.1, photos_per_s=100.0)
    seen = live(standing(run, "running"))
    assert (seen.phase, seen.epoch, seen.epochs, seen.sentence) == ("learning", 1, 24, "looking at its first photos")
    assert seen.seconds_left == pytest.approx(23.5 * 2)
    assert seen.points == [(0.1, 2.0, 0.1), (0.5, 2.0, 0.1)]


def test_the_title_is_the_news():
    run, work = make_run()
    learn(work, [(2.0, 1.9, 0.26), (1.0, 1.1, 0.78)])
    seen = live(standing(run, "running"))
    assert seen.title == "Right on 78 of 100, and still improving"
    assert (seen.epoch, seen.best_epoch, seen.progress) == (3, 2, pytest.approx(2 / 24))
    assert seen.seconds_left == pytest.approx(44)
    assert [row["val_accuracy"] for row in seen.epoch_rows] == [0.26, 0.78]


def test_how_it_learns_is_what_the_coach_says():
    run, work = make_run()
    learn(work, [(2.0, 1.5, 0.5), (1.5, 1.6, 0.4), (1.4, 1.7, 0.4), (1.3, 1.8, 0.4)])
    seen = live(standing(run, "running"))
    assert (seen.sentence, seen.title) == ("starting to memorise", "Right on 40 of 100, and starting to memorise")
    assert (seen.coach.kind, seen.coach.advice) == (
        "memorising",
        "Try varied photos (augmentation), or stop here: it keeps the best.",
    )
    assert live(standing(run, "done")).coach == seen.coach


def test_of_equal_rounds_the_one_with_the_lower_loss_is_kept():
    run, work = make_run()
    learn(work, [(2.0, 1.9, 0.3), (1.5, 1.2, 0.5), (1.4, 1.1, 0.5), (1.3, 1.4, 0.5)])
    seen = live(standing(run, "stopping"))
    assert (seen.best_epoch, seen.sentence, seen.title) == (3, "stopping, keeping round 3", "Stopping, keeping round 3")


def test_a_resumed_run_forgets_what_came_after_its_checkpoint():
    run, work = make_run()
    learn(work, [(2.0, 1.9, 0.3), (1.5, 1.5, 0.5)])
    work.event("batch", epoch=2.7, loss=1.4, accuracy=0.6, photos_per_s=100.0)
    died = live(standing(run, "died", message=DIED))
    assert (died.phase, died.epoch, died.message, died.title) == ("died", 2, DIED, "It broke off")
    learn(work, [(1.4, 1.4, 0.6)], first_epoch=2)
    seen = live(standing(run, "running"))
    assert [row["epoch"] for row in seen.epoch_rows] == [1, 2, 3]
    assert [point[0] for point in seen.points if point[0] > 2] == [2.2, 2.4, 2.6, 2.8, 3.0]


def test_the_end_says_what_the_test_said():
    run, work = make_run(epochs=2)
    learn(work, [(2.0, 1.9, 0.3), (1.5, 1.5, 0.8)], epochs=2)
    work.event("stage", name="saving")
    assert live(standing(run, "running")).sentence == "writing down what it learned"
    work.event("result", test={"accuracy": 0.849}, best_epoch=2)
    work.event("stage", name="suspects")
    looking = live(standing(run, "running"))
    assert (looking.title, looking.sentence) == (
        "Right on 85 of 100 photos",
        "looking for photos that may bear the wrong name",
    )
    seen = live(standing(run, "done"))
    assert (seen.title, seen.sentence) == ("Right on 85 of 100 photos", "learned for two rounds, keeping round 2")
    assert (seen.progress, seen.seconds_left, seen.result["best_epoch"]) == (1.0, None, 2)


def test_a_run_stopped_before_it_learned_anything_says_so():
    run, work = make_run()
    work.event("begun")
    seen = live(standing(run, "stopped"))
    assert (seen.title, seen.best_epoch, seen.epoch) == ("Stopped after no rounds, nothing learned yet", None, 0)


def test_points_are_thinned_but_the_first_and_the_last_stay():
    run, work = make_run(epochs=200)
    learn(work, [(1.0, 1.0, 0.5)] * 150, epochs=200)
    seen = live(standing(run, "running"))
    assert len(seen.points) == MAX_POINTS
    assert (seen.points[0][0], seen.points[-1][0]) == (0.2, 150.0)
    assert sorted(set(seen.points)) == seen.points


def test_an_hour_of_events_is_read_in_a_blink():
    run, work = make_run(epochs=1000)
    learn(work, [(1.0, 1.0, 0.5)] * 900, epochs=1000)
    began = time.process_time()
    live(standing(run, "running"))
    assert time.process_time() - began < 0.5


def test_waiting_says_behind_how_many_and_how_long(monkeypatch):
    first, work = make_run("first", epochs=123)
    learn(work, [(2.0, 1.9, 0.3), (1.5, 1.5, 0.5), (1.4, 1.4, 0.6)], epochs=123)
    second, _ = make_run("second")
    at_work = [second, standing(first, "running")]
    monkeypatch.setattr(live_module, "list_runs", lambda include_series: at_work)
    assert live(standing(second, "waiting", ahead=1)).sentence == "waiting behind one other, about four minutes"
    assert live(standing(second, "waiting", ahead=2)).sentence == "waiting behind two others"
    assert live(standing(second, "waiting", ahead=0)).title == "Its turn is next"
    at_work[1] = standing(first, "paused")
    assert live(standing(second, "waiting", ahead=1)).sentence == "waiting behind one other, which is paused"
    del at_work[1]
    assert live(standing(second, "waiting", ahead=1)).sentence == "waiting behind one other"
    assert live(standing(second, "waiting", ahead=None)).title == "Waiting for a place on the cluster"
    silent = standing(second, "waiting", ahead=None, message="Ray does not answer.")
    assert live(silent).sentence.endswith("which does not answer")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute"),
        (50, "about one minute"),
        (240, "about four minutes"),
        (20 * 60, "about 20 minutes"),
        (2 * 3600, "about two hours"),
    ],
)
def test_lengths_of_time_are_said_as_people_do(seconds, words):
    assert about(seconds) == words


def test_the_network_the_arithmetic_and_the_rate_are_told():
    run, work = make_run()
    assert (live(run).network, live(run).precision, live(run).learning_rate) == ([], None, None)
    layers = [{"name": "conv", "kind": "Conv2D", "shape": [24, 24, 32], "parameters": 896, "trainable": True}]
    work.event("network", layers=layers, parameters=896, trainable=896)
    plan = {"epochs": 24, "first_epoch": 0, "batches": 400, "photos": 200, "validation_photos": 50}
    work.event("stage", name="learning")
    work.event("plan", **plan, precision="bfloat16")
    for batch in range(1, 401):
        told = {"loss": 2.0, "accuracy": 0.1, "photos_per_s": None, "learning_rate": batch / 1000}
        work.event("batch", epoch=batch / 400, **told)
    seen = live(standing(run, "running"))
    assert (seen.network, seen.precision, seen.learning_rate) == (layers, "bfloat16", 0.4)
    assert len(seen.learning_rates) == MAX_POINTS and seen.learning_rates[-1] == (1.0, 0.4)


def test_a_plan_that_comes_again_with_fewer_rounds_changes_what_is_left():
    run, work = make_run()
    learn(work, [(2.0, 1.9, 0.26), (1.0, 1.1, 0.78)])
    work.event("plan", epochs=5, first_epoch=2, batches=10, photos=200, validation_photos=50)
    seen = live(standing(run, "running"))
    assert (seen.epochs, seen.epoch, seen.progress) == (5, 3, pytest.approx(2 / 5))
    assert seen.seconds_left == pytest.approx(6) and len(seen.points) == 10
    work.event("batch", epoch=2.5, loss=1.0, accuracy=0.5, photos_per_s=100.0)
    assert len(live(standing(run, "running")).points) == 11


def test_a_run_that_goes_on_within_a_round_keeps_the_points_before():
    run, work = make_run()
    learn(work, [(2.0, 1.9, 0.3)])
    for epoch in (1.1, 1.3, 1.5):
        work.event("batch", epoch=epoch, loss=1.4, accuracy=0.6, photos_per_s=100.0)
    work.event("begun")
    work.event("plan", epochs=24, first_epoch=1, batches=10, photos=200, validation_photos=50)
    assert live(standing(run, "running")).points[-1][0] == 1.5
    work.event("batch", epoch=1.4, loss=1.2, accuracy=0.7, photos_per_s=100.0)
    assert [point[0] for point in live(standing(run, "running")).points if point[0] > 1] == [1.1, 1.3, 1.4]


def test_a_paused_run_has_no_time_left_to_say():
    run, work = make_run()
    work.event("begun")
    assert live(standing(run, "paused")).sentence == "paused before its first round"
    learn(work, [(2.0, 1.9, 0.3)])
    work.event("batch", epoch=1.4, loss=1.2, accuracy=0.7, photos_per_s=100.0)
    work.event("paused")
    seen = live(standing(run, "paused"))
    assert (seen.phase, seen.title, seen.seconds_left) == ("paused", "Paused in round 2", None)
    assert (seen.epoch, seen.progress) == (2, pytest.approx(1.4 / 24))
    work.event("continued")
    work.event("batch", epoch=1.5, loss=1.2, accuracy=0.7, photos_per_s=1.0)
    assert live(standing(run, "running")).photos_per_s == 100.0
    work.event("batch", epoch=1.6, loss=1.2, accuracy=0.7, photos_per_s=90.0)
    assert live(standing(run, "running")).photos_per_s == 90.0


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("finished", "learned for two rounds, keeping round 2"),
        ("no_better", "stopped by itself, no better for a while, after two rounds, keeping round 2"),
        ("time", "its time was up after two rounds, keeping round 2"),
    ],
)
def test_why_it_ended_is_said(reason, sentence):
    run, work = make_run()
    learn(work, [(2.0, 1.9, 0.3), (1.5, 1.5, 0.8)])
    assert live(standing(run, "running")).stopped_because is None
    work.event("result", test={"accuracy": 0.849}, best_epoch=2, stopped_because=reason)
    seen = live(standing(run, "done"))
    assert (seen.sentence, seen.stopped_because) == (sentence, reason)


def test_what_comes_before_the_learning_is_counted():
    run, work = make_run()
    work.event("begun")
    work.event("stage", name="loading")
    work.event("progress", stage="features", done=64, total=320)
    seen = live(standing(run, "running"))
    assert (seen.phase, seen.getting_ready, seen.title) == (
        "loading",
        ("features", 64, 320),
        "Looking at every photo once",
    )
    work.event("progress", stage="features", done=320, total=320)
    seen = live(standing(run, "running"))
    assert (seen.getting_ready, seen.title) == (None, "Building the network")
    work.event("stage", name="head")
    work.event("plan", epochs=50, first_epoch=0, batches=2, photos=200, validation_photos=50)
    work.event("batch", epoch=3.0, loss=1.4, accuracy=0.6, photos_per_s=100.0)
    seen = live(standing(run, "running"))
    assert (seen.phase, seen.getting_ready, seen.points, seen.epochs) == ("head", None, [], 24)
    learn(work, [])
    work.event("progress", stage="testing", done=64, total=320)
    seen = live(standing(run, "running"))
    assert (seen.phase, seen.getting_ready, seen.epochs) == ("learning", None, 24)
