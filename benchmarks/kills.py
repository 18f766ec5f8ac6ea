"""Workers, drivers and nodes killed in the middle of a fetching, at random moments; and what that has cost."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.carrying import begun, carried, digests, kept, notes
from benchmarks.places import ROOT
from core.processes import step_back
from core.spread import Plan

Prepared = Callable[[Path, int, int], Plan]

BLOWS = [
    *(("pool", victim) for victim in ("worker", "driver") for _ in range(2)),
    *(("ray", victim) for victim in ("worker", "driver", "node") for _ in range(2)),
]
WORDS = {"pool": "the local pool", "ray": "three nodes"}
ROWS, PER_CHUNK = 1_600, 100
LATEST_S = 0.5  # after a chunk has begun
PATIENCE_S = 300.0
CLUSTER = """
import sys
from ray.cluster_utils import Cluster
small = {"num_cpus": 1, "object_store_memory": 100 * 1024**2}
cluster = Cluster(initialize_head=True, head_node_args={**small, "include_dashboard": False})
print(cluster.address, flush=True)
for line in sys.stdin:
    print(cluster.add_node(**small).all_processes["raylet"][0].process.pid, flush=True)
cluster.shutdown()
"""


@dataclass(frozen=True)
class Killed:
    """What became of a fetching that somebody was killed in the middle of."""

    who: str
    rows: int
    parts: int
    done: int  # parts that were there then
    at_work: int  # chunks
    again: int  # chunks that were begun more than once
    fetched_again: int  # photos, as the host counts
    lost: int  # rows that no part has
    twice: int
    same: int  # parts that are as they are when nobody is killed, bit for bit


class Nodes:
    """A simulated cluster: a head, and nodes that can be killed and replaced."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address = self._said()
        self.raylets = [self._added() for _ in range(2)]

    def kill_one(self, chance: random.Random) -> None:
        """Kills all processes of a node at once, as if its machine had been switched off."""
        raylet = self.raylets.pop(chance.randrange(len(self.raylets)))
        others = Path(f"/proc/{raylet}/task/{raylet}/children").read_text().split()
        for pid in [raylet, *map(int, others)]:
            os.kill(pid, signal.SIGKILL)

    def replace(self) -> None:
        """Has three nodes again."""
        while len(self.raylets) < 2:
            self.raylets.append(self._added())

    def _added(self) -> int:
        self._process.stdin.write("add\n")
        self._process.stdin.flush()
        return int(self._said())

    def _said(self) -> str:
        return self._process.stdout.readline().strip()


@contextmanager
def simulated_cluster() -> Iterator[Nodes]:
    """Ray with three nodes of one processor each on this machine."""
    from core.cluster import KEPT_TO_ITSELF, environment

    process = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        cwd=ROOT,
        env={**os.environ, **environment(), **KEPT_TO_ITSELF, "RAY_raylet_start_wait_time_s": f"{PATIENCE_S:.0f}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=step_back,
    )
    try:
        yield Nodes(process)
    finally:
        process.stdin.close()  # it ends its nodes, then itself
        process.wait(60)


def killed(scratch: Path, prepared: Prepared, asked: str, cluster: Nodes, seed: int = 7) -> list[Killed]:
    """Deals all blows, each to a work of its own.

    Args:
        prepared: plans the fetching of so many photos, in chunks of so many, in a new workspace.
        asked: where the host says how many photos it was asked for.
    """
    chance = random.Random(seed)
    with _planned(scratch, prepared) as plan:
        carried(plan, "one")
        parts, photos = digests(plan), _photos(plan)
    found = []
    for on, victim in BLOWS:
        before = _asked(asked)
        with _planned(scratch, prepared) as plan:
            done, at_work = _struck(plan, on, victim, cluster, chance)
            times, counts = Counter(note["chunk"] for note in notes(plan, "begun")), Counter(_photos(plan))
            blow = Killed(
                who=f"a {victim} of {WORDS[on]}",
                rows=ROWS,
                parts=len(plan),
                done=done,
                at_work=at_work,
                again=times.total() - len(times),
                fetched_again=_asked(asked) - before - ROWS,
                lost=len({*photos} - {*counts}),
                twice=counts.total() - len(counts),
                same=sum(mine == other for mine, other in zip(digests(plan), parts, strict=True)),
            )
        cluster.replace()
        print(blow, file=sys.stderr, flush=True)
        found.append(blow)
    return found


def _struck(plan: Plan, on: str, victim: str, cluster: Nodes, chance: random.Random) -> tuple[int, int]:
    """Has a plan done, and kills somebody meanwhile; returns the chunks that were done then, and those at work."""
    address = {"RAY_ADDRESS": cluster.address} if on == "ray" else {}
    process = begun(plan, on, **address)
    to_begin = chance.randrange(1, len(plan))
    _until(lambda: len(notes(plan, "begun")) >= to_begin)
    time.sleep(chance.uniform(0.0, LATEST_S))
    _until(lambda: _at_work(plan))
    done, at_work = len(plan) - len(plan.missing()), _at_work(plan)
    if victim == "worker":
        os.kill(chance.choice(sorted(at_work.values())), signal.SIGKILL)
    elif victim == "node":
        cluster.kill_one(chance)
    else:
        process.kill()
        process.communicate()
        process = begun(plan, on, **address)
    process.communicate(timeout=PATIENCE_S)
    if process.returncode != 0:
        raise RuntimeError(f"The work did not go on after a {victim} of {WORDS[on]} was killed.")
    return done, len(at_work)


def _at_work(plan: Plan) -> dict[int, int]:
    """The chunks that were begun and are not there, each with the process that is at it."""
    missing = {*plan.missing()}
    return {note["chunk"]: note["pid"] for note in notes(plan, "begun") if note["chunk"] in missing}


def _photos(plan: Plan) -> list[bytes]:
    """What all parts have, by content; no two photos of the host are the same."""
    tables = [pq.read_table(plan.part(number), columns=["content_hash"]) for number in range(len(plan))]
    return [content_hash for table in tables for content_hash in table["content_hash"].to_pylist()]


def _asked(address: str) -> int:
    return int(json.load(urllib.request.urlopen(address)))


def _until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("Nothing begins.")
        time.sleep(0.01)


@contextmanager
def _planned(scratch: Path, prepared: Prepared) -> Iterator[Plan]:
    with tempfile.TemporaryDirectory(dir=scratch) as home:
        os.environ["FITTING_ROOM_HOME"] = home
        yield kept(Path(home, "kept"), prepared(Path(home), ROWS, PER_CHUNK))
