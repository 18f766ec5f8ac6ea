"""The photos of many rows at once: as fast as their hosts like it, and no more in memory than can be kept up with."""

import asyncio
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from core.errors import AddressRefused, LinkNotSupported
from core.settings import MAX_PHOTO_BYTES, load_settings
from core.sources.items import Failure, Heard, Item, Keep, KeepNews, Stop, Version
from core.sources.links import direct_address
from core.sources.mishaps import TransferFailed
from core.sources.pace import Errand, Lane
from core.sources.transfer import Fetched, Web, open_web
from core.sources.web import photo_at, photo_if_changed

MAX_CONNECTIONS = 64
KEEPING_THREADS = 2  # decoding overlaps with fetching: Pillow lets go of the interpreter lock meanwhile
MAX_HELD_PHOTOS = 64  # fetched and not yet kept
MAX_HELD_BYTES = 200 * 1024**2
LAST_WAIT_S = 1.5  # for the photos that are on their way when somebody asks to stop
TICK_S = 0.1  # how often to look whether to stop, and whether a paused host may be asked again


@dataclass(frozen=True)
class Limits:
    """What one photo may cost, and how many may be on their way."""

    max_bytes: int = MAX_PHOTO_BYTES
    timeout_s: float = 20.0  # on the wire, redirects and further tries included
    tries: int = 4
    max_wait_s: float = 90.0  # a host that asks for more is not waited for
    backoff_s: float = 0.5  # before the second try, twice that before the third
    share: float = 1.0  # of the connections to a host, and of all, where several processes fetch for one job


Visit = Callable[[Web, Errand], Awaitable[Fetched | Version]]  # a version alone: what is there was there before


def fetch_photos(
    items: Sequence[Item], keep: Keep, stop: Stop, limits: Limits | None = None, heard: Heard | None = None
) -> None:
    """Fetches the photo of every item and hands its bytes, or a reason, to `keep` in threads, as they come.

    Args:
        items: each `source` a link.
        keep: what it raises ends the fetching and is raised here.
        stop: asked several times a second.
        limits: of one photo.
        heard: hears the version of each photo before it is kept.
    """
    limits = limits or Limits()

    async def visit(web: Web, errand: Errand) -> Fetched:
        return await photo_at(web, errand.address, limits.max_bytes, errand.left_s)

    asyncio.run(_Fetching(visit, cast(KeepNews, keep), stop, limits, heard).run(items))  # no visit brings None


def ask_photos(
    items: Sequence[Item],
    known: Mapping[int, Version],
    keep: KeepNews,
    stop: Stop,
    limits: Limits | None = None,
    heard: Heard | None = None,
) -> None:
    """Asks each address whether its photo is what it was, and fetches only what is another.

    Args:
        items, stop, limits, heard: as `fetch_photos`.
        known: of each row, what its host said of the photo then.
        keep: gets a photo that is another, a reason why there is none any more, or None where it is the same.
    """
    limits = limits or Limits()

    async def visit(web: Web, errand: Errand) -> Fetched | Version:
        return await photo_if_changed(web, errand.address, known[errand.item.row], limits.max_bytes, errand.left_s)

    asyncio.run(_Fetching(visit, keep, stop, limits, heard).run(items))


