"""The process in which a model file is opened, and how it is started: `python -m core.model.importing.room FOLDER`.

It finds `task.json` in the folder and leaves `outcome.json`; it can write nothing else anywhere (`confinement`).
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import FittingRoomError, ModelRefused
from core.files import read_json, write_json
from core.processes import ROOT, step_back

PATIENCE_S = 300.0
LOOK_AGAIN_S = 0.05
PASSED_ON = ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")  # no keys, no addresses
UNFINISHED = (
    "Opening this file broke off: it takes more memory or time than a model may ({gb:.0f} GB, {minutes:.0f} minutes), "
    "or is damaged in a way that nothing can read. Bring a smaller network, or save it again."
)


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
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "core.model.importing.room", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env={**kept, **own, **quiet},
        )
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


def main(folder: Path) -> None:
    """The room's side."""
    from core.model.importing.confinement import confine

    step_back()
    task = read_json(folder / "task.json")
    confine(folder)
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
    write_json(folder / "outcome.json", outcome)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
