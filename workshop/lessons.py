"""One training of the workshop: as the app trains, but kept where it can be gone on with."""

import csv
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from core.training.checkpoint import Checkpoint
from core.training.photos import Photos
from core.training.precision import arithmetic, set_arithmetic
from core.training.recipe import Recipe
from core.work import Work


def taught(photos: Photos, dataset: Any, recipe: Recipe, folder: Path) -> tuple[Any, float]:
    """Learns, or goes on learning, or takes what is there; the network has the average of its last weights.

    No round is chosen: the photos that are watched are asked about, and what is chosen by them would flatter.

    Args:
        photos: what to learn from and what to watch with.
        dataset: keeps what borrowed eyes see.
        recipe: how.
        folder: keeps `network.keras`, and until that is there the checkpoint; and `history.csv`.

    Returns:
        A `keras.Model` of plain float32 layers, photos (N, S, S, 3) to probabilities (N, C); and for how many seconds
        it has learned in all.
    """
    from core.training import networks
    from core.training.learning import Learning
    from core.training.lesson import answering, prepare
    from core.training.report import Report
    from core.training.worker import load_keras

    done = folder / "network.keras"
    load_keras(recipe.seed)
    if done.exists():
        return keras_network(done), seconds_of(folder)
    (folder / "job").mkdir(parents=True, exist_ok=True)
    precision = arithmetic(recipe)
    set_arithmetic(precision)
    work, checkpoint = Work(folder / "job"), Checkpoint(folder / "checkpoint")
    lesson = prepare(dataset, photos, recipe, work, fresh=not checkpoint.begun)
    optimizer = networks.optimizer(recipe, lesson.learner.trainable_variables)
    learning = Learning(lesson.learner, optimizer, lesson.photos, recipe, checkpoint, work)
    run: Any = SimpleNamespace(folder=folder, recipe=recipe, tensorboard=False)
    learning.run(Report(run, lesson.photos, work, precision))
    learning.average.put()
    network = answering(lesson.network, recipe)
    aside = folder / "half.keras"
    network.save(aside)
    aside.replace(done)
    shutil.rmtree(folder / "checkpoint")
    return network, seconds_of(folder)


def keras_network(path: Path) -> Any:
    """A network that this workshop has kept."""
    import keras

    return keras.models.load_model(path, compile=False)


def seconds_of(folder: Path) -> float:
    """For how long a training has learned, as its history tells."""
    with (folder / "history.csv").open() as file:
        return sum(float(row["seconds"]) for row in csv.DictReader(file))
