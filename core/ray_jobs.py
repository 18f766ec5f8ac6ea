"""Jobs that Ray carries: where and when they are done is Ray's affair, what became of them stands in their folder.

A folder whose job was given to Ray holds `ray.json`: whom it was given to, and what was asked. The worker there is the
same as here and holds the same lock, so Ray is asked only about those that have not begun, or are heard of no more:
about all at once, every few seconds, in a thread of its own.
"""

import contextlib
import json
import os
import shlex
import sys
import threading
import time
import uuid
from functools import cache
from pathlib import Path
from typing import Any, Literal

from core import ray_server, read_only
from core.cluster import SECRET
from core.errors import FittingRoomError
from core.files import read_json, write_json
from core.locks import locked
from core.processes import ROOT, environment
from core.ray_server import Told
from core.settings import load_settings

Load = Literal["computes", "waits"]  # what a job asks of a cluster: processors and a GPU, or next to nothing
Standing = Literal["waiting", "starting", "running", "died"]

TICKET = "ray.json"
BEGUN = "reserve"  # the worker's: there from when it begins until it has said its last word
ASK_AGAIN_S = 5.0
FIRST_ANSWER_S = 1.0  # a process waits so long for the first answer of all, and for no other
UNKNOWN_AFTER_S = 20.0  # a job that has just been given to Ray may not be in its list yet
ARRIVES_S = 60.0  # what a node has written is seen by all nodes after that
LOOK_AGAIN_S = 600.0  # at the nodes
LOOK_PATIENCE_S = 90.0
BROKE_OFF = "The work broke off on the cluster."


def request(job_dir: Path, load: Load) -> dict[str, Any] | None:
    """What to ask of Ray for a job; None where `FITTING_ROOM_RAY` names no Ray.

    Raises:
        FittingRoomError: Ray does not answer, a node does not see the workspace, or none is large enough.
    """
    settings = load_settings()
    if not settings.ray:
        return None
    gpus = _require_nodes(settings.ray, settings.ray_processors)
    asked: dict[str, Any] = {
        "submission_id": _new_id(job_dir),
        "entrypoint": _command("core.work", job_dir, job_dir / "log.txt"),
        "runtime_env": {"env_vars": _environment(settings.ray_processors)},
    }
    if load == "computes":  # one that waits for others must not keep them from what they wait for
        asked |= {"entrypoint_num_cpus": settings.ray_processors, "entrypoint_num_gpus": 1 if gpus else 0}
    return {"address": settings.ray, "asked_at": time.time(), "request": asked}


def submit(job_dir: Path, ticket: dict[str, Any]) -> None:
    """Gives Ray a job; one that it does not take has failed.

    Raises:
        FittingRoomError: it does not answer, or refuses.
    """
    write_json(job_dir / TICKET, ticket)
    try:
        ray_server.submit(ticket["address"], ticket["request"])
    except FittingRoomError as error:
        _end(job_dir, "failed", str(error))
        raise
    write_json(job_dir / TICKET, ticket | {"asked_at": time.time()})  # from now on Ray knows it


def take_back(job_dir: Path) -> None:
    """Ends a job that has not begun: whatever Ray does with it later, its worker finds that it has ended."""
    ticket = read_json(job_dir / TICKET)
    if ticket is None:
        return
    with locked(job_dir / "lock") as mine:
        if not mine or (job_dir / BEGUN).exists() or (job_dir / "end.json").exists():
            return
        _end(job_dir, "stopped")
    give_up = threading.Thread(target=_give_up, args=(ticket["address"], ticket["request"]["submission_id"]))
    give_up.start()  # not a daemon: a command may end now


def is_given(job_dir: Path) -> bool:
    """Whether a job was given to Ray and may still be done, now or later."""
    stands = None if (job_dir / "end.json").exists() else standing(job_dir)
    return stands is not None and stands[0] != "died"


