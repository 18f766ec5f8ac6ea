"""Few photos of new classes: borrowed eyes of the clothing model against those of ImageNet and against none.

python -m benchmarks.few_shot

Six sets of drawn pictures, 20 of each class to learn from, 5 to watch with and 25 that nobody has seen. Each training
is a run of the app, from asking for it to its packed model. Of the garments the clothing model knows other drawings.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.places import machine
from core import jobs
from core.data import store
from core.sources import garments
from core.training import runs, starting
from core.training.backbones import CLOTHING, is_here
from core.training.recipe import Recipe, usual
from workshop import things

SETS = ("garments", "accessories", "scenes", "textures", "shapes", "screens")
PARTS = {"train": 20, "validation": 5, "test": 25}  # pictures of each class
FIRST = 70_000  # seed; what the clothing model learned from has others
SEEDS = 3
RECIPES = {
    "the clothing model's eyes": usual("transfer", backbone=CLOTHING),
    "ImageNet's, MobileNetV2 0.35": usual("transfer"),
    "none: `compact`": usual("compact"),
}


def main() -> str:
    """Draws, trains and returns the section for docs/benchmarks.md."""
    if not is_here(CLOTHING):
        return "**Few photos of new classes**: the clothing model is not here.\n"
    os.environ["FITTING_ROOM_STANDBY"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FITTING_ROOM_HOME"] = f"{folder}/home"
        found = {name: _tried(_dataset(Path(folder), name)) for name in SETS}
    lines = [f"| {name} | {' | '.join(_cell(*each) for each in row)} |\n" for name, row in found.items()]
    return (
        f"**Few photos of new classes**: {PARTS['train']} drawings a class to learn from, right on {PARTS['test']} a "
        f"class that nobody has seen, mean of {SEEDS} seeds; in brackets the seconds of a whole training, median "
        f"({machine()}).\n\n"
        f"| set | {' | '.join(RECIPES)} |\n|---|{'---|' * len(RECIPES)}\n" + "".join(lines)
    )


def _dataset(folder: Path, name: str) -> str:
    """Draws a set and makes a dataset of it; returns its id."""
    kinds = garments.CLASS_NAMES if name == "garments" else things.KINDS[name]
    for kind in kinds:
        seed = FIRST
        for part, number in PARTS.items():
            place = folder / name / part / kind
            place.mkdir(parents=True)
            for _ in range(number):
                seed += 1
                picture = garments.draw(kind, seed, 300, 400) if name == "garments" else things.draw(name, kind, seed)
                picture.save(place / f"{seed}.jpg", quality=92)
    dataset_id = store.start_dataset({"kind": "folder", "path": str(folder / name)}, name)
    jobs.wait(store.load_dataset(dataset_id).job_dir)
    return dataset_id


def _tried(dataset_id: str) -> list[tuple[float, float]]:
    """Accuracy and seconds of each recipe."""
    return [_mean([_trained(dataset_id, recipe, seed) for seed in range(1, SEEDS + 1)]) for recipe in RECIPES.values()]


def _trained(dataset_id: str, recipe: Recipe, seed: int) -> tuple[float, float]:
    began = time.perf_counter()
    run = runs.load_run(starting.start_run(dataset_id, Recipe.from_json({**recipe.to_json(), "seed": seed})))
    if jobs.wait(run.job_dir).status != "done":
        raise RuntimeError(jobs.log_tail(run.job_dir))
    seconds = time.perf_counter() - began
    return (runs.result(run) or {})["test"]["accuracy"], seconds


def _mean(found: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.mean(right for right, _ in found), statistics.median(seconds for _, seconds in found)


def _cell(right: float, seconds: float) -> str:
    return f"{right:.3f} ({seconds:.0f})"


if __name__ == "__main__":
    print(main())
