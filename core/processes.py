"""Python processes of our own, that outlive the one that started them and leave the machine to visitors."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from core.settings import load_settings

NICENESS = 10  # visitors come first: see the measurements in docs/benchmarks.md
ROOT = Path(__file__).parents[1]


def start_process(module: str, folder: Path) -> "subprocess.Popen[bytes]":
    """Starts `python -m module folder`, its words going to `folder/log.txt`, and sees to it that no zombie stays.

    The module calls `step_back` first, since only a process itself can lower its priority everywhere.
    """
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=environment(),
            **_detached(),
        )
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def environment() -> dict[str, str]:
    """What such a process finds in its environment."""
    return {**os.environ, "FITTING_ROOM_HOME": str(load_settings().home), "PYTHONUNBUFFERED": "1"}


def step_back(by: int = NICENESS) -> None:
    """Lets others go first from now on."""
    if hasattr(os, "nice"):
        os.nice(by)


def _detached() -> dict[str, Any]:
    """Not reached by the Ctrl-C of the one that started it."""
    if sys.platform == "win32":
        group = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return {"creationflags": group | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    return {"start_new_session": True}
