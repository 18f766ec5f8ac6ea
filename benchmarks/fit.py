"""The fit of the course's network: ours, told live, against the course script's and plain PyTorch, in turns.

python -m benchmarks.fit [ROUNDS]

PyTorch is a peer for development alone: `.venv/bin/pip install torch`, or FITTING_ROOM_TORCH=/path/to/python that has
it; its row is left out where it is absent.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.places import ROOT, machine, spread, unpacked_photos

EPOCHS, PHOTOS, SIZE, BATCH = 3, 2560, 100, 32
TORCH = os.environ.get("FITTING_ROOM_TORCH", sys.executable)
NAMES = {
    "script": "course script",
    "torch": "the same network in plain PyTorch",
    "silent": "Fitting Room, float32, telling nobody",
    "float32": "Fitting Room, float32",
    "bfloat16": "Fitting Room, bfloat16",
}


def course_network(size: int, num_classes: int) -> Any:
    """The course script's network, as it stands there."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((size, size, 3)),
            keras.layers.Conv2D(32, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(num_classes, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def script(pixels: np.ndarray, labels: np.ndarray) -> float:
    """The course script's fit, as it stands there."""
    import keras

    x, y = pixels / 255.0, keras.utils.to_categorical(labels)
    model = course_network(SIZE, y.shape[1])
    began = time.perf_counter()
    model.fit(x, y, epochs=EPOCHS, batch_size=BATCH, verbose=2)
    return time.perf_counter() - began


def torch(pixels: np.ndarray, labels: np.ndarray) -> float:
    """The same in PyTorch, as its tutorials write it."""
    import torch
    from torch import nn

    x, y = torch.tensor(pixels / 255.0, dtype=torch.float32).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels)
    side = (SIZE - 2) // 2
    network = nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(32 * side * side, 64), nn.ReLU(), nn.Linear(64, int(labels.max()) + 1),
    )  # fmt: skip
    optimizer, entropy = torch.optim.Adam(network.parameters()), nn.CrossEntropyLoss()
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=BATCH, shuffle=True)
    began = time.perf_counter()
    for _ in range(EPOCHS):
        for photos, classes in data:
            optimizer.zero_grad()
            entropy(network(photos), classes).backward()
            optimizer.step()
    return time.perf_counter() - began


def ours(pixels: np.ndarray, labels: np.ndarray, precision: str, told: bool) -> float:
    """Our learning: rounds kept, the average judged on 16 photos (the script judges none), events written."""
    from core.training.checkpoint import Checkpoint
    from core.training.photos import Photos
    from core.training.recipe import usual
    from core.training.worker import load_keras
    from core.work import Work

    load_keras(1)
    from core.training import networks
    from core.training.folding import pooled
    from core.training.learning import Learning
    from core.training.precision import set_arithmetic
    from core.training.report import Report

    recipe = usual("classic", epochs=EPOCHS, batch_size=BATCH, patience=0, precision=precision)
    set_arithmetic(precision)
    few = np.arange(16)
    names = [str(name) for name in range(labels.max() + 1)]
    photos = Photos(pixels, labels, names, [""] * len(labels), np.arange(len(labels)), few, few)
    network = pooled(networks.network(recipe, len(names)))
    optimizer = networks.optimizer(recipe, network.trainable_variables)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        work = Work(folder)
        learning = Learning(network, optimizer, photos, recipe, Checkpoint(folder / "checkpoint"), work)
        report = Report(SimpleNamespace(folder=folder, recipe=recipe, tensorboard=False), photos, work, precision)
        if not told:
            report.batch = report.round = lambda *_: None
        began = time.perf_counter()
        learning.run(report)
        return time.perf_counter() - began


def main(rounds: int = 5) -> str:
    """Runs the rounds and returns the section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as scratch:
        arrays = Path(scratch, "photos.npz")
        _save_photos(arrays)
        has_torch = subprocess.run([TORCH, "-c", "import torch"], capture_output=True).returncode == 0
        kinds = [kind for kind in NAMES if kind != "torch" or has_torch]
        found: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind in kinds:
                found[kind].append(_one(kind, arrays))
    rows = "".join(
        f"| {NAMES[kind]} | {spread(seconds)} | {EPOCHS * PHOTOS / statistics.median(seconds):,.0f} "
        f"| {spread([a / b for a, b in zip(found['script'], seconds, strict=True)], 2)} |\n"
        for kind, seconds in found.items()
    )
    told = statistics.median(a / b for a, b in zip(found["float32"], found["silent"], strict=True)) - 1
    return (
        f"**Fit** of the course's network, {EPOCHS} epochs of {PHOTOS:,} photos from the same arrays, "
        f"{rounds} rounds in turns ({machine()}).\n\n"
        "| | seconds, median (range) | photos a second | times as fast as the script, pair by pair |\n"
        "|---|---|---|---|\n"
        f"{rows}\nTelling how it goes costs {told:+.1%} of the fit.\n"
        + ("" if has_torch else "\nPyTorch is not installed here, so its row is missing.\n")
    )


def _one(kind: str, arrays: Path) -> float:
    command = [TORCH if kind == "torch" else sys.executable, "-m", "benchmarks.fit", kind, str(arrays)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(json.loads(done.stdout.splitlines()[-1]))


def _save_photos(path: Path) -> None:
    from core.data.photo import to_pixels

    folder = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    classes = sorted(each.name for each in folder.iterdir())
    files = [(photo, index) for index, name in enumerate(classes) for photo in sorted((folder / name).iterdir())]
    chosen = np.random.default_rng(0).permutation(len(files))[:PHOTOS]
    pixels = np.stack([to_pixels(files[index][0].read_bytes(), SIZE) for index in chosen])
    np.savez(path, pixels=pixels, labels=np.array([files[index][1] for index in chosen], np.int64))


def _child(kind: str, path: str) -> None:
    with np.load(path) as arrays:
        pixels, labels = arrays["pixels"], arrays["labels"]
    if kind in ("script", "torch"):
        seconds = {"script": script, "torch": torch}[kind](pixels, labels)
    else:
        seconds = ours(pixels, labels, "bfloat16" if kind == "bfloat16" else "float32", kind != "silent")
    print(json.dumps(seconds))


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in NAMES:
        _child(sys.argv[1], sys.argv[2])
    else:
        print(main(*map(int, sys.argv[1:])))
