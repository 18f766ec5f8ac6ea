"""The command line as somebody uses it, and trainings that only pretend, where it is not about what is learned."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.__main__ import main
from core.errors import TrainingFailed
from core.files import write_json
from core.jobs import Work
from core.training import runs, series, starting, trials
from tests.core.conftest import Home
from tests.core.training import pretended
from tests.jobs import working

Said = Callable[..., Any]


@pytest.fixture
def said(capsys) -> Said:
    """Runs a verb with --json and reads its one document."""

    def run(*arguments: str) -> Any:
        status = main([*arguments, "--json"])
        printed = capsys.readouterr()
        assert status == 0, printed.err
        return json.loads(printed.out)

    return run


@pytest.fixture
def refused(capsys) -> Callable[..., str]:
    """Runs a verb that a person has to mend, and returns what it says about it."""

    def run(*arguments: str) -> str:
        assert main([*arguments]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        return printed.err

    return run


@pytest.fixture
def pretending(dataset_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Trainings and series come to their end at once, in this process."""

    def at_once(folder: Path, act: Callable[[Work], None]) -> None:
        job_dir = folder / "job"
        end = {"status": "done", "message": "", "at": time.time()}
        with working(job_dir) as work:
            try:
                act(work)
            except TrainingFailed as error:
                end |= {"status": "failed", "message": str(error)}
        write_json(job_dir / "end.json", end)

    monkeypatch.setattr(
        starting, "_start_job", lambda folder: at_once(folder, lambda work: pretended.learn(work, folder.name))
    )
    monkeypatch.setattr(
        series, "_start_job", lambda folder: at_once(folder, lambda work: trials.work(work, folder.name))
    )
    return dataset_home


@pytest.fixture
def slowly(dataset_home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Trainings pretend in processes of their own, with a pause before each round."""

    def start(folder: Path) -> None:
        target, arguments = "tests.core.training.pretended:learn", {"run_id": folder.name, "pause_s": 0.1}
        jobs.start(folder / "job", target, arguments, runs.QUEUE)

    monkeypatch.setattr(starting, "_start_job", start)
    return dataset_home