def standing(job_dir: Path) -> tuple[Standing, str] | None:
    """How a job stands whose lock nobody holds and that has not ended, with a word for people; None if it is not Ray's.

    At once, from what Ray said last. What has come to its end without a word is soon ended in its folder too.
    """
    ticket = read_json(job_dir / TICKET)
    if ticket is None:
        return None
    ray = _listener(ticket["address"])
    ray.listen(job_dir)
    told = ray.told.get(ticket["request"]["submission_id"])
    problem = _problem(told, ticket, ray.heard_at)
    if problem is not None:
        return "died", problem
    if (job_dir / BEGUN).exists():
        return "running", ""
    return "starting" if told is not None and told.status == "RUNNING" else "waiting", ray.silence


class _Listener:
    """What one Ray has said about its jobs."""

    def __init__(self, address: str) -> None:
        self.told: dict[str, Told] = {}
        self.heard_at = 0.0  # when that was asked for
        self.silence = ""  # why there is no answer, in words
        self._address = address
        self._asked_at = float("-inf")  # on the clock of this process
        self._asking = False
        self._first = threading.Event()
        self._watched: set[Path] = set()
        self._change = threading.Lock()

    def listen(self, job_dir: Path) -> None:
        """Asks Ray if that is due; waits for nothing but the first answer that this process ever gets."""
        with self._change:
            self._watched.add(job_dir)
            if not self._asking and time.monotonic() - self._asked_at > ASK_AGAIN_S:
                self._asking, self._asked_at = True, time.monotonic()
                threading.Thread(target=self._ask, daemon=True).start()
        self._first.wait(FIRST_ANSWER_S)

    def _ask(self) -> None:
        began_at = time.time()
        try:
            self.told = ray_server.told(self._address)
            self.heard_at, self.silence = began_at, ""
        except FittingRoomError as error:
            self.silence = str(error)
        else:
            with self._change:
                watched, self._watched = self._watched, set()
            for job_dir in watched:
                with contextlib.suppress(OSError, FittingRoomError):  # deleted meanwhile, or Ray is gone again
                    _settle(job_dir, self)
        finally:
            self._first.set()
            self._asking = False


@cache
def _listener(address: str) -> _Listener:
    return _Listener(address)


def _settle(job_dir: Path, ray: _Listener) -> None:
    """Writes down that a job has died, so that it is not asked about for ever; asks anew where Ray gave up waiting."""
    ticket = read_json(job_dir / TICKET)
    if ticket is None or read_only.is_on():
        return
    told = ray.told.get(ticket["request"]["submission_id"])
    problem = _problem(told, ticket, ray.heard_at)
    gave_up = told is not None and told.error == ray_server.GAVE_UP_WAITING
    if problem is None and not gave_up:
        return
    with locked(job_dir / "launch") as steady, locked(job_dir / "lock") as mine:
        same = read_json(job_dir / TICKET) == ticket and not (job_dir / "end.json").exists()
        if not steady or not mine or not same:
            return
        if problem is not None:
            _end(job_dir, "died", problem)
        else:
            submit(job_dir, ticket | {"request": ticket["request"] | {"submission_id": _new_id(job_dir)}})


def _problem(told: Told | None, ticket: dict[str, Any], heard_at: float) -> str | None:
    """Why nothing more is to be expected of a job that nobody works on; None while there is hope."""
    if told is None:
        unknown = heard_at > ticket["asked_at"] + UNKNOWN_AFTER_S
        return f"{BROKE_OFF} Ray knows nothing of it any more: was it started anew?" if unknown else None
    if not told.ended or told.error == ray_server.GAVE_UP_WAITING:
        return None
    if told.status == "STOPPED":
        return f"{BROKE_OFF} It was stopped at Ray, not here."
    if told.status == "SUCCEEDED":  # somebody else may have done it, and a shared folder shows it a little later
        late = time.time() - (told.ended_at or 0.0) > ARRIVES_S
        return f"{BROKE_OFF} Ray says that it has ended, but nothing of that is in its folder." if late else None
    return f"{BROKE_OFF} Ray says: {_in_short(told.message)}"


