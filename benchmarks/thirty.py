"""Thirty trainings at once on a simulated cluster: whether all end, how long each waits, and the web server meanwhile.

python -m benchmarks.thirty
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from benchmarks.places import answering, machine, spread
from benchmarks.server import Visitor, resident_mb, web_server

TRAININGS, NODES = 30, 2  # each node with one processor, of the two that this was measured on
STOPPED_WAITING, STOPPED_AT_WORK = 4, 2
CLASSES, PHOTOS_A_CLASS = 4, 20
JOB_SERVER, WEB = 8797, 8798  # ports
SECONDS_BETWEEN_VISITS, IDLE_VISITS = 0.5, 30
LIMIT_S = 3600.0
CLUSTER = f"""
import signal, sys, time
from ray.cluster_utils import Cluster
small = {{"num_cpus": 1, "object_store_memory": 100 * 1024**2}}
dashboard = {{"include_dashboard": True, "dashboard_host": "127.0.0.1", "dashboard_port": {JOB_SERVER}}}
dashboard["dashboard_agent_listen_port"] = 0  # any that is free: there may be another Ray on this machine
cluster = Cluster(initialize_head=True, head_node_args={{**small, **dashboard}})
for _ in range({NODES - 1}):
    cluster.add_node(**small)
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
try:
    while True:
        time.sleep(1)
finally:
    cluster.shutdown()
