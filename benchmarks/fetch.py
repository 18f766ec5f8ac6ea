"""Fetching a table of photos: ours, with everything on disk, in turns with the course script's loop and img2dataset.

python -m benchmarks.fetch [ROUNDS]
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import PEERS, ROOT, machine, photo_server, spread, unpacked_photos
from core.processes import step_back  # all go at the priority of our jobs, so that a busy machine is fair

LOOP_ROWS = 300  # the loop's rate does not depend on how many: this many take it 17 s
IMG2DATASET = "1.47.0"
THREADS = (16, 32, 64, 128)  # of each of its processes; the best is kept
LATENCIES_MS = (50, 0)
PORT = 8150


@dataclass(frozen=True)
class Ours:
    """One fetching of ours."""

    whole: float  # photos a second, from asking for a process to the finished dataset
    counted: float  # the same as img2dataset counts: from the first photo on
    seconds: float  # of the whole
    photos: int  # on disk


def loop_rate(table: Path) -> float:
    """Photos a second of the course script, as it prints them itself."""
    printed = subprocess.run(
        [sys.executable, PEERS / "seed_pipeline.py", table],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=step_back,
    )
    return float(re.search(r"fetch: .* ([\d.]+) photos/s", printed.stdout)[1])


def installed_img2dataset() -> Path | None:
    """Installs img2dataset once into an environment of its own; None if it cannot be had."""
    home = Path(tempfile.gettempdir()) / f"fitting-room-benchmark-img2dataset-{IMG2DATASET}"
    program = home / "bin" / "img2dataset"
    if not program.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            install = [home / "bin" / "pip", "install", "--quiet", f"img2dataset=={IMG2DATASET}"]
            subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError as error:
            print(f"img2dataset cannot be installed: {error}", file=sys.stderr)
            return None
    return program


def img2dataset_rate(program: Path, table: Path, threads: int) -> float:
    """Photos a second as img2dataset counts them: start-up left out, photos of 100 px written as files."""
    count = len(table.read_text().splitlines()) - 1
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as out:
        options = {
            "url_list": table,
            "input_format": "csv",
            "url_col": "image_url",
            "caption_col": "label",
            "output_format": "files",
            "output_folder": f"{out}/photos",
            "processes_count": cores,
            "thread_count": threads,
            "number_sample_per_shard": -(-count // cores),
            "image_size": 100,
            "enable_wandb": False,
        }
        command = [program, *(f"--{name}={value}" for name, value in options.items())]
        printed = subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=step_back)
    found = re.findall(r"total .*success: ([\d.]+).*images per sec: (\d+) - count: (\d+)", printed.stdout)
    success, rate, done = found[-1]
    if float(success) < 1 or int(done) != count:
        raise RuntimeError(f"img2dataset fetched {float(success):.0%} of {done} photos; there are {count}.")
    return float(rate)


def our_rate(address: str, home: Path) -> Ours:
    """Our rates, by the times that the dataset's job keeps."""
    command = [sys.executable, "-m", "core", "dataset", "add", address, "--name", "fetched", "--json"]
    environment = {**os.environ, "FITTING_ROOM_HOME": str(home), "FITTING_ROOM_ALLOW_PRIVATE_HOSTS": "1"}
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    dataset = json.loads(printed.stdout)
    job = home / "datasets" / dataset["id"] / "job"
    ended_at = json.loads((job / "end.json").read_text())["at"]
    seconds = ended_at - json.loads((job / "job.json").read_text())["started_at"]
    events = [json.loads(line) for line in (job / "events.jsonl").read_text().splitlines() if line]
    first = next(event for event in events if event["kind"] == "progress")
    counted = (dataset["rows"] - first["done"]) / (ended_at - first["at"])
    return Ours(dataset["rows"] / seconds, counted, seconds, dataset["ok"] + dataset["duplicates"])


def main(rounds: int = 5) -> str:
    """Runs the rounds and returns the section for docs/benchmarks.md."""
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    program = installed_img2dataset()
    return "\n".join(_measured(photos, program, latency_ms, rounds) for latency_ms in LATENCIES_MS)


def _measured(photos: Path, program: Path | None, latency_ms: int, rounds: int) -> str:
    loops: list[float] = []
    theirs: list[float] = []
    ours: list[Ours] = []
    with tempfile.TemporaryDirectory() as scratch, photo_server(photos, PORT, latency_ms) as address:
        lines = urllib.request.urlopen(address).read().decode().splitlines()
        table, some = Path(scratch, "all.csv"), Path(scratch, "some.csv")
        table.write_text("\n".join(lines) + "\n")
        some.write_text("\n".join([lines[0], *lines[1 :: len(lines) // LOOP_ROWS]]) + "\n")
        rate_of = {threads: img2dataset_rate(program, table, threads) for threads in THREADS} if program else {}
        threads = max(rate_of, key=lambda each: rate_of[each], default=0)
        print(latency_ms, "ms, img2dataset by threads:", rate_of, file=sys.stderr)
        for number in range(rounds):
            loops.append(loop_rate(some))
            if program:
                theirs.append(img2dataset_rate(program, table, threads))
            ours.append(our_rate(address, Path(scratch, f"home-{number}")))
            print(latency_ms, loops[-1], theirs[-1:], ours[-1], file=sys.stderr)
    peers = {"course script: one after another": loops}
    if theirs:
        peers[f"img2dataset {IMG2DATASET} by its own count, 100 px, {os.cpu_count()} × {threads} threads"] = theirs
    title = (
        f"**Fetching** {len(lines) - 1:,} photos at {latency_ms} ms latency, {rounds} rounds in turns ({machine()})."
    )
    return f"{title}\n\n{_table(peers, ours)}"


def _table(peers: dict[str, list[float]], ours: list[Ours]) -> str:
    whole, counted = [each.whole for each in ours], [each.counted for each in ours]
    lines = [
        "| | photos a second, median (range) | ours is so many times as fast, whole | … counted like img2dataset |",
        "|---|---|---|---|",
        *(
            f"| {name} | {spread(rates)} | {_ratio(whole, rates)} | {_ratio(counted, rates)} |"
            for name, rates in peers.items()
        ),
        f"| Fitting Room, whole: from asking for a process to the finished dataset | {spread(whole)} | | |",
        f"| Fitting Room, from the first photo to the finished dataset | {spread(counted)} | | |",
        "",
        "Ours checks, hashes and splits; the photos as they came, small pixels to compare them by and the manifest are "
        "on disk: "
        f"{ours[-1].photos:,} photos in {spread([each.seconds for each in ours])} s.",
        "img2dataset leaves its start-up out of its count."
        if len(peers) > 1
        else "img2dataset could not be installed here, and is missing.",
        "",
    ]
    return "\n".join(lines)


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)], 2)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
