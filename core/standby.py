"""A process that has loaded what the next work needs, and waits to become its worker; one in a workspace.

Its folder holds `request.json` (what to load, and for whom), `lock` (held for as long as it waits), `ready.json`,
`job.json` (a job that somebody hands over; it renames it to `taken.json` when it accepts) and `log.txt`.
Whoever hands over sees whether it was accepted, and starts a process in the usual way if not: nothing hangs on it.
"""

import contextlib
import hashlib
import json
import os
import sys
import time
from pathlib import Path

from core import queues
from core.files import read_json, write_json
from core.locks import is_held, locked
from core.processes import ROOT, environment, start_process, step_back
from core.settings import load_settings
from core.work import is_up, run

IDLE_S = 600.0  # then it gives its memory back
ENOUGH_BYTES = 2 * 1024**3  # of free memory, or it would be in the way
LOOK_AGAIN_S = 0.02  # a quarter of a blink; costs a thousandth of a processor
ACCEPT_S = 1.5  # a new process takes longer than that to be as far
TAKEN_S = 30.0  # from having accepted to the job's lock
RETRY_S = 60.0  # after one that did not get ready
LEFTOVERS = ("ready.json", "job.json", "taken.json")


def prepare(load: str, queue: str, idle_s: float = IDLE_S) -> None:
    """Starts a process that stands by, and returns at once; does nothing where it would be of no use.

    That is: when there is one, when the queue is busy, when memory is scarce, or where the settings say so.

    Args:
        load: "package.module:function", called there without arguments.
        queue: it becomes the worker of a job of this queue.
        idle_s: how long it waits.
    """
    settings = load_settings()
    folder = settings.home / "standby"
    if not settings.standby or is_held(folder / "lock") or queues.busy(queue) or free_bytes() < ENOUGH_BYTES:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "handing") as mine:
        if mine and not is_held(folder / "lock") and not _coming_up(folder):
            for leftover in LEFTOVERS:
                (folder / leftover).unlink(missing_ok=True)
            (folder / "launched").touch()
            (folder / "log.txt").unlink(missing_ok=True)
            write_json(folder / "request.json", {"load": load, "queue": queue, "idle_s": idle_s, "kind": _kind()})
            start_process("core.standby", folder)


def hand_over(job_dir: Path, queue: str) -> bool:
    """Lets the process that stands by do a job, if there is one that fits and nobody of this queue is before it.

    Returns:
        True once it holds the job's lock; False when the job needs a new process.
    """
    folder = load_settings().home / "standby"
    if not (folder / "ready.json").exists():
        return False
    with contextlib.suppress(OSError), locked(folder / "handing") as mine:
        fits = read_json(folder / "ready.json") == {"queue": queue, "kind": _kind()}
        if mine and fits and is_held(folder / "lock") and not queues.busy(queue):
            write_json(folder / "job.json", {"job_dir": str(job_dir)})
            return _accepted(folder, job_dir)
    return False


def free_bytes() -> int:
    """Memory that a new process may take; a very large number where the system does not say."""
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
        return min(available, _left_of_the_group())
    return sys.maxsize


def wait_for_work(folder: Path) -> None:
    """The life of a process that stands by."""
    request = read_json(folder / "request.json")
    with contextlib.ExitStack() as standing_by:
        if not standing_by.enter_context(locked(folder / "lock", patience_s=1.0)):
            return
        module, function = request["load"].split(":")
        from importlib import import_module

        getattr(import_module(module), function)()
        write_json(folder / "ready.json", {"queue": request["queue"], "kind": request["kind"]})
        job_dir = _job(folder, request["idle_s"])
        (folder / "ready.json").unlink(missing_ok=True)
        (folder / "launched").unlink(missing_ok=True)
        if job_dir is not None:
            _speak_into(job_dir / "log.txt")
            run(job_dir, standing_by.close)  # the next one may get ready as soon as this one has its job


def _coming_up(folder: Path) -> bool:
    """Whether one was started a short while ago; also true of one that failed, so that it is not tried all the time."""
    with contextlib.suppress(FileNotFoundError):
        return time.time() - (folder / "launched").stat().st_mtime < RETRY_S
    return False


def _accepted(folder: Path, job_dir: Path) -> bool:
    """Waits until the process has the job; takes the job back from one that does not answer in time."""
    asked_at = time.monotonic()
    taken = False
    while not is_up(job_dir):
        gone = not is_held(folder / "lock")
        waited_s = time.monotonic() - asked_at
        if gone or waited_s > (TAKEN_S if taken else ACCEPT_S):
            try:
                (folder / "job.json").unlink()  # as one of two may rename or remove it, it knows whose the job is
            except FileNotFoundError:
                if not gone and not taken:
                    taken = True
                    continue
            return is_up(job_dir)
        time.sleep(LOOK_AGAIN_S / 2)
    return True


def _job(folder: Path, idle_s: float) -> Path | None:
    """Waits for a job; None when none comes, or the one who asked for this process is gone."""
    parent, deadline = os.getppid(), time.monotonic() + idle_s
    while time.monotonic() < deadline and os.getppid() == parent:
        with contextlib.suppress(FileNotFoundError):
            os.rename(folder / "job.json", folder / "taken.json")
            return Path(read_json(folder / "taken.json")["job_dir"])
        time.sleep(LOOK_AGAIN_S)
    return None


def _speak_into(log_path: Path) -> None:
    """What is printed from now on, also by libraries, goes into this file."""
    with log_path.open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(log.fileno(), stream.fileno())


def _kind() -> str:
    """Says whether a process started now would be the same: its interpreter, its environment, and our own code."""
    newest = max(path.stat().st_mtime_ns for path in (ROOT / "core").rglob("*.py"))
    facts = [sys.executable, newest, sorted(environment().items())]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _left_of_the_group() -> int:
    """What a container leaves to its processes."""
    group = Path("/sys/fs/cgroup")
    with contextlib.suppress(OSError, ValueError):
        return int((group / "memory.max").read_text()) - int((group / "memory.current").read_text())
    return sys.maxsize


if __name__ == "__main__":
    from core import standby  # the module that everybody imports: this one is another

    step_back()
    standby.wait_for_work(Path(sys.argv[1]))
