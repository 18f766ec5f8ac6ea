"""Runs in a process of its own, since TensorFlow must not enter the one that tests pages. Writes found.json.

python -m tests.core.training.pipeline_checks FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from core.training.photos import Photos, batch_maker, training_batches
from core.training.recipe import Recipe
from core.training.worker import load_keras
from tests.core.training.test_photos import VARIED, made

load_keras(1)


def resident_mb() -> float:
    """What this process holds in memory, mapped files included; 0 where the system does not say."""
    try:
        [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    except OSError:
        return 0.0
    return int(line.split()[1]) / 1024


def differences(photos: Photos, epochs: range, first_batch: int) -> tuple[int, int]:
    """How many batches there are, and how many of them are others than `batch_maker` makes by their numbers."""
    make, first = batch_maker(photos, VARIED), 6 * epochs.start + first_batch
    batches = list(training_batches(photos, VARIED, epochs, first_batch))
    different = 0
    for number, batch in enumerate(batches, first):
        different += any((mine != theirs.numpy()).any() for mine, theirs in zip(make(number), batch, strict=True))
    return len(batches), different


def shapes(batches: Any) -> list[list[int | None]]:
    return [list(spec.shape) for spec in batches.element_spec]


def memory(folder: Path) -> dict[str, float]:
    """Half a gigabyte of pixels, learned from and then read."""
    path, rows = folder / "large.npy", np.arange(4500)
    np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(len(rows), 192, 192, 3)).flush()
    pixels = np.load(path, mmap_mode="r")
    photos = Photos(pixels, rows % 3, list("abc"), [""] * len(rows), rows, rows[:3], rows[:3])
    batches = training_batches(photos, Recipe(image_size_px=192, batch_size=8), range(1))
    found = {}
    for name, seen in {
        "learned": (shown.numpy() for shown, _ in batches),
        "read": (photos.read(rows[start : start + 8]) for start in range(0, len(rows), 8)),
    }.items():
        before, highest, looked_at = resident_mb(), 0.0, 0
        for some in seen:
            looked_at += some.nbytes
            highest = max(highest, resident_mb())
        found |= {f"{name}_mb": looked_at / 1024**2, f"{name}_grown_mb": highest - before}
    path.unlink()
    return found


def main(folder: Path) -> None:
    photos, features = made(), made(np.random.default_rng(2).random((60, 20)).astype(np.float32))
    batches, different = differences(photos, range(1, 4), 3)
    plain = training_batches(photos, VARIED, range(1))
    found = {
        "batches": batches,
        "resumed_as_made": different,
        "as_made": differences(photos, range(2), 0)[1],
        "shapes": shapes(plain),
        "kinds": [spec.dtype.name for spec in plain.element_spec],
        "feature_shapes": shapes(training_batches(features, VARIED, range(1))),
        "tuner": plain.options().autotune.enabled,
        **memory(folder),
    }
    (folder / "found.json").write_text(json.dumps(found))


main(Path(sys.argv[1]))