def _in_short(message: str) -> str:
    """Ray's reason without the log that it appends, of which the last line is the word of the shell, if it had one."""
    reason, _, log = message.strip().partition(", last available logs")
    last = log.strip().splitlines()[-1:]
    said = [] if not last or last[0].startswith("Running entrypoint") else [last[0].strip()]
    return ". ".join([reason.splitlines()[0] if reason else "nothing more", *said])


def _end(job_dir: Path, status: str, message: str = "") -> None:
    write_json(job_dir / "end.json", {"status": status, "message": message, "at": time.time()})


def _give_up(address: str, submission_id: str) -> None:
    with contextlib.suppress(FittingRoomError):  # then its worker finds out by itself
        ray_server.stop(address, submission_id)


def _require_nodes(address: str, processors: int) -> int:
    """Has a job on Ray look at the workspace from all nodes, unless one did so a short while ago.

    Returns:
        The GPUs of the cluster.
    """
    home, folder = load_settings().home, load_settings().cache_dir
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "cluster.lock", LOOK_PATIENCE_S):
        seen = read_json(folder / "cluster.json") or {}
        if seen.get("address") != address or time.time() - seen["at"] > LOOK_AGAIN_S:
            seen = {"address": address, "at": time.time(), **_look(address, home)}
            if not seen["problem"]:
                write_json(folder / "cluster.json", seen)
    if seen["problem"]:
        raise FittingRoomError(seen["problem"])
    if processors > seen["processors"]:
        raise FittingRoomError(
            f"No node of Ray at {address} has so many processors as FITTING_ROOM_RAY_PROCESSORS says. Received: "
            f"{processors}, the largest has {seen['processors']}"
        )
    return int(seen["gpus"])


def _look(address: str, home: Path) -> dict[str, Any]:
    look = f"look-{uuid.uuid4().hex[:8]}"
    surroundings = {"env_vars": _environment()}
    entrypoint = _command("core.ray_nodes", home)
    ray_server.submit(address, {"submission_id": look, "entrypoint": entrypoint, "runtime_env": surroundings})
    deadline = time.monotonic() + LOOK_PATIENCE_S
    while not (told := ray_server.told_of(address, look)).ended:
        if time.monotonic() > deadline:
            _give_up(address, look)
            raise FittingRoomError(f"Ray at {address} did not begin anything in {LOOK_PATIENCE_S:.0f} s. Look at it.")
        time.sleep(0.2)
    lines = ray_server.log(address, look).strip().splitlines() or [told.message]
    if told.status != "SUCCEEDED":
        raise FittingRoomError(
            f"Ray at {address} cannot do our work: {lines[-1].strip()} All nodes need the workspace and the app's own "
            "code at the same place, as docs/scaling.md says."
        )
    return dict(json.loads(next(line for line in reversed(lines) if line.startswith("{"))))


def _command(module: str, folder: Path, log: Path | None = None) -> str:
    """The line for the shell of a node: our own interpreter if the node sees it, else the one that Ray was started in.

    A worker does not find Ray: if trainings that hold all processors spread their work, it would wait for them.
    """
    python, words = shlex.quote(sys.executable), f"-m {module} {shlex.quote(str(folder))}"
    output = "" if log is None else f" >>{shlex.quote(str(log))} 2>&1"
    alone = "" if log is None else "unset RAY_ADDRESS && "
    return (
        f"cd {shlex.quote(str(ROOT))} && {alone}python={python} && "
        f'{{ [ -x "$python" ] || python=python3; }} && exec "$python" {words}{output}'
    )


def _environment(processors: int | None = None) -> dict[str, str]:
    passed = {name: value for name, value in environment().items() if name.startswith("FITTING_ROOM_")}
    ours = {name: value for name, value in passed.items() if name not in SECRET} | {"PYTHONPATH": str(ROOT)}
    if processors is not None and "TF_NUM_INTRAOP_THREADS" not in os.environ:
        ours["TF_NUM_INTRAOP_THREADS"] = str(processors)  # TensorFlow takes all of a machine unless it is told
    return ours


def _new_id(job_dir: Path) -> str:
    return f"{job_dir.parent.name}-{uuid.uuid4().hex[:8]}"
