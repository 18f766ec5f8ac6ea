"""What a run keeps while it learns: where it stands, to go on from, and the best weights, to end with."""

import math
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingFailed
from core.files import read_json, write_json

FACTS = "checkpoint.json"  # the one file that says which weights count; replaced in one step
SMALL = 10e6  # bytes that are written after each round
LARGE_PER_S = 5e6  # bytes: larger ones only so often, or writing would take a tenth of a training of short rounds
ALIKE = 0.01  # of the photos held back: rounds that are right on one of 100 more or less
FLOAT_BYTES = 4
Best = Callable[[], list[NDArray[Any]]]
Variables = Mapping[str, Sequence[Any]]


def best_epoch(epoch_rows: list[dict[str, Any]]) -> int | None:
    """The round to keep: right about as often as any, and of those the least wrong; None without a round.

    Validation accuracy alone is a lottery between rounds that are equally good: a few hundred photos cannot tell them
    apart. Each round is compared with the one kept before it, since no other is kept.
    """
    kept: dict[str, Any] | None = None
    highest = 0.0
    for row in epoch_rows:
        highest = max(highest, row["val_accuracy"])
        alike = row["val_accuracy"] >= highest - ALIKE
        if (
            kept is None
            or kept["val_accuracy"] < highest - ALIKE  # it has fallen behind
            or (alike and row["val_loss"] < kept["val_loss"])
        ):
            kept = row
    return None if kept is None else int(kept["epoch"])


class Checkpoint:
    """Two files of arrays, whose names say the step they are of; killed at any moment, the folder is whole.

    The last holds everything that the next step depends on: weights, optimizer, average, and the state of what is
    random inside the network. The best holds weights alone. Both are of the same moment, which for short rounds of a
    large network may be some rounds ago.
    """

    def __init__(self, folder: Path) -> None:
        """Reads where a run stands.

        Raises:
            TrainingFailed: it was kept, but cannot be read.
        """
        self.folder = folder
        facts = read_json(folder / FACTS) or {}
        if not facts and (folder / FACTS).exists():
            raise _unreadable(f"{FACTS} is damaged")
        self.epoch_rows: list[dict[str, Any]] = facts.get("epoch_rows", [])
        self.batch: int = facts.get("batch", 0)  # of the round after the finished ones
        self.so_far: dict[str, float] = facts.get("so_far", {})  # of that round: sums over its photos, seconds
        self.epochs: int | None = facts.get("epochs")  # the plan, where a time budget has made it
        self._last: str | None = facts.get("last")
        self._best: str | None = facts.get("best")
        self._new_best: list[NDArray[Any]] | None = None  # not written yet
        self._written_at = time.monotonic()

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on from."""
        return self._last is not None

    @property
    def best_epoch(self) -> int | None:
        return best_epoch(self.epoch_rows)

    def keep_round(self, epoch_row: dict[str, Any], variables: Variables, best: Best, epochs: int) -> None:
        """Keeps a finished round, on disk if it is time to.

        Args:
            epoch_row: its numbers.
            variables: everything that the next step depends on, by kind.
            best: gives the weights to answer with, asked if no round before was better.
            epochs: the plan as it stands.
        """
        self.epoch_rows.append(epoch_row)
        self.batch, self.so_far, self.epochs = 0, {}, epochs
        if self.best_epoch == epoch_row["epoch"]:
            self._new_best = best()
        size = sum(math.prod(each.shape) for some in variables.values() for each in some) * FLOAT_BYTES
        if size <= SMALL or time.monotonic() - self._written_at > size / LARGE_PER_S:
            self._keep(f"last-{epoch_row['epoch']:04}-0", variables)

    def keep_batch(self, batch: int, so_far: dict[str, float], variables: Variables) -> None:
        """Keeps where it stands in the midst of a round, after `batch` of its batches."""
        self.batch, self.so_far = batch, so_far
        self._keep(f"last-{len(self.epoch_rows):04}-{batch}", variables)

    def restore(self, variables: Variables) -> None:
        """Puts everything back to where it stood, if there is anything.

        Raises:
            TrainingFailed: the files are damaged, or of another network.
        """
        if self._last is not None:
            self._read(self._last, variables)
        self._written_at = time.monotonic()

    def restore_best(self, weights: Sequence[Any]) -> bool:
        """Gives the network the weights of the best round; False if none was finished."""
        if self._new_best is not None:
            for variable, value in zip(weights, self._new_best, strict=True):
                variable.assign(value)
            return True
        if self._best is None:
            return False
        self._read(self._best, {"best": weights})
        return True

    def delete(self) -> None:
        """Gives the disk back once a run has ended well: a model takes a fifth of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self, name: str, variables: Variables) -> None:
        if self._new_best is not None:
            self._best = self._write(f"best-{self.best_epoch:04}", {"best": self._new_best})
            self._new_best = None
        self._last = self._write(name, variables)
        self._written_at = time.monotonic()
        facts = {"epoch_rows": self.epoch_rows, "batch": self.batch, "so_far": self.so_far, "epochs": self.epochs}
        write_json(self.folder / FACTS, {**facts, "last": self._last, "best": self._best})
        for path in self.folder.glob("*.npz"):
            if path.name not in (self._last, self._best):
                path.unlink()

    def _write(self, name: str, variables: Variables) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / "aside.tmp"
        arrays = {f"{kind}-{i}": np.asarray(each) for kind, some in variables.items() for i, each in enumerate(some)}
        try:
            with aside.open("wb") as file:
                np.savez(file, **arrays)  # type: ignore[arg-type]  # its stubs take the arrays for its one option
            os.replace(aside, self.folder / f"{name}.npz")
        except BaseException:  # on a full disk a half file would only take more of it
            aside.unlink(missing_ok=True)
            raise
        return f"{name}.npz"

    def _read(self, name: str, variables: Variables) -> None:
        try:
            with (self.folder / name).open("rb") as file, np.load(file) as arrays:
                for kind, some in variables.items():
                    for i, variable in enumerate(some):
                        variable.assign(arrays[f"{kind}-{i}"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise _unreadable(str(error)) from error


def _unreadable(why: str) -> TrainingFailed:
    return TrainingFailed(f"What was kept of this training cannot be read: {why}. Start it again from the beginning.")
