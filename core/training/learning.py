"""The learning itself: batch after batch, judged after each round, stopped and gone on with at any batch."""

import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingFailed
from core.jobs import Stopped, Work
from core.model.evaluation import log_loss
from core.training.averaging import Average
from core.training.checkpoint import Checkpoint
from core.training.photos import Photos, class_weights, training_batches
from core.training.recipe import Recipe
from core.training.replicas import compiled
from core.training.report import Report
from core.training.schedule import MOST_ROUNDS, Plan

JUDGED_AT_ONCE = 128  # validation photos
SAFE_EVERY_S = 300.0  # of a long round: what a killed process may lose


@dataclass(frozen=True)
class Learned:
    """How the learning ended."""

    epochs: int  # finished rounds
    best_epoch: int | None  # the round whose weights the network has; None if none was finished
    seconds: float  # earlier sessions of a resumed run included
    stopped_because: str  # "finished", "stopped" by a person, "no_better", or "time" was up


@dataclass
class _Round:
    """The round in work, in sums over its photos."""

    batch: int = 0  # batches done
    photos: int = 0
    loss: float = 0.0
    right: float = 0.0
    seconds: float = 0.0  # of earlier sessions of a resumed run
    began_at: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        return self.seconds + time.monotonic() - self.began_at

    def sums(self) -> dict[str, float]:
        return {"photos": self.photos, "loss": self.loss, "right": self.right, "seconds": self.elapsed()}

    def means(self) -> dict[str, float]:
        return {"loss": self.loss / self.photos, "accuracy": self.right / self.photos}


