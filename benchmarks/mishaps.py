"""Thousands of rows, one in twenty of which comes to grief: each with its own reason, and no photo fetched twice.

python -m benchmarks.mishaps [ROWS]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mishap_host import BUSY_EVERY, MISHAPS, path_of, planted
from benchmarks.places import ROOT, answering, machine, unpacked_photos

PORT = 8170


@dataclass(frozen=True)
class Outcome:
    """What became of the rows."""

    rows: int
    good: int  # photos, those that are there already included
    reported: Counter[str]  # planted failures that are reported with their own status and reason, by kind
    planted: Counter[str]
    invented: int  # failures that nobody planted
    at_stop: int  # rows that were done when it was stopped
    twice: int  # photos that were fetched more than once
    seconds: float  # of both parts of the work

    @property
    def is_right(self) -> bool:
        return self.reported == self.planted and self.invented == 0 and self.twice == 0


@contextmanager
def mishap_host(photos: Path, port: int, latency_ms: float) -> Iterator[str]:
    """Runs the host in a process of its own; yields its address."""
    command = [sys.executable, "-m", "benchmarks.mishap_host", str(photos), str(port), str(latency_ms)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        answering(f"http://127.0.0.1:{port}/asked")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def fetch_in_two_parts(host: str, rows: int) -> Outcome:
    """Makes a dataset of the host's table in the workspace, stopped at half and resumed."""
    from core import jobs
    from core.data import store

    source = {"kind": "table", "address": f"{host}/table.csv?rows={rows}"}
    dataset = store.load_dataset(store.start_dataset(source, "Mishaps"))
    while (state := jobs.state(dataset.job_dir)).active and _done(dataset.job_dir) < rows // 2:
        time.sleep(0.05)
    jobs.request_stop(dataset.job_dir)
    state = jobs.wait(dataset.job_dir)
    seconds = state.ended_at - state.started_at
    at_stop = (dataset.folder / "rows.jsonl").read_bytes().count(b'"status"')
    store.resume_dataset(dataset.id)
    state = jobs.wait(dataset.job_dir)
    if state.status != "done":
        raise RuntimeError(f"{state.status}: {state.message} {jobs.log_tail(dataset.job_dir)}")
    seconds += state.ended_at - state.started_at
    asked = json.load(urllib.request.urlopen(f"{host}/asked"))
    return _judged(store.load_dataset(dataset.id).manifest(), asked, at_stop, seconds)


def _done(job_dir: Path) -> int:
    from core import jobs

    return max((event["done"] for event in jobs.events(job_dir, "progress") if event["stage"] == "photos"), default=0)


def _judged(manifest, asked: dict[str, int], at_stop: int, seconds: float) -> Outcome:
    reported: Counter[str] = Counter()
    is_good = manifest["status"].isin(["ok", "duplicate"])
    invented = 0
    for number, (status, reason, good) in enumerate(zip(manifest["status"], manifest["reason"], is_good, strict=True)):
        kind = planted(number)
        if kind and MISHAPS[kind].status == status and MISHAPS[kind].words in reason:
            reported[kind] += 1
        elif not kind and not good:
            invented += 1
    paths = [path_of(number) for number in range(len(manifest)) if not planted(number)]
    return Outcome(
        rows=len(manifest),
        good=int(is_good.sum()),
        reported=reported,
        planted=Counter(filter(None, map(planted, range(len(manifest))))),
        invented=invented,
        at_stop=at_stop,
        twice=sum(asked.get(path, 0) > (2 if path.startswith("/busy/") else 1) for path in paths),
        seconds=seconds,
    )


def main(rows: int = 20_000, latency_ms: float = 10) -> str:
    """Fetches them and returns the section for docs/benchmarks.md."""
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    with tempfile.TemporaryDirectory() as home, mishap_host(photos, PORT, latency_ms) as host:
        os.environ.update(FITTING_ROOM_HOME=home, FITTING_ROOM_ALLOW_PRIVATE_HOSTS="1")
        outcome = fetch_in_two_parts(host, rows)
    num_planted, num_reported = outcome.planted.total(), outcome.reported.total()
    return (
        f"**Mishaps**: {outcome.rows:,} addresses of 3,068 photos, {num_planted:,} of which come to grief in "
        f"{len(outcome.planted)} ways, and {outcome.rows // BUSY_EVERY} more that are given only at the second try; "
        f"stopped at half and resumed ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| planted failures reported with their own reason | {num_reported:,} of {num_planted:,} |\n"
        f"| failures that nobody planted | {outcome.invented:,} |\n"
        f"| rows done when it was stopped | {outcome.at_stop:,} |\n"
        f"| photos fetched twice, as the host counts | {outcome.twice:,} |\n"
        f"| rows a second, with every second try and wait | {outcome.rows / outcome.seconds:.0f} |\n"
    )


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
