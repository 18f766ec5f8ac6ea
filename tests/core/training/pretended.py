"""A training that only pretends, in a real process: what a series sees of one, in half a second."""

import json
import time

import pandas as pd

from core.errors import TrainingFailed
from core.files import write_bytes, write_json
from core.jobs import Stopped, Work
from core.training.runs import HISTORY_COLUMNS, load_run

BEST_RATE = 1e-3


def learn(work: Work, run_id: str, pause_s: float = 0.0, hold_at: int = 0) -> None:
    """Right on 90 of 100 at the best rate and less elsewhere; more photos are better; a rate above 1 diverges.

    Before the round `hold_at` it waits until somebody stops or kills it: nobody has to hurry.
    """
    run = load_run(run_id)
    recipe = run.recipe
    if recipe.learning_rate > 1:
        raise TrainingFailed("It diverged.")
    accuracy = max(0.0, 0.9 - abs(recipe.learning_rate - BEST_RATE) * 50 - 0.2 * (1 - recipe.train_share))
    work.event("plan", epochs=recipe.epochs, photos=int(40 * recipe.train_share), validation_photos=100)
    checkpoint = run.checkpoint_path
    rows = json.loads(checkpoint.read_text())["epoch_rows"] if checkpoint.exists() else []
    because = "finished"
    try:
        for epoch in range(len(rows) + 1, recipe.epochs + 1):
            time.sleep(pause_s)
            while epoch == hold_at and not work.stop_requested():
                time.sleep(0.01)
            work.wait_while_paused()
            work.check_stop()
            rows.append({**dict.fromkeys(HISTORY_COLUMNS, 0.5), "epoch": epoch, "val_accuracy": accuracy * epoch / 3})
            write_json(checkpoint, {"epoch_rows": rows})
            history = pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
            write_bytes(run.folder / "history.csv", history.to_csv(index=False).encode())
            work.event("epoch", **rows[-1])
    except Stopped:
        if not rows:
            raise
        because = "stopped"
    write_json(run.folder / "model" / "model.json", {})
    averages = dict.fromkeys(("accuracy", "macro_precision", "macro_recall", "macro_f1"), accuracy - 0.1)
    test = {**averages, "photos": 200}
    ended = {"best_epoch": len(rows), "epochs": len(rows), "stopped_because": because, "seconds": 0.1}
    work.event("result", run=run_id, model=run_id, **ended, test=test)
