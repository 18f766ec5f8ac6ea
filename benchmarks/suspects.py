"""Wrong labels planted in the real photos: how many of them a training finds among the first that it suspects.

python -m benchmarks.suspects

Of the photos to learn from, 5 % get another label at random, as if a person had said so. Each recipe trains for two
rounds, since what it learns is not asked; its eyes are. Eyes alone are measured too: the clothing model once learned
from these very photos with their right labels, so those of ImageNet say what to expect of photos that it never saw.
"""

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.places import machine, unpacked_photos
from core import jobs
from core.data import mends, store
from core.data.store import Dataset
from core.files import read_json
from core.model import eyes
from core.training import runs, starting
from core.training.leaving_out import left_out
from core.training.photos import Photos, load_photos
from core.training.recipe import usual
from core.training.suspects import judged_rows, mislabelled
from core.work import Work

SHARE = 0.05  # of the labels to learn from
SEED = 5
RECIPES = ("classic", "deep", "compact", "transfer")
TIMES = (1, 2, 3)  # the flips: among so many of the first suspects


def main() -> str:
    """Plants, trains and returns the section for docs/benchmarks.md."""
    os.environ["FITTING_ROOM_STANDBY"] = "0"
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FITTING_ROOM_HOME"] = f"{folder}/home"
        dataset = _dataset(photos)
        flips = _planted(dataset)
        dataset = store.load_dataset(dataset.id)
        lines = [_trained(dataset, flips, name) for name in RECIPES]
        lines += _by_eyes_alone(dataset, flips, Path(folder))
    return (
        f"**Wrong labels**: {len(flips):,} of the labels of the real photos to learn from flipped at random; the share "
        f"of them among the first suspects, as many as flips, twice and three times as many ({machine()}).\n\n"
        "| by | 1 × | 2 × | 3 × | suspects | seconds |\n|---|---|---|---|---|---|\n" + "".join(lines)
    )


def _dataset(photos: Path) -> Dataset:
    dataset_id = store.start_dataset({"kind": "folder", "path": str(photos)}, "clothes")
    jobs.wait(store.load_dataset(dataset_id).job_dir)
    return store.load_dataset(dataset_id)


def _planted(dataset: Dataset) -> NDArray[np.int64]:
    """Gives some photos of the training part another label each; returns their positions."""
    rows, chance = dataset.manifest(), np.random.default_rng(SEED)
    train = np.flatnonzero((rows["part"] == "train") & (rows["status"] == "ok"))
    flips = np.sort(chance.choice(train, round(SHARE * len(train)), replace=False))
    names = np.array(dataset.class_names)
    was = np.searchsorted(names, rows["label"].to_numpy(str)[flips])
    now = names[(was + chance.integers(1, len(names), len(flips))) % len(names)]
    for label in names:
        mends.relabel(dataset, flips[now == label].tolist(), str(label))
    return flips


def _trained(dataset: Dataset, flips: NDArray[np.int64], name: str) -> str:
    run = runs.load_run(starting.start_run(dataset.id, usual(name, epochs=2)))
    if jobs.wait(run.job_dir).status != "done":
        raise RuntimeError(jobs.log_tail(run.job_dir))
    events = jobs.events(run.job_dir)
    began = next(event["at"] for event in events if event["kind"] == "stage" and event["name"] == "suspects")
    seconds = next(event["at"] for event in events if event["kind"] == "suspects") - began
    kept = read_json(dataset.folder / "suspects.json")
    assert kept["run"] == run.id, "this training has kept what it found"
    return _line(f"`{name}`", flips, [each["position"] for each in kept["photos"]], f"{seconds:.1f}")


def _by_eyes_alone(dataset: Dataset, flips: NDArray[np.int64], folder: Path) -> list[str]:
    (folder / "job").mkdir()
    photos = load_photos(dataset, usual("transfer"), Work(folder / "job"))
    rows, _ = judged_rows(photos)
    [kept] = (dataset.folder / "features").glob("mobilenet*.npy")
    seen = {"ImageNet's eyes alone": np.load(kept)[rows], "colours and shapes alone": _colours(photos, rows, folder)}
    lines = []
    for name, features in seen.items():
        labels = photos.labels[rows]
        judged = left_out(features, labels, len(photos.class_names))
        lines.append(_line(name, flips, rows[mislabelled(labels, judged.probabilities)].tolist(), ""))
    return lines


def _colours(photos: Photos, rows: NDArray[np.int64], folder: Path) -> NDArray[np.float32]:
    def read(start: int, stop: int, size_px: int) -> NDArray[np.uint8]:
        import cv2

        shown = photos.read(rows[start:stop])
        return np.stack([cv2.resize(each, (size_px, size_px), interpolation=cv2.INTER_AREA) for each in shown])

    return eyes.look_at(read, len(rows), folder / "no-model").features


def _line(name: str, flips: NDArray[np.int64], suspects: list[int], seconds: str) -> str:
    found = [np.isin(flips, suspects[: times * len(flips)]).mean() for times in TIMES]
    return f"| {name} | {' | '.join(f'{each:.2f}' for each in found)} | {len(suspects):,} | {seconds} |\n"


if __name__ == "__main__":
    print(main())
