"""The room in which somebody else's model file is opened lets nothing out, and says what broke in it."""

import ctypes
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.files import read_json, write_json
from core.model.importing import confinement, reading, room

CONFINED = """
import confinement, resource, socket, sys, threading
from pathlib import Path
waiting = threading.Event()
thread = threading.Thread(target=waiting.wait)
thread.start()
try:
    confinement.confine(Path(sys.argv[1]))
except RuntimeError as error:
    print(error)
waiting.set()
thread.join()
confinement._leave_the_network = lambda system: None
confinement.confine(Path(sys.argv[1]))
print(resource.getrlimit(resource.RLIMIT_AS)[0])
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), 1)
except PermissionError:
    print("no connection")
"""


def landlock() -> int:
    """The version of the wall that this kernel has; 0 without one."""
    if sys.platform != "linux":
        return 0
    return max(0, ctypes.CDLL(None).syscall(confinement.CREATE_RULESET, None, 0, confinement.ASK_VERSION))


@pytest.fixture
def port() -> Iterator[int]:
    """Somebody who listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.skipif(landlock() < 4, reason="this kernel lacks the walls")
def test_the_room_lets_nothing_out(tmp_path: Path, port: int) -> None:
    """Not even a hole in a library gets a file written elsewhere, a program run, or anybody reached."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    outside.write_text("as it was")
    write_json(inside / "task.json", {"outside": str(outside), "port": port})
    assert room.start(inside, "tests.core.model.prisoner").wait(60) == 0, (inside / "log.txt").read_text()
    assert read_json(inside / "tried.json") == ["write", "remove", "connect", "write from a thread", "run"]
    assert outside.read_text() == "as it was"


@pytest.mark.skipif(landlock() < 4, reason="this kernel lacks the walls")
def test_no_wall_is_built_round_one_thread_of_several_and_each_wall_stands_alone(tmp_path: Path, port: int) -> None:
    command = [sys.executable, "-c", CONFINED, str(tmp_path), str(port)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=room.CONFINEMENT.parent)
    assert done.returncode == 0, done.stderr
    threads, memory, connection = done.stdout.splitlines()
    assert threads.startswith("2 threads run already") and memory == str(confinement.MAX_MEMORY_BYTES)
    assert connection == "no connection", "where a container keeps its network, Landlock refuses it"


def test_what_nobody_expected_of_a_file_is_said_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(path: Path, folder: Path) -> None:
        raise OverflowError("cannot convert float infinity to integer")

    monkeypatch.setattr(reading, "read", read)
    monkeypatch.setattr(room, "step_back", lambda: None)
    write_json(tmp_path / "task.json", {"do": "read", "path": "theirs.h5"})
    room.main(tmp_path)
    assert "not expected (OverflowError)" in read_json(tmp_path / "outcome.json")["refused"]
    assert "float infinity" in capsys.readouterr().err, "the log keeps it"
