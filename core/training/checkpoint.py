"""What a run keeps while it learns: the rounds so far, the last weights to go on from, and the best to end with."""

import os
import shutil
from pathlib import Path
from typing import Any

from core.files import read_json, write_json

FACTS = "checkpoint.json"  # the one file that says which weights count; replaced in one step


def best_epoch(epoch_rows: list[dict[str, Any]]) -> int | None:
    """The round to keep: the highest validation accuracy, of equals the lowest validation loss; else None."""
    if not epoch_rows:
        return None
    return int(max(epoch_rows, key=lambda row: (row["val_accuracy"], -row["val_loss"]))["epoch"])


class Checkpoint:
    """One weights file a round, with the optimizer and its average; the last and the best are kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.epoch_rows: list[dict[str, Any]] = (read_json(folder / FACTS) or {"epoch_rows": []})["epoch_rows"]

    def save(self, model: Any, epoch_row: dict[str, Any]) -> None:
        """Keeps a finished round: killed at any moment, the folder holds this round whole or the one before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / "aside.weights.h5"
        model.save_weights(aside)
        os.replace(aside, self._weights(epoch_row["epoch"]))
        self.epoch_rows.append(epoch_row)
        write_json(self.folder / FACTS, {"epoch_rows": self.epoch_rows})
        kept = {self._weights(epoch_row["epoch"]), self._weights(self.best_epoch or 0)}
        for path in set(self.folder.glob("*.weights.h5")) - kept:
            path.unlink()

    def restore_last(self, model: Any) -> None:
        """Puts the weights and the optimizer back to where the last finished round left them, if there is one."""
        if self.epoch_rows:
            model.load_weights(self._weights(self.epoch_rows[-1]["epoch"]))

    def restore_best(self, model: Any) -> None:
        """Gives the network the weights to answer with: the average of the best round, or of now if there is none."""
        if self.best_epoch is not None:
            model.load_weights(self._weights(self.best_epoch))
        model.optimizer.finalize_variable_values(model.trainable_variables)

    def delete(self) -> None:
        """Gives the disk back once a run has ended well: a model takes a sixth of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def best_epoch(self) -> int | None:
        return best_epoch(self.epoch_rows)

    def _weights(self, epoch: int) -> Path:
        return self.folder / f"round-{epoch:04}.weights.h5"
