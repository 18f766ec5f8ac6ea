"""How often each recipe is right on photos of clothes, and how long it learns: several seeds, on a quiet machine hours.

python -m benchmarks.accuracy [SEEDS]

Learns from the 3,068 training photos, a tenth of which it is watched with; the 341 of the archive's own validation
folder are touched once, by the test at the end. Kept in FITTING_ROOM_HOME (default: a folder of its own in the system's
temporary one), so that it goes on where it was broken off: what has been trained is not trained again.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.fit import course_network
from benchmarks.places import ROOT, machine, unpacked_photos
from core import jobs
from core.data import store
from core.data.pixels import load_pixels
from core.settings import load_settings
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


def script(dataset: str, seed: int) -> dict:
    """The course script's network and fit, on all of the 3,068; what it ended with, kept as runs are."""
    kept = load_settings().home / f"course-script-{seed}.json"
    if not kept.exists():
        command = [sys.executable, "-m", "benchmarks.accuracy", "script", dataset, str(seed)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        kept.write_text(done.stdout.splitlines()[-1])
    return json.loads(kept.read_text())


def _script(dataset_id: str, seed: int) -> dict:
    import keras

    dataset = store.load_dataset(dataset_id)
    manifest = dataset.manifest()
    good = (manifest["status"] == "ok").to_numpy()
    x, y = load_pixels(dataset, 100)[good] / 255.0, manifest["label"][good].map(dataset.class_names.index).to_numpy()
    held_back = (manifest["part"][good] == "test").to_numpy(dtype=bool)
    keras.utils.set_random_seed(seed)
    model = course_network(100, len(dataset.class_names))
    began = time.perf_counter()
    model.fit(x[~held_back], keras.utils.to_categorical(y[~held_back]), epochs=10, batch_size=32, verbose=2)
    seconds = time.perf_counter() - began
    said = model.predict(x[held_back], verbose=0).argmax(axis=1)
    return {"test": {"accuracy": float((said == y[held_back]).mean())}, "seconds": seconds}


def main(seeds: int = 3) -> str:
    """Trains what is not trained yet and returns the section for docs/benchmarks.md."""
    home = Path(tempfile.gettempdir()) / "fitting-room-benchmark" / "home"
    os.environ.setdefault("FITTING_ROOM_HOME", str(home))
    os.environ["FITTING_ROOM_STANDBY"] = "0"
    dataset = dataset_id()
    rows = [_row("the course script, all 3,068", [script(dataset, seed) for seed in range(1, seeds + 1)])]
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
    if sys.argv[1:2] == ["script"]:
        print(json.dumps(_script(sys.argv[2], int(sys.argv[3]))))
    else:
        print(main(*map(int, sys.argv[1:])))
