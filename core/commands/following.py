"""Following a job from the command line: what it says goes to stderr, Ctrl-C asks it to stop."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import jobs
from core.errors import FittingRoomError


def follow(job_dir: Path, describe: Callable[[dict[str, Any]], str | None]) -> jobs.JobState:
    """Prints what a job says until it ends. Ctrl-C asks it to stop, and what it keeps is waited for.

    Args:
        job_dir: the job's folder; only what it says from now on is printed.
        describe: an event in words, or None for one that need not be said.

    Raises:
        FittingRoomError: the job failed or died; the message says why.
    """
    told = 0
    while True:
        try:
            state = jobs.state(job_dir)
            said = [event for event in jobs.events(job_dir) if event["at"] >= (state.started_at or 0)]
            for event in said[told:]:
                if line := describe(event):
                    print(line, file=sys.stderr, flush=True)
            told = len(said)
            if not state.active:
                break
            time.sleep(0.2)
        except KeyboardInterrupt:
            print("Stopping …", file=sys.stderr)
            jobs.request_stop(job_dir)
    if state.status in ("failed", "died"):
        log = f"\n{jobs.log_tail(job_dir)}" if state.message == jobs.BUG else ""
        raise FittingRoomError(state.message + log)
    return state
