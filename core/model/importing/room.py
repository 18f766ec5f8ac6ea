"""The process in which a model file is opened, and how it is started.

It finds `task.json` in the folder and leaves `outcome.json`. Before anything of ours is imported in it, it is shut in
by `confinement`: it can write into that folder alone, and reach nobody.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import FittingRoomError, ModelRefused
from core.files import read_json, write_json
from core.processes import ROOT, step_back

PATIENCE_S = 300.0
LOOK_AGAIN_S = 0.05
CONFINEMENT = Path(__file__).with_name("confinement.py")
PASSED_ON = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")  # no keys, no addresses
UNFINISHED = (
    "Opening this file broke off: it takes more memory or time than a model may ({gb:.0f} GB, {minutes:.0f} minutes), "
    "or is damaged in a way that nothing can read. Bring a smaller network, or save it again."
)
UNEXPECTED = "This file is damaged in a way that was not expected ({kind}). Save it again."


def run(folder: Path, task: dict[str, Any], check_stop: Callable[[], None]) -> None:
    """Does a task in the room and waits for it.

    Args:
        folder: of the import.
        task: {"do": "read", "path": …} or {"do": "finish", "scaling": …}.
        check_stop: may raise to end it.

    Raises:
        ModelRefused: the file is not taken; the message says why.
    """
    outcome = folder / "outcome.json"
    outcome.unlink(missing_ok=True)
    write_json(folder / "task.json", task)
    process = start(folder)
    began_at = time.monotonic()
    try:
        while process.poll() is None and time.monotonic() - began_at < PATIENCE_S:
            check_stop()
            time.sleep(LOOK_AGAIN_S)
    finally:
        process.kill()
        process.wait()
    said = read_json(outcome)
    if not isinstance(said, dict):
        from core.model.importing.confinement import MAX_MEMORY_BYTES

        raise ModelRefused(UNFINISHED.format(gb=MAX_MEMORY_BYTES / 1024**3, minutes=PATIENCE_S / 60))
    if said.get("refused"):
        raise ModelRefused(str(said["refused"]))


def start(folder: Path, module: str = __name__) -> "subprocess.Popen[bytes]":
    """Starts a module of ours, shut in.

    Args:
        folder: the only one that it can write into; its words go to `log.txt` there.
        module: what to run; it finds the folder as its first argument.
    """
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = {"TMPDIR": str(folder), "HOME": str(folder)}
    own |= {"KERAS_HOME": str(folder / ".keras"), "FITTING_ROOM_HOME": str(folder)}
    quiet = {
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with (folder / "log.txt").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, str(CONFINEMENT), str(folder), module],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env={**kept, **own, **quiet},
        )


def main(folder: Path) -> None:
    """The room's side."""
    step_back()
    task = read_json(folder / "task.json")
    try:
        from core.model.importing import reading

        if task["do"] == "read":
            reading.read(Path(task["path"]), folder)
        else:
            reading.finish(folder, task["scaling"])
        outcome: dict[str, Any] = {"refused": ""}
    except FittingRoomError as error:
        outcome = {"refused": str(error)}
    except MemoryError:
        return  # said by whoever waits
    except Exception as error:  # the boundary of the process: what the file broke is said, and kept in the log
        traceback.print_exc()
        outcome = {"refused": UNEXPECTED.format(kind=type(error).__name__)}
    write_json(folder / "outcome.json", outcome)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
