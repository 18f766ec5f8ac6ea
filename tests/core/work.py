"""Work functions for the tests of jobs, run in real processes."""

import os
import sys
import time

from core.errors import DatasetTooSmall
from core.jobs import Work


def count(work: Work, to: int, pause_s: float = 0.0) -> None:
    for number in range(to):
        work.check_stop()
        work.event("number", number=number)
        time.sleep(pause_s)


def fail(work: Work) -> None:
    raise DatasetTooSmall("Only three photos.")


def crash(work: Work) -> None:
    raise ZeroDivisionError("a bug of ours")


def fill_the_disk(work: Work) -> None:
    raise OSError(28, "No space left on device")


def steps(work: Work, to: int, pause_by: int | None = None) -> None:
    """Counts, and waits wherever somebody wants a pause; nobody has to hurry to want one by the step `pause_by`."""
    paused = False
    for number in range(to):
        while number == pause_by and not paused and not (work.job_dir / "pause").exists():
            work.check_stop()
            time.sleep(0.01)
        work.check_stop()
        waited_s = work.wait_while_paused()
        paused = paused or waited_s > 0
        work.event("number", number=number, waited_s=waited_s)
        time.sleep(0.01)


def about_me(work: Work) -> None:
    """Tells what the process is like, and prints a line below Python's own streams."""
    os.write(2, b"a word from the depths\n")
    work.event(
        "me", pid=os.getpid(), nice=os.nice(0), home=os.environ["FITTING_ROOM_HOME"], loaded="wave" in sys.modules
    )


def load() -> None:
    """Stands for TensorFlow: nothing else imports it."""
    import wave  # noqa: F401


def load_slowly() -> None:
    time.sleep(60)


def fail_to_load() -> None:
    raise ImportError("no such library")
