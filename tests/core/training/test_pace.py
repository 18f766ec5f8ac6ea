"""How long a training takes here: from short tries and from earlier runs."""

import time
from dataclasses import replace

import pytest

from core import jobs, queues, standby
from core.files import write_json
from core.locks import locked
from core.settings import load_settings
from core.training import pace, precision
from core.training.recipe import Recipe, usual
from tests.core.training.test_live import make_run, standing


@pytest.fixture(autouse=True)
def processor(monkeypatch):
    monkeypatch.setattr(precision, "_processor", list)


def test_nothing_measured_nothing_said_unless_there_is_a_time_budget():
    assert pace.expected_seconds(Recipe(), 2000, 300) is None
    assert pace.expected_seconds(Recipe(minutes=10), 2000, 300) == 600


def test_it_follows_from_photos_rounds_and_what_lies_around_them():
    recipe = usual("compact", epochs=10)
    pace.keep(pace.measured(recipe, 0.002, 0.0, 5.0))
    assert pace.expected_seconds(recipe, 2000, 300) == pytest.approx(5 + 10 * (2000 + 100) * 0.002)
    assert pace.expected_seconds(replace(recipe, epochs=20), 2000, 300) == pytest.approx(5 + 20 * 2100 * 0.002)
    assert pace.expected_seconds(replace(recipe, train_share=0.5), 2000, 300) == pytest.approx(5 + 10 * 1100 * 0.002)
    assert pace.expected_seconds(replace(recipe, minutes=0.5), 2000, 300) == pytest.approx(5 + 30)
    assert pace.expected_seconds(replace(recipe, minutes=60), 2000, 300) == pytest.approx(5 + 42)
    assert pace.expected_seconds(usual("classic"), 2000, 300) is None


def test_another_size_is_guessed_from_its_dots_and_the_nearest_is_taken():
    recipe = usual("compact", epochs=1, warmup_epochs=0.0)
    pace.keep(pace.measured(recipe, 0.002, 0.0, 0.0))
    assert pace.expected_seconds(replace(recipe, image_size_px=192), 1000, 0) == pytest.approx(8.0)
    pace.keep(pace.measured(replace(recipe, image_size_px=160), 0.009, 0.0, 0.0))
    assert pace.expected_seconds(replace(recipe, image_size_px=192), 1000, 0) == pytest.approx(9 * (192 / 160) ** 2)
    pace.keep(pace.measured(replace(recipe, batch_size=8), 0.005, 0.0, 0.0))
    assert pace.expected_seconds(replace(recipe, batch_size=16, image_size_px=90), 1000, 0) < 2.0
    assert pace.expected_seconds(replace(recipe, batch_size=8), 1000, 0) == pytest.approx(5.0)


def test_borrowed_eyes_look_once_and_the_head_learns_at_any_size():
    recipe = usual("transfer", epochs=50)
    pace.keep(pace.measured(recipe, 1e-5, 0.001, 8.0))
    assert pace.expected_seconds(recipe, 2000, 300) == pytest.approx(8 + 2.3 + 50 * 2100 * 1e-5)
    small = replace(recipe, image_size_px=112)
    assert pace.expected_seconds(small, 2000, 300) == pytest.approx(8 + 2.3 / 4 + 50 * 2100 * 1e-5)
    large = replace(recipe, backbone="mobilenet_v2_1.0")
    assert pace.expected_seconds(large, 2000, 300) == pytest.approx(8 + 2.3 * 300 / 59 + 50 * 2100 * 1e-5)
    assert pace.expected_seconds(usual("transfer", fine_tune=True), 2000, 300) is None


def test_a_new_measurement_takes_the_place_of_the_old_one():
    for seconds in (0.002, 0.004):
        pace.keep(pace.measured(usual("compact"), seconds, 0.0, 5.0))
    assert [each.seconds_a_photo for each in pace.kept()] == [0.004]
    for size in range(16, 96):
        pace.keep(pace.measured(usual("compact", image_size_px=size), 0.001, 0.0, 5.0))
    assert len(pace.kept()) == pace.MOST_KEPT and pace.kept()[-1].image_size_px == 95