class Learning:
    """One session of learning: from where the checkpoint stands to the end of the plan, or to a request to stop."""

    def __init__(
        self, network: Any, optimizer: Any, photos: Photos, recipe: Recipe, checkpoint: Checkpoint, work: Work
    ) -> None:
        """Arranges everything; `run` does it.

        Args:
            network: a `keras.Model`: what `photos.pixels` holds, as (N, ...), to probabilities (N, C).
            optimizer: built for its variables.
            photos: what to learn from and to be judged by.
            recipe: how.
            checkpoint: where it stands; empty at the beginning.
            work: asked for pauses and stops.
        """
        self.network, self.optimizer, self.photos, self.recipe = network, optimizer, photos, recipe
        self.checkpoint, self._work = checkpoint, work
        self.num_batches = photos.num_batches(recipe.batch_size)
        self.plan = Plan(recipe, self.num_batches)
        self.plan.epochs = checkpoint.epochs or self.plan.epochs
        self.average = Average(network, recipe.average_epochs * self.num_batches)
        self._variables = {
            "network": network.variables,
            "optimizer": optimizer.variables,
            "average": self.average.variables,
        }
        checkpoint.restore(self._variables)
        self._step, self._ask = compiled(network, optimizer, recipe, class_weights(photos), self.average)
        self._safe_at = time.monotonic()
        self._rate: float | None = None  # the optimizer's, once it is set

    @property
    def finished(self) -> list[dict[str, Any]]:
        """The rows of the finished rounds."""
        return self.checkpoint.epoch_rows

    def run(self, report: Report) -> Learned:
        """Learns; afterwards the network has the best weights, averaged.

        Raises:
            TrainingFailed: the loss stopped being a number, or the machine ran out of memory.
        """
        import tensorflow as tf

        try:
            reason = self._rounds(report)
        except tf.errors.ResourceExhaustedError as error:
            raise TrainingFailed(
                "The machine ran out of memory. Start again with smaller photos or a smaller batch. "
                f"Received: image_size_px={self.recipe.image_size_px}, batch_size={self.recipe.batch_size}"
            ) from error
        seconds = sum(row["seconds"] for row in self.finished) + self.checkpoint.so_far.get("seconds", 0.0)
        if not self.checkpoint.restore_best(self.network.weights):
            self.average.put()
        return Learned(len(self.finished), self.checkpoint.best_epoch, seconds, reason)

    def _rounds(self, report: Report) -> str:
        """Round after round; returns why it ended."""
        if not self.checkpoint.batch and self._no_better():  # killed after that was clear
            return "no_better"
        now = _Round(self.checkpoint.batch, **_known(self.checkpoint.so_far))
        # With a time budget the plan may grow, also beyond what an earlier session made of it.
        left = range(len(self.finished), MOST_ROUNDS if self.plan.budget_s else self.plan.epochs)
        batches = iter(training_batches(self.photos, self.recipe, left, now.batch))
        try:
            while len(self.finished) < self.plan.epochs:
                while now.batch < self.num_batches:
                    if self._over_time(now):
                        self._keep_batch(now)
                        return "time"
                    self._learn(next(batches), now, report)
                self._judge(now, report)
                if self._no_better():
                    return "no_better"
                now = _Round()
        except Stopped:  # in the midst of a round, or while it was judged, which then comes first when it goes on
            self._keep_batch(now)
            return "stopped"
        return "finished" if not self.plan.budget_s else "time"

    def _learn(self, batch: tuple[Any, Any], now: _Round, report: Report) -> None:
        step = len(self.finished) * self.num_batches + now.batch
        rate = self.plan.rate(step)
        if rate != self._rate:
            self.optimizer.learning_rate.assign(rate)
            self._rate = rate
        loss, right = (float(value) for value in self._step(*batch))
        if not math.isfinite(loss):
            raise TrainingFailed(_diverged(len(self.finished) + 1, self.recipe.learning_rate))
        self.average.follow(step + 1)
        count = len(batch[1])
        now.batch, now.photos = now.batch + 1, now.photos + count
        now.loss, now.right = now.loss + loss * count, now.right + right
        report.batch(len(self.finished) + now.batch / self.num_batches, loss, right / count, count, rate)
        if time.monotonic() - self._safe_at > SAFE_EVERY_S:
            self._keep_batch(now)
        self._heed(now)

    def _judge(self, now: _Round, report: Report) -> None:
        """Asks the average about the photos held back, and keeps the round."""
        photos, epoch = self.photos, len(self.finished) + 1
        said, guesses = self._answers(photos.validation, now), self._answers(report.watched, now)
        labels = photos.labels[photos.validation]
        row = {
            "epoch": epoch,
            **now.means(),
            "val_loss": log_loss(labels, said),
            "val_accuracy": float((said.argmax(axis=1) == labels).mean()),
            "seconds": now.elapsed(),
            "learning_rate": self.plan.rate(epoch * self.num_batches - 1),
            "biggest_share": float(np.bincount(said.argmax(axis=1)).max() / len(said)),
        }
        if not math.isfinite(row["val_loss"]):
            raise TrainingFailed(_diverged(epoch, self.recipe.learning_rate))
        row = {name: value if name == "epoch" else round(value, 7) for name, value in row.items()}
        changed = self.plan.fit_to_budget([*(each["seconds"] for each in self.finished), row["seconds"]])
        self.checkpoint.keep_round(row, self._variables, self.average.values, self.plan.epochs)
        self._safe_at = time.monotonic()
        report.round(row, guesses, self.finished)
        if changed:
            report.plan(self.plan.epochs, epoch)

    def _answers(self, rows: NDArray[np.int64], now: _Round) -> NDArray[np.float32]:
        """What the network says of these rows: shape (len(rows), C)."""
        chunks = []
        for start in range(0, len(rows), JUDGED_AT_ONCE):
            chunks.append(self._ask(self.photos.read(rows[start : start + JUDGED_AT_ONCE])).numpy())
            self._heed(now)
        return np.concatenate(chunks)

    def _heed(self, now: _Round) -> None:
        """Waits while somebody has paused it, which is no time of learning; raises `Stopped` if asked to stop."""
        now.began_at += self._work.wait_while_paused()
        self._work.check_stop()

    def _keep_batch(self, now: _Round) -> None:
        self.checkpoint.keep_batch(now.batch, now.sums(), self._variables)
        self._safe_at = time.monotonic()

    def _over_time(self, now: _Round) -> bool:
        budget = self.plan.budget_s
        return budget is not None and sum(row["seconds"] for row in self.finished) + now.elapsed() > budget

    def _no_better(self) -> bool:
        best = self.checkpoint.best_epoch
        patience = self.recipe.patience
        return bool(patience and best is not None and len(self.finished) - best >= patience)


def _known(sums: dict[str, float]) -> dict[str, Any]:
    return {name: value for name, value in sums.items() if name in ("photos", "loss", "right", "seconds")}


def _diverged(epoch: int, rate: float) -> str:
    return (
        f"In round {epoch} the loss stopped being a number: the steps were too large, and it diverged. "
        f"Start again with a smaller step size (learning rate), such as {rate / 10:g}. Received: learning_rate={rate:g}"
    )
