"""What the tests ask processes to do with chunks. Each start is a line in a journal, if there is one."""

import hashlib
import os
import signal
import time
from pathlib import Path

from core.errors import DatasetDamaged
from core.spread import Chunk


def digest(
    chunk: Chunk, aside: Path, journal: str = "", seconds: float = 0.0, kills: int = -1, always: bool = False
) -> None:
    """A line a row. Chunk number `kills` ends its process the first time, or always."""
    starts = 1
    if journal:
        with open(journal, "a") as lines:
            lines.write(f"{chunk.number} {os.getpid()}\n")
        starts = sum(line.startswith(f"{chunk.number} ") for line in Path(journal).read_text().splitlines())
    time.sleep(seconds)
    if chunk.number == kills and (always or starts == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    aside.write_text(
        "".join(f"{row} {hashlib.sha256(b'%d' % row).hexdigest()}\n" for row in range(chunk.start, chunk.stop))
    )


def refuse(chunk: Chunk, aside: Path) -> None:
    """Writes half of its part, then cannot go on."""
    aside.write_text("half")
    raise DatasetDamaged(f"Rows {chunk.start} to {chunk.stop} cannot be read.")


def told_share(chunk: Chunk, aside: Path) -> None:
    aside.write_text(str(chunk.share))
