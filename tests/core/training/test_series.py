"""Series of trainings: one after another, stopped and gone on with, cut by a budget, deleted and brought back."""

import os
import signal
import threading
import time

import pytest

from core import jobs, trash
from core.data import store
from core.errors import JobActive, NotFound, NothingToResume, TrainingFailed
from core.files import read_json, write_json
from core.jobs import Stopped
from core.locks import locked
from core.settings import load_settings
from core.training import runs, starting, trials
from core.training.knobs import Knob
from core.training.learning_curve import start_learning_curve
from core.training.recipe import Recipe
from core.training.series import (
    Series,
    Trial,
    best_trial,
    delete_series,
    list_series,
    load_series,
    read_trials,
    resume_series,
    stop_series,
)
from core.training.sweep import read_sweep, start_sweep
from tests.core.conftest import SMALL
from tests.core.test_jobs import until, worker_pid
from tests.core.training import pretended
from tests.jobs import working

RECIPE = Recipe(epochs=3, **SMALL)
LEARN = "tests.core.training.pretended:learn"


@pytest.fixture
def pretend(dataset_home, monkeypatch):
    """Trainings only pretend, at once and in this process, and a series does not start by itself."""

    def at_once(folder):
        (folder / "job").mkdir()
        end = {"status": "done", "message": "", "at": time.time()}
        with working(folder / "job") as work:
            try:
                pretended.learn(work, folder.name)
            except TrainingFailed as error:
                end |= {"status": "failed", "message": str(error)}
        write_json(folder / "job" / "end.json", end)

    monkeypatch.setattr(starting, "_start_job", at_once)
    monkeypatch.setattr("core.training.series._start_job", lambda folder: (folder / "job").mkdir(exist_ok=True))
    monkeypatch.setattr(trials, "LOOK_AGAIN_S", 0.05)
    return dataset_home


@pytest.fixture
def pauses(pretend, monkeypatch):
    """Trainings pretend in processes of their own, with a pause before each round.

    By the number of a start: before which round that training waits until somebody stops or kills it.
    """
    pauses, started = {}, []

    def start(folder):
        started.append(folder)
        arguments = {"run_id": folder.name, "pause_s": 0.3, "hold_at": pauses.get(len(started), 0)}
        jobs.start(folder / "job", LEARN, arguments, "training")

    monkeypatch.setattr(starting, "_start_job", start)
    return pauses


def sweep_of(dataset_id: str, *rates: float, minutes: float = 0.0, recipe: Recipe = RECIPE) -> Series:
    knobs = [Knob("learning_rate", rates)]
    return load_series(start_sweep(dataset_id, recipe, knobs, search="grid", minutes=minutes))


def go(series: Series) -> None:
    """What the process of the series does, in this one."""
    with locked(series.job_dir / "lock"), working(series.job_dir) as work:
        trials.work(work, series.id)


def ask_later(change, until_true) -> threading.Thread:
    def wait():
        until(until_true)
        change()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_every_combination_is_trained_and_the_best_model_stays(pretend):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3, 1e-2)
    go(series)
    found = read_sweep(series)
    assert sorted(trial.recipe.learning_rate for trial in found.trials) == [1e-4, 1e-3, 1e-2]
    assert (found.best.recipe.learning_rate, found.best.held_back, found.best.test) == (1e-3, 0.9, 0.8)
    assert [row["learning_rate"] for row in found.rows()] == [1e-3, 1e-4, 1e-2]
    assert (found.best.photos, found.best.test_photos, found.best.epochs, found.best.status) == (40, 200, 3, "done")
    assert [trial.run_id for trial in found.trials if runs.load_run(trial.run_id).has_model] == [found.best.run_id]
    [said] = jobs.events(series.job_dir, "result")
    assert (said["stopped_because"], said["best"], said["trials"]) == ("finished", found.best.run_id, 3)
    assert runs.list_runs() == []  # they are the series' own


def test_one_that_cannot_go_on_is_a_row_and_the_others_go_on(pretend):
    series = sweep_of(pretend.dataset_id, 5.0, 1e-3)
    go(series)
    failed, done = sorted(series.trials(), key=lambda trial: trial.status != "failed")
    assert (failed.status, failed.message, failed.held_back) == ("failed", "It diverged.", None)
    assert read_sweep(series).best == done


