"""Queues of jobs: tickets in a folder, so that waiting needs no server. One job of a queue runs at a time."""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from core.locks import is_held, locked
from core.settings import load_settings

LOOK_AGAIN_S = 0.2


@contextlib.contextmanager
def turn(job_dir: Path, queue: str, wait: Callable[[], None]) -> Iterator[None]:
    """Waits for a job's turn and holds the queue for as long as the work lasts.

    First come, first served; the dead lose their place.

    Args:
        job_dir: holds its `lock` while it lives.
        queue: the name of the queue.
        wait: called while waiting; what it raises gives the place up.
    """
    queue_dir = load_settings().queues_dir / queue
    queue_dir.mkdir(parents=True, exist_ok=True)
    _forget(queue_dir, job_dir)  # a predecessor in this folder may have been killed with its ticket
    ticket = queue_dir / f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.ticket"
    ticket.write_text(str(job_dir), "utf-8")
    try:
        while True:
            wait()
            if not _live_before(ticket):
                with locked(queue_dir / "lock") as mine:
                    if mine:
                        ticket.rename(ticket.with_suffix(".running"))
                        yield
                        return
            time.sleep(LOOK_AGAIN_S)
    finally:
        ticket.unlink(missing_ok=True)
        ticket.with_suffix(".running").unlink(missing_ok=True)


def _forget(queue_dir: Path, job_dir: Path) -> None:
    for ticket in queue_dir.glob("*-*.*"):
        with contextlib.suppress(FileNotFoundError):
            if ticket.read_text("utf-8") == str(job_dir):
                ticket.unlink(missing_ok=True)


def _live_before(ticket: Path) -> list[Path]:
    """Tickets of living jobs that go before this one; tickets of the dead are removed."""
    before = []
    for other in sorted(ticket.parent.glob("*-*.*")):
        if other.stem >= ticket.stem:
            break
        with contextlib.suppress(FileNotFoundError):
            if is_held(Path(other.read_text("utf-8")) / "lock"):
                before.append(other)
            else:
                other.unlink(missing_ok=True)
    return before


def ahead(job_dir: Path, queue: str) -> int | None:
    """How many jobs go before this one; None when it is not waiting."""
    for ticket in sorted((load_settings().queues_dir / queue).glob("*.ticket")):
        with contextlib.suppress(FileNotFoundError):
            if ticket.read_text("utf-8") == str(job_dir):
                return len(_live_before(ticket))
    return None
