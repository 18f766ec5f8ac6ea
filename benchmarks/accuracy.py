"""How often each recipe is right on photos of clothes, and how long it learns: several seeds, on a quiet machine hours.

python -m benchmarks.accuracy [SEEDS]

Learns from the 3,068 training photos, a tenth of which it is watched with; the 341 of the archive's own validation
folder are touched once, by the test at the end. Kept in FITTING_ROOM_HOME (default: a folder of its own in the system's
temporary one), so that it goes on where it was broken off: what has been trained is not trained again.
"""

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.places import machine, unpacked_photos
from core import jobs
from core.data import store
from core.training import runs, starting
from core.training.backbones import is_here
from core.training.recipe import Recipe, usual

NAME = "Clothing photos, a tenth held back"
RECIPES = {
    "`classic`, float32": usual("classic", precision="float32"),
    "`classic`, bfloat16": usual("classic", precision="bfloat16"),
    "`deep`": usual("deep"),
    "`compact`": usual("compact"),
    "`compact`, 60 rounds": usual("compact", epochs=60),
    "`transfer`, the head alone": usual("transfer"),
    "`transfer`, fine-tuned": usual("transfer", fine_tune=True),
}


def dataset_id() -> str:
    """The photos with their three parts, made once."""
    for dataset in store.list_datasets():
        if dataset.name == NAME and dataset.finished:
            return dataset.id
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark")
    with tempfile.TemporaryDirectory() as scratch:
        for place, photo in _places(photos):
            (Path(scratch) / place).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photo, Path(scratch) / place / photo.name)
        made = store.start_dataset({"kind": "folder", "path": scratch}, NAME)
        jobs.wait(store.load_dataset(made).job_dir)
    return made


def trained(dataset: str, recipe: Recipe) -> runs.Run:
    """A run of this recipe that has ended well: an earlier one, or a new one."""
    for run in runs.list_runs():
        if (run.dataset_id, run.recipe, run.state.status) == (dataset, recipe, "done"):
            return run
    run = runs.load_run(starting.start_run(dataset, recipe))
    if jobs.wait(run.job_dir).status != "done":
        raise RuntimeError(jobs.log_tail(run.job_dir))
    return run


def main(seeds: int = 3) -> str:
    """Trains what is not trained yet and returns the section for docs/benchmarks.md."""
    home = Path(tempfile.gettempdir()) / "fitting-room-benchmark" / "home"
    os.environ.setdefault("FITTING_ROOM_HOME", str(home))
    os.environ["FITTING_ROOM_STANDBY"] = "0"
    dataset = dataset_id()
    rows = []
    for name, recipe in RECIPES.items():
        if recipe.name == "transfer" and not is_here(recipe.backbone):
            rows.append(f"| {name} | the weights of {recipe.backbone} are not here | | | |\n")
            continue
        found = [trained(dataset, _seeded(recipe, seed)) for seed in range(1, seeds + 1)]
        rows.append(_row(name, [runs.result(run) or {} for run in found]))
    return (
        "**Accuracy** on the 341 validation photos, touched once at the end, learned from the 3,068 others, a tenth of "
        f"which it is watched with ({machine()}).\n\n"
        "| recipe | seeds | right on the 341: mean | each | seconds of learning, median |\n|---|---|---|---|---|\n"
        + "".join(rows)
    )


def _seeded(recipe: Recipe, seed: int) -> Recipe:
    return Recipe.from_json({**recipe.to_json(), "seed": seed})


def _row(name: str, results: list[dict]) -> str:
    right = [result["test"]["accuracy"] for result in results]
    each = ", ".join(f"{accuracy:.3f}" for accuracy in right)
    seconds = statistics.median(result["seconds"] for result in results)
    return f"| {name} | {len(right)} | **{statistics.mean(right):.3f}** | {each} | {seconds:,.0f} |\n"


def _places(photos: Path) -> Iterator[tuple[Path, Path]]:
    random = np.random.default_rng(0)
    for folder in sorted((photos / "train").iterdir()):
        files = sorted(folder.iterdir())
        watched = set(random.permutation(len(files))[: round(len(files) * 0.1)].tolist())
        for number, photo in enumerate(files):
            yield Path("validation" if number in watched else "train", folder.name), photo
    for photo in (photos / "validation").glob("*/*"):
        yield Path("test", photo.parent.name), photo


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
