"""Work in a process of its own, watched through a folder: start, queue, events, pause, stop, liveness.

The process is one of this machine, or where there is a cluster, one that Ray starts there: see `core.ray_jobs`.

A job folder holds `job.json` (what to do), `events.jsonl` (what happened, append-only), `log.txt`, `lock` (held by the
worker for its whole life: a process id is no proof of life), `stop` and `pause` (requests) and at last `end.json`.
Whoever has the folder can watch it, across reloads and restarts of the server.
"""

import contextlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core import queues, ray_jobs, standby
from core.errors import FittingRoomError, JobActive
from core.files import read_json, write_json
from core.locks import is_held, locked
from core.processes import start_process
from core.work import BUG as BUG
from core.work import Stopped as Stopped  # what a work function is given belongs to the mechanism
from core.work import Work as Work
from core.work import is_up

Status = Literal["waiting", "starting", "running", "paused", "stopping", "done", "stopped", "failed", "died"]

LAUNCH_TIMEOUT_S = 30.0  # from asking for a process to its lock; a busy machine takes 1 s
LEFTOVERS = ("stop", "pause", "end.json")  # of an earlier start; the end goes last: until then it is an ended job
DIED = "The work broke off: its process ended without a word (killed, out of memory, or the machine was switched off)."


@dataclass(frozen=True)
class JobState:
    """How a job stands, read from its folder."""

    status: Status
    message: str = ""  # for people; says why when it failed or died
    ahead: int | None = 0  # jobs of the same queue that go first; None where it is Ray that calls them up
    started_at: float | None = None  # Unix seconds
    ended_at: float | None = None

    @property
    def active(self) -> bool:
        """True while there is something to wait for."""
        return self.status in ("waiting", "starting", "running", "paused", "stopping")


def start(
    job_dir: Path,
    target: str,
    arguments: dict[str, Any],
    queue: str | None = None,
    cluster: ray_jobs.Load | None = None,
) -> None:
    """Starts `target` in a process of its own and returns when that process holds its lock, and its place in the queue.

    A job that may go to a cluster, where there is one, waits there for its place, and the start for nothing.

    A folder whose job has ended can be started again: events go on in the same file.

    Args:
        job_dir: the job's folder, made if missing.
        target: "package.module:function", called as `function(work, **arguments)`.
        arguments: JSON values.
        queue: jobs of one queue run one at a time, in the order of their start unless somebody changes it; on a
            cluster they run when it has room.
        cluster: what it asks of a cluster; None: it stays on this machine.

    Raises:
        JobActive: something is at work in that folder.
        FittingRoomError: the process did not come up, or the cluster does not take it.
    """
    job_dir.mkdir(parents=True, exist_ok=True)
    with locked(job_dir / "launch", patience_s=0.5) as launching:
        if not launching or is_held(job_dir / "lock") or ray_jobs.is_given(job_dir):
            raise JobActive(f"Work is going on already. Wait for it, or stop it first. Received: {job_dir.parent.name}")
        ticket = ray_jobs.request(job_dir, cluster) if cluster is not None else None
        queue = None if ticket is not None else queue
        for leftover in (ray_jobs.TICKET, *([] if ticket is None else [ray_jobs.BEGUN]), *LEFTOVERS):
            (job_dir / leftover).unlink(missing_ok=True)
        job = {"target": target, "arguments": arguments, "queue": queue, "started_at": time.time()}
        write_json(job_dir / "job.json", job)
        if ticket is not None:
            return ray_jobs.submit(job_dir, ticket)
        if queue is not None and standby.hand_over(job_dir, queue):
            return
        process = start_process("core.work", job_dir)
        deadline = time.monotonic() + LAUNCH_TIMEOUT_S
        while not _has_come(job_dir, queue):
            given_up = time.monotonic() > deadline or process.poll() is not None
            if given_up and not _has_come(job_dir, queue):
                raise FittingRoomError(f"A new process would not start. The log says: {log_tail(job_dir)}")
            time.sleep(0.01)


def _has_come(job_dir: Path, queue: str | None) -> bool:
    """Whether a process has taken the job, and its place in the queue: whoever is started later comes later."""
    return is_up(job_dir) and (queue is None or queues.in_line(job_dir, queue) or (job_dir / "end.json").exists())


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
        return JobState("paused" if (job_dir / "pause").exists() else "running", started_at=started_at)
    if launching:
        return JobState("starting", started_at=started_at)
    elsewhere = ray_jobs.standing(job_dir)
    if elsewhere is not None:
        return _on_a_cluster(job_dir, *elsewhere, started_at)
    return JobState("died", DIED, started_at=started_at)


def _on_a_cluster(job_dir: Path, status: Status, word: str, started_at: float | None) -> JobState:
    """Of a job whose lock is not seen to be held, what Ray says and what was asked of it."""
    if status in ("starting", "running") and (job_dir / "stop").exists():
        return JobState("stopping", started_at=started_at)
    if status == "running" and (job_dir / "pause").exists():
        return JobState("paused", started_at=started_at)
    return JobState(status, word, ahead=None, started_at=started_at)


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
        ray_jobs.take_back(job_dir)


def request_pause(job_dir: Path) -> None:
    """Asks the worker to wait at its next step; does nothing to a job that waits for its turn, stops, or has ended."""
    if state(job_dir).status in ("starting", "running"):
        (job_dir / "pause").touch()


def request_continue(job_dir: Path) -> None:
    """Lets a paused job go on."""
    (job_dir / "pause").unlink(missing_ok=True)


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
