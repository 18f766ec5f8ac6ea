"""The web server through three trainings: its memory, and how fast it answers another visitor meanwhile.

python -m benchmarks.server
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.places import ROOT, answering, machine, spread, unpacked_photos

PORT = 8160
SECONDS_BETWEEN_VISITS = 0.5


def resident_mb(pid: int) -> float:
    """Memory that a process holds, in MB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def web_server(port: int = PORT) -> Iterator[int]:
    """Runs the app, with this process's environment; yields its process id."""
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"]
    server = subprocess.Popen([*command, f"--server.port={port}", "--server.address=127.0.0.1"], cwd=ROOT)
    try:
        answering(f"http://127.0.0.1:{port}/_stcore/health")
        yield server.pid
    finally:
        server.kill()
        server.wait()


class Visitor:
    """Speaks the app's own protocol, so that only the server is measured, not a browser's drawing."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def react(self, page: str, query: str = "") -> float:
        """Asks for a page once more; returns the seconds until the server has sent all of it."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        began = time.perf_counter()
        await self.socket.send_bytes(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString((await asyncio.wait_for(self.socket.receive(), 30)).data)
            if answer.WhichOneof("type") == "script_finished" and answer.script_finished == 0:
                return time.perf_counter() - began


async def visit(
    pages: list[tuple[str, str]], enough: "asyncio.Event | None", times: int = 20, first_counts: bool = False
) -> list[float]:
    """Visits pages in turns until there is enough (or so many times) and returns milliseconds.

    Args:
        first_counts: whether the first visit of each page is among them.
    """
    milliseconds = []
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"ws://127.0.0.1:{PORT}/_stcore/stream", protocols=("streamlit",), max_msg_size=0) as socket,
    ):
        visitor = Visitor(socket)
        firsts = [1000 * await visitor.react(page, query) for page, query in pages]
        while len(milliseconds) < times if enough is None else not enough.is_set():
            page, query = pages[len(milliseconds) % len(pages)]
            milliseconds.append(1000 * await visitor.react(page, query))
            await asyncio.sleep(SECONDS_BETWEEN_VISITS)
    return firsts * first_counts + milliseconds


async def trainings(dataset_id: str, count: int) -> list[float]:
    """Runs trainings one after another and visits the Dataset page meanwhile; returns milliseconds."""
    from core import jobs
    from core.training import runs, starting
    from core.training.recipe import Recipe

    enough = asyncio.Event()
    visits = asyncio.create_task(visit([("", ""), ("dataset", f"dataset={dataset_id}"), ("train", "")], enough))
    for _ in range(count):
        run = runs.load_run(starting.start_run(dataset_id, Recipe()))
        while jobs.state(run.job_dir).active:
            await asyncio.sleep(1)
        print(run.id, jobs.state(run.job_dir).status, file=sys.stderr)
    enough.set()
    return await visits


def main(count: int = 3) -> str:
    """Makes a dataset of real photos, trains on it, and returns the section for docs/benchmarks.md."""
    from core import jobs
    from core.data import store

    with tempfile.TemporaryDirectory() as home:
        os.environ["FITTING_ROOM_HOME"] = home
        photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark")
        dataset_id = store.start_dataset({"kind": "folder", "path": str(photos)}, "Clothing photos")
        jobs.wait(store.load_dataset(dataset_id).job_dir)
        with web_server() as pid:
            idle = asyncio.run(visit([("", ""), ("dataset", f"dataset={dataset_id}"), ("train", "")], None))
            before = resident_mb(pid)
            during = asyncio.run(trainings(dataset_id, count))
            after = resident_mb(pid)
            loaded = Path(f"/proc/{pid}/maps").read_text()
    p95 = statistics.quantiles(during, n=20)[-1]
    return (
        f"**The server** through {count} trainings of `classic` on 3,409 photos, another visitor opening Home, "
        f"Dataset and Train in turns ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| a page, idle, median (range) | {spread(idle)} ms |\n"
        f"| a page while it trains, median (range) | {spread(during)} ms, 95th percentile {p95:.0f} ms |\n"
        f"| memory before and after | {before:.0f} MB, {after:.0f} MB |\n"
        f"| TensorFlow loaded by the server | {'yes' if 'libtensorflow' in loaded else 'no'} |\n"
    )


if __name__ == "__main__":
    print(main())
