"""A pool of processes of this machine that does chunks, and survives that one of them is killed."""

import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, connection, get_context, parent_process

from core.errors import FittingRoomError
from core.processes import environment
from core.spread import MAX_BREAKS, Plan, do_chunk

LOOK_AGAIN_S = 0.2


def at_work(
    plan: Plan, numbers: Collection[int], check_stop: Callable[[], None], at_once: int | None = None
) -> Iterator[int]:
    """Does these chunks, as many at a time as there are processors, and gives the number of each that is done.

    Args:
        at_once: at most so many at a time.

    Raises:
        FittingRoomError: what a chunk raised, or processes that end again and again without a word.
    """
    todo, breaks = deque(numbers), 0
    workers = min(num_workers(), at_once or num_workers())
    while todo:
        with _opened(min(len(todo), workers)) as pool:
            running: dict[Future[None], int] = {}
            try:
                while todo or running:
                    while todo and len(running) < workers:
                        number = todo.popleft()
                        running[pool.submit(do_chunk, str(plan.folder), number, 1 / workers)] = number
                    done, _ = wait(running, LOOK_AGAIN_S, FIRST_COMPLETED)
                    check_stop()
                    for future in done:
                        future.result()
                        breaks = 0
                        yield running.pop(future)
            except BrokenProcessPool as error:
                breaks += 1
                todo.extendleft(sorted(running.values(), reverse=True))
                if breaks == MAX_BREAKS:
                    raise FittingRoomError(
                        f"A process was ended {breaks} times in a row in the middle of its work, perhaps for want of "
                        f"memory, near row {plan.chunk(todo[0]).start:,}. What is done stays; start it again."
                    ) from error


def num_workers() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _opened(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end with this block, whatever they are at, and with this process, however it ends."""
    others = {*active_children()}
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (environment(),))
    try:
        yield pool
    finally:
        for worker in {*active_children()} - others:
            worker.kill()
        pool.shutdown(cancel_futures=True)


def _begin(environment: dict[str, str]) -> None:
    """The first thing that a process of the pool does."""
    os.environ.update(environment)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
