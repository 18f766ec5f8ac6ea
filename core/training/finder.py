"""Finds a step size (learning rate): learns with ever larger steps for a moment, and looks where it learns fastest."""

import contextlib
import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core import jobs
from core.data.split import require_trainable
from core.data.store import Dataset, load_dataset
from core.errors import NotFound, RecipeInvalid, TrainingFailed
from core.files import is_id, new_id, read_json, write_json
from core.jobs import Work
from core.settings import load_settings
from core.training.photos import Photos, class_weights, load_photos, training_batches
from core.training.rates import exploded, smoothed, suggestion
from core.training.recipe import Recipe
from core.training.runs import QUEUE

LOWEST, HIGHEST = 1e-6, 1.0  # learning rates
NUM_STEPS = 100
KEPT = 20  # finders on disk


@dataclass(frozen=True)
class Finder:
    """One search for a step size, and how it stands."""

    id: str
    folder: Path
    dataset_id: str
    dataset_name: str
    recipe: Recipe
    created_at: float  # Unix seconds
    state: jobs.JobState
    rates: list[float]  # rising, one a step so far
    losses: list[float]  # how wrong it was in that step
    smoothed: list[float]
    suggested: float | None  # None until it has ended, and when nothing suggests itself
    sentence: str  # what came out, or how far it is

    @property
    def job_dir(self) -> Path:
        return self.folder / "job"

    @property
    def progress(self) -> float:
        """0 to 1."""
        return 1.0 if not self.state.active else len(self.rates) / NUM_STEPS


def start_finder(dataset_id: str, recipe: Recipe) -> str:
    """Puts a search into the queue of the trainings and returns its id at once; the recipe's own rate does not matter.

    Raises:
        NotFound: no such dataset.
        DatasetUnfinished, DatasetTooSmall: it cannot be trained on.
    """
    dataset = load_dataset(dataset_id)
    require_trainable(dataset)
    finder_id = new_id(f"{dataset.name} {recipe.name}")
    folder = load_settings().finders_dir / finder_id
    facts = {"created_at": time.time(), "recipe": recipe.to_json(), "dataset": {"id": dataset.id, "name": dataset.name}}
    write_json(folder / "config.json", facts)
    try:
        jobs.start(folder / "job", "core.training.finder:work", {"finder_id": finder_id}, QUEUE, "computes")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _forget_old()
    return finder_id


def load_finder(finder_id: str) -> Finder:
    """Reads a search and how it stands.

    Raises:
        NotFound: no such search, or it has made room for newer ones.
    """
    folder = load_settings().finders_dir / finder_id
    config = read_json(folder / "config.json") if is_id(finder_id) else None
    if config is None:
        raise NotFound(f"There is no search for a step size with the id “{finder_id}”. Only {KEPT} are kept.")
    state = jobs.state(folder / "job")
    points = jobs.events(folder / "job", "point")
    rates, losses = [point["rate"] for point in points], [point["loss"] for point in points]
    results = jobs.events(folder / "job", "result")
    suggested = results[-1]["suggested"] if results else None
    try:
        return Finder(
            id=finder_id,
            folder=folder,
            dataset_id=config["dataset"]["id"],
            dataset_name=config["dataset"]["name"],
            recipe=Recipe.from_json(config["recipe"]),
            created_at=config["created_at"],
            state=state,
            rates=rates,
            losses=losses,
            smoothed=smoothed(losses),
            suggested=suggested,
            sentence=_sentence(state, suggested, bool(results)),
        )
    except (KeyError, TypeError, RecipeInvalid) as error:
        raise NotFound(f"The search “{finder_id}” is damaged, or of another version: {error}.") from error


def stop_finder(finder_id: str) -> None:
    """Asks a search to stop; does nothing to one that has ended.

    Raises:
        NotFound: no such search.
    """
    jobs.request_stop(load_finder(finder_id).job_dir)


def work(work: Work, finder_id: str) -> None:
    """Learns with ever larger steps until the loss explodes: what `core.jobs` calls.

    Raises:
        Stopped: somebody asked to stop.
        TrainingFailed: the machine ran out of memory.
    """
    from core.training.worker import load_keras

    finder = load_finder(finder_id)
    work.event("stage", name="loading")
    dataset = load_dataset(finder.dataset_id)
    photos = load_photos(dataset, finder.recipe, work)
    work.check_stop()
    load_keras(finder.recipe.seed)
    import tensorflow as tf

    try:
        losses = _ramp(dataset, photos, finder.recipe, work)
    except tf.errors.ResourceExhaustedError as error:
        raise TrainingFailed(
            "The machine ran out of memory. Start again with smaller photos or a smaller batch. "
            f"Received: image_size_px={finder.recipe.image_size_px}, batch_size={finder.recipe.batch_size}"
        ) from error
    work.event("result", suggested=suggestion(RATES[: len(losses)], losses))


RATES: list[float] = [float(f"{rate:.4g}") for rate in np.geomspace(LOWEST, HIGHEST, NUM_STEPS)]


def _ramp(dataset: Dataset, photos: Photos, recipe: Recipe, work: Work) -> list[float]:
    """A step at each rate; how wrong it was before that step."""
    from core.training import networks
    from core.training.lesson import prepare
    from core.training.precision import arithmetic, set_arithmetic
    from core.training.stepping import compiled

    set_arithmetic(arithmetic(recipe))
    lesson = prepare(dataset, photos, recipe, work)
    photos, learner = lesson.photos, lesson.learner
    optimizer = networks.optimizer(recipe, learner.trainable_variables)
    step, _ = compiled(learner, optimizer, recipe, class_weights(photos))
    work.event("stage", name="learning")
    rounds = range(math.ceil(NUM_STEPS / photos.num_batches(recipe.batch_size)))
    losses: list[float] = []
    for rate, batch in zip(RATES, training_batches(photos, recipe, rounds), strict=False):
        work.wait_while_paused()
        work.check_stop()
        optimizer.learning_rate.assign(rate)
        loss = float(step(*batch)[0])
        if not math.isfinite(loss):
            break
        losses.append(loss)
        work.event("point", rate=rate, loss=round(loss, 6))
        if exploded(losses):
            break
    return losses


def _sentence(state: jobs.JobState, suggested: float | None, ended: bool) -> str:
    if state.active:
        return "waiting for its turn" if state.status == "waiting" else "trying larger and larger steps"
    if suggested is not None:
        return f"It learns fastest with a step size (learning rate) of about {suggested:g}."
    if ended:
        return "It learned nothing at any step size. Look whether the photos fit their names, or choose another recipe."
    return state.message or "It was stopped before there was anything to see."


def _forget_old() -> None:
    """Keeps the newest; those at work stay in any case."""
    folders = [path.parent for path in load_settings().finders_dir.glob("*/config.json")]
    for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        with contextlib.suppress(OSError):
            if not jobs.state(folder / "job").active:
                shutil.rmtree(folder)
