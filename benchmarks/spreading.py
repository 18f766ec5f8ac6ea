"""The same chunks by one process, the local pool and Ray: photos a second, the same bytes, and nothing lost to a kill.

python -m benchmarks.spreading [ROUNDS [PHOTOS]]
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.carrying import Carried, carried, digests, kept
from benchmarks.kills import Killed, killed, simulated_cluster
from benchmarks.places import machine, spread, unpacked_photos
from benchmarks.shop_host import laid_out, shop_host
from benchmarks.shop_tasks import DATASET, SIZE_PX, fetching, pixels, predicting, require_good
from benchmarks.ten_million import Costs, arithmetic
from core.pool import num_workers
from core.spread import Plan

PORT, LATENCY_MS = 8801, 10.0
PREDICTED = 12_000  # photos, each asked about; of fewer the start of each process is a good part
CARRIERS = {"one": "one process", "pool": "the local pool", "ray": "Ray on this machine"}
NODES = "Ray, three simulated nodes"
TASKS = {
    "fetching": "fetched, checked, hashed, kept",
    "predicting": "asked about, photos from the disk",
    "pixels": f"pixels at {SIZE_PX} px",
}


@dataclass
class Measured:
    """Of one task: what each carrier took, round by round, and what it left."""

    plan: Plan  # of the last
    took: dict[str, list[Carried]] = field(default_factory=dict)
    left: set[tuple[str, ...]] = field(default_factory=set)  # the digests of all parts; one if all are the same
    part_bytes: int = 0  # of all parts together
    photo_bytes: int = 0  # of all photos that are kept

    def rates(self, on: str) -> list[float]:
        return [self.plan.rows / each.at_work_s for each in self.took[on]]

    def ratio(self, on: str, to: str) -> str:
        return spread([mine / other for mine, other in zip(self.rates(on), self.rates(to), strict=True)], 2)


def measured(scratch: Path, photos: Path, host: str, rounds: int, count: int, ray: str) -> dict[str, Measured]:
    """All tasks by all carriers in turns, and once by the nodes of a cluster at `ray`.

    Args:
        photos: to be asked about.
        host: of those to be fetched, so many.
    """
    found: dict[str, Measured] = {}

    def measure(home: Path, task: str, on: str, prepared: Callable[[], Plan]) -> Plan:
        plan = kept(home / f"{task}-kept", prepared())
        address = {"RAY_ADDRESS": ray} if on == NODES else {}
        took = carried(plan, "ray" if on == NODES else on, **address)
        require_good(plan)
        of_task = found.setdefault(task, Measured(plan))
        of_task.plan = plan
        of_task.took.setdefault(on, []).append(took)
        of_task.left.add(tuple(digests(plan)))
        of_task.part_bytes = sum(plan.part(number).stat().st_size for number in range(len(plan)))
        of_task.photo_bytes = sum(path.stat().st_size for path in (home / "datasets" / DATASET).glob("photos/*/*"))
        print(f"{task} by {on}: {plan.rows / took.at_work_s:.0f}/s, {took}", file=sys.stderr, flush=True)
        return plan

    for number in range(rounds):
        turn = [*CARRIERS][number % len(CARRIERS) :] + [*CARRIERS][: number % len(CARRIERS)]
        for on in [*turn, *([NODES] if number == 0 else [])]:
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                home = Path(folder)
                os.environ["FITTING_ROOM_HOME"] = folder
                fetched = measure(home, "fetching", on, lambda home=home: fetching(home, host, count))
                measure(home, "pixels", on, lambda home=home, fetched=fetched: pixels(home, fetched))
                measure(home, "predicting", on, lambda home=home: predicting(home, photos))
    return found


def main(rounds: int = 3, count: int = 16_000) -> str:
    """Measures, kills, and returns the section for docs/benchmarks.md."""
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    os.environ["FITTING_ROOM_ALLOW_PRIVATE_HOSTS"] = "1"
    with (
        tempfile.TemporaryDirectory() as folder,
        shop_host(photos, PORT, LATENCY_MS) as host,
        simulated_cluster() as cluster,
    ):
        to_ask = Path(folder, "to ask")
        laid_out(photos, to_ask, min(count, PREDICTED))
        found = measured(Path(folder), to_ask, host, rounds, count, cluster.address)
        blows = killed(Path(folder), lambda *what: fetching(what[0], host, *what[1:]), f"{host}/asked", cluster)
    return _rates(found, rounds) + _kills(blows) + arithmetic(_costs(found))


def _costs(found: dict[str, Measured]) -> Costs:
    fetched = found["fetching"]
    return Costs(
        seconds={task: num_workers() / statistics.median(of.rates("pool")) for task, of in found.items()},
        worker_mb=max(each.worker_mb for of in found.values() for took in of.took.values() for each in took),
        photo_bytes=fetched.photo_bytes / fetched.plan.rows,
        part_bytes=fetched.part_bytes / fetched.plan.rows,
        pixel_bytes=found["pixels"].part_bytes / fetched.plan.rows,
    )


def _rates(found: dict[str, Measured], rounds: int) -> str:
    lines = [
        f"**Spreading** the same chunks: photos a second at work, median (range) of {rounds} rounds in turns; the host "
        f"of the photos is on the same machine and answers after {LATENCY_MS:.0f} ms ({machine()}).",
        "",
        f"| | {' | '.join(CARRIERS.values())} | pool to one | Ray to pool | {NODES}, once |",
        "|---|---|---|---|---|---|---|",
    ]
    for task, words in TASKS.items():
        of = found[task]
        rates = " | ".join(spread(of.rates(on), 0) for on in CARRIERS)
        ratios = f"{of.ratio('pool', 'one')} | {of.ratio('ray', 'pool')}"
        lines.append(f"| {words}, {of.plan.rows:,} | {rates} | {ratios} | {of.rates(NODES)[0]:.0f} |")
    for words, worth in (
        ("start and end, in seconds", lambda each: each.whole_s - each.at_work_s),
        ("most memory of a process that does chunks, in MB", lambda each: each.worker_mb),
    ):
        of_all = {on: [worth(each) for of in found.values() for each in of.took[on]] for on in [*CARRIERS, NODES]}
        by_carrier = " | ".join(spread(of_all[on], 0) for on in CARRIERS)
        lines.append(f"| {words} | {by_carrier} | | | {statistics.median(of_all[NODES]):.0f} |")
    parts, same = sum(len(of.plan) for of in found.values()), all(len(of.left) == 1 for of in found.values())
    said = "are the same, bit for bit, whoever did them" if same else "DIFFER"
    return "\n".join([*lines, "", f"All {parts} parts {said}.", "", ""])


def _kills(blows: list[Killed]) -> str:
    lines = [
        f"**Killed** with signal 9 at {len(blows)} random moments of a fetching of {blows[0].rows:,} photos in "
        f"{blows[0].parts} chunks; a driver that was killed is started again.",
        "",
        "| who | chunks done by then | at work then | begun again | photos fetched again | rows lost | rows twice "
        "| parts as without it |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for blow in blows:
        lines.append(
            f"| {blow.who} | {blow.done} of {blow.parts} | {blow.at_work} | {blow.again} | {blow.fetched_again:,} "
            f"| {blow.lost:,} | {blow.twice:,} | {blow.same} of {blow.parts} |"
        )
    return "\n".join([*lines, "", ""])


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
