"""What a training tells while it learns: the plan, how it goes within a round, each round, and eight photos."""

import time
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.files import write_bytes
from core.jobs import Work
from core.training.photos import Photos
from core.training.runs import HISTORY_COLUMNS, Run
from core.training.smooth import Smooth

OFTEN_S, SELDOM_S = 0.25, 0.9  # between two points: a page must stay quick to read after an hour
SELDOM_AFTER_S = 300.0
NUM_WATCHED = 8


class Report:
    """Events for whoever watches, and `history.csv` for later."""

    def __init__(self, run: Run, photos: Photos, work: Work, precision: str) -> None:
        self.watched = chosen_to_watch(photos, run.recipe.seed)  # rows
        self._run, self._photos, self._work, self._precision = run, photos, work, precision
        self._num_batches = photos.num_batches(run.recipe.batch_size)
        self._smooth = {name: Smooth(self._num_batches) for name in ("loss", "accuracy")}
        self._began_at = self._told_at = self._counted_from = time.monotonic()
        self._told = False
        self._photos_since = 0
        self._boards: Any = None
        if run.tensorboard:
            from core.training.boards import Boards

            self._boards = Boards(run.folder, self._num_batches)

    def network(self, layers: list[dict[str, Any]]) -> None:
        """Tells what the network is made of."""
        parameters = sum(layer["parameters"] for layer in layers)
        trainable = sum(layer["parameters"] for layer in layers if layer["trainable"])
        self._work.event("network", layers=layers, parameters=parameters, trainable=trainable)

    def plan(self, epochs: int, finished: int) -> None:
        """Tells how many rounds there will be, and after which one it goes on."""
        self._work.event(
            "plan",
            epochs=epochs,
            first_epoch=finished,
            batches=self._num_batches,
            photos=len(self._photos.train),
            validation_photos=len(self._photos.validation),
            precision=self._precision,
        )

    def batch(self, epoch: float, loss: float, accuracy: float, photos: int, rate: float) -> None:
        """Takes in a batch, and tells how it goes: of the first at once, then at most four times a second."""
        self._smooth["loss"].add(loss)
        self._smooth["accuracy"].add(accuracy)
        self._photos_since += photos
        now = time.monotonic()
        pause_s = OFTEN_S if now - self._began_at < SELDOM_AFTER_S else SELDOM_S
        if self._told and now - self._told_at < pause_s:
            return
        rate_per_s = round(self._photos_since / (now - self._counted_from), 1)
        pace = rate_per_s if self._told else None  # the first takes a second to build the graph
        self._told = True
        self._told_at = self._counted_from = now
        self._photos_since = 0
        loss, accuracy = (self._smooth[name].value for name in ("loss", "accuracy"))
        if self._boards:
            self._boards.batch(epoch, loss, accuracy, rate)
        self._work.event(
            "batch",
            epoch=round(epoch, 4),
            loss=round(loss, 6),
            accuracy=round(accuracy, 6),
            photos_per_s=pace,
            learning_rate=float(f"{rate:.4g}"),
        )

    def round(self, row: dict[str, Any], said: NDArray[np.float32], rows: list[dict[str, Any]]) -> None:
        """Tells a finished round.

        Args:
            row: its numbers.
            said: shape (len(watched), C), what it now says of the photos that are watched.
            rows: all finished rounds, this one last.
        """
        names = self._photos.class_names
        guesses = [
            {
                "content_hash": self._photos.content_hashes[place],
                "label": names[self._photos.labels[place]],
                "guess": names[each.argmax()],
                "probability": round(float(each.max()), 4),
            }
            for place, each in zip(self.watched, said, strict=True)
        ]
        history = pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
        write_bytes(self._run.folder / "history.csv", history.to_csv(index=False).encode())
        self._work.event("guesses", epoch=row["epoch"], guesses=guesses)
        self._work.event("epoch", **row)
        if self._boards:
            self._boards.round(row)
        self._counted_from, self._photos_since = time.monotonic(), 0  # judging is no learning


def chosen_to_watch(photos: Photos, seed: int) -> NDArray[np.int64]:
    """Rows of eight validation photos, one of each class in turn until there are eight."""
    order = np.random.default_rng(seed).permutation(photos.validation)
    by_class = [order[photos.labels[order] == index] for index in range(len(photos.class_names))]
    turns = range(max(len(rows) for rows in by_class))
    return np.array([rows[turn] for turn in turns for rows in by_class if turn < len(rows)][:NUM_WATCHED])
