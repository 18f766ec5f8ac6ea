"""Work functions for the tests of jobs, run in real processes."""

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