@pytest.mark.parametrize("content", ["not json", '[{"name": "compact"}]', "[3]"])
def test_what_cannot_be_read_is_measured_again(content):
    path = load_settings().cache_dir / "pace.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert pace.kept() == [] and len(pace.missing()) == 5
    pace.keep(pace.measured(Recipe(), 0.002, 0.0, 5.0))
    assert len(pace.kept()) == 1


def ended_run(monkeypatch, photos: int = 1000, paused: bool = False, first_epoch: int = 0, features: bool = True):
    """A run of two rounds of 4 and 2 seconds, with 3 seconds of features, and 6 seconds around them."""
    run, work = make_run(f"run-{photos}-{paused}-{first_epoch}-{features}".lower())
    run = replace(run, recipe=usual("transfer", epochs=2))
    now = [100.0]
    monkeypatch.setattr(time, "time", lambda: now[0])

    def tell(kind: str, after_s: float = 0.0, **fields) -> None:
        now[0] += after_s
        work.event(kind, **fields)

    tell("begun")
    tell("stage", 4.0, name="loading")
    if features:
        for done in (100, 1300):
            tell("progress", 0.25 if done == 100 else 2.75, stage="features", done=done, total=1300)
    tell("plan", epochs=2, first_epoch=first_epoch, batches=8, photos=photos, validation_photos=300)
    if paused:
        tell("paused")
        tell("continued", 50.0)
    for seconds in (4.0, 2.0):
        tell("epoch", seconds, epoch=1, seconds=seconds, loss=1.0, accuracy=0.5, val_loss=1.0, val_accuracy=0.5)
    tell("result", 2.0, seconds=6.0)
    return standing(run, "done")


def test_a_run_tells_the_next_one(monkeypatch):
    run = ended_run(monkeypatch)
    pace.remember(run)
    [seen] = pace.kept()
    assert seen.seconds_a_photo == pytest.approx(2.0 / 1100, rel=1e-4)
    assert seen.seconds_a_feature == pytest.approx(2.75 / 1200, rel=1e-4)
    assert seen.around_s == pytest.approx(6.0, abs=0.1)
    pace.remember(ended_run(monkeypatch, features=False))
    assert pace.kept()[0].seconds_a_feature == pytest.approx(2.75 / 1200, rel=1e-4)


def test_a_run_that_was_paused_or_resumed_or_tiny_tells_nothing(monkeypatch):
    for odd in ({"paused": True}, {"first_epoch": 1}, {"photos": 40}):
        pace.remember(ended_run(monkeypatch, **odd))
    assert pace.kept() == []


def test_it_is_measured_once_in_the_background_and_not_beside_a_training(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(pace.jobs, "start", lambda *arguments: started.append(arguments))
    monkeypatch.setattr(standby, "free_bytes", lambda: 8 * 1024**3)
    pace.measure_in_background()
    assert started == [], "nothing is begun unasked where the settings say so"
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "1")
    with locked(tmp_path / "lock"), queues.turn(tmp_path, "training", lambda: None):
        pace.measure_in_background()
    assert started == []
    pace.measure_in_background()
    assert len(started) == 1
    folder = load_settings().cache_dir / "pace"
    write_json(folder / "job.json", {"queue": None, "started_at": time.time() - 20})
    write_json(folder / "end.json", {"status": "stopped", "message": "", "at": time.time()})
    pace.measure_in_background()
    assert len(started) == 1, "it gave way a moment ago"
    write_json(folder / "job.json", {"queue": None, "started_at": time.time() - 2 * pace.RETRY_S})
    pace.measure_in_background()
    assert len(started) == 2
    for recipe in pace.missing():
        pace.keep(pace.measured(recipe, 0.001, 0.0, 1.0))
    pace.measure_in_background()
    assert len(started) == 2


def test_a_try_measures_what_nobody_has_measured(monkeypatch):
    for recipe in pace.missing():
        if recipe.name != "classic":
            pace.keep(pace.measured(recipe, 0.001, 0.001, 1.0))
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "1")
    pace.measure_in_background()
    folder = load_settings().cache_dir / "pace"
    assert jobs.wait(folder, 60).status == "done", jobs.log_tail(folder)
    [seen] = [each for each in pace.kept() if each.name == "classic"]
    assert seen.image_size_px == 100 and 1e-5 < seen.seconds_a_photo < 0.1 and 1 < seen.around_s < 60
    assert pace.missing() == []
