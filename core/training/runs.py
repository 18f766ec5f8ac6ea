"""A run on disk: one training, with its recipe, its events and its end."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core import jobs, trash
from core.data.store import checked_name
from core.errors import JobActive, NameInvalid, NotFound, RecipeInvalid
from core.files import is_id, read_json, write_json
from core.model.card import rename_model
from core.settings import load_settings
from core.training.recipe import Recipe

QUEUE = "training"  # one at a time: two would only take the machine from each other
HISTORY_COLUMNS = (
    "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds", "learning_rate", "biggest_share",
)  # fmt: skip
MAX_NOTE_CHARACTERS = 2000


@dataclass(frozen=True)
class Run:
    """One training."""

    id: str
    folder: Path
    name: str
    dataset_id: str
    dataset_name: str
    dataset_fingerprint: str
    recipe: Recipe
    created_at: float  # Unix seconds
    versions: dict[str, str]
    state: jobs.JobState
    note: str = ""  # a person's own words
    series: str | None = None  # of which it is a trial; such runs are listed only when asked for
    start_from: str | None = None  # the run whose weights it began with
    tensorboard: bool = False  # writes logs for TensorBoard

    @property
    def job_dir(self) -> Path:
        return self.folder / "job"

    @property
    def has_model(self) -> bool:
        """True once there is a model of the same id: of a run that ended well, or was stopped after some learning."""
        return (self.folder / "model" / "model.json").exists()

    @property
    def can_resume(self) -> bool:
        """True for a run that broke off, was stopped, or failed, and kept where it stood."""
        return not self.state.active and self.state.status != "done" and self.checkpoint_path.exists()

    @property
    def kept_rounds(self) -> int:
        """Finished rounds that it would go on after: of a large network not each short round is kept."""
        return len((read_json(self.checkpoint_path) or {}).get("epoch_rows", []))

    @property
    def checkpoint_path(self) -> Path:
        return self.folder / "checkpoint" / "checkpoint.json"


def stop_run(run_id: str) -> None:
    """Asks a run to stop and keep the best; does nothing to one that has ended.

    Raises:
        NotFound: no such run.
    """
    jobs.request_stop(load_run(run_id).job_dir)


def pause_run(run_id: str) -> None:
    """Lets a run rest after its next step; it keeps its memory and its turn.

    Raises:
        NotFound: no such run.
    """
    jobs.request_pause(load_run(run_id).job_dir)


def continue_run(run_id: str) -> None:
    """Lets a paused run go on.

    Raises:
        NotFound: no such run.
    """
    jobs.request_continue(load_run(run_id).job_dir)


def rename_run(run_id: str, name: str) -> None:
    """Gives a run, and the model that it left, another name; the id stays.

    Raises:
        NotFound: no such run.
        NameInvalid: the name is empty or too long.
    """
    name = checked_name(name)
    run = load_run(run_id)
    _change(run, name=name)
    if run.has_model:
        rename_model(run_id, name)


def note_run(run_id: str, note: str) -> None:
    """Keeps a person's own words with a run; empty ones take them away.

    Raises:
        NotFound: no such run.
        NameInvalid: longer than `MAX_NOTE_CHARACTERS`.
    """
    if len(note) > MAX_NOTE_CHARACTERS:
        raise NameInvalid(f"A note takes {MAX_NOTE_CHARACTERS:,} characters at most. Received: {len(note):,}")
    _change(load_run(run_id), note=note.strip())


def load_run(run_id: str) -> Run:
    """Reads a run and how it stands.

    Raises:
        NotFound: no such run.
    """
    folder = load_settings().runs_dir / run_id
    config = read_json(folder / "config.json") if is_id(run_id) else None
    if config is None:
        raise NotFound(f"There is no training with the id “{run_id}”. It may have been deleted.")
    try:
        return Run(
            id=run_id,
            folder=folder,
            name=config["name"],
            dataset_id=config["dataset"]["id"],
            dataset_name=config["dataset"]["name"],
            dataset_fingerprint=config["dataset"]["fingerprint"],
            recipe=Recipe.from_json(config["recipe"]),
            created_at=config["created_at"],
            versions=config["versions"],
            state=jobs.state(folder / "job"),
            note=str(config.get("note", "")),
            series=config.get("series"),
            start_from=config.get("start_from"),
            tensorboard=bool(config.get("tensorboard", False)),
        )
    except (KeyError, TypeError, RecipeInvalid) as error:
        raise NotFound(
            f"The training “{run_id}” is damaged, or of another version: {error}. Delete its folder."
        ) from error


def list_runs(include_series: bool = False) -> list[Run]:
    """The runs of the workspace, newest first; trials of a series only when asked for."""
    found = []
    for path in load_settings().runs_dir.glob("*/config.json"):
        with contextlib.suppress(NotFound):  # a damaged one; opening it by its id says so
            found.append(load_run(path.parent.name))
    kept = [run for run in found if include_series or run.series is None]
    return sorted(kept, key=lambda run: run.created_at, reverse=True)


def delete_run(run_id: str) -> str:
    """Moves a run, with its model, to the trash.

    Returns:
        A token for `core.trash.restore`.

    Raises:
        NotFound: no such run.
        JobActive: it is at work.
    """
    run = load_run(run_id)
    if run.state.active:
        raise JobActive(f"{run.name} is at work. Stop it first, then delete it.")
    return trash.move_to_trash(run.folder)


def history(run: Run) -> pd.DataFrame:
    """The finished rounds: `HISTORY_COLUMNS`, one row an epoch, counted from 1."""
    try:
        rounds = pd.read_csv(run.folder / "history.csv").reindex(columns=list(HISTORY_COLUMNS))
        return rounds.dropna(subset=list(HISTORY_COLUMNS[:6]))  # older runs have no others
    except (OSError, ValueError):  # none yet, or damaged: what it ended with does not depend on it
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))


def result(run: Run) -> dict[str, Any] | None:
    """What the run said at its last end: model, epochs, best_epoch, stopped_because, seconds, test; else None."""
    results = jobs.events(run.job_dir, "result")
    return results[-1] if results else None


def _change(run: Run, **facts: str) -> None:
    path = run.folder / "config.json"
    write_json(path, {**(read_json(path) or {}), **facts})
