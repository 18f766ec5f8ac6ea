"""Has the chunks of a plan done by a process of its own, as a job of the app does, and writes down when and by whom.

python -m benchmarks.carrying FOLDER one|pool|ray
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.places import ROOT
from core.processes import step_back
from core.spread import Chunk, Plan, carrier, planned, read_plan, spread


@dataclass(frozen=True)
class Carried:
    """How a plan was gone through."""

    at_work_s: float  # from when the first chunk began to when the last was there
    whole_s: float  # with the start of the process, of those that work for it, and their end
    worker_mb: float  # the most that a process which did chunks has held


def kept(folder: Path, plan: Plan) -> Plan:
    """The plan, with each chunk written down: the same function does it, with the same arguments."""
    arguments = {"task": plan.task, "arguments": plan.arguments, "journal": str(folder / "journal.jsonl")}
    return planned(folder, "benchmarks.carrying:do", arguments, plan.rows, plan.per_chunk, plan.suffix)


def do(chunk: Chunk, aside: Path, task: str, arguments: dict[str, Any], journal: str) -> None:
    """One chunk, and two lines in the journal."""
    module, function = task.split(":")
    work = getattr(import_module(module), function)  # what it loads belongs to the start
    _note(journal, "begun", chunk.number)
    work(chunk, aside, **arguments)
    _note(journal, "done", chunk.number)


def notes(plan: Plan, kind: str) -> list[dict[str, Any]]:
    """What is in the journal of a plan, oldest first."""
    journal = plan.folder / "journal.jsonl"
    lines = journal.read_text().splitlines() if journal.exists() else []
    return [note for note in map(json.loads, lines) if note["kind"] == kind]


def begun(plan: Plan, on: str, **environment: str) -> "subprocess.Popen[str]":
    """Starts a process that does what is missing of a plan."""
    command = [sys.executable, "-m", "benchmarks.carrying", str(plan.folder), on]
    known = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
    return subprocess.Popen(
        command, cwd=ROOT, env={**known, **environment}, stdout=subprocess.PIPE, text=True, preexec_fn=step_back
    )


def carried(plan: Plan, on: str, **environment: str) -> Carried:
    """Has a plan done and waits for it."""
    began = time.time()
    process = begun(plan, on, **environment)
    said, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"Not done on {on}: {said}")
    return Carried(
        at_work_s=json.loads(said) - min(note["at"] for note in notes(plan, "begun")),
        whole_s=time.time() - began,
        worker_mb=max(note["peak_mb"] for note in notes(plan, "done")),
    )


def digests(plan: Plan) -> list[str]:
    """Of the bytes of each part."""
    return [hashlib.sha256(plan.part(number).read_bytes()).hexdigest() for number in range(len(plan))]


def _note(journal: str, kind: str, number: int) -> None:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = {"kind": kind, "chunk": number, "pid": os.getpid(), "at": time.time(), "peak_mb": peak_mb}
    with open(journal, "a") as lines:
        lines.write(f"{json.dumps(note)}\n")


def main(folder: str, on: str) -> None:
    """Does it, and prints when the last part was there, in Unix seconds."""
    plan = read_plan(Path(folder))
    assert plan is not None
    ended = [time.time()]
    spread(plan, carrier(on), lambda done, total: ended.append(time.time()))
    print(ended[-1])


if __name__ == "__main__":
    main(*sys.argv[1:])
