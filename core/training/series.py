"""A series on disk: one question that many trainings answer together, such as a sweep or a learning curve.

A series folder holds `config.json` (what to find out) and `job/`, whose events say which trainings it started and how
each ended. The trainings are ordinary runs. Deleted, a series takes them along and brings them back.
"""

import contextlib
import os
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from core import jobs, trash
from core.data.mend_layer import keep
from core.data.split import require_trainable
from core.data.store import checked_name, load_dataset
from core.errors import JobActive, NotFound, NothingToResume, RecipeInvalid
from core.files import is_id, new_id, read_json, unused_name, write_json
from core.settings import load_settings
from core.training import runs
from core.training.recipe import Recipe

Kind = Literal["sweep", "learning_curve"]
# cut: stopped before its last round, by a person or by the time budget; what it reached counts as a lower bound
TrialStatus = Literal["open", "done", "cut", "failed"]
TITLES: dict[Kind, str] = {"sweep": "sweep", "learning_curve": "learning curve"}
ROOM = 40  # characters for the dataset's name in a series', and for that in a training's: both have 60 at most
TAKEN_ALONG = "runs"  # in a deleted series' folder: its trainings


@dataclass(frozen=True)
class Trial:
    """One training of a series. The numbers are None until there are any."""

    number: int  # from 1, in the order of their start
    run_id: str
    recipe: Recipe
    status: TrialStatus = "open"
    message: str = ""  # for people, why it failed
    held_back: float | None = None  # accuracy on the validation photos, of the round that it keeps
    held_back_loss: float | None = None  # how wrong it was on them in that round
    test: float | None = None  # accuracy on the test photos, which choose nothing
    photos: int = 0  # that it learned from
    validation_photos: int = 0
    test_photos: int = 0
    epochs: int = 0  # finished rounds
    seconds: float = 0.0  # at work, from its start to its tested model


@dataclass(frozen=True)
class Series:
    """What to find out, and how the finding stands."""

    id: str
    folder: Path
    kind: Kind
    name: str
    dataset_id: str
    dataset_name: str
    recipe: Recipe  # from which its trainings differ in a knob or two
    plan: dict[str, Any]  # what the kind needs to know
    minutes: float  # of training in all; 0: as long as it takes
    created_at: float  # Unix seconds
    state: jobs.JobState

    @property
    def job_dir(self) -> Path:
        return self.folder / "job"

    @property
    def can_resume(self) -> bool:
        """True for one that was stopped, failed or broke off: what is finished is not done again."""
        return not self.state.active and self.state.status != "done"

    def trials(self) -> list[Trial]:
        """Its trainings so far, in the order of their start."""
        return read_trials(jobs.events(self.job_dir))


