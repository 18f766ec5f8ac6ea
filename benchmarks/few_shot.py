"""Few photos of new classes: borrowed eyes of the clothing model against those of ImageNet and against none.

python -m benchmarks.few_shot

Sets of drawn pictures, 20 of each class to learn from, 5 to watch with and 50 that nobody has seen. Each training is a
run of the app, from asking for it to its packed model. Of the garments the clothing model knows other drawings; kinds
of coats and of shoes it was taught as one class each. A catalogue is all clothes by kind, and accessories.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.places import machine
from core import jobs
from core.data import store
from core.sources import garments
from core.training import runs, starting
from core.training.backbones import CLOTHING, is_here
from core.training.recipe import Recipe, usual
from workshop import things

KINDS = ("outwear", "shoes")  # garments that are told apart by kind
OTHERS = ("accessories", "scenes", "shapes", "textures", "screens")
PARTS = {"train": 20, "validation": 5, "test": 50}  # pictures of each class
FIRST = 70_000  # seed; what the clothing model learned from has others
SEEDS = 3
Draw = Callable[[int], Image.Image]
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
        found = {name: _tried(_dataset(Path(folder), name, classes)) for name, classes in _sets().items()}
    lines = [f"| {name} | {' | '.join(_cell(*each) for each in row)} |\n" for name, row in found.items()]
    return (
        f"**Few photos of new classes**: {PARTS['train']} drawings a class to learn from, right on {PARTS['test']} a "
        f"class that nobody has seen, mean of {SEEDS} seeds; in brackets the seconds of a whole training, median "
        f"({machine()}).\n\n"
        f"| set | {' | '.join(RECIPES)} |\n|---|{'---|' * len(RECIPES)}\n" + "".join(lines)
    )


def _sets() -> dict[str, dict[str, Draw]]:
    """What to tell apart: by set, by class, from a seed to a picture."""
    clothes = {label: partial(_garment, label, None) for label in garments.CLASS_NAMES}
    coats, shoes = ({kind: partial(_garment, label, kind) for kind in garments.KINDS[label]} for label in KINDS)
    others = {name: {kind: partial(things.draw, name, kind) for kind in things.KINDS[name]} for name in OTHERS}
    catalogue = {label: draw for label, draw in clothes.items() if label not in KINDS}
    catalogue |= coats | shoes | others["accessories"]
    return {"garments": clothes, "coats": coats, "shoes": shoes, "catalogue": catalogue, **others}


def _garment(label: str, kind: str | None, seed: int) -> Image.Image:
    return garments.draw(label, seed, 300, 400, kind)


def _dataset(folder: Path, name: str, classes: Mapping[str, Draw]) -> str:
    """Draws a set and makes a dataset of it; returns its id."""
    for label, draw in classes.items():
        seed = FIRST
        for part, number in PARTS.items():
            place = folder / name / part / label
            place.mkdir(parents=True)
            for _ in range(number):
                seed += 1
                draw(seed).save(place / f"{seed}.jpg", quality=92)
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