class _Fetching:
    """One fetching. Everything runs in the event loop, but for `keep`."""

    def __init__(self, visit: Visit, keep: KeepNews, stop: Stop, limits: Limits, heard: Heard | None) -> None:
        self.visit = visit
        self.keep = keep
        self.stop = stop
        self.limits = limits
        self.heard = heard
        self.lanes: dict[str, Lane] = {}
        self.ready: deque[Lane] = deque()  # lanes with errands, each once; the first is served next
        self.tasks: set[asyncio.Task[None]] = set()
        self.num_open = 0  # items not kept yet
        self.num_held = 0
        self.bytes_held = 0
        self.broken: BaseException | None = None
        self.stopped = False
        self.news = asyncio.Event()

    async def run(self, items: Sequence[Item]) -> None:
        self.loop = asyncio.get_running_loop()
        self.keepers = ThreadPoolExecutor(KEEPING_THREADS, "keep")
        self.num_open = len(items)
        try:
            async with open_web() as self.web:
                self._sort_into_lanes(items)
                await self._serve()
                await self._drop_errands()
        finally:
            self.keepers.shutdown(cancel_futures=self.broken is not None)
        if self.broken is not None:
            raise self.broken

    def _sort_into_lanes(self, items: Sequence[Item]) -> None:
        settings = load_settings()
        for item in items:
            try:
                address = direct_address(item.source, settings)
            except LinkNotSupported as error:
                self._hand_over(item, Failure("refused", str(error)))
                continue
            host = urlsplit(address).netloc
            lane = self.lanes.setdefault(host, Lane.shared(host, self.limits.share))
            lane.waiting.append(Errand(item, address, self.limits.timeout_s))
        for lane in self.lanes.values():
            self._queue(lane)

    async def _serve(self) -> None:
        """Starts errands whenever there is room, until all is kept, or there is reason to end."""
        ticking = asyncio.create_task(self._tick())
        while self.num_open and self.broken is None and not self.stopped:
            self.news.clear()
            self._start_errands()
            await self.news.wait()
        ticking.cancel()

    async def _tick(self) -> None:
        while True:
            self.stopped = self.stop()
            self.news.set()
            await asyncio.sleep(TICK_S)

    def _start_errands(self) -> None:
        """Gives each host its turn, round after round, until there is no room or none may start."""
        now, unlucky = self.loop.time(), 0
        while self.ready and unlucky < len(self.ready) and self._has_room():
            lane = self.ready.popleft()
            lane.in_turn = False
            while lane.waiting and lane.gave_up(now):
                errand = lane.waiting.popleft()
                self._hand_over(errand.item, errand.answer or Failure("unreachable", lane.why_gave_up()))
            if not lane.waiting:
                continue
            if lane.may_start(now):
                self._start(lane, lane.waiting.popleft())
                unlucky = 0
            else:
                unlucky += 1
            self._queue(lane)

    async def _drop_errands(self) -> None:
        """Ends what is under way, after a stop with some patience: what is almost here need not be fetched again."""
        if self.tasks and self.broken is None:
            await asyncio.wait(self.tasks, timeout=LAST_WAIT_S)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _has_room(self) -> bool:
        return (
            len(self.tasks) < max(1, MAX_CONNECTIONS * self.limits.share)
            and self.num_held < MAX_HELD_PHOTOS
            and self.bytes_held < MAX_HELD_BYTES
        )

    def _queue(self, lane: Lane) -> None:
        if lane.waiting and not lane.in_turn:
            lane.in_turn = True
            self.ready.append(lane)

    def _start(self, lane: Lane, errand: Errand) -> None:
        lane.in_flight += 1
        task = asyncio.create_task(self._run_errand(lane, errand))
        self.tasks.add(task)
        task.add_done_callback(lambda done: self._end(lane, done))

    def _end(self, lane: Lane, task: asyncio.Task[None]) -> None:
        lane.in_flight -= 1
        self.tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:  # a bug of ours: it must not pass in silence
            self.broken = task.exception()
        self.news.set()

    async def _run_errand(self, lane: Lane, errand: Errand) -> None:
        started_at = self.loop.time()
        lane.asked_at = lane.asked_at or started_at
        errand.tries += 1
        try:
            found = await self.visit(self.web, errand)
        except (AddressRefused, LinkNotSupported) as error:
            self._hand_over(errand.item, Failure("refused", str(error)))
        except TransferFailed as failure:
            now = self.loop.time()
            errand.left_s -= now - started_at
            wait_s = self._wait_s(errand, failure)
            self._tell_lane(lane, failure, started_at, wait_s)
            if failure.silent and lane.is_away:
                errand.tries -= 1  # it was not this photo's fault
            said = Failure(failure.status, failure.reason)
            errand.answer = None if failure.silent else said
            if errand.left_s > 0 and errand.tries < self.limits.tries and wait_s <= self.limits.max_wait_s:
                self.loop.call_later(wait_s, self._try_again, lane, errand)
            else:
                self._hand_over(errand.item, said)
        else:
            lane.answered(self.loop.time(), self.loop.time() - started_at)
            version, content = (found.version, found.content) if isinstance(found, Fetched) else (found, None)
            if self.heard is not None:
                self.heard(errand.item, version)
            self._hand_over(errand.item, content)

    def _wait_s(self, errand: Errand, failure: TransferFailed) -> float:
        """How long to wait before another try; for ever if none will help."""
        if not (failure.is_passing or failure.silent):
            return math.inf
        if failure.retry_after_s is not None:
            return failure.retry_after_s
        return self.limits.backoff_s * float(2 ** (errand.tries - 1)) * random.uniform(0.8, 1.2)  # noqa: S311

    def _tell_lane(self, lane: Lane, failure: TransferFailed, started_at: float, wait_s: float) -> None:
        now = self.loop.time()
        if failure.silent:
            lane.kept_silent(now, failure.reason)
        elif failure.broke_off:
            lane.broke_off()
        elif failure.is_passing:
            means_all = failure.http_status == 429 or failure.retry_after_s is not None  # not this photo only
            lane.complained(now, started_at, min(wait_s, self.limits.max_wait_s) if means_all else 0.0, failure.reason)
        else:
            lane.answered(now, now - started_at)

    def _try_again(self, lane: Lane, errand: Errand) -> None:
        lane.waiting.appendleft(errand)
        self._queue(lane)
        self.news.set()

    def _hand_over(self, item: Item, delivered: bytes | Failure | None) -> None:
        """Leaves a photo to the threads that keep them."""
        num_bytes = len(delivered) if isinstance(delivered, bytes) else 0
        self.num_held += 1
        self.bytes_held += num_bytes
        kept = self.keepers.submit(self.keep, item, delivered)
        kept.add_done_callback(lambda done: self.loop.call_soon_threadsafe(self._was_kept, done, num_bytes))

    def _was_kept(self, kept: Future[None], num_bytes: int) -> None:
        self.num_held -= 1
        self.bytes_held -= num_bytes
        self.num_open -= 1
        if not kept.cancelled() and kept.exception() is not None:
            self.broken = kept.exception()
        self.news.set()
