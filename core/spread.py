"""Work over many rows in chunks that know nothing of each other: by one process, by a pool of them, or on Ray.

A folder holds `plan.json` (what to do with how many rows, in chunks of how many: decided once) and `parts/`, one file a
chunk, written aside and then put in its place. What is there is not done again, so that a stop, a crash and a new start
are one thing, and the parts are the same whoever made them.
"""

import os
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from core.errors import FittingRoomError, SettingInvalid
from core.files import read_json, write_json

Carrier = Literal["one", "pool", "ray"]
CARRIERS: tuple[Carrier, ...] = get_args(Carrier)
SPREAD_FROM = 20_000  # rows; fewer are done before a pool has paid for its start
MAX_BREAKS = 3  # processes that end without a word, with no chunk done in between: then it is the chunk


@dataclass(frozen=True)
class Chunk:
    """Some rows of a plan, from `start` up to but without `stop`."""

    number: int
    start: int
    stop: int
    share: float  # of what the whole job may ask of one host at a time: as many chunks as are at work have the whole


@dataclass(frozen=True)
class Plan:
    """What is to be done, as it was decided when it began."""

    folder: Path
    task: str  # "package.module:function", called as `function(chunk, aside, **arguments)`; it writes the file `aside`
    arguments: dict[str, Any]  # JSON values
    rows: int
    per_chunk: int
    suffix: str  # of a part's name

    def __len__(self) -> int:
        """The number of chunks."""
        return -(-self.rows // self.per_chunk)

    def chunk(self, number: int, share: float = 1.0) -> Chunk:
        return Chunk(number, number * self.per_chunk, min(self.rows, (number + 1) * self.per_chunk), share)

    def part(self, number: int) -> Path:
        """Where a chunk leaves its part."""
        return self.folder / "parts" / f"{number:06d}{self.suffix}"

    def missing(self) -> list[int]:
        """The chunks without a part, in order."""
        there = {path.name for path in (self.folder / "parts").glob("*")}
        return [number for number in range(len(self)) if self.part(number).name not in there]


def planned(
    folder: Path, task: str, arguments: dict[str, Any], rows: int, per_chunk: int, suffix: str = ".parquet"
) -> Plan:
    """Decides on a plan and records it; where one was recorded for this task, that one counts.

    Args:
        folder: of its own, on a disk that all who are to work see.
        task, arguments: as `Plan`.
        rows: how many there are, 0 to any number.
        per_chunk: rows that take some seconds, so that starting them costs nothing and losing them little.
        suffix: of a part's name.

    Raises:
        FittingRoomError: the folder holds the plan of something else.
    """
    plan = Plan(folder, task, arguments, rows, per_chunk, suffix)
    if (before := read_plan(folder)) is not None:
        if (before.task, before.arguments, before.rows) != (task, arguments, rows):
            raise FittingRoomError(f"This folder holds other work, of other rows. Remove it. Received: {folder}")
        return before
    (folder / "parts").mkdir(parents=True, exist_ok=True)
    write_json(folder / "plan.json", {key: each for key, each in asdict(plan).items() if key != "folder"})
    return plan


def read_plan(folder: Path) -> Plan | None:
    """The plan that a folder holds; None if it holds none."""
    recorded = read_json(folder / "plan.json")
    return None if recorded is None else Plan(folder, **recorded)


def spread(
    plan: Plan,
    on: Carrier = "pool",
    told: Callable[[int, int], None] = lambda done, total: None,
    check_stop: Callable[[], None] = lambda: None,
    at_once: int | None = None,
) -> list[Path]:
    """Does what is missing of a plan.

    Args:
        plan: from `planned`.
        on: who does it.
        told: told (done, total) rows, once at the start and after each chunk.
        check_stop: called several times a second; what it raises ends the work, and what is done stays.
        at_once: chunks at work at a time, at most; None: as many as there are processors.

    Returns:
        The parts, in the order of their rows.

    Raises:
        FittingRoomError: what a chunk raised, or a chunk whose process ends again and again.
    """
    _forget_half_written(plan)
    missing = plan.missing()
    done = plan.rows - sum(_rows(plan, number) for number in missing)
    told(done, plan.rows)
    check_stop()
    for number in _at_work(plan, missing, on, check_stop, at_once):
        done += _rows(plan, number)
        told(done, plan.rows)
    return [plan.part(number) for number in range(len(plan))]


def do_chunk(folder: str, number: int, share: float) -> None:
    """Does one chunk and puts its part in its place: what a process of a pool, or a task on Ray, is asked to do."""
    from importlib import import_module

    plan = read_plan(Path(folder))
    if plan is None:
        raise FittingRoomError(f"There is no plan in this folder, or this machine does not see it. Received: {folder}")
    part = plan.part(number)
    aside = part.with_name(f".{uuid.uuid4().hex[:8]}{plan.suffix}")
    module, function = plan.task.split(":")
    try:
        getattr(import_module(module), function)(plan.chunk(number, share), aside, **plan.arguments)
        os.replace(aside, part)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def carrier(on: str | None = None) -> Carrier:
    """Who is to do the work: the one that is named, else Ray where `RAY_ADDRESS` says where it is, else a pool.

    Raises:
        SettingInvalid: there is no such carrier.
    """
    named = on or ("ray" if os.environ.get("RAY_ADDRESS") else "pool")
    for known in CARRIERS:
        if named == known:
            return known
    raise SettingInvalid(f"Work is done by {', '.join(CARRIERS)}. Received: {named}")


def _at_work(
    plan: Plan, numbers: Collection[int], on: Carrier, check_stop: Callable[[], None], at_once: int | None
) -> Iterator[int]:
    """Does these chunks and gives the number of each when its part is there."""
    if not numbers:
        return iter(())
    if on == "pool":
        from core import pool

        return pool.at_work(plan, numbers, check_stop, at_once)
    if on == "ray":
        from core import cluster

        return cluster.at_work(plan, numbers, check_stop, at_once)
    return _alone(plan, numbers, check_stop)


def _alone(plan: Plan, numbers: Collection[int], check_stop: Callable[[], None]) -> Iterator[int]:
    for number in numbers:
        check_stop()
        do_chunk(str(plan.folder), number, 1.0)
        yield number


def _rows(plan: Plan, number: int) -> int:
    chunk = plan.chunk(number)
    return chunk.stop - chunk.start


def _forget_half_written(plan: Plan) -> None:
    """What somebody who was killed has left. Nobody else is at work: the job that this is part of holds its lock."""
    for aside in (plan.folder / "parts").glob(".*"):
        aside.unlink(missing_ok=True)