def test_a_series_that_only_fails_ends_with_what_the_last_one_said(pretend):
    series = sweep_of(pretend.dataset_id, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    with pytest.raises(TrainingFailed, match=r"4 trainings one after another.*It diverged"):
        go(series)
    assert len(series.trials()) == 4


def test_stopped_the_training_stops_too_and_resumed_nothing_is_done_twice(pretend, pauses):
    pauses[2] = 2
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)

    def second_has_a_round():
        told = series.trials()
        return len(told) == 2 and jobs.events(runs.load_run(told[1].run_id).job_dir, "epoch")

    asking = ask_later(lambda: stop_series(series.id), second_has_a_round)
    with pytest.raises(Stopped):
        go(series)
    asking.join()
    first, second = series.trials()
    assert (first.status, second.status) == ("done", "open")
    assert runs.load_run(second.run_id).state.status == "stopped"
    (series.job_dir / "stop").unlink()
    go(series)
    again = series.trials()
    assert [trial.run_id for trial in again] == [first.run_id, second.run_id]
    assert [trial.status for trial in again] == ["done", "done"]
    rounds = jobs.events(runs.load_run(second.run_id).job_dir, "epoch")
    assert [event["epoch"] for event in rounds] == [1, 2, 3]


def test_stopped_before_the_first_round_of_a_training_it_is_started_anew(pretend, pauses):
    pauses[1] = 1
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)
    asking = ask_later(lambda: stop_series(series.id), series.trials)
    with pytest.raises(Stopped):
        go(series)
    asking.join()
    [left] = series.trials()
    (series.job_dir / "stop").unlink()
    go(series)
    assert [trial.status for trial in series.trials()] == ["done", "done"]
    assert left.run_id not in {run.id for run in runs.list_runs(include_series=True)}


def test_killed_before_it_said_what_it_had_started_it_finds_it_again(pretend):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)
    first = starting.start_run(pretend.dataset_id, Recipe(epochs=3, learning_rate=1e-3, **SMALL), series=series.id)
    go(series)
    assert series.trials()[0].run_id == first and len(series.trials()) == 2


def test_a_training_whose_process_is_killed_goes_on_once(pretend, pauses):
    pauses[1] = 2
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)

    def at_work():
        told = series.trials()
        return told and jobs.events(runs.load_run(told[0].run_id).job_dir, "epoch")

    def kill():
        os.kill(worker_pid(runs.load_run(series.trials()[0].run_id).job_dir), signal.SIGKILL)

    killing = ask_later(kill, at_work)
    go(series)
    killing.join()
    assert [trial.status for trial in series.trials()] == ["done", "done"]
    assert [trial.epochs for trial in series.trials()] == [3, 3]


def test_the_time_budget_cuts_a_training_and_starts_no_other(pretend, pauses, monkeypatch):
    pauses[1] = 2
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3, minutes=1.0, recipe=Recipe(epochs=100, **SMALL))

    def pass_time(clock, status):
        begun = bool(jobs.events(runs.load_run(series.trials()[0].run_id).job_dir, "epoch"))
        clock.seconds = 70.0 if begun else 50.0

    monkeypatch.setattr(trials._Clock, "look", pass_time)
    go(series)
    [trial] = series.trials()
    assert trial.status == "cut" and 0 < trial.epochs < 100 and trial.seconds == 70
    assert jobs.events(series.job_dir, "result")[0]["stopped_because"] == "time"


def test_time_counts_at_work_alone(monkeypatch):
    now = iter(range(100, 200, 10))
    monkeypatch.setattr(trials.time, "monotonic", lambda: next(now))
    clock = trials._Clock()
    for status in ("waiting", "running", "running", "paused", "paused", "running", "stopping"):
        clock.look(status)
    assert clock.seconds == 40


def test_no_training_is_started_that_the_budget_would_cut(pretend):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3, 1e-2, minutes=1.0)
    with working(series.job_dir) as work:
        work.event("trial", number=1, run="gone", recipe=RECIPE.to_json())
        work.event("trial_end", number=1, status="done", held_back=0.5, test=0.5, seconds=40.0)
    go(series)
    assert len(series.trials()) == 1


def test_a_paused_series_pauses_its_training(pretend, pauses):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)

    def state_of_first():
        told = series.trials()
        return jobs.state(runs.load_run(told[0].run_id).job_dir).status if told else ""

    pausing = ask_later((series.job_dir / "pause").touch, lambda: state_of_first() == "running")
    running = threading.Thread(target=go, args=(series,))
    running.start()
    pausing.join()
    until(lambda: state_of_first() == "paused")
    time.sleep(0.5)
    assert state_of_first() == "paused" and len(series.trials()) == 1
    (series.job_dir / "pause").unlink()
    running.join(60)
    assert [trial.status for trial in series.trials()] == ["done", "done"]


