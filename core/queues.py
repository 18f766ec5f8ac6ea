"""Queues of jobs: tickets in a folder, so that waiting needs no server. One job of a queue runs at a time.

A ticket is a file named by its place and by a mark of its own, `<place>-<mark>.ticket`, and holds the job's folder;
its suffix becomes `.running` when its turn comes. To go earlier is to get another place: a rename.
"""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from core import read_only
from core.locks import is_held, locked
from core.settings import load_settings

LOOK_AGAIN_S = 0.2
ORDER_PATIENCE_S = 5.0  # for those who look at or change the order, which takes milliseconds


@contextlib.contextmanager
def turn(job_dir: Path, queue: str, wait: Callable[[], None]) -> Iterator[None]:
    """Waits for a job's turn and holds the queue for as long as the work lasts.

    First come, first served, unless somebody changes the order; the dead lose their place.

    Args:
        job_dir: holds its `lock` while it lives.
        queue: the name of the queue.
        wait: called while waiting; what it raises gives the place up.
    """
    queue_dir = _queue_dir(queue)
    queue_dir.mkdir(parents=True, exist_ok=True)
    _forget(queue_dir, job_dir)  # a predecessor in this folder may have been killed with its ticket
    mark = uuid.uuid4().hex[:8]
    try:
        aside = queue_dir / mark  # an empty ticket would look like one of the dead
        aside.write_text(str(job_dir), "utf-8")
        aside.rename(queue_dir / f"{time.time_ns():020d}-{mark}.ticket")
        while True:
            wait()
            if _is_next(queue_dir, mark):
                with locked(queue_dir / "lock") as mine:
                    if mine and _call_up(queue_dir, mark):
                        yield
                        return
            time.sleep(LOOK_AGAIN_S)
    finally:
        for ticket in queue_dir.glob(f"*{mark}*"):
            ticket.unlink(missing_ok=True)


def waiting(queue: str) -> list[Path]:
    """The folders of the jobs that wait for their turn, in their order."""
    return [job_dir for ticket, job_dir in _living(_queue_dir(queue)) if ticket.suffix == ".ticket"]


def busy(queue: str) -> bool:
    """Whether a job of this queue is at work or waits."""
    return bool(_living(_queue_dir(queue)))


def in_line(job_dir: Path, queue: str) -> bool:
    """Whether this job is at work in the queue, or waits there."""
    return any(other == job_dir for _, other in _living(_queue_dir(queue)))


def ahead(job_dir: Path, queue: str) -> int | None:
    """How many jobs go before this one; None when it is not waiting."""
    living = _living(_queue_dir(queue))
    for place, (ticket, other) in enumerate(living):
        if other == job_dir and ticket.suffix == ".ticket":
            return place
    return None


def move_first(job_dir: Path, queue: str) -> None:
    """Lets a waiting job go before all others that wait; does nothing to one that does not wait."""
    _change_places(job_dir, queue, lambda places, own: [own, *(place for place in places if place != own)])


def move_earlier(job_dir: Path, queue: str) -> None:
    """Lets a waiting job go before the one in front of it; does nothing to the first, or to one that does not wait."""

    def swapped(tickets: list[Path], own: Path) -> list[Path]:
        place = max(1, tickets.index(own))
        others = [ticket for ticket in tickets if ticket != own]
        return [*others[: place - 1], own, *others[place - 1 :]]

    _change_places(job_dir, queue, swapped)


def _change_places(job_dir: Path, queue: str, order: Callable[[list[Path], Path], list[Path]]) -> None:
    """Deals the places out anew among those who wait. Killed in between, two may share a place: their marks decide."""
    queue_dir = _queue_dir(queue)
    if not queue_dir.exists():
        return
    with locked(queue_dir / "order", ORDER_PATIENCE_S) as steady:
        found = [(ticket, other) for ticket, other in _living(queue_dir) if ticket.suffix == ".ticket"]
        tickets = [ticket for ticket, _ in found]
        own = next((ticket for ticket, other in found if other == job_dir), None)
        if not steady or own is None:
            return
        places = [_place(ticket) for ticket in tickets]
        for place, ticket in zip(places, order(tickets, own), strict=True):
            if _place(ticket) != place:
                with contextlib.suppress(FileNotFoundError):  # it was stopped at this moment
                    ticket.rename(ticket.with_name(f"{place}-{ticket.name.split('-', 1)[1]}"))


def _is_next(queue_dir: Path, mark: str) -> bool:
    living = _living(queue_dir)
    return bool(living) and _mark(living[0][0]) == mark


def _call_up(queue_dir: Path, mark: str) -> bool:
    """Makes the ticket a running one if it is still the first; nobody changes the order meanwhile."""
    with locked(queue_dir / "order", ORDER_PATIENCE_S) as steady:
        if not steady or not _is_next(queue_dir, mark):
            return False
        for ticket in queue_dir.glob(f"*-{mark}.ticket"):
            ticket.rename(ticket.with_suffix(".running"))
        return True


def _living(queue_dir: Path) -> list[tuple[Path, Path]]:
    """Tickets of living jobs with their jobs' folders, the one at work first; tickets of the dead are removed."""
    found = []
    for ticket in sorted(queue_dir.glob("*-*.*"), key=lambda ticket: ticket.stem):
        with contextlib.suppress(FileNotFoundError):  # renamed or given up at this moment
            job_dir = Path(ticket.read_text("utf-8"))
            if is_held(job_dir / "lock"):
                found.append((ticket, job_dir))
            elif not read_only.is_on():
                ticket.unlink(missing_ok=True)
    return found


def _forget(queue_dir: Path, job_dir: Path) -> None:
    for ticket in queue_dir.glob("*-*.*"):
        with contextlib.suppress(FileNotFoundError):
            if ticket.read_text("utf-8") == str(job_dir):
                ticket.unlink(missing_ok=True)


def _queue_dir(queue: str) -> Path:
    return load_settings().queues_dir / queue


def _place(ticket: Path) -> str:
    return ticket.stem.split("-")[0]


def _mark(ticket: Path) -> str:
    return ticket.stem.split("-")[1]
