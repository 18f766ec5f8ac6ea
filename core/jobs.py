"""Work in a process of its own, watched through a folder: start, queue, events, stop, liveness.

A job folder holds `job.json` (what to do), `events.jsonl` (what happened, append-only), `log.txt`, `lock` (held by the
worker for its whole life: a process id is no proof of life), `stop` (a request) and at last `end.json`.
Whoever has the folder can watch it, across reloads and restarts of the server.
"""

import contextlib
import errno
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core import queues
from core.errors import FittingRoomError, JobActive
from core.files import read_json, write_json
from core.locks import is_held, locked
from core.settings import load_settings

Status = Literal["waiting", "starting", "running", "stopping", "done", "stopped", "failed", "died"]

LAUNCH_TIMEOUT_S = 30.0  # from asking for a process to its lock; a busy machine takes 1 s
NICENESS = 10  # visitors come first: see the measurements in docs/benchmarks.md
DIED = "The work broke off: its process ended without a word (killed, out of memory, or the machine was switched off)."
BUG = "Something went wrong that Fitting Room did not expect. The log below says where."


@dataclass(frozen=True)
class JobState:
    """How a job stands, read from its folder."""

    status: Status
    message: str = ""  # for people; says why when it failed or died
    ahead: int = 0  # jobs of the same queue that go first
    started_at: float | None = None  # Unix seconds
    ended_at: float | None = None

    @property
    def active(self) -> bool:
        """True while there is something to wait for."""
        return self.status in ("waiting", "starting", "running", "stopping")


def start(job_dir: Path, target: str, arguments: dict[str, Any], queue: str | None = None) -> None:
    """Starts `target` in a process of its own and returns when that process holds its lock.

    A folder whose job has ended can be started again: events go on in the same file.

    Args:
        job_dir: the job's folder, made if missing.
        target: "package.module:function", called as `function(work, **arguments)`.
        arguments: JSON values.
        queue: jobs of one queue run one at a time, in the order of their start.

    Raises:
        JobActive: something is at work in that folder.
        FittingRoomError: the process did not come up.
    """
    job_dir.mkdir(parents=True, exist_ok=True)
    with locked(job_dir / "launch", patience_s=0.5) as launching:
        if not launching or is_held(job_dir / "lock"):
            raise JobActive(f"Work is going on already. Wait for it, or stop it first. Received: {job_dir.parent.name}")
        for leftover in ("end.json", "stop"):
            (job_dir / leftover).unlink(missing_ok=True)
        job = {"target": target, "arguments": arguments, "queue": queue, "started_at": time.time()}
        write_json(job_dir / "job.json", job)
        with (job_dir / "log.txt").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "core.jobs", str(job_dir)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[1],
                env={**os.environ, "FITTING_ROOM_HOME": str(load_settings().home), "PYTHONUNBUFFERED": "1"},
                **_detached(),
            )
        _reap_later(process)
        deadline = time.monotonic() + LAUNCH_TIMEOUT_S
        while not is_held(job_dir / "lock") and not (job_dir / "end.json").exists():
            if time.monotonic() > deadline or process.poll() is not None:
                raise FittingRoomError(f"A new process would not start. The log says: {log_tail(job_dir)}")
            time.sleep(0.01)


def state(job_dir: Path) -> JobState:
    """Reads how the job in this folder stands. A folder without a job counts as died."""
    read = _state(job_dir)
    # Between two looks into the folder a new start may have taken the old end away: what looks dead is looked at twice.
    return _state(job_dir) if read.status == "died" else read


def _state(job_dir: Path) -> JobState:
    """One look. Liveness is read before the end state, or a clean finish in between would look like a death."""
    alive = is_held(job_dir / "lock")
    launching = not alive and is_held(job_dir / "launch")
    job = read_json(job_dir / "job.json") or {}
    end = read_json(job_dir / "end.json")
    started_at = job.get("started_at")
    if end is not None:
        return JobState(end["status"], end["message"], started_at=started_at, ended_at=end["at"])
    if alive:
        if (job_dir / "stop").exists():
            return JobState("stopping", started_at=started_at)
        ahead = queues.ahead(job_dir, job["queue"]) if job.get("queue") else None
        if ahead is not None:
            return JobState("waiting", ahead=ahead, started_at=started_at)
        return JobState("running", started_at=started_at)
    if launching:
        return JobState("starting", started_at=started_at)
    return JobState("died", DIED, started_at=started_at)


def events(job_dir: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """All complete events so far, oldest first; each has `at` (Unix seconds) and `kind`."""
    try:
        lines = (job_dir / "events.jsonl").read_bytes().split(b"\n")[:-1]  # the last has no newline: half written
    except FileNotFoundError:
        return []
    needle = None if kind is None else f'"kind": "{kind}"'.encode()
    found = []
    for line in lines:
        if needle is None or needle in line:
            with contextlib.suppress(ValueError):  # a worker killed in mid-line, resumed later
                event = json.loads(line)
                if isinstance(event, dict) and {"kind", "at"} <= event.keys():
                    found.append(event)
    return found


def request_stop(job_dir: Path) -> None:
    """Asks the worker to stop at its next step; does nothing to a job that has ended."""
    if state(job_dir).active:
        (job_dir / "stop").touch()


def log_tail(job_dir: Path, characters: int = 3000) -> str:
    """The end of what the worker printed."""
    try:
        return (job_dir / "log.txt").read_text("utf-8", errors="replace")[-characters:].strip()
    except FileNotFoundError:
        return ""


def wait(job_dir: Path, timeout_s: float | None = None) -> JobState:
    """Waits for the job to end, or for the time to pass, and says how it stands."""
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    while (now := state(job_dir)).active and (deadline is None or time.monotonic() < deadline):
        time.sleep(0.1)
    return now


class Stopped(Exception):
    """The person asked to stop: raised by `Work.check_stop`, and the job ends as `stopped`."""


class Work:
    """What a work function gets to say how it goes and to hear whether it should stop."""

    def __init__(self, job_dir: Path) -> None:
        self.job_dir = job_dir
        self._events = (job_dir / "events.jsonl").open("ab")
        if self._events.tell():
            self._events.write(b"\n")  # closes a line that a killed predecessor may have left open
        self._last_progress = 0.0

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


def _run(job_dir: Path) -> None:
    """The life of a worker process."""
    from importlib import import_module

    with locked(job_dir / "lock", patience_s=5.0) as held:
        if not held:
            return
        if hasattr(os, "nice"):
            os.nice(NICENESS)
        job = read_json(job_dir / "job.json") or {}
        work = Work(job_dir)
        status: Status = "done"
        message = ""
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
        reserve.unlink(missing_ok=True)
        write_json(job_dir / "end.json", {"status": status, "message": message, "at": time.time()})


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


def _detached() -> dict[str, Any]:
    """A worker outlives the server that started it, and is not reached by its Ctrl-C."""
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": group | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}


def _reap_later(process: "subprocess.Popen[bytes]") -> None:
    """Waits for the process in the background, so that a finished one leaves no zombie behind."""
    import threading

    threading.Thread(target=process.wait, daemon=True).start()


if __name__ == "__main__":
    from core import jobs  # the module that everybody imports: this one is another, with a `Stopped` of its own

    jobs._run(Path(sys.argv[1]))