def test_a_dataset_that_is_gone_ends_it_in_words(pretend):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)
    store.delete_dataset(pretend.dataset_id)
    with pytest.raises(NotFound, match="dataset"):
        go(series)
    with pytest.raises(NotFound, match="dataset"):
        resume_series(series.id)


def test_what_has_ended_well_or_has_other_photos_is_not_gone_on_with(pretend):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)
    path = store.load_dataset(pretend.dataset_id).folder / "dataset.json"
    facts = read_json(path)
    write_json(path, {**facts, "fingerprint": "changed"})
    with pytest.raises(NothingToResume, match="others now"):
        resume_series(series.id)
    write_json(path, facts)
    with locked(series.job_dir / "lock"), pytest.raises(JobActive):
        resume_series(series.id)
    write_json(series.job_dir / "end.json", {"status": "done", "message": "", "at": 1.0})
    with pytest.raises(NothingToResume, match="ended well"):
        resume_series(series.id)
    assert not load_series(series.id).can_resume


def test_deleted_it_takes_its_trainings_along_and_brings_them_back(pretend):
    series = sweep_of(pretend.dataset_id, 1e-4, 1e-3)
    go(series)
    own = {trial.run_id for trial in series.trials()}
    with locked(series.job_dir / "lock"), pytest.raises(JobActive):
        delete_series(series.id)
    token = delete_series(series.id)
    assert list_series() == [] and runs.list_runs(include_series=True) == []
    trash.restore(token)
    assert [each.id for each in list_series("sweep")] == [series.id] and list_series("learning_curve") == []
    assert {run.id for run in runs.list_runs(include_series=True)} == own


def test_of_those_that_are_right_as_often_the_least_wrong_is_the_best():
    def ended(number: int, held_back: float, loss: float) -> Trial:
        return Trial(number, str(number), RECIPE, "done", held_back=held_back, held_back_loss=loss)

    trials = [ended(1, 0.8, 0.7), ended(2, 0.9, 0.6), ended(3, 0.9, 0.4), ended(4, 0.9, 0.5)]
    assert best_trial([*trials, Trial(5, "5", RECIPE, "failed")]).number == 3
    assert best_trial([]) is None


def test_names_and_ids_are_checked(pretend):
    first, second = sweep_of(pretend.dataset_id, 1e-4, 1e-3), sweep_of(pretend.dataset_id, 1e-4, 1e-3)
    assert (first.name, second.name) == ("Coloured squares, sweep", "Coloured squares, sweep 2")
    for series_id in ("", "..", "nothing", "a/b"):
        for look in (load_series, stop_series, resume_series, delete_series):
            with pytest.raises(NotFound):
                look(series_id)
    write_json(load_settings().series_dir / first.id / "config.json", {"kind": "sweep", "dataset": {}})
    with pytest.raises(NotFound, match="damaged"):
        load_series(first.id)
    assert [series.id for series in list_series()] == [second.id]


def test_a_training_that_was_started_anew_takes_the_place_of_the_former():
    recipe = RECIPE.to_json()
    told = [
        {"kind": "trial", "number": 1, "run": "a", "recipe": recipe},
        {"kind": "trial", "number": 1, "run": "b", "recipe": recipe},
        {"kind": "trial_end", "number": 1, "at": 2.0, "status": "done", "held_back": 0.7},
    ]
    [trial] = read_trials(told)
    assert (trial.run_id, trial.status, trial.held_back) == ("b", "done", 0.7)


def test_a_learning_curve_by_its_own_process_with_real_trainings(dataset_home, monkeypatch):
    monkeypatch.setattr("core.training.learning_curve.SHARES", (0.5, 1.0))
    series = load_series(start_learning_curve(dataset_home.dataset_id, Recipe(epochs=1, **SMALL), seeds=1))
    state = jobs.wait(series.job_dir, 90)
    assert state.status == "done", state.message + jobs.log_tail(series.job_dir)
    half, whole = series.trials()
    assert (half.recipe.epochs, half.photos, whole.recipe.epochs, whole.photos) == (2, 20, 1, 40)
    assert half.test_photos == whole.test_photos == 12
    assert half.status == whole.status == "done"
