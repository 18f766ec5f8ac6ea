"""What this machine is called: a time means something only beside the machine on which it was measured."""

import os
import platform
from functools import cache
from pathlib import Path


@cache
def machine() -> str:
    """Processor and number of cores, as "AMD EPYC, 2 cores"; without the network's name of the machine."""
    cores = os.cpu_count() or 1
    return f"{_processor()}, {cores} core{'' if cores == 1 else 's'}"


def _processor() -> str:
    """As Linux says it, else as Python knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine() or "unknown processor"