"""


@dataclass
class Seen:
    """What happened to the trainings, and to a visitor meanwhile."""

    given_s: list[float] = field(default_factory=list)  # of each start, until it returned
    began_at: dict[str, float] = field(default_factory=dict)  # by run; since the first start
    ended: Counter[str] = field(default_factory=Counter)
    stop_s: list[float] = field(default_factory=list)  # from a click on Stop to the end
    idle_ms: list[float] = field(default_factory=list)  # the pages, before
    pages_ms: list[float] = field(default_factory=list)
    whole_s: float = 0.0
    most_at_once: int = 0


@contextmanager
def simulated_cluster() -> Iterator[str]:
    """Ray with a few nodes on this machine; yields the address of its job server."""
    from core.cluster import KEPT_TO_ITSELF

    process = subprocess.Popen([sys.executable, "-c", CLUSTER], env={**os.environ, **KEPT_TO_ITSELF})
    address = f"http://127.0.0.1:{JOB_SERVER}"
    try:
        answering(f"{address}/api/version", 180)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def drawn_dataset(home: Path) -> str:
    """A small one, of drawn clothes."""
    from core import jobs
    from core.data import store
    from core.sources.garments import CLASS_NAMES, draw

    for label in CLASS_NAMES[:CLASSES]:
        (home / "photos" / label).mkdir(parents=True)
        for number in range(PHOTOS_A_CLASS):
            draw(label, number, 64).save(home / "photos" / label / f"{number}.png")
    dataset_id = store.start_dataset({"kind": "folder", "path": str(home / "photos")}, "Drawn clothes")
    jobs.wait(store.load_dataset(dataset_id).job_dir)
    return dataset_id


async def trainings(dataset_id: str) -> Seen:
    """Starts them all at once, stops some that wait and some that learn, and visits pages until the last has ended."""
    from core.training import starting
    from core.training.recipe import usual

    recipe = usual("compact", epochs=2, image_size_px=32, batch_size=8)
    seen, enough = Seen(), asyncio.Event()
    await visit(dataset_id, seen.idle_ms, lambda: len(seen.idle_ms) >= IDLE_VISITS)
    visits = asyncio.create_task(visit(dataset_id, seen.pages_ms, enough.is_set))
    began = time.time()

    def start(number: int) -> str:
        asked = time.perf_counter()
        run_id = starting.start_run(dataset_id, recipe, name=f"Student {number}")
        seen.given_s.append(time.perf_counter() - asked)
        return run_id

    with ThreadPoolExecutor(TRAININGS) as students:
        loop = asyncio.get_running_loop()
        runs = await asyncio.gather(*(loop.run_in_executor(students, start, number) for number in range(TRAININGS)))
    print(f"{len(runs)} given after {time.time() - began:.0f} s", file=sys.stderr)
    await _see_through([*runs], seen, began)
    enough.set()
    await visits
    return seen


async def _see_through(runs: list[str], seen: Seen, began: float) -> None:
    from core import jobs
    from core.training.runs import load_run, stop_run

    stopped: dict[str, float] = {}
    to_stop = {"waiting": STOPPED_WAITING, "running": STOPPED_AT_WORK}
    while len(seen.ended) == 0 or sum(seen.ended.values()) < len(runs):
        if time.time() - began > LIMIT_S:
            raise TimeoutError(f"Not all have ended: {seen.ended}")
        stands = {run_id: load_run(run_id).state for run_id in runs}
        seen.most_at_once = max(seen.most_at_once, sum(state.status == "running" for state in stands.values()))
        for run_id, state in stands.items():
            if state.status == "running" and run_id not in seen.began_at:
                seen.began_at[run_id] = jobs.events(load_run(run_id).job_dir, "begun")[0]["at"] - began
            learns = state.status == "running" and jobs.events(load_run(run_id).job_dir, "batch")
            if run_id not in stopped and to_stop.get(state.status, 0) and (learns or state.status == "waiting"):
                to_stop[state.status] -= 1
                stopped[run_id] = time.time()
                stop_run(run_id)
            if run_id in stopped and state.ended_at is not None and stopped[run_id] > 0:
                seen.stop_s.append(max(0.0, state.ended_at - stopped[run_id]))
                stopped[run_id] = 0.0
        seen.ended = Counter(state.status for state in stands.values() if not state.active)
        seen.whole_s = time.time() - began
        await asyncio.sleep(0.5)


async def visit(dataset_id: str, milliseconds: list[float], enough: Callable[[], bool]) -> None:
    """Opens Home, Dataset and Train in turns, as another visitor; their first times, which load them, do not count."""
    pages = [("", ""), ("dataset", f"dataset={dataset_id}"), ("train", f"dataset={dataset_id}")]
    address = f"ws://127.0.0.1:{WEB}/_stcore/stream"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(address, protocols=("streamlit",), max_msg_size=0) as socket,
    ):
        visitor = Visitor(socket)
        for page in pages:
            await visitor.react(*page)
        while not enough():
            milliseconds.append(1000 * await visitor.react(*pages[len(milliseconds) % len(pages)]))
            await asyncio.sleep(SECONDS_BETWEEN_VISITS)


def main() -> str:
    """Starts the cluster and the server, and returns the section for docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as home, simulated_cluster() as address:
        os.environ |= {"FITTING_ROOM_HOME": home, "FITTING_ROOM_RAY": address, "FITTING_ROOM_CHECK_BY_ITSELF": "0"}
        dataset_id = drawn_dataset(Path(home))
        with web_server(WEB) as pid:
            seen = asyncio.run(trainings(dataset_id))
            memory_mb = resident_mb(pid)
            loaded = Path(f"/proc/{pid}/maps").read_text()
    p95 = statistics.quantiles(seen.pages_ms, n=20)[-1]
    begins = sorted(seen.began_at.values())
    ends = ", ".join(f"{number} {status}" for status, number in seen.ended.most_common())
    return (
        f"**Thirty at once**: {TRAININGS} trainings given to Ray in one moment, on {NODES} simulated nodes of one "
        f"processor each; {STOPPED_WAITING} are stopped while they wait and {STOPPED_AT_WORK} while they learn; "
        f"another visitor opens Home, Dataset and Train in turns ({machine()}, which all nodes share).\n\n"
        "| | |\n|---|---|\n"
        f"| how they ended | {ends} |\n"
        f"| at work at once, at most | {seen.most_at_once} |\n"
        f"| a start, median (range) | {spread(seen.given_s)} s, with the look at the nodes before the first |\n"
        f"| from the first start to the first at work, and to the last | {begins[0]:.0f} s, {begins[-1]:.0f} s |\n"
        f"| from Stop to the end, median (range) | {spread(seen.stop_s)} s |\n"
        f"| all thirty | {seen.whole_s:.0f} s |\n"
        f"| a page before, median (range) | {spread(seen.idle_ms)} ms |\n"
        f"| a page meanwhile, median (range) | {spread(seen.pages_ms)} ms, 95th percentile {p95:.0f} ms |\n"
        f"| the web server's memory afterwards | {memory_mb:.0f} MB |\n"
        f"| Ray loaded by the web server | {'yes' if '_raylet' in loaded else 'no'} |\n"
    )


if __name__ == "__main__":
    print(main())
