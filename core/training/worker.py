"""What the training process does, from the first photo to the finished model."""

import os
import sys
from typing import Any

from core.data.store import load_dataset
from core.errors import DatasetDamaged
from core.jobs import Work
from core.model.bundle import Model, load_model
from core.training import pace
from core.training.checkpoint import Checkpoint
from core.training.packing import pack
from core.training.photos import Photos, load_photos
from core.training.precision import arithmetic, set_arithmetic
from core.training.runs import Run, load_run
from core.training.suspects import look_for_suspects


def work(work: Work, run_id: str) -> None:
    """Trains a run and leaves a model: what `core.jobs` calls.

    Raises:
        Stopped: somebody asked to stop before anything was learned.
        TrainingFailed: it diverged, or the machine ran out of memory.
        NotFound, DatasetDamaged: its photos were deleted, or some of them are gone.
    """
    run = load_run(run_id)
    try:
        train(run, work)
    except (FileNotFoundError, DatasetDamaged):
        load_dataset(run.dataset_id)  # says so if it was deleted meanwhile
        raise


def train(run: Run, work: Work) -> None:
    """Learns round by round, takes the best, tests it, and writes `model/`; asked to stop, it does so at once."""
    work.event("stage", name="loading")
    recipe = run.recipe
    dataset = load_dataset(run.dataset_id, run.folder)
    photos = load_photos(dataset, recipe, work)
    checkpoint = Checkpoint(run.folder / "checkpoint")
    if not checkpoint.begun:  # of a resumed run there is something to keep: it stops at its first batch
        work.check_stop()
    load_keras(recipe.seed)
    if not checkpoint.begun:
        work.check_stop()
    precision = arithmetic(recipe)
    set_arithmetic(precision)

    from core.training import networks, replicas
    from core.training.learning import Learning
    from core.training.lesson import answering, prepare
    from core.training.report import Report

    earlier = load_model(run.start_from) if run.start_from else None
    head_alone = recipe.name == "transfer" and not recipe.fine_tune
    eyes = earlier.keras_path if earlier is not None and head_alone else None
    with replicas.scope():
        lesson = prepare(dataset, photos, recipe, work, not (checkpoint.begun or earlier), eyes)
        if earlier is not None and not checkpoint.begun:
            begin_with(lesson.network, earlier, photos)
        optimizer = networks.optimizer(recipe, lesson.learner.trainable_variables)
    learning = Learning(lesson.learner, optimizer, lesson.photos, recipe, checkpoint, work)
    report = Report(run, lesson.photos, work, precision)
    report.network(networks.layers_of(lesson.network))
    report.plan(learning.plan.epochs, len(checkpoint.epoch_rows))
    work.event("stage", name="learning")
    learned = learning.run(report)

    pack(answering(lesson.network, recipe), photos, learned, run, work)
    pace.remember(run)
    if learned.stopped_because != "stopped":
        checkpoint.delete()
    look_for_suspects(run, dataset, photos, lesson.photos.pixels if head_alone and eyes is None else None, work)


def begin_with(network: Any, earlier: Model, photos: Photos) -> None:
    """Gives a network the weights that an earlier one of the same kind ended with.

    Of its answer, what says a class that the earlier one knows too; other classes keep their own beginning.
    """
    import keras

    weights = keras.models.load_model(earlier.keras_path, compile=False).get_weights()
    own = network.get_weights()
    known = {label: place for place, label in enumerate(earlier.class_names)}
    for place, label in enumerate(photos.class_names):
        if label in known:
            for mine, theirs in zip(own[-2:], weights[-2:], strict=True):  # kernel (F, C) and bias (C,)
                mine[..., place] = theirs[..., known[label]]
    network.set_weights([*weights[:-2], *own[-2:]])


def load_keras(seed: int) -> None:
    """Loads TensorFlow and Keras, which takes three to four seconds, and seeds all that is random."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    sys.modules.setdefault("sklearn", None)  # type: ignore[arg-type]  # Keras loads it if it can: one second for nothing
    import keras

    keras.utils.set_random_seed(seed)
