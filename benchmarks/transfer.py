"""Borrowed eyes: what they see, the head on it, and a step of fine-tuning, each against the usual way, in turns.

python -m benchmarks.transfer [ROUNDS]

Needs the weights of MobileNetV2 α 0.35 beside the archive of real photos, or in `$KERAS_HOME/models`.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.places import ARCHIVE, ROOT, machine, spread, unpacked_photos

NAME, SIZE, TUNED_SIZE, BATCH, HEAD_ROUNDS = "mobilenet_v2_0.35", 224, 192, 32, 50
HELD_BACK = 307  # of the photos to learn from: a tenth, to judge the rounds by


def features(pixels: np.ndarray, rounds: int) -> dict[str, list[float]]:
    """Photos a second: a `tf.function` of the backbone on batches, and LiteRT one photo at a time, a thread a core."""
    import tensorflow as tf

    from core.training import transfer
    from core.training.backbones import load_backbone, weights_path
    from core.training.features import interpreters_of, seen_by
    from core.training.recipe import usual

    eyes = transfer._eyes(load_backbone(NAME, SIZE, weights_path(NAME)), usual("transfer"))
    ask = tf.function(lambda photos: eyes(photos, training=False), autograph=False)
    interpreters = interpreters_of(eyes)
    batches = [tf.constant(pixels[start : start + BATCH]) for start in range(0, len(pixels) - BATCH + 1, BATCH)]
    shown = pixels[: BATCH * len(batches)]

    def function() -> None:
        for batch in batches:
            ask(batch).numpy()

    ways = {"function": function, "litert": lambda: seen_by(shown, interpreters)}
    return _in_turns(ways, rounds, len(shown))


def heads(pixels: np.ndarray, labels: np.ndarray, first_test: int) -> dict[str, list[float]]:
    """Seconds and accuracy of three seeds each: the head of `frozen_head.py` as it stands there, and ours, told live.

    Theirs learns from all photos before `first_test`, ours holds some of them back to judge its rounds by.
    """
    import keras

    from core.training import networks, transfer
    from core.training.backbones import load_backbone, weights_path
    from core.training.checkpoint import Checkpoint
    from core.training.features import interpreters_of, seen_by
    from core.training.learning import Learning
    from core.training.photos import Photos
    from core.training.recipe import usual
    from core.training.report import Report
    from core.work import Work

    eyes = transfer._eyes(load_backbone(NAME, SIZE, weights_path(NAME)), usual("transfer"))
    seen = seen_by(pixels, interpreters_of(eyes))
    num_classes = int(labels.max()) + 1
    order = np.random.default_rng(0).permutation(first_test)
    test = np.arange(first_test, len(labels))
    names = [str(name) for name in range(num_classes)]
    photos = Photos(seen, labels, names, [""] * len(labels), order[HELD_BACK:], order[:HELD_BACK], test)

    def theirs(seed: int) -> tuple[float, float]:
        keras.utils.set_random_seed(seed)
        dense = keras.layers.Dense
        head = keras.Sequential([dense(100, activation="relu"), dense(num_classes, activation="softmax")])
        head.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
        began = time.perf_counter()
        head.fit(seen[:first_test], labels[:first_test], batch_size=16, epochs=HEAD_ROUNDS, verbose=0)
        seconds = time.perf_counter() - began
        return seconds, float(head.evaluate(seen[test], labels[test], verbose=0)[1])

    def ours(seed: int) -> tuple[float, float]:
        keras.utils.set_random_seed(seed)
        recipe = usual("transfer", epochs=HEAD_ROUNDS, seed=seed)
        head = transfer._head(seen.shape[1], num_classes, recipe)
        optimizer = networks.optimizer(recipe, head.trainable_variables)
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            work = Work(folder)
            report = Report(SimpleNamespace(folder=folder, recipe=recipe, tensorboard=False), photos, work, "float32")
            learning = Learning(head, optimizer, photos, recipe, Checkpoint(folder / "checkpoint"), work)
            began = time.perf_counter()
            learning.run(report)
            seconds = time.perf_counter() - began
        return seconds, float((head(seen[test]).numpy().argmax(axis=1) == labels[test]).mean())

    found: dict[str, list[float]] = {name: [] for name in ("their_s", "their_accuracy", "our_s", "our_accuracy")}
    for seed in range(3):
        for name, (seconds, accuracy) in (("their", theirs(seed)), ("our", ours(seed))):
            found[f"{name}_s"].append(seconds)
            found[f"{name}_accuracy"].append(accuracy)
    return found


def steps(pixels: np.ndarray, labels: np.ndarray, rounds: int) -> dict[str, list[float]]:
    """Photos a second of a step of fine-tuning: batch-norm as Keras computes it, and folded in, in both arithmetics."""
    import keras

    from core.training import networks, transfer
    from core.training.backbones import load_backbone, weights_path
    from core.training.folding import folded
    from core.training.precision import set_arithmetic
    from core.training.recipe import usual
    from core.training.stepping import compiled

    recipe = usual("transfer", fine_tune=True, image_size_px=TUNED_SIZE)
    one_hot = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels[:BATCH]]

    def learner(name: str) -> Callable[[], Any]:
        set_arithmetic("float32")
        backbone = load_backbone(NAME, TUNED_SIZE, weights_path(NAME))
        head = transfer._head(backbone.output.shape[-1], one_hot.shape[1], recipe)
        if name != "plain":
            set_arithmetic(name)
            backbone = folded(backbone)
        network = transfer._joined(transfer._eyes(backbone, recipe), head)
        optimizer = networks.optimizer(recipe, network.trainable_variables)
        step, _ = compiled(network, optimizer, recipe, np.ones(one_hot.shape[1]))
        return lambda: step(pixels[:BATCH], one_hot)[0].numpy()

    try:
        return _in_turns({name: learner(name) for name in ("plain", "float32", "bfloat16")}, rounds, BATCH)
    finally:
        keras.config.set_dtype_policy("float32")


def trainings(folder: Path, home: Path) -> list[tuple[float, float]]:
    """Seconds from start to model, and accuracy on the photos of `test`, of three seeds of the real command."""
    dataset_id = _core(home, "dataset", "add", str(folder), "--name", "Clothing photos")["id"]
    found = []
    for seed in range(1, 4):
        shutil.rmtree(home / "datasets" / dataset_id / "features", ignore_errors=True)
        began = time.perf_counter()
        result = _core(home, "train", dataset_id, "--recipe", "transfer", "--seed", str(seed))
        found.append((time.perf_counter() - began, result["test"]["accuracy"]))
    return found


def main(rounds: int = 5) -> str:
    """Measures all and returns the section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as scratch:
        _put_weights(Path(scratch, "keras"))
        folder = _with_test(Path(scratch, "photos"))
        saw, head, step = (_one(kind, folder, rounds) for kind in ("features", "heads", "steps"))
        trained = trainings(folder, Path(scratch, "home"))
    photos_each = 3068 * HEAD_ROUNDS, (3068 - HELD_BACK) * HEAD_ROUNDS
    theirs, ours = [photos_each[0] / s for s in head["their_s"]], [photos_each[1] / s for s in head["our_s"]]
    return (
        f"**Borrowed eyes**, MobileNetV2 α 0.35, in turns ({machine()}).\n\n"
        "| | the usual way | Fitting Room | times as fast |\n|---|---|---|---|\n"
        f"| what it sees at {SIZE} px, photos a second: `tf.function` on batches of {BATCH}, LiteRT one at a time "
        f"| {spread(saw['function'], 0)} | {spread(saw['litert'], 0)} | {_ratio(saw['litert'], saw['function'])} |\n"
        f"| a head on it, {HEAD_ROUNDS} rounds, photos a second: `frozen_head.py`'s, ours judged and told each round "
        f"| {spread(theirs, 0)} | {spread(ours, 0)} | {_ratio(ours, theirs)} |\n"
        f"| … in seconds | {spread(head['their_s'])} | {spread(head['our_s'])} | |\n"
        "| … right on the 341 validation photos, mean of three seeds "
        f"| {statistics.mean(head['their_accuracy']):.3f} | {statistics.mean(head['our_accuracy']):.3f} | |\n"
        f"| a step of fine-tuning at {TUNED_SIZE} px, photos a second: batch-norm as Keras computes it, folded in "
        f"| {spread(step['plain'], 0)} | {spread(step['float32'], 0)} | {_ratio(step['float32'], step['plain'])} |\n"
        f"| … in bfloat16 | | {spread(step['bfloat16'], 0)} | {_ratio(step['bfloat16'], step['plain'])} |\n\n"
        "The whole command, from its start to the finished model, three seeds: "
        f"{spread([seconds for seconds, _ in trained])} seconds, right on "
        f"{statistics.mean(accuracy for _, accuracy in trained):.3f} of the 341 "
        f"({', '.join(f'{accuracy:.3f}' for _, accuracy in trained)}).\n"
    )


