"""Runs in a process of its own, since TensorFlow must not enter the one that tests pages. Prints what the logs hold.

python boards_checks.py FOLDER
"""

import json
import sys
import time
from pathlib import Path

import tensorflow as tf  # noqa: TID253

from core.training.boards import FOLDER, Boards

run_folder = Path(sys.argv[1])
row = {"loss": 0.5, "accuracy": 0.25, "val_loss": 0.75, "val_accuracy": 0.125}

first = Boards(run_folder, num_batches=10)
first.batch(0.5, 2.0, 0.1, 1e-3)
first.round({"epoch": 1, **row})
first.batch(1.5, 1.5, 0.2, 1e-3)  # and killed: what was kept of it is the first round
time.sleep(0.01)
resumed = Boards(run_folder, num_batches=10)
resumed.batch(1.2, 1.0, 0.3, 5e-4)
resumed.round({"epoch": 2, **row})


def told(part: str) -> list[list]:
    """What all files of a folder say, in the order in which TensorBoard reads them."""
    found = []
    for path in sorted((run_folder / FOLDER / part).iterdir()):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            values = {value.tag: round(value.simple_value, 6) for value in event.summary.value}
            found.append([event.WhichOneof("what"), event.step, values, event.session_log.status])
    return found


print(json.dumps({"train": told("train"), "validation": told("validation")}))
