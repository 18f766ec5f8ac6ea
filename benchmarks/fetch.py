"""Fetching a table of photos: ours, with everything on disk, against the course script's loop, in turns.

python -m benchmarks.fetch [ROUNDS] [LATENCY_MS]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from benchmarks.places import PEERS, ROOT, machine, photo_server, spread, unpacked_photos

LOOP_ROWS = 300  # the loop's rate does not depend on how many: this many take it 17 s


def loop_rate(table: Path) -> float:
    """Photos a second of the course script, as it prints them itself."""
    printed = subprocess.run(
        [sys.executable, PEERS / "seed_pipeline.py", table], capture_output=True, text=True, check=True
    )
    return float(re.search(r"fetch: .* ([\d.]+) photos/s", printed.stdout)[1])


def our_rate(address: str, home: Path) -> tuple[float, float, int]:
    """Photos a second of the dataset's job, start to end; its seconds; and the photos that are ok."""
    command = [sys.executable, "-m", "core", "dataset", "add", address, "--name", "fetched", "--json"]
    environment = {**os.environ, "FITTING_ROOM_HOME": str(home), "FITTING_ROOM_ALLOW_PRIVATE_HOSTS": "1"}
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    dataset = json.loads(printed.stdout)
    job = home / "datasets" / dataset["id"] / "job"
    seconds = (
        json.loads((job / "end.json").read_text())["at"] - json.loads((job / "job.json").read_text())["started_at"]
    )
    return dataset["rows"] / seconds, seconds, dataset["ok"] + dataset["duplicates"]


def main(rounds: int = 3, latency_ms: int = 50) -> str:
    """Runs the rounds and returns the section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as scratch:
        photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
        theirs, ours = [], []
        with photo_server(photos, 8150, latency_ms) as address:
            lines = urllib.request.urlopen(address).read().decode().splitlines()
            step = len(lines) // LOOP_ROWS
            table = Path(scratch, "some.csv")
            table.write_text("\n".join([lines[0], *lines[1::step]]) + "\n")
            for number in range(rounds):
                theirs.append(loop_rate(table))
                ours.append(our_rate(address, Path(scratch, f"home-{number}")))
        count = len(lines) - 1
        ratios = [mine[0] / loop for mine, loop in zip(ours, theirs, strict=True)]
        return (
            f"**Fetching** {count:,} photos at {latency_ms} ms latency, {rounds} rounds in turns ({machine()}).\n\n"
            "| | photos a second, median (range) |\n|---|---|\n"
            f"| course script: one after another | {spread(theirs)} |\n"
            "| Fitting Room: checked, hashed, files, pixels, split and manifest on disk "
            f"| {spread([mine[0] for mine in ours])} |\n"
            f"| ratio, pair by pair | {spread(ratios)} |\n\n"
            f"Photos on disk: {ours[-1][2]:,} of {count:,}, in {spread([mine[1] for mine in ours])} s.\n"
        )


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
