"""What watches a network while it learns; each does one thing. Loaded by the training process only."""

import math
import time
from typing import Any

import keras  # noqa: TID253
import numpy as np
import pandas as pd

from core.errors import TrainingFailed
from core.files import write_bytes
from core.jobs import Work
from core.training.checkpoint import Checkpoint
from core.training.photos import Photos
from core.training.runs import HISTORY_COLUMNS, Run
from core.training.smooth import Smooth

OFTEN_S, SELDOM_S = 0.25, 0.9  # between two points: a page must stay quick to read after an hour
SELDOM_AFTER_S = 300.0
NUM_GUESSES = 8


class Callback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """The base of those below."""


class StopOnRequest(Callback):
    """Raises `core.jobs.Stopped` through `fit`; `model.stop_training` would run a whole validation first."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._work.check_stop()

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._work.check_stop()


class FailWhenDiverged(Callback):
    """Ends a learning that has left the numbers."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._rate = run.recipe.learning_rate
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._require_finite(logs, "loss")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._require_finite(logs, "val_loss")

    def _require_finite(self, logs: dict[str, Any] | None, name: str) -> None:
        if not math.isfinite(float((logs or {})[name])):
            raise TrainingFailed(
                f"In round {self._epoch} the loss stopped being a number: the steps were too large, and it diverged. "
                f"Start again with a smaller step size (learning rate), such as {self._rate / 10:g}. "
                f"Received: learning_rate={self._rate:g}"
            )


class KeepRounds(Callback):
    """Keeps each finished round: its weights to go on from or to end with, its numbers in `history.csv`."""

    def __init__(self, checkpoint: Checkpoint, run: Run) -> None:
        super().__init__()
        self._checkpoint = checkpoint
        self._history_path = run.folder / "history.csv"
        self._epoch_began_at = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch_began_at = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        numbers = {name: _rounded(logs, name) for name in HISTORY_COLUMNS[1:-1]}
        seconds = round(time.monotonic() - self._epoch_began_at, 3)
        self._checkpoint.save(self.model, {"epoch": epoch + 1, **numbers, "seconds": seconds})
        history = pd.DataFrame(self._checkpoint.epoch_rows, columns=list(HISTORY_COLUMNS))
        write_bytes(self._history_path, history.to_csv(index=False).encode())


class LiveEvents(Callback):
    """Tells how it goes: the plan, points within a round at most four times a second, and each round that is kept."""

    def __init__(self, work: Work, photos: Photos, checkpoint: Checkpoint, run: Run) -> None:
        super().__init__()
        self._work = work
        self._checkpoint = checkpoint
        self._batch_size = run.recipe.batch_size
        self._num_batches = photos.num_batches(self._batch_size)
        self._began_at = time.monotonic()
        self._told_at = self._first_batch_at = 0.0
        self._epoch = 0
        self._smooth = {name: Smooth(self._num_batches) for name in ("loss", "accuracy")}
        work.event(
            "plan",
            epochs=run.recipe.epochs,
            first_epoch=len(checkpoint.epoch_rows),
            batches=self._num_batches,
            photos=len(photos.train),
            validation_photos=len(photos.validation),
        )

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        for name, smooth in self._smooth.items():
            smooth.add(batch, float((logs or {})[name]))
        now = time.monotonic()
        if batch == 0:
            self._first_batch_at = now  # the very first takes a second to compile: it is no measure
        if now - self._told_at < (OFTEN_S if now - self._began_at < SELDOM_AFTER_S else SELDOM_S):
            return
        self._told_at = now
        rate = batch * self._batch_size / (now - self._first_batch_at) if batch else None
        self._work.event(
            "batch",
            epoch=round(self._epoch + (batch + 1) / self._num_batches, 4),
            loss=round(self._smooth["loss"].value, 6),
            accuracy=round(self._smooth["accuracy"].value, 6),
            photos_per_s=rate and round(rate, 1),
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._work.event("epoch", **self._checkpoint.epoch_rows[-1])


class JudgeTheAverage(Callback):
    """Lets validation see the average of the weights that the optimizer keeps; learning goes on with the weights."""

    def __init__(self) -> None:
        super().__init__()
        self._own: list[Any] = []

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._own = [variable.numpy() for variable in self.model.trainable_variables]
        self.model.optimizer.finalize_variable_values(self.model.trainable_variables)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        for variable, own in zip(self.model.trainable_variables, self._own, strict=True):
            variable.assign(own)


class GuessAfterEachRound(Callback):
    """Says after each round what it now takes eight photos for that it does not learn from."""

    def __init__(self, work: Work, photos: Photos, seed: int) -> None:
        super().__init__()
        self._work = work
        self._photos = photos
        self._rows = chosen_to_watch(photos, seed)
        self._pixels = photos.pixels[self._rows]
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch + 1

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        probabilities = np.asarray(self.model(self._pixels, training=False))
        names = self._photos.class_names
        guesses = [
            {
                "content_hash": self._photos.content_hashes[row],
                "label": names[self._photos.labels[row]],
                "guess": names[said.argmax()],
                "probability": round(float(said.max()), 4),
            }
            for row, said in zip(self._rows, probabilities, strict=True)
        ]
        self._work.event("guesses", epoch=self._epoch, guesses=guesses)


def chosen_to_watch(photos: Photos, seed: int) -> list[int]:
    """Rows of eight validation photos, one of each class in turn until there are eight."""
    order = np.random.default_rng(seed).permutation(photos.validation)
    by_class = [order[photos.labels[order] == index] for index in range(len(photos.class_names))]
    turns = range(max(len(rows) for rows in by_class))
    return [int(rows[turn]) for turn in turns for rows in by_class if turn < len(rows)][:NUM_GUESSES]


def _rounded(logs: dict[str, Any] | None, name: str) -> float:
    return round(float((logs or {})[name]), 6)
