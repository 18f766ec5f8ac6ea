"""Training the course's network: ours, watched live and with a checkpoint a round, against the course script, in turns.

python -m benchmarks.train [ROUNDS]
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from sklearn.model_selection import train_test_split

from benchmarks.places import PEERS, ROOT, machine, photo_server, spread, unpacked_photos


@dataclass(frozen=True)
class Training:
    """One training of ten epochs, the fetching left out."""

    seconds: float
    photos_per_s: float
    accuracy: float  # on the fifth of the photos that both hold back


def course_script(table: str) -> Training:
    """What the course script prints of itself. It learns from 80 % of the photos and looks at none meanwhile."""
    command = [sys.executable, PEERS / "seed_pipeline.py", table]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seconds, rate = map(float, re.search(r"train: .* in ([\d.]+) s, ([\d.]+) photos/s", printed).groups())
    return Training(seconds, rate, float(re.search(r"test accuracy: ([\d.]+)", printed)[1]))


def ours(dataset_id: str, seed: int, home: Path) -> Training:
    """A run of the real command. It learns from 64 % of the photos, and looks at 16 % after each epoch in that time."""
    result = _core(home, "train", dataset_id, "--seed", str(seed))
    events = (home / "runs" / result["run"] / "job" / "events.jsonl").read_text().splitlines()
    [plan] = [event for event in map(json.loads, events) if event["kind"] == "plan"]
    rate = plan["photos"] * plan["epochs"] / result["seconds"]
    return Training(result["seconds"], rate, result["test"]["accuracy"])


def split_as_the_script_does(table: str, photos: Path, folder: Path) -> Path:
    """Lays the photos out in `train` and `test`, so that both are tested on the very same ones."""
    with urllib.request.urlopen(table) as answer:
        rows = answer.read().decode().split()[1:]
    paths = [Path(*row.split(",")[0].split("/")[-2:]) for row in rows]
    for part, chosen in zip(("train", "test"), train_test_split(paths, test_size=0.2, random_state=42), strict=True):
        for path in chosen:
            place = folder / part / path
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photos / path, place)
    return folder


def main(rounds: int = 3) -> str:
    """Runs the rounds and returns the section for docs/benchmarks.md."""
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    with tempfile.TemporaryDirectory() as scratch, photo_server(photos, 8151, 0) as table:
        home = Path(scratch, "home")
        folder = split_as_the_script_does(table, photos, Path(scratch, "photos"))
        dataset_id = _core(home, "dataset", "add", str(folder), "--name", "Clothing photos")["id"]
        pairs = [(course_script(table), ours(dataset_id, seed, home)) for seed in range(1, rounds + 1)]
    theirs, mine = zip(*pairs, strict=True)
    ratio = statistics.median(their.seconds / our.seconds for their, our in pairs)

    def row(title: str, trainings: tuple[Training, ...]) -> str:
        return (
            f"| {title} | {spread([training.seconds for training in trainings])} "
            f"| {spread([training.photos_per_s for training in trainings], 0)} "
            f"| {spread([training.accuracy for training in trainings], 3)} "
            f"| {statistics.mean(training.accuracy for training in trainings):.3f} |\n"
        )

    return (
        f"**Training** the course's network, ten epochs, 3,068 photos, {rounds} rounds in turns ({machine()}).\n\n"
        "| | seconds, median (range) | photos learned from a second | accuracy on the same 614 held back | mean |\n"
        "|---|---|---|---|---|\n"
        + row("course script", theirs)
        + row("Fitting Room: live, validated, checkpoints, the best kept", mine)
        + f"\nThe course script takes {ratio:.2f} times as long, pair by pair.\n"
    )


def _core(home: Path, *arguments: str) -> dict:
    command = [sys.executable, "-m", "core", *arguments, "--json"]
    environment = {**os.environ, "FITTING_ROOM_HOME": str(home)}
    return json.loads(
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    )


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