def _in_turns(ways: dict[str, Callable[[], object]], rounds: int, photos: int) -> dict[str, list[float]]:
    """Photos a second of each way, round by round, the first time left out."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            found[name].append(photos / (time.perf_counter() - began))
    return found


def _ratio(ours: list[float], theirs: list[float]) -> str:
    return spread([our / their for our, their in zip(ours, theirs, strict=True)], 2)


def _one(kind: str, folder: Path, rounds: int) -> dict[str, list[float]]:
    command = [sys.executable, "-m", "benchmarks.transfer", kind, str(folder), str(rounds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _core(home: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "core", *arguments, "--json"]
    environment = {**os.environ, "FITTING_ROOM_HOME": str(home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _put_weights(keras_home: Path) -> None:
    from core.training.backbones import BACKBONES, is_here, weights_path

    given = ARCHIVE.parent / BACKBONES[NAME].file_name
    if not is_here(NAME) and given.exists():
        os.environ["KERAS_HOME"] = str(keras_home)
        weights_path(NAME).parent.mkdir(parents=True)
        shutil.copyfile(given, weights_path(NAME))


def _with_test(folder: Path) -> Path:
    """The photos with their validation folder as the part that nobody touches before the end."""
    source = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark")
    for part, name in (("train", "train"), ("validation", "test")):
        shutil.copytree(source / part, folder / name)
    return folder


def _photos(folder: Path, size_px: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Pixels and labels, those to learn from first, and how many those are."""
    from core.data.photo import to_pixels

    classes = sorted(each.name for each in (folder / "train").iterdir())
    files = [
        [(path, index) for index, name in enumerate(classes) for path in sorted((folder / part / name).iterdir())]
        for part in ("train", "test")
    ]
    pixels = np.stack([to_pixels(path.read_bytes(), size_px) for part in files for path, _ in part])
    return pixels, np.array([index for part in files for _, index in part], np.int64), len(files[0])


def _child(kind: str, folder: Path, rounds: int) -> None:
    from core.training.worker import load_keras

    load_keras(1)
    pixels, labels, first_test = _photos(folder, TUNED_SIZE if kind == "steps" else SIZE)
    if kind == "features":
        found = features(pixels[first_test:], rounds)
    else:
        found = heads(pixels, labels, first_test) if kind == "heads" else steps(pixels, labels, rounds)
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].isdigit():
        _child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(main(*map(int, sys.argv[1:])))
