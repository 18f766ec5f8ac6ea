"""What the training process does, from the first photo to the finished model."""

import os
import sys
import time
from typing import Any

from core.data.store import load_dataset
from core.errors import TrainingFailed
from core.jobs import Stopped, Work
from core.training.checkpoint import Checkpoint
from core.training.packing import Learned, pack
from core.training.photos import Photos, load_photos, training_batches, validation_batches
from core.training.runs import Run, load_run


def work(work: Work, run_id: str) -> None:
    """Trains a run and leaves a model: what `core.jobs` calls.

    Raises:
        Stopped: somebody asked to stop before anything was learned.
        TrainingFailed: it diverged, or the machine ran out of memory.
    """
    train(load_run(run_id), work)


def train(run: Run, work: Work) -> None:
    """Learns round by round, takes the best, tests it, and writes `model/`; asked to stop, it does so at once."""
    work.event("stage", name="loading")
    photos = load_photos(load_dataset(run.dataset_id), run.recipe.image_size_px, work)
    checkpoint = Checkpoint(run.folder / "checkpoint")
    if not checkpoint.epoch_rows:  # of a resumed run there is something to keep: it stops at its first batch
        work.check_stop()
    load_keras(run.recipe.seed)
    if not checkpoint.epoch_rows:
        work.check_stop()

    from core.training import networks

    model = networks.build(run.recipe, len(photos.class_names), photos.num_batches(run.recipe.batch_size))
    checkpoint.restore_last(model)
    learned = learn(model, photos, checkpoint, run, work)
    checkpoint.restore_best(model)
    pack(model, photos, learned, run, work)
    if not learned.stopped:
        checkpoint.delete()


def learn(model: Any, photos: Photos, checkpoint: Checkpoint, run: Run, work: Work) -> Learned:
    """Fits the network, from the round after the checkpoint to the last one or to a request to stop.

    Raises:
        TrainingFailed: it diverged, or the machine ran out of memory.
    """
    import tensorflow as tf

    from core.training import callbacks

    recipe = run.recipe
    epochs = range(len(checkpoint.epoch_rows), recipe.epochs)
    seconds = sum(row["seconds"] for row in checkpoint.epoch_rows)
    stopped = False
    work.event("stage", name="learning")
    began_at = time.monotonic()
    try:
        model.fit(
            training_batches(photos, recipe.batch_size, recipe.seed, epochs),
            validation_data=validation_batches(photos, recipe.batch_size),
            initial_epoch=epochs.start,
            epochs=epochs.stop,
            steps_per_epoch=photos.num_batches(recipe.batch_size),
            shuffle=False,  # the batches are shuffled already
            verbose=0,
            callbacks=[
                callbacks.FailWhenDiverged(run),
                callbacks.KeepRounds(checkpoint, run),
                callbacks.LiveEvents(work, photos, checkpoint, run),
                callbacks.GuessAfterEachRound(work, photos, recipe.seed),
                callbacks.JudgeTheAverage(),  # after the guesses, which are the average's too
                callbacks.StopOnRequest(work),  # the last, so that what a batch or round brought is told before
            ],
        )
    except Stopped:
        stopped = True
    except tf.errors.ResourceExhaustedError as error:
        raise TrainingFailed(
            "The machine ran out of memory. Start again with smaller photos or a smaller batch. "
            f"Received: image_size_px={recipe.image_size_px}, batch_size={recipe.batch_size}"
        ) from error
    seconds += time.monotonic() - began_at
    return Learned(len(checkpoint.epoch_rows), checkpoint.best_epoch, seconds, stopped)


def load_keras(seed: int) -> None:
    """Loads TensorFlow and Keras, which takes three to four seconds, and seeds all that is random."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    sys.modules.setdefault("sklearn", None)  # type: ignore[arg-type]  # Keras loads it if it can: one second for nothing
    import keras

    keras.utils.set_random_seed(seed)
