"""Locks on files: what tells a living process from a dead one, on Linux, macOS and Windows."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import portalocker

EXCLUSIVE = portalocker.LockFlags.EXCLUSIVE


@contextlib.contextmanager
def locked(path: Path, patience_s: float = 0.0, kind: portalocker.LockFlags = EXCLUSIVE) -> Iterator[bool]:
    """Tries to hold a lock file; yields whether it does. Patience outlasts those who only look."""
    deadline = time.monotonic() + patience_s
    with path.open("rb" if kind == portalocker.LockFlags.SHARED else "ab") as file:  # to look, reading is enough
        while True:
            try:
                portalocker.lock(file, kind | portalocker.LockFlags.NON_BLOCKING)
                break
            except portalocker.exceptions.LockException:
                if time.monotonic() >= deadline:
                    yield False
                    return
                time.sleep(0.01)
        try:
            yield True
        finally:
            portalocker.unlock(file)


def is_held(path: Path) -> bool:
    """Looks whether somebody holds the lock, with a shared one, so that two who look do not see each other."""
    if not path.exists():
        return False
    with locked(path, kind=portalocker.LockFlags.SHARED) as free:
        return not free
