"""Photos on their way into the network: how fast by themselves, what varying them costs, and what memory they take.

python -m benchmarks.pipeline [ROUNDS]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.places import ROOT, machine, spread
from core.data import store
from core.data.finishing import finish
from core.files import write_json
from core.training import runs, starting
from core.training.photos import Photos, training_batches
from core.training.recipe import RECIPES, Recipe

CLASSES, LEARNED_FROM, STEPS = 10, 2048, 40
LARGE = 100_000
COMPACT = RECIPES["compact"].recipe
PLAIN = replace(COMPACT, augment=0.0)
ROWS = {
    "none": "unvaried",
    "ours": "Fitting Room: OpenCV in the pipeline",
    "map": "Keras' layers in the pipeline (`map`)",
    "model": "Keras' layers in the model",
}


def some_photos(size_px: int) -> Photos:
    """Smooth random pictures: what they show is nothing to the clock."""
    random = np.random.default_rng(0)
    patches = random.integers(0, 256, (LEARNED_FROM, size_px // 8, size_px // 8, 3), dtype=np.uint8)
    rows = np.arange(LEARNED_FROM)
    return Photos(
        patches.repeat(8, axis=1).repeat(8, axis=2), rows % CLASSES, list("abcdefghij"), [], rows, rows[:8], rows[:8]
    )


def keras_layers() -> Any:
    """The same seven variations as Keras has them, of about the same strength."""
    from keras import layers

    return [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.04, fill_mode="reflect"),
        layers.RandomZoom((-0.35, 0.15), (-0.35, 0.15), fill_mode="reflect"),
        layers.RandomTranslation(0.12, 0.12, fill_mode="reflect"),
        layers.RandomBrightness(0.1),
        layers.RandomContrast(0.25),
        layers.RandomErasing(0.25, scale=(0.02, 0.2)),
    ]


def steps_of(precision: str, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds and processor seconds a photo of `compact` by each way of varying, in turns; and of the pipelines alone.

    Runs in a process of its own, since Keras is set to one arithmetic.
    """
    from core.training.precision import set_arithmetic
    from core.training.worker import load_keras

    load_keras(1)
    set_arithmetic(precision)
    import keras
    import tensorflow as tf

    from core.training import networks

    photos = some_photos(COMPACT.image_size_px)
    layers = keras_layers()

    def by_keras(shown: Any) -> Any:
        shown = tf.cast(shown, tf.float32)
        for layer in layers:
            shown = layer(shown, training=True)
        return tf.cast(shown, tf.uint8)

    def step_of(vary: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
        network = networks.network(COMPACT, CLASSES)
        optimizer = networks.optimizer(COMPACT, network.trainable_variables)

        @tf.function(jit_compile=False, reduce_retracing=True)
        def step(shown: Any, labels: Any) -> Any:
            with tf.GradientTape() as tape:
                said = network(vary(shown), training=True)
                wrong = tf.reduce_mean(keras.losses.categorical_crossentropy(labels, said))
            gradients = tape.gradient(wrong, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
            return wrong

        return step

    forever = range(10**6)
    plain, in_model = step_of(lambda shown: shown), step_of(by_keras)
    unvaried = training_batches(photos, PLAIN, forever)
    ways: dict[str, tuple[Iterator[Any], Callable[[Any, Any], Any]]] = {
        "none": (iter(unvaried), plain),
        "ours": (iter(training_batches(photos, COMPACT, forever)), plain),
        "map": (iter(unvaried.map(lambda shown, labels: (by_keras(shown), labels)).prefetch(4)), plain),
        "model": (iter(training_batches(photos, PLAIN, forever)), in_model),
    }
    alone = {"pipeline": PLAIN, "pipeline varied": COMPACT}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in (*ways, *alone)}
    for turn in range(rounds + 1):
        for name, (batches, step) in ways.items():
            count = 4 if turn == 0 else STEPS  # the first turn compiles
            with_batches = timed(lambda batches=batches, step=step: float(step(*next(batches))), count)
            found[name] += [with_batches] if turn else []
        for name, recipe in alone.items():
            batches = iter(training_batches(photos, recipe, forever))
            found[name] += [timed(lambda batches=batches: next(batches), 200)] if turn else []
    return found


def timed(do: Callable[[], Any], count: int) -> tuple[float, float]:
    """Seconds, and seconds of the processor, for each photo of so many batches."""
    began, worked = time.perf_counter(), time.process_time()
    for _ in range(count):
        do()
    num_photos = count * COMPACT.batch_size
    return (time.perf_counter() - began) / num_photos, (time.process_time() - worked) / num_photos


def large_dataset(home: Path) -> str:
    """A finished dataset of so many black photos, whose pixels are there already; returns its id."""
    folder = home / "datasets" / "large"
    rows = np.arange(LARGE)
    manifest = pd.DataFrame(
        {
            "row": rows + 1,
            "source": [f"{row}.jpg" for row in rows],
            "label": [f"class {row % CLASSES}" for row in rows],
            "status": "ok",
            "reason": "",
            "content_hash": [f"{row:064x}" for row in rows],
            "perceptual_hash": "",
            **dict.fromkeys(("width", "height", "bytes"), COMPACT.image_size_px),
            "group": [str(row) for row in rows],
            "part": np.select([rows % 25 < 5, rows % 25 < 9], ["test", "validation"], "train"),
        }
    ).astype(store.MANIFEST_COLUMNS)
    size = COMPACT.image_size_px
    (folder / "pixels").mkdir(parents=True)
    shape = (LARGE, size, size, 3)
    np.lib.format.open_memmap(folder / "pixels" / f"{size}.npy", mode="w+", dtype=np.uint8, shape=shape).flush()
    write_json(folder / "dataset.json", {"name": "Large", "source": {}, "created_at": time.time()})
    finish(folder, manifest)
    return folder.name


def memory_of_a_large_training(home: Path) -> float:
    """The most that the worker held while it trained the classic network for a round and tested it; gigabytes."""
    os.environ.update(FITTING_ROOM_HOME=str(home), FITTING_ROOM_STANDBY="0")
    recipe = Recipe(image_size_px=COMPACT.image_size_px, epochs=1, batch_size=128)
    run = runs.load_run(starting.start_run(large_dataset(home), recipe))
    most = 0.0
    while runs.load_run(run.id).state.active:
        most = max(most, _resident_gb(run.job_dir))
        time.sleep(0.2)
    state = runs.load_run(run.id).state
    if state.status != "done":
        raise RuntimeError(f"The large training did not end well: {state}")
    return most


def main(rounds: int = 5) -> str:
    """Runs all and returns the section for docs/benchmarks.md."""
    by_precision = {precision: _in_own_process(precision, rounds) for precision in ("float32", "bfloat16")}
    with tempfile.TemporaryDirectory() as scratch:
        large_gb = memory_of_a_large_training(Path(scratch))
    lines = []
    for precision, found in by_precision.items():
        plain = found["none"]
        for name, title in ROWS.items():
            cost = [seconds / base - 1 for (seconds, _), (base, _) in zip(found[name], plain, strict=True)]
            cost_cpu = [worked / base - 1 for (_, worked), (_, base) in zip(found[name], plain, strict=True)]
            lines.append(
                f"| {precision}, {title} | {spread([1 / seconds for seconds, _ in found[name]], 0)} "
                f"| {statistics.median(cost):+.0%} | {statistics.median(cost_cpu):+.0%} |\n"
            )
    found = by_precision["bfloat16"]
    alone, varied = (
        1 / statistics.median(seconds for seconds, _ in found[f"pipeline{kind}"]) for kind in ("", " varied")
    )
    learned = 1 / statistics.median(seconds for seconds, _ in found["none"])
    return (
        f"**Varied photos**: steps of the compact network at {COMPACT.image_size_px} px, batches of "
        f"{COMPACT.batch_size}, {rounds} rounds in turns ({machine()}).\n\n"
        "| | photos a second | cost in time | cost in work of the processor |\n|---|---|---|---|\n"
        + "".join(lines)
        + "\n"
        f"The pipeline by itself delivers {alone:,.0f} photos a second ({varied:,.0f} varied), {alone / learned:.0f} "
        f"times what the network takes in bfloat16, and holds {found['grown_mb'][0][0]:.0f} MB while it does.\n\n"
        f"A training on {LARGE:,} photos of {COMPACT.image_size_px} px: its process held {large_gb:.2f} GB at most.\n"
    )


def _in_own_process(precision: str, rounds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.pipeline", precision, str(rounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _growth_mb() -> float:
    """What a pipeline adds to a process that has TensorFlow loaded, over 4,096 varied photos."""
    photos = some_photos(COMPACT.image_size_px)
    for _ in training_batches(photos, COMPACT, range(1)).take(1):
        before = _resident_gb()
    most = before
    for _ in training_batches(photos, COMPACT, range(2)):
        most = max(most, _resident_gb())
    return (most - before) * 1024


def _resident_gb(job_dir: Path | None = None) -> float:
    """What this process holds, or the worker of a job; 0 where that is not known."""
    process = "self"
    if job_dir is not None:
        found = subprocess.run(["pgrep", "-f", str(job_dir)], capture_output=True, text=True).stdout.split()
        process = found[0] if found else ""
    try:
        status = Path("/proc", process, "status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024**2 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].isdigit():
        print(json.dumps({**steps_of(sys.argv[1], int(sys.argv[2])), "grown_mb": [(_growth_mb(), 0.0)]}))
    else:
        print(main(*map(int, sys.argv[1:])))
