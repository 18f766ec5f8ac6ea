"""A web host on 127.0.0.1 that behaves well and badly, in a thread of the tests."""

import asyncio
import gzip
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from core.sources.items import Failure, Item
from tests.conftest import picture

PHOTO = picture(1)
BOMB = gzip.compress(bytes(100_000_000))  # 0.1 MB on the wire
SIGN_IN = "<!DOCTYPE html><html><title>Sign in - Google Accounts</title></html>"


@dataclass
class Host:
    """The running host; `answers` may be added to while it runs."""

    base: str
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    asked_at: list[tuple[str, float]] = field(default_factory=list)
    now_serving: int = 0
    most_at_once: int = 0

    def url(self, path: str) -> str:
        return self.base + path


@pytest.fixture(scope="session")
def running_host() -> Iterator[Host]:
    started = threading.Event()
    host = Host("")
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", _handler(host))
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await ending.wait()
        await runner.cleanup()

    ending = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait(5)
    yield host
    loop.call_soon_threadsafe(ending.set)
    thread.join()
    loop.close()


@pytest.fixture
def host(running_host: Host) -> Host:
    """The host with nothing added and nothing counted."""
    running_host.answers.clear()
    running_host.asked.clear()
    running_host.asked_at.clear()
    running_host.most_at_once = 0
    return running_host


@dataclass
class Kept:
    """Gathers what a source delivers."""

    delivered: dict[int, bytes | Failure] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, item: Item, delivered: bytes | Failure) -> None:
        with self.lock:
            self.delivered[item.row] = delivered
            self.times[item.row] += 1

    def failure(self, row: int) -> Failure:
        delivered = self.delivered[row]
        assert isinstance(delivered, Failure), f"row {row} came as {len(delivered)} bytes"
        return delivered


@pytest.fixture
def kept() -> Kept:
    return Kept()


def _handler(host: Host) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        host.asked[path] += 1
        host.asked_at.append((path, time.monotonic()))
        host.now_serving += 1
        host.most_at_once = max(host.most_at_once, host.now_serving)
        try:
            return await _answer(host, path, request)
        finally:
            host.now_serving -= 1

    return handle


async def _answer(host: Host, path: str, request: web.Request) -> web.StreamResponse:
    if path in host.answers:
        return web.Response(body=host.answers[path])
    match path.strip("/").split("/"):
        case ["photo", *_]:
            await asyncio.sleep(0.02)
            return web.Response(body=PHOTO, content_type="image/jpeg")
        case ["together", number]:
            return await _together(host, int(number))
        case ["crowd", *_]:
            return await _crowd(host)
        case ["page", *_]:
            return web.Response(text="<!doctype html><html>A shop</html>", content_type="text/html")
        case ["mislabelled"]:
            return web.Response(body=PHOTO, content_type="text/html")
        case ["empty"]:
            return web.Response(body=b"")
        case ["status", status]:
            return web.Response(status=int(status), text="no")
        case ["to", *_]:
            raise web.HTTPFound(request.query["goal"])
        case ["hops", left]:
            raise web.HTTPFound(f"/hops/{int(left) - 1}" if int(left) > 1 else "/photo/end")
        case ["round", *_]:
            raise web.HTTPFound(path)
        case ["drip"]:
            return await _drip(request)
        case ["endless"]:
            return await _endless(request)
        case ["boasting"]:
            return await _boasting(request)
        case ["bomb"]:
            return web.Response(body=BOMB, headers={"Content-Encoding": "gzip"}, content_type="image/jpeg")
        case ["busy", *_] if host.asked[path] == 1:
            return web.Response(status=429, headers={"Retry-After": "1"})
        case ["shaky", *_] if host.asked[path] < 3:
            return web.Response(status=503)
        case ["closed"]:
            return web.Response(status=429, headers={"Retry-After": "86400"})
        case ["busy" | "shaky", *_]:
            return web.Response(body=PHOTO)
        case ["heavy", size]:
            return web.Response(body=bytes(int(size)))
        case ["heavy-unsaid", size]:
            return await _unsaid(request, int(size))
        case ["broken", *_]:
            return await _broken(host, request)
        case ["sign-in"]:
            return web.Response(text=SIGN_IN, content_type="text/html")
    raise web.HTTPNotFound


async def _together(host: Host, number: int) -> web.StreamResponse:
    """Answers when so many ask at once, and so late that one more would be seen; however slow the machine is."""
    deadline = time.monotonic() + 10
    while host.most_at_once < number and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    return web.Response(body=PHOTO)


async def _crowd(host: Host) -> web.StreamResponse:
    """Answers when nobody new has come for a moment."""
    before = -1
    while before < len(host.asked_at):
        before = len(host.asked_at)
        await asyncio.sleep(0.05)
    return web.Response(body=PHOTO)


async def _drip(request: web.Request) -> web.StreamResponse:
    """A byte now and then: no single wait is long, all of them are."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(200):
        await response.write(b"x")
        await asyncio.sleep(0.05)
    return response


async def _endless(request: web.Request) -> web.StreamResponse:
    """Goes on for as long as somebody listens."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    while True:
        await response.write(bytes(65536))


async def _boasting(request: web.Request) -> web.StreamResponse:
    """Promises a terabyte, and then says nothing for as long as somebody listens."""
    response = web.StreamResponse(headers={"Content-Length": str(10**12)})
    await response.prepare(request)
    while request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(0.02)
    return response


async def _unsaid(request: web.Request, size: int) -> web.StreamResponse:
    """Much, without saying beforehand how much."""
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for _ in range(size // 65536 + 1):
        await response.write(bytes(65536))
    return response


async def _broken(host: Host, request: web.Request) -> web.StreamResponse:
    """Breaks off in the middle the first time; goes on from there when asked to."""
    content = host.answers["content"]
    asked = request.headers.get("Range", "bytes=0-")
    start = int(asked.removeprefix("bytes=").rstrip("-"))
    if start >= len(content):
        return web.Response(status=416)
    headers = {"ETag": '"v1"', "Content-Length": str(len(content) - start)}
    response = web.StreamResponse(status=206 if start else 200, headers=headers)
    await response.prepare(request)
    await response.write(content[start:] if start else content[: len(content) // 2])
    if not start:
        await asyncio.sleep(0.05)
        assert request.transport is not None
        request.transport.abort()
    return response
