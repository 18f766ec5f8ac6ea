"""Ray, where somebody has installed and started it: chunks as plain tasks. Nothing of ours schedules anything.

Ray is an extra: nobody imports it who did not ask for it. It is told to keep to this machine unless `RAY_ADDRESS` names
another, to send no statistics home, and never to join a cluster that it happens to find.
"""

import os
import socket
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import FittingRoomError
from core.processes import ROOT
from core.settings import load_settings
from core.spread import MAX_BREAKS, Plan, do_chunk

LOOK_AGAIN_S = 0.2
PATIENCE_S = 60.0  # for each node to say whether it sees the folder
ANSWER_S = 5.0
OBJECT_STORE_BYTES = 100 * 1024**2  # what passes through Ray is the number of a chunk
SECRET = ("FITTING_ROOM_API_TOKEN",)  # what others are given is shown on Ray's pages
KEPT_TO_ITSELF = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # or a Ray of this machine alone would listen to the network
}


def at_work(
    plan: Plan, numbers: Collection[int], check_stop: Callable[[], None], at_once: int | None = None
) -> Iterator[int]:
    """Does these chunks, as many at a time as the cluster has processors, and gives the number of each that is done.

    Args:
        at_once: at most so many at a time.

    Raises:
        FittingRoomError: Ray is not installed or not there, a node does not see the folder, what a chunk raised, or
            processes that end again and again without a word.
    """
    with joined() as ray:
        require_shared(plan.folder)
        workers = max(1, int(ray.cluster_resources().get("CPU", 1)))
        workers = min(workers, at_once or workers)
        task = ray.remote(num_cpus=1, max_retries=MAX_BREAKS)(do_chunk)
        todo, running, breaks = deque(numbers), dict[Any, int](), 0
        try:
            while todo or running:
                while todo and len(running) < workers:
                    number = todo.popleft()
                    running[task.remote(str(plan.folder), number, 1 / workers)] = number
                done, _ = ray.wait([*running], num_returns=1, timeout=LOOK_AGAIN_S)
                check_stop()
                for reference in done:
                    number = running.pop(reference)
                    try:
                        ray.get(reference)
                    except ray.exceptions.RayTaskError as error:  # what our own function raised, wrapped
                        raise error.cause from error
                    except ray.exceptions.RayError as error:
                        breaks += 1
                        todo.appendleft(number)
                        if breaks == MAX_BREAKS:
                            raise FittingRoomError(
                                f"Ray could not do the rows from {plan.chunk(number).start:,}: {_first_line(error)}. "
                                "What is done stays; start it again."
                            ) from error
                    else:
                        breaks = 0
                        yield number
        finally:
            for reference in running:
                ray.cancel(reference, force=True)


@contextmanager
def joined() -> Iterator[Any]:
    """Ray, joined at `RAY_ADDRESS`, or started on this machine for as long as this block lasts.

    Raises:
        FittingRoomError: it is not installed, or does not answer.
    """
    for name, value in KEPT_TO_ITSELF.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError as error:
        raise FittingRoomError(
            "Ray is not installed. Install it with: pip install -r requirements-ray.txt. Or leave “--on ray” away, and "
            "RAY_ADDRESS: then the processors of this machine do the work."
        ) from error
    address = os.environ.get("RAY_ADDRESS") or "local"
    _require_answer(address)
    own: dict[str, Any] = {"include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
    try:
        ray.init(
            address,
            runtime_env={"env_vars": environment()},
            log_to_driver=False,
            logging_level="ERROR",
            **(own if address == "local" else {}),
        )
    except ray.exceptions.AuthenticationError as error:
        raise FittingRoomError(
            f"Ray at {address} wants a token. Set RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH to the one that it was started "
            "with, as docs/scaling.md says."
        ) from error
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise FittingRoomError(_no_answer(address, error)) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def environment() -> dict[str, str]:
    """What our processes on other nodes find in their environment: our settings, and where our code lies."""
    passed = {name for name in os.environ if name.startswith("FITTING_ROOM_")}.difference(SECRET)
    ours = {name: os.environ[name] for name in passed}
    return {**ours, "FITTING_ROOM_HOME": str(load_settings().home), "PYTHONPATH": str(ROOT)}


def require_shared(folder: Path) -> None:
    """Makes sure that every node sees this folder, as this machine does, and our code.

    Raises:
        FittingRoomError: one does not; it is named.
    """
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    look = ray.remote(num_cpus=0)(_sees)
    asked = {
        node["NodeManagerAddress"]: look.options(
            scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        ).remote(str(folder))
        for node in ray.nodes()
        if node["Alive"]
    }
    for node, answer in asked.items():
        try:
            why = "" if ray.get(answer, timeout=PATIENCE_S) else "It does not see that folder"
        except ray.exceptions.TaskUnschedulableError:  # it was lost a moment ago, and will not work anywhere
            continue
        except ray.exceptions.RayError as error:
            why = _first_line(error)
        if why:
            raise FittingRoomError(
                f"The node {node} cannot work in {folder}. {why}. All nodes need the workspace, and the code of this "
                "app, at the same place, as docs/scaling.md says."
            )


def _require_answer(address: str) -> None:
    """Ray itself would wait for minutes for a machine that is not there."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if port.isdecimal():
        try:
            socket.create_connection((host, int(port)), ANSWER_S).close()
        except OSError as error:
            raise FittingRoomError(_no_answer(address, error)) from error


def _no_answer(address: str, error: BaseException) -> str:
    return f"Ray does not answer at {address}: {_first_line(error)}. Start it, or correct RAY_ADDRESS."


def _sees(folder: str) -> bool:
    return os.access(folder, os.W_OK)


def _first_line(error: BaseException) -> str:
    return next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), type(error).__name__)
