"""A dataset of 100,000 photos: what adding it takes, how fast its page opens; and a page while thousands are fetched.

python -m benchmarks.scale [PHOTOS] [ROWS]
"""

import asyncio
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.mishaps import PORT as HOST_PORT
from benchmarks.mishaps import mishap_host
from benchmarks.places import ROOT, machine, spread, unpacked_photos
from benchmarks.server import resident_mb, visit, web_server

CLASSES = 20
BUILT_PX = 64  # another size than the one that is made together with the dataset


def tiny_photos(path: Path, count: int) -> None:
    """Packs so many small pictures, each another, into a ZIP of class folders."""
    rng = np.random.default_rng(7)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            patches = rng.integers(0, 255, (5, 4, 3), dtype=np.uint8)
            content = io.BytesIO()
            Image.fromarray(patches).resize((120, 150), Image.Resampling.BILINEAR).save(content, "JPEG", quality=85)
            archive.writestr(f"class {number % CLASSES:02}/{number:06}.jpg", content.getvalue())


@contextmanager
def watched_memory(marker: str) -> Iterator[list[float]]:
    """Watches the processes whose command line holds a text; the list holds the most that they held together, in MB."""
    most, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            held = 0.0
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if marker.encode() in (process / "cmdline").read_bytes():
                        held += resident_mb(int(process.name))
                except (OSError, StopIteration):  # it ended at this moment
                    continue
            most[0] = max(most[0], held)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        ended.set()
        watching.join()


def added(archive: Path) -> tuple[str, float, float]:
    """Makes the dataset; returns its id, the seconds of its job and the most memory that the job held, in MB."""
    from core import jobs
    from core.data import store

    dataset_id = store.start_dataset({"kind": "archive", "path": str(archive)}, "Many photos")
    job_dir = store.load_dataset(dataset_id).job_dir
    with watched_memory(str(job_dir)) as most:
        state = jobs.wait(job_dir)
    if state.status != "done":
        raise RuntimeError(f"{state.status}: {state.message} {jobs.log_tail(job_dir)}")
    return dataset_id, state.ended_at - state.started_at, most[0]


def built(dataset_id: str) -> float:
    """Seconds for the pixels of another size, in a process of its own."""
    code = (
        "import sys; from core.data import pixels, store\n"
        f"pixels.load_pixels(store.load_dataset(sys.argv[1]), {BUILT_PX})"
    )
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, dataset_id], cwd=ROOT, check=True)
    return time.perf_counter() - began


async def while_fetching(host: str, rows: int, pages: list[tuple[str, str]]) -> tuple[list[float], float]:
    """Visits pages while a table of photos is fetched; returns milliseconds, and the rows a second meanwhile."""
    from core import jobs
    from core.data import store

    dataset_id = store.start_dataset({"kind": "table", "address": f"{host}/table.csv?rows={rows}"}, "Fetched")
    job_dir, enough = store.load_dataset(dataset_id).job_dir, asyncio.Event()
    visits = asyncio.create_task(visit([*pages, ("dataset", f"dataset={dataset_id}")], enough))
    while jobs.state(job_dir).active:
        await asyncio.sleep(0.5)
    enough.set()
    state = jobs.state(job_dir)
    return await visits, rows / (state.ended_at - state.started_at)


def main(photos: int = 100_000, rows: int = 20_000) -> str:
    """Measures, and returns the section for docs/benchmarks.md."""
    real = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "train"
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(FITTING_ROOM_HOME=f"{scratch}/home", FITTING_ROOM_ALLOW_PRIVATE_HOSTS="1")
        archive = Path(scratch, "photos.zip")
        tiny_photos(archive, photos)
        dataset_id, seconds, most_mb = added(archive)
        archive.unlink()
        page = ("dataset", f"dataset={dataset_id}")
        with web_server():
            first = asyncio.run(visit([("", ""), ("train", ""), page], None, times=0, first_counts=True))[-1]
            again = asyncio.run(visit([page], None))
            with mishap_host(real, HOST_PORT, 50) as host:
                during, rate = asyncio.run(while_fetching(host, rows, [("", ""), page]))
        build_s = built(dataset_id)
    p95 = statistics.quantiles(during, n=20)[-1]
    return (
        f"**Many photos**: a ZIP of {photos:,} small ones in {CLASSES} classes ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| adding them: checked, hashed, files, pixels, split and manifest on disk | {seconds:.0f} s, "
        f"{photos / seconds:.0f} photos a second |\n"
        f"| the most memory that the job held | {most_mb:.0f} MB |\n"
        f"| its page, opened for the first time | {first:.0f} ms |\n"
        f"| its page, median (range) | {spread(again)} ms |\n"
        f"| its pixels at {BUILT_PX} px, once, the start of Python included | {build_s:.0f} s, "
        f"{photos / build_s:.0f} photos a second |\n"
        f"| a page while {rows:,} photos are fetched at {rate:.0f} a second (Home, this page and that of the fetching "
        f"in turns), median (range) | {spread(during)} ms, 95th percentile {p95:.0f} ms |\n"
    )


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
