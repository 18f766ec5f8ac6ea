"""Logs that TensorBoard shows, for a training that was asked for them. Loaded by the training process only."""

import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf  # noqa: TID253

FOLDER = "tensorboard"  # in the run's; `tensorboard --logdir` of it shows both kinds of photos in one figure


class Boards:
    """Writes `train/` and `validation/`: loss and accuracy by round; within rounds the loss and the learning rate.

    The step of every point is the number of batches learned from, so that all lines share one axis. Needs nothing but
    TensorFlow; TensorBoard itself only to look at them.
    """

    def __init__(self, run_folder: Path, num_batches: int) -> None:
        """Writes into `FOLDER` of a run's folder; `num_batches` are those of a round."""
        self._num_batches = num_batches
        self._train = EventFile(run_folder / FOLDER / "train")
        self._validation = EventFile(run_folder / FOLDER / "validation")

    def batch(self, epoch: float, loss: float, accuracy: float, rate: float) -> None:
        """Adds a point within a round; `epoch` says how many rounds are done, with a fraction."""
        step = round(epoch * self._num_batches)
        self._train.write(step, {"batch_loss": loss, "batch_accuracy": accuracy, "learning_rate": rate})

    def round(self, row: Mapping[str, float]) -> None:
        """Adds a finished round: a row of the history."""
        step = round(row["epoch"] * self._num_batches)
        self._train.write(step, {"loss": row["loss"], "accuracy": row["accuracy"]})
        self._validation.write(step, {"loss": row["val_loss"], "accuracy": row["val_accuracy"]})


class EventFile:
    """A file of TensorBoard's format: records of `tf.compat.v1.Event`, the first of which names its version."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._goes_on = any(folder.iterdir())
        # TensorBoard reads the files of a folder in the order of their names; the time has ten digits until 2286.
        self._records = tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.{time.time():.6f}.{platform.node()}"))
        self._event(0, file_version="brain.Event:2")

    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        """Adds a point to each of these lines, for readers to see at once."""
        if self._goes_on:  # a killed session may have come further than what was kept of it: that is taken back
            start = tf.compat.v1.SessionLog(status=tf.compat.v1.SessionLog.START)
            self._event(step, session_log=start)
            self._goes_on = False
        values = [tf.compat.v1.Summary.Value(tag=name, simple_value=float(number)) for name, number in numbers.items()]
        self._event(step, summary=tf.compat.v1.Summary(value=values))

    def _event(self, step: int, **content: Any) -> None:
        event = tf.compat.v1.Event(wall_time=time.time(), step=step, **content)
        self._records.write(event.SerializeToString())
        self._records.flush()
