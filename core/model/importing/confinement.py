"""The room in which somebody else's model file is opened: little memory, no network, no writing but into one folder.

    python confinement.py FOLDER MODULE

Reading is by code of ours that runs nothing of the file; these walls stand for the case that a library has a hole. They
bind the thread that builds them and those that it starts, so this file is started by itself and needs Python alone:
libraries start threads as soon as they are imported.
"""

import contextlib
import ctypes
import os
import runpy
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MAX_MEMORY_BYTES = 12 * 1024**3  # of addresses, of which TensorFlow takes 3 GB before it does anything
MAX_FILE_BYTES = 2 * 1024**3
MAX_PROCESSOR_S = 240

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # linux/sched.h
NO_NEW_PRIVILEGES = 38  # linux/prctl.h
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, the same on all architectures
ASK_VERSION, BENEATH = 1, 1  # linux/landlock.h
BIND_AND_CONNECT = 1 << 0 | 1 << 1  # TCP
EXECUTE, WRITE_FILE, TRUNCATE = 1 << 0, 1 << 1, 1 << 14
MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
REFER = 1 << 13


def confine(folder: Path) -> None:
    """Shuts this process in, for good. Where the system lacks a wall, the others stand.

    Args:
        folder: the only one that can be written from now on.

    Raises:
        RuntimeError: there are other threads, around which no wall would stand.
    """
    _limit()
    if sys.platform != "linux":
        return
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        raise RuntimeError(f"{threads} threads run already, and only one of them would be shut in.")
    system = ctypes.CDLL(None, use_errno=True)
    _leave_the_network(system)
    with contextlib.suppress(OSError):
        _write_only_in(folder, system)


def _limit() -> None:
    """Memory, file size, processor time."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_CPU, MAX_PROCESSOR_S),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # less is allowed already
            resource.setrlimit(kind, (most, most))


def _leave_the_network(system: ctypes.CDLL) -> None:
    """A network of its own, with nobody in it. Some containers refuse that; then Landlock refuses connections."""
    if system.unshare(NEW_NETWORK):  # root may, and keeps its rights; others need users of their own as well
        system.unshare(NEW_USER | NEW_NETWORK)


def _write_only_in(folder: Path, system: ctypes.CDLL) -> None:
    """No file outside of the folder can be written, made, removed or run, and no TCP connection made, from now on.

    Source: https://docs.kernel.org/userspace-api/landlock.html.

    Raises:
        OSError: this kernel has no Landlock.
    """
    version = system.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    if version < 1:
        raise OSError("no Landlock")
    handled = EXECUTE | WRITE_FILE | MAKE_AND_REMOVE
    handled |= REFER if version >= 2 else 0
    handled |= TRUNCATE if version >= 3 else 0
    rules = struct.pack("QQ", handled, BIND_AND_CONNECT) if version >= 4 else struct.pack("Q", handled)
    ruleset = system.syscall(CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0:
        raise OSError("no Landlock")
    try:
        for path in (folder, Path(os.devnull)):
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = handled & ~EXECUTE if path.is_dir() else handled & (WRITE_FILE | TRUNCATE)
            rule = struct.pack("=Qi", allowed, opened)
            system.syscall(ADD_RULE, ruleset, BENEATH, rule, 0)
            os.close(opened)
        system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if system.syscall(RESTRICT_SELF, ruleset, 0):
            raise OSError("no Landlock")
    finally:
        os.close(ruleset)


if __name__ == "__main__":
    confine(Path(sys.argv[1]))
    sys.path[0] = str(ROOT)  # it is the folder of this file
    runpy.run_module(sys.argv[2], run_name="__main__")
