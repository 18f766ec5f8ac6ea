"""What the process of a series does: it starts one training after another and waits for each."""

import contextlib
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core import jobs
from core.errors import JobActive, NotFound, NothingToResume, TrainingFailed
from core.jobs import Stopped, Work
from core.training import learning_curve, runs, starting, sweep
from core.training.recipe import Recipe
from core.training.series import ROOM, Kind, Series, Trial, best_trial, load_series

LOOK_AGAIN_S = 0.25
MAX_FAILURES = 4  # one after another: by then it is not the recipe, or there is no good one where it looks
LEEWAY = 1.1  # a training may be expected to take so many times what is left of the budget, and is started yet

PLANS: dict[Kind, Callable[[Series, list[Trial]], Recipe | None]] = {
    "sweep": sweep.next_recipe,
    "learning_curve": learning_curve.next_recipe,
}


def work(work: Work, series_id: str) -> None:
    """Trains what the plan asks for next until it asks for nothing more, or the time is used up.

    Raises:
        Stopped: somebody asked to stop; the training at work has stopped too, with its best kept.
        TrainingFailed: several trainings one after another could not go on.
    """
    series = load_series(series_id)
    _adopt(series, work)
    before = len(series.trials())  # what failed in an earlier session may have been mended since
    while True:
        work.check_stop()
        trials = series.trials()
        _require_success(trials[before:])
        if trials and trials[-1].status == "open":
            trial = _taken_up(series, trials[-1], work)
        else:
            recipe = PLANS[series.kind](series, trials)
            if recipe is None or not _time_for_one_more(series, trials):
                break
            trial = _started(series, len(trials) + 1, recipe, work)
        _see_through(series, trial, work)
        _keep_the_best_model(series.trials())
    best = best_trial(trials)
    because = "finished" if recipe is None else "time"
    work.event("result", stopped_because=because, best=best.run_id if best else None, trials=len(trials))


@dataclass
class _Clock:
    """Counts the time at work: neither the wait for a turn nor a pause."""

    seconds: float = 0.0
    looked_at: float = 0.0

    def look(self, status: jobs.Status) -> None:
        now = time.monotonic()
        if status in ("running", "stopping") and self.looked_at:
            self.seconds += now - self.looked_at
        self.looked_at = now


def _started(series: Series, number: int, recipe: Recipe, work: Work) -> Trial:
    name = f"{series.name[:ROOM]}, {number}"
    run_id = starting.start_run(series.dataset_id, recipe, name=name, series=series.id, mends_from=series.folder)
    work.event("trial", number=number, run=run_id, recipe=recipe.to_json())
    return Trial(number, run_id, recipe)


def _adopt(series: Series, work: Work) -> None:
    """A killed series may have started a training and not yet said so."""
    known = {trial.run_id for trial in series.trials()}
    for run in runs.list_runs(include_series=True):
        if run.series == series.id and run.id not in known:
            work.event("trial", number=len(known) + 1, run=run.id, recipe=run.recipe.to_json())
            known.add(run.id)


def _taken_up(series: Series, trial: Trial, work: Work) -> Trial:
    """Goes on with a training that an earlier session left: still at work, ended meanwhile, or stopped."""
    try:
        run = runs.load_run(trial.run_id)
        jobs.request_continue(run.job_dir)  # the earlier session may have been paused
        if run.state.status in ("stopped", "died"):
            starting.resume_run(run.id)
    except JobActive:
        pass
    except (NotFound, NothingToResume):  # deleted, or stopped before its first round: nothing is lost
        with contextlib.suppress(NotFound):
            shutil.rmtree(runs.load_run(trial.run_id).folder, ignore_errors=True)
        return _started(series, trial.number, trial.recipe, work)
    return trial


def _see_through(series: Series, trial: Trial, work: Work) -> None:
    """Waits for a training to end and says how it did; one whose process was killed goes on once."""
    clock = _Clock()
    _wait(series, trial, clock, work)
    run = runs.load_run(trial.run_id)
    if run.state.status == "died" and run.can_resume:
        starting.resume_run(run.id)
        _wait(series, trial, clock, work)
    work.event("trial_end", number=trial.number, **_how_it_did(trial.run_id, clock.seconds))


def _wait(series: Series, trial: Trial, clock: _Clock, work: Work) -> None:
    """The time budget ends the training early; a request to stop or pause the series is passed on to it.

    Raises:
        Stopped: after the training has kept its best.
    """
    job_dir = runs.load_run(trial.run_id).job_dir
    before = sum(other.seconds for other in series.trials())
    paused = False
    while (state := jobs.state(job_dir)).active:
        clock.look(state.status)
        if work.stop_requested():
            jobs.request_stop(job_dir)
            jobs.wait(job_dir)
            raise Stopped
        if series.minutes and before + clock.seconds > 60 * series.minutes:
            jobs.request_stop(job_dir)
        asked = jobs.state(work.job_dir).status == "paused"
        if asked and not paused:
            jobs.request_pause(job_dir)
            paused = jobs.state(job_dir).status == "paused"  # not yet, where it waits for its turn
        elif paused and not asked:
            jobs.request_continue(job_dir)
            paused = False
        time.sleep(LOOK_AGAIN_S)


def _how_it_did(run_id: str, seconds: float) -> dict[str, Any]:
    run = runs.load_run(run_id)
    result, rounds = runs.result(run), runs.history(run)
    if result is None or rounds.empty or run.state.status in ("failed", "died"):
        message = run.state.message or "It ended before its first round was finished."
        return {"status": "failed", "message": message, "seconds": round(seconds, 2)}
    plans = jobs.events(run.job_dir, "plan")
    kept = rounds[rounds["epoch"] == result["best_epoch"]].iloc[-1]
    return {
        "status": "cut" if result["stopped_because"] == "stopped" else "done",
        "held_back": float(kept["val_accuracy"]),
        "held_back_loss": float(kept["val_loss"]),
        "test": result["test"]["accuracy"],
        "photos": plans[-1]["photos"],
        "validation_photos": plans[-1]["validation_photos"],
        "test_photos": result["test"]["photos"],
        "epochs": result["epochs"],
        "seconds": round(max(seconds, result["seconds"]), 2),
    }


def _time_for_one_more(series: Series, trials: list[Trial]) -> bool:
    if not series.minutes:
        return True
    left = 60 * series.minutes - sum(trial.seconds for trial in trials)
    whole = [trial.seconds for trial in trials if trial.status == "done"]
    expected = sum(whole) / len(whole) / LEEWAY if whole else 0.0
    return left > expected


def _require_success(trials: list[Trial]) -> None:
    """Ends a series that only fails."""
    last = trials[-MAX_FAILURES:]
    if len(last) == MAX_FAILURES and all(trial.status == "failed" for trial in last):
        raise TrainingFailed(
            f"{MAX_FAILURES} trainings one after another could not go on, so the series ends here. "
            f"What the last one said: {last[-1].message}"
        )


def _keep_the_best_model(trials: list[Trial]) -> None:
    """Only the best model stays, and no checkpoint: a dozen models of the classic network take half a gigabyte."""
    best = best_trial(trials)
    for trial in trials:
        if trial.status != "open":
            with contextlib.suppress(NotFound):
                folder = runs.load_run(trial.run_id).folder
                shutil.rmtree(folder / "checkpoint", ignore_errors=True)
                if best is not None and trial.run_id != best.run_id:
                    shutil.rmtree(folder / "model", ignore_errors=True)
