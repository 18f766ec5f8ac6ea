"""The worker's side of a job: the life of its process, and what a work function gets to say and to hear."""

import contextlib
import errno
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from core import queues
from core.errors import FittingRoomError
from core.files import read_json, write_json
from core.locks import is_held, locked
from core.processes import step_back

LOOK_AGAIN_S = 0.1  # while paused
BUG = "Something went wrong that Fitting Room did not expect. The log below says where."


class Stopped(Exception):
    """The person asked to stop: raised by `Work.check_stop`, and the job ends as `stopped`."""


class Work:
    """What a work function gets to say how it goes and to hear whether it should stop or pause."""

    def __init__(self, job_dir: Path) -> None:
        self.job_dir = job_dir
        self._events = (job_dir / "events.jsonl").open("ab")
        if self._events.tell():
            self._events.write(b"\n")  # closes a line that a killed predecessor may have left open
        self._last_progress = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file of events; nothing can be said any more."""
        self._events.close()

    def event(self, kind: str, **fields: Any) -> None:
        """Appends one event, visible to readers at once."""
        line = json.dumps({"at": time.time(), "kind": kind, **fields}) + "\n"
        self._events.write(line.encode())
        self._events.flush()

    def progress(self, stage: str, done: int, total: int, **fields: Any) -> None:
        """Says how far a stage is, at most four times a second, and always at its end."""
        if done >= total or time.monotonic() - self._last_progress >= 0.25:
            self._last_progress = time.monotonic()
            self.event("progress", stage=stage, done=done, total=total, **fields)

    def stop_requested(self) -> bool:
        """True once somebody asked to stop."""
        return (self.job_dir / "stop").exists()

    def check_stop(self) -> None:
        """Raises `Stopped` once somebody asked to stop."""
        if self.stop_requested():
            raise Stopped

    def wait_while_paused(self) -> float:
        """Waits for as long as somebody wants a pause, and keeps the turn in the queue meanwhile.

        Returns:
            The seconds it took, which are no work; 0 when nobody asked.

        Raises:
            Stopped: somebody asked to stop meanwhile.
        """
        pause = self.job_dir / "pause"
        if not pause.exists():
            return 0.0
        began_at = time.monotonic()
        self.event("paused")
        while pause.exists():
            self.check_stop()
            time.sleep(LOOK_AGAIN_S)
        self.event("continued")
        return time.monotonic() - began_at


def run(job_dir: Path, when_held: Callable[[], object] = lambda: None) -> None:
    """Does a job from its begin to its end, holding its lock; does nothing when another process does, or did it.

    Args:
        job_dir: holds `job.json`.
        when_held: called once this process holds the lock.
    """
    with locked(job_dir / "lock", patience_s=5.0) as held:
        when_held()
        if held and not (job_dir / "end.json").exists():
            _run(job_dir)


def is_up(job_dir: Path) -> bool:
    """Whether a process has taken a job that was just started: it holds the lock, or has come to the end already."""
    return is_held(job_dir / "lock") or (job_dir / "end.json").exists()


def _run(job_dir: Path) -> None:
    from importlib import import_module

    job = read_json(job_dir / "job.json") or {}
    work = Work(job_dir)
    status, message = "done", ""
    reserve = job_dir / "reserve"  # so that even a full disk has room for the last word
    try:
        reserve.write_bytes(bytes(16384))
        with _turn(work, job["queue"]):
            work.event("begun")
            module, function = job["target"].split(":")
            getattr(import_module(module), function)(work, **job["arguments"])
        if work.stop_requested():
            status = "stopped"
    except Stopped:
        status = "stopped"
    except FittingRoomError as error:
        status, message = "failed", str(error)
    except BaseException as error:  # the boundary of the process: whatever it was must be seen
        import traceback

        traceback.print_exc()
        status, message = "failed", _explain(error)
    work.close()
    reserve.unlink(missing_ok=True)
    write_json(job_dir / "end.json", {"status": status, "message": message, "at": time.time()})
    (job_dir / "pause").unlink(missing_ok=True)


def _explain(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Delete what you do not need, then resume; what was finished is kept."
    if isinstance(error, MemoryError):
        return "The machine ran out of memory. Choose smaller photos or a smaller batch, then start again."
    return BUG


def _turn(work: Work, queue: str | None) -> contextlib.AbstractContextManager[None]:
    if queue is None:
        return contextlib.nullcontext()
    work.event("queued")
    return queues.turn(work.job_dir, queue, work.check_stop)


if __name__ == "__main__":
    from core import work  # the module that everybody imports: this one is another, with a `Stopped` of its own

    step_back()
    work.run(Path(sys.argv[1]))
