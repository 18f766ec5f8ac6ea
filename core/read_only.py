"""A workspace that is only looked at (`FITTING_ROOM_READ_ONLY=1`): whatever would change a file in it is refused.

Python announces each change of a file before it makes it (audit events: https://peps.python.org/pep-0578/). The one
guard stands there, so that it holds for every writer, those of libraries and those that are yet to be written too.
Files that people hand over to ask about, and the answers, lie in a temporary folder that goes with the process.
"""

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import ReadOnly
from core.locks import is_held, locked

VARIABLE = "FITTING_ROOM_READ_ONLY"
SCRATCH_VARIABLE = "FITTING_ROOM_SCRATCH"  # says to jobs where the temporary folder of their server is
SENTENCE = "This is a demo: you can look and ask, nothing is kept."
BUNDLED_DIR = Path(__file__).parents[1] / "models"

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Events, with the places of their arguments: each path, and the open folder that it may be relative to.
Places = tuple[tuple[int, int | None], ...]
ADDING: dict[str, Places] = {
    "os.mkdir": ((0, 2),),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
}
CHANGING: dict[str, Places] = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2),),  # a second name could be written through, from elsewhere
    "os.utime": ((0, 3),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.truncate": ((0, None),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
    "shutil.rmtree": ((0, 1),),
}

PREFIX, ALIVE = "fitting-room-demo-", "alive"  # of the temporary folder, and the file in it that its owner locks
YOUNG_S = 60.0  # a folder of this age may be about to be locked

_making = threading.Lock()
_alive = contextlib.ExitStack()
_own: list[Path] = []
_standing: list[bool] = []


def is_on() -> bool:
    """Whether the workspace is only looked at."""
    return os.environ.get(VARIABLE, "").strip() == "1"


def refuse() -> None:
    """For those who would do much before they write.

    Raises:
        ReadOnly: the workspace is only looked at.
    """
    if is_on():
        raise ReadOnly(SENTENCE)


def stand_guard() -> None:
    """Watches every change of a file from now on, for the life of this process; refuses it while `is_on()`."""
    with _making:
        if not _standing:
            _standing.append(True)
            sys.addaudithook(_watch)


def scratch_dir() -> Path:
    """The temporary folder of this process and of the jobs that it starts; it goes when the process ends."""
    with _making:
        if not os.environ.get(SCRATCH_VARIABLE):
            _clear_leftovers()
            made = Path(tempfile.mkdtemp(prefix=PREFIX))
            _alive.enter_context(locked(made / ALIVE))
            os.environ[SCRATCH_VARIABLE] = str(made)
            _own.append(made)
            atexit.register(leave)
        return Path(os.environ[SCRATCH_VARIABLE])


def leave() -> None:
    """Removes the temporary folder, if this process has made it. A server calls it when it is told to end."""
    while _own:
        made = _own.pop()
        if os.environ.get(SCRATCH_VARIABLE) == str(made):
            del os.environ[SCRATCH_VARIABLE]
        _alive.close()
        shutil.rmtree(made, ignore_errors=True)


def _clear_leftovers() -> None:
    """Removes the folders of those that were killed: nobody holds their lock."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{ALIVE}"):
        with contextlib.suppress(OSError):  # another person's, or somebody else removes it right now
            if time.time() - path.stat().st_mtime > YOUNG_S and not is_held(path):
                shutil.rmtree(path.parent, ignore_errors=True)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Called by Python before anything happens that can be audited, thousands of times a second: most are let go here.

    Raises:
        ReadOnly: a file or folder of the workspace, or of the models that come along, would change.
    """
    if event == "open":
        paths = [_path(arguments, 0, None)] if arguments[2] & WRITING and is_on() else []
    elif (event in ADDING or event in CHANGING) and is_on():
        added = [_path(arguments, *place) for place in ADDING.get(event, ())]
        changed = [_path(arguments, *place) for place in CHANGING.get(event, ())]
        paths = [path for path in added if not os.path.lexists(path)]  # what is there is not made again
        if not changed or os.path.lexists(changed[0]):  # what is absent cannot change
            paths += changed
    else:
        return
    if any(path and _is_kept(path) for path in paths):
        raise ReadOnly(SENTENCE)


def _path(arguments: tuple[Any, ...], at: int, folder_at: int | None) -> str:
    """A path among the arguments of an event; "" of a file that is open: it was looked at when it was opened."""
    if isinstance(arguments[at], int):
        return ""
    path = os.fsdecode(arguments[at])
    folder = -1 if folder_at is None or folder_at >= len(arguments) else arguments[folder_at]
    if isinstance(folder, int) and folder >= 0 and not os.path.isabs(path):
        try:
            return os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
        except OSError:  # no such thing here: whoever removes whole folders was looked at when they began
            return ""
    return path


def _is_kept(path: str) -> bool:
    """Whether a path, wherever links lead from it, lies in what must stay as it is."""
    place = os.path.realpath(path)
    scratch, home = os.environ.get(SCRATCH_VARIABLE), os.environ.get("FITTING_ROOM_HOME") or "workspace"
    if scratch and _lies_in(place, _real(scratch, os.getcwd())):
        return False
    return any(_lies_in(place, _real(str(root), os.getcwd())) for root in (home, BUNDLED_DIR))


def _lies_in(place: str, root: str) -> bool:
    return place == root or place.startswith(root + os.sep)


@lru_cache(maxsize=16)
def _real(root: str, _cwd: str) -> str:
    return os.path.realpath(os.path.expanduser(root))