def start_series(kind: Kind, dataset_id: str, recipe: Recipe, plan: dict[str, Any], minutes: float, name: str) -> str:
    """Starts the job of a series whose plan has been checked, and returns its id at once.

    Raises:
        NotFound: no such dataset.
        DatasetUnfinished, DatasetTooSmall: it cannot be trained on.
        NameInvalid: the name is too long.
    """
    dataset = load_dataset(dataset_id)
    require_trainable(dataset)
    taken = [series.name for series in list_series()]
    name = checked_name(name or unused_name(f"{dataset.name[:ROOM]}, {TITLES[kind]}", taken))
    series_id = new_id(name)
    folder = load_settings().series_dir / series_id
    write_json(
        folder / "config.json",
        {
            "kind": kind,
            "name": name,
            "created_at": time.time(),
            "dataset": {"id": dataset.id, "name": dataset.name, "fingerprint": dataset.fingerprint},
            "recipe": recipe.to_json(),
            "plan": plan,
            "minutes": minutes,
        },
    )
    keep(folder, dataset.mends.photos.values())  # so that all its trainings learn from the same photos
    try:
        _start_job(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return series_id


def resume_series(series_id: str) -> None:
    """Goes on where a series was stopped or broke off; a training that was under way goes on from its last round.

    Raises:
        NotFound: no such series, or its dataset is gone.
        JobActive: it is at work.
        NothingToResume: it ended well, or its dataset has changed since.
    """
    series = load_series(series_id)
    if series.state.active:
        raise JobActive(f"{series.name} is at work already.")
    if series.state.status == "done":
        raise NothingToResume(f"{series.name} ended well: there is nothing left to do. Start a new one instead.")
    fingerprint = (read_json(series.folder / "config.json") or {}).get("dataset", {}).get("fingerprint")
    if load_dataset(series.dataset_id).fingerprint != fingerprint:
        raise NothingToResume(f"The photos of {series.dataset_name} are others now. Start a new series with them.")
    _start_job(series.folder)


def stop_series(series_id: str) -> None:
    """Asks a series to stop, and the training that it has at work; what is finished is kept.

    Raises:
        NotFound: no such series.
    """
    series = load_series(series_id)
    jobs.request_stop(series.job_dir)
    if not series.state.active:  # its job was killed, the training is another process
        for run in _trainings(series):
            jobs.request_stop(run.job_dir)


def load_series(series_id: str) -> Series:
    """Reads a series and how it stands. Of one that came back from the trash, the trainings come back too.

    Raises:
        NotFound: no such series.
    """
    folder = load_settings().series_dir / series_id
    config = read_json(folder / "config.json") if is_id(series_id) else None
    if config is None:
        raise NotFound(f"There is no sweep or learning curve with the id “{series_id}”. It may have been deleted.")
    _bring_back(folder / TAKEN_ALONG)
    try:
        return Series(
            id=series_id,
            folder=folder,
            kind=config["kind"],
            name=config["name"],
            dataset_id=config["dataset"]["id"],
            dataset_name=config["dataset"]["name"],
            recipe=Recipe.from_json(config["recipe"]),
            plan=config["plan"],
            minutes=config["minutes"],
            created_at=config["created_at"],
            state=jobs.state(folder / "job"),
        )
    except (KeyError, TypeError, RecipeInvalid) as error:
        raise NotFound(f"“{series_id}” is damaged, or of another version: {error}. Delete its folder.") from error


def list_series(kind: Kind | None = None) -> list[Series]:
    """All series of the workspace, or those of one kind, newest first."""
    found = []
    for path in load_settings().series_dir.glob("*/config.json"):
        with contextlib.suppress(NotFound):  # a damaged one; opening it by its id says so
            found.append(load_series(path.parent.name))
    wanted = [series for series in found if kind in (None, series.kind)]
    return sorted(wanted, key=lambda series: series.created_at, reverse=True)


def delete_series(series_id: str) -> str:
    """Moves a series to the trash, with its trainings and their models.

    Returns:
        A token for `core.trash.restore`.

    Raises:
        NotFound: no such series.
        JobActive: it is at work, or one of its trainings is.
    """
    series = load_series(series_id)
    trainings = _trainings(series)
    if series.state.active or any(run.state.active for run in trainings):
        raise JobActive(f"{series.name} is at work. Stop it first, then delete it.")
    (series.folder / TAKEN_ALONG).mkdir(exist_ok=True)
    for run in trainings:
        os.rename(run.folder, series.folder / TAKEN_ALONG / run.id)
    return trash.move_to_trash(series.folder)


def read_trials(events: list[dict[str, Any]]) -> list[Trial]:
    """The trainings that a series' events tell of; one that was started anew under its number replaces the former."""
    trials: dict[int, Trial] = {}
    for event in events:
        number = int(event.get("number", 0))
        if event["kind"] == "trial":
            trials[number] = Trial(number, event["run"], Recipe.from_json(event["recipe"]))
        elif event["kind"] == "trial_end" and number in trials:
            numbers = {key: value for key, value in event.items() if key not in ("at", "kind", "number")}
            trials[number] = replace(trials[number], **numbers)
    return list(trials.values())


def best_trial(trials: list[Trial]) -> Trial | None:
    """The one that is right most often on the photos held back, of equals the least wrong; None without one."""
    ended = [trial for trial in trials if trial.held_back is not None]
    return max(ended, key=lambda trial: (trial.held_back or 0.0, -(trial.held_back_loss or 0.0)), default=None)


def _trainings(series: Series) -> list[runs.Run]:
    found = []
    for trial in series.trials():
        with contextlib.suppress(NotFound):  # deleted by itself
            found.append(runs.load_run(trial.run_id))
    return found


def _bring_back(taken: Path) -> None:
    for folder in taken.glob("*") if taken.is_dir() else ():
        with contextlib.suppress(OSError):  # another process does the same, or has done it
            os.rename(folder, load_settings().runs_dir / folder.name)
    with contextlib.suppress(OSError):
        taken.rmdir()


def _start_job(folder: Path) -> None:
    jobs.start(folder / "job", "core.training.trials:work", {"series_id": folder.name}, cluster="waits")
