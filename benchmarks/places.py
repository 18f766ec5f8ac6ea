"""Where the reference scripts and the real photos lie, and small things that all benchmarks share."""

import os
import platform
import statistics
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = Path(os.environ.get("FITTING_ROOM_PEERS", ROOT.parent / "shared" / "peers"))
ARCHIVE = Path(os.environ.get("FITTING_ROOM_PHOTOS", ROOT.parent / "shared" / "data" / "clothing-photos.zip"))


def unpacked_photos(into: Path) -> Path:
    """Unpacks the archive of real photos once; returns the folder that holds `train` and `validation`."""
    if not (into / "ready").exists():
        with zipfile.ZipFile(ARCHIVE) as archive:
            archive.extractall(into)
        (into / "ready").touch()
    return next(into.glob("*/train")).parent


@contextmanager
def photo_server(folder: Path, port: int, latency_ms: int) -> Iterator[str]:
    """A photo host with latency; yields the address of its table."""
    command = [sys.executable, str(PEERS / "photo_server.py"), str(folder), str(port), str(latency_ms)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/table.csv"
    try:
        answering(address)
        yield address
    finally:
        process.kill()
        process.wait()


def answering(address: str, patience_s: float = 60.0) -> None:
    """Waits until a server that was just started answers."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median, with the least and the most: "18.2 (17.9 to 18.6)"."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def machine() -> str:
    """The machine in a line."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
