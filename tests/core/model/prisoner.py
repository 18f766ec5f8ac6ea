"""What somebody might try through a hole in a library: run in the room by `test_room`; leaves `tried.json`."""

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import core.model.importing.reading  # noqa: F401  starts threads: they have to be shut in, too

folder = Path(sys.argv[1])
task = json.loads((folder / "task.json").read_text())
outside, refused = Path(task["outside"]), []


def tries(name: str, act: Callable[[], object]) -> None:
    try:
        act()
    except OSError:
        refused.append(name)


tries("write", lambda: outside.write_text("spoilt"))
tries("remove", outside.unlink)
tries("connect", lambda: socket.create_connection(("127.0.0.1", task["port"]), 1))
thread = threading.Thread(target=tries, args=("write from a thread", lambda: outside.write_text("spoilt")))
thread.start()
thread.join()
tries("run", lambda: os.execv("/bin/true", ["true"]))
(folder / "tried.json").write_text(json.dumps(refused))
