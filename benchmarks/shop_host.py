"""A shop's host with any number of photos, no two the same: real ones, each with its number in it. It counts.

python -m benchmarks.shop_host FOLDER PORT LATENCY_MS
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

from benchmarks.places import ROOT, answering

BEGIN = b"\xff\xd8"  # of every JPEG


def numbered(photo: bytes, number: int) -> bytes:
    """The same picture with a comment, so that it counts as another photo."""
    said = f"{number:09d}".encode()
    return BEGIN + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + photo[len(BEGIN) :]


def laid_out(folder: Path, into: Path, count: int) -> None:
    """So many of these photos as files."""
    photos = sorted(folder.glob("*/*.jpg"))
    into.mkdir()
    for number in range(count):
        (into / f"{number:06d}.jpg").write_bytes(numbered(photos[number % len(photos)].read_bytes(), number))


def app(folder: Path, latency_s: float) -> web.Application:
    """Answers `/7.jpg` and so on, and `/asked`: how many photos it was asked for."""
    photos = [path.read_bytes() for path in sorted(folder.glob("*/*.jpg"))]
    asked = 0

    async def photo(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        await asyncio.sleep(latency_s)
        number = int(request.match_info["number"])
        said = {"ETag": f'"{number}"', "Last-Modified": "Sat, 01 Aug 2026 00:00:00 GMT"}
        content = numbered(photos[number % len(photos)], number)
        return web.Response(body=content, content_type="image/jpeg", headers=said)

    async def count(_: web.Request) -> web.Response:
        return web.json_response(asked)

    server = web.Application()
    server.add_routes([web.get("/asked", count), web.get(r"/{number:\d+}.jpg", photo)])
    return server


@contextmanager
def shop_host(photos: Path, port: int, latency_ms: float) -> Iterator[str]:
    """Runs the host in a process of its own; yields its address."""
    command = [sys.executable, "-m", "benchmarks.shop_host", str(photos), str(port), str(latency_ms)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        answering(f"http://127.0.0.1:{port}/asked")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    web.run_app(app(Path(sys.argv[1]), float(sys.argv[3]) / 1000), host="127.0.0.1", port=int(sys.argv[2]), print=None)
