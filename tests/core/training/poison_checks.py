"""Trains twice: with a dataset, and with the same one whose test part is spoilt. Writes what came of both as JSON.

python -m tests.core.training.poison_checks HOME SPOILT_HOME DATASET_ID FOUND.json
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from core import jobs, work
from core.data import store
from core.files import read_json, write_json
from core.training import runs, series, starting
from core.training.knobs import Knob
from core.training.recipe import Recipe, usual
from core.training.sweep import read_sweep, start_sweep
from core.training.worker import load_keras
from tests.conftest import picture
from tests.core.conftest import SMALL

load_keras(1)

import keras  # noqa: E402, TID253
import tensorflow as tf  # noqa: E402, TID253

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()


def at_once(job_dir: Path, target: str, arguments: dict[str, Any], queue: str | None = None, **_: str) -> None:
    """As `jobs.start`, in this process, before it returns."""
    job_dir.mkdir(parents=True, exist_ok=True)
    job = {"target": target, "arguments": arguments, "queue": None, "started_at": time.time()}
    write_json(job_dir / "job.json", job)
    work.run(job_dir)


jobs.start = at_once


def spoil(dataset_id: str) -> None:
    """Other photos and other labels in the test part, wherever a training could read them."""
    dataset = store.load_dataset(dataset_id)
    manifest = dataset.manifest()
    test = np.flatnonzero(manifest["part"] == "test")
    for row in test:
        dataset.photo_path(manifest["content_hash"].iloc[row]).write_bytes(picture(int(row), 24, 24))
    labels = manifest["label"].to_numpy(dtype=object)
    labels[test] = np.roll(labels[test], 1)
    manifest["label"] = labels
    manifest.to_parquet(dataset.folder / "manifest.parquet", index=False)
    for path in (dataset.folder / "pixels").glob("*.npy"):  # other sizes are made of the spoilt files
        pixels = np.load(path, mmap_mode="r+")
        pixels[test] = np.random.default_rng(0).integers(0, 256, pixels[test].shape)
        pixels.flush()


def digest(run: runs.Run) -> dict[str, Any]:
    """What a training came to: its weights, its rounds and all that goes with the model, and how its test went."""
    model = run.folder / "model"
    weights = hashlib.sha256()
    for weight in keras.models.load_model(model / "model.keras", compile=False).get_weights():
        weights.update(weight.tobytes())
    facts = json.loads((model / "model.json").read_text())
    kept = {path.name: dict(np.load(path)) for path in sorted(model.glob("*.npz"))}
    result = runs.result(run)
    assert result is not None, jobs.log_tail(run.job_dir)
    return {
        "weights": weights.hexdigest(),
        "rounds": runs.history(run).drop(columns="seconds").to_json(),
        "best_epoch": result["best_epoch"],
        "temperature": facts["temperature"],
        "thresholds": facts["thresholds"],
        "kept": {name: {key: value.tolist() for key, value in arrays.items()} for name, arrays in kept.items()},
        "suspects": (read_json(store.load_dataset(run.dataset_id).folder / "suspects.json") or {}).get("photos"),
        "test": facts["test"]["accuracy"],
    }


def everything(home: str, dataset_id: str) -> dict[str, Any]:
    os.environ["FITTING_ROOM_HOME"] = home
    found = {}
    recipes = {
        "classic": Recipe(epochs=3, **SMALL),
        "transfer": usual("transfer", epochs=4, image_size_px=32, batch_size=8),
        "fine-tuned": usual("transfer", fine_tune=True, epochs=1, image_size_px=32, batch_size=8),
    }
    for name, recipe in recipes.items():
        os.environ["FITTING_ROOM_CHECK_BY_ITSELF"] = "1" if name == "classic" else "0"
        found[name] = digest(runs.load_run(starting.start_run(dataset_id, recipe)))
    knobs = [Knob("learning_rate", lowest=1e-4, highest=1e-2), Knob("dropout", lowest=0.0, highest=0.5)]
    swept = read_sweep(
        series.load_series(start_sweep(dataset_id, Recipe(epochs=1, **SMALL), knobs, search="guided", trials=2))
    )
    assert swept.best is not None
    tried = [(trial.recipe.to_json(), trial.held_back, trial.held_back_loss) for trial in swept.trials]
    best = digest(runs.load_run(swept.best.run_id))
    return {**found, "sweep": {"tried": tried, "chosen": swept.best.number, **best}}


def main(home: str, spoilt_home: str, dataset_id: str, to: str) -> None:
    plain = everything(home, dataset_id)
    os.environ["FITTING_ROOM_HOME"] = spoilt_home
    spoil(dataset_id)
    Path(to).write_text(json.dumps({"plain": plain, "spoilt": everything(spoilt_home, dataset_id)}))


main(*sys.argv[1:])
