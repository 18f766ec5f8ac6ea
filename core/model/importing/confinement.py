"""The room in which somebody else's model file is opened: little memory, no network, no writing but into one folder.

Reading is by code of ours that runs nothing of the file; these walls stand for the case that a library has a hole.
"""

import contextlib
import ctypes
import os
import struct
import sys
from pathlib import Path

MAX_MEMORY_BYTES = 12 * 1024**3  # of addresses, of which TensorFlow takes 3 GB before it does anything
MAX_FILE_BYTES = 2 * 1024**3
MAX_PROCESSOR_S = 240

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # linux/sched.h
NO_NEW_PRIVILEGES = 38  # linux/prctl.h
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, the same on all architectures
ASK_VERSION, BENEATH = 1, 1  # linux/landlock.h
EXECUTE, WRITE_FILE, TRUNCATE = 1 << 0, 1 << 1, 1 << 14
MAKE_AND_REMOVE = sum(1 << bit for bit in range(4, 13))
REFER = 1 << 13


def confine(folder: Path) -> None:
    """Shuts this process in, for good. Where the system lacks a wall, the others stand.

    Args:
        folder: the only one that can be written from now on.
    """
    _limit()
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.unshare(NEW_USER | NEW_NETWORK)  # refused in some containers
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


def _write_only_in(folder: Path, system: ctypes.CDLL) -> None:
    """No file outside of the folder can be written, made, removed or run from now on: https://landlock.io.

    Raises:
        OSError: this kernel has no Landlock.
    """
    version = system.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    if version < 1:
        raise OSError("no Landlock")
    handled = EXECUTE | WRITE_FILE | MAKE_AND_REMOVE
    handled |= REFER if version >= 2 else 0
    handled |= TRUNCATE if version >= 3 else 0
    rules = struct.pack("Q", handled)
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
