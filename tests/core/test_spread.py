import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import pool
from core.errors import DatasetDamaged, FittingRoomError, SettingInvalid
from core.jobs import Stopped
from core.processes import ROOT
from core.spread import CARRIERS, Plan, carrier, planned, spread

ROWS, PER_CHUNK = 95, 10
DRIVER = """
import sys
from pathlib import Path
from core.spread import read_plan, spread
if __name__ == "__main__":
    spread(read_plan(Path(sys.argv[1])), sys.argv[2])
"""


def plan_of(folder: Path, task: str = "digest", rows: int = ROWS, **arguments: object) -> Plan:
    return planned(folder, f"tests.core.chunk_tasks:{task}", arguments, rows, PER_CHUNK, ".txt")


def read(parts: list[Path]) -> list[int]:
    """The rows of all parts, in their order."""
    return [int(line.split()[0]) for part in parts for line in part.read_text().splitlines()]


def starts(journal: Path) -> list[int]:
    return [int(line.split()[0]) for line in journal.read_text().splitlines()]


def test_one_process_and_a_pool_leave_the_same_bytes_and_every_row_once(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    alone = spread(plan_of(tmp_path / "one"), "one", lambda done, total: told.append((done, total)))
    pooled = spread(plan_of(tmp_path / "pool"), "pool")
    assert read(alone) == [*range(ROWS)]
    assert [part.read_bytes() for part in alone] == [part.read_bytes() for part in pooled]
    assert told[0] == (0, ROWS) and told[-1] == (ROWS, ROWS) and len(told) == 11


def test_what_is_there_is_not_done_again_and_half_a_part_is_none(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    plan = plan_of(tmp_path / "work", journal=str(journal))
    parts = spread(plan, "one")
    parts[3].unlink()
    (plan.folder / "parts" / ".aside.txt").write_text("half")
    told: list[int] = []
    spread(plan, "one", lambda done, total: told.append(done))
    assert starts(journal) == [*range(10), 3] and told == [ROWS - 10, ROWS]
    assert not [*(plan.folder / "parts").glob(".*")]


def test_chunks_stay_as_they_were_decided_and_other_work_needs_another_folder(tmp_path: Path) -> None:
    before = plan_of(tmp_path)
    again = planned(tmp_path, before.task, {}, ROWS, 2 * PER_CHUNK, ".txt")
    assert again == before and len(again) == 10
    with pytest.raises(FittingRoomError, match="other work"):
        planned(tmp_path, before.task, {}, ROWS + 1, PER_CHUNK)


def test_no_rows_are_no_chunks(tmp_path: Path) -> None:
    assert spread(plan_of(tmp_path, rows=0), "pool") == []


def test_a_killed_worker_costs_nothing_but_the_chunks_that_were_at_work(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    parts = spread(plan_of(tmp_path / "work", journal=str(journal), kills=4), "pool")
    assert read(parts) == [*range(ROWS)]
    assert starts(journal).count(4) == 2 and len(starts(journal)) <= 10 + pool.num_workers()


def test_a_chunk_that_always_kills_its_process_ends_the_work_with_a_reason(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "work", journal=str(tmp_path / "journal"), kills=9, always=True)
    with pytest.raises(FittingRoomError, match="in the middle of its work"):
        spread(plan, "pool")
    assert plan.missing() == [9]


@pytest.mark.parametrize("on", ["one", "pool"])
def test_what_a_chunk_raises_is_raised_and_no_half_part_stays(tmp_path: Path, on: str) -> None:
    plan = plan_of(tmp_path, "refuse")
    with pytest.raises(DatasetDamaged, match="Rows 0 to 10"):
        spread(plan, carrier(on))
    assert not [*(plan.folder / "parts").iterdir()]


def test_a_stop_ends_the_processes_and_keeps_what_is_done(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "work", journal=str(tmp_path / "journal"), seconds=0.2)

    def stop() -> None:
        if len([*(plan.folder / "parts").glob("0*")]) >= 2:
            raise Stopped

    with pytest.raises(Stopped):
        spread(plan, "pool", check_stop=stop)
    assert 1 <= len(plan.missing()) <= 8
    for line in (tmp_path / "journal").read_text().splitlines():
        assert not _lives(int(line.split()[1]))
    assert read(spread(plan, "pool")) == [*range(ROWS)]


def test_killed_at_any_moment_the_driver_goes_on_and_repeats_what_was_in_flight(tmp_path: Path) -> None:
    journal, chance, kills = tmp_path / "journal", random.Random(7), 3
    journal.touch()
    plan = plan_of(tmp_path / "work", journal=str(journal), seconds=0.1)
    (tmp_path / "driver.py").write_text(DRIVER)
    for _ in range(kills):
        begun = len(starts(journal))
        driver = _driver(tmp_path, plan)
        while len(starts(journal)) == begun and driver.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.2))
        driver.kill()
        driver.wait()
        _wait_until_gone({int(line.split()[1]) for line in journal.read_text().splitlines()})
    assert _driver(tmp_path, plan).wait(60) == 0
    assert read([plan.part(number) for number in range(len(plan))]) == [*range(ROWS)]
    assert len(starts(journal)) <= 10 + kills * pool.num_workers()


def test_the_shares_of_those_at_work_are_one_budget(tmp_path: Path) -> None:
    [part, *_] = spread(plan_of(tmp_path / "pool", "told_share"), "pool")
    assert float(part.read_text()) == pytest.approx(1 / pool.num_workers())
    assert float(spread(plan_of(tmp_path / "one", "told_share"), "one")[0].read_text()) == 1.0
    [part, *_] = spread(plan_of(tmp_path / "few", "told_share"), "pool", at_once=1)
    assert float(part.read_text()) == 1.0, "alone it has all of it"


def test_ray_does_it_where_its_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    assert carrier() == "pool"
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:6379")
    assert carrier() == "ray" and carrier("one") == "one"
    with pytest.raises(SettingInvalid, match=f"{', '.join(CARRIERS)}.*horses"):
        carrier("horses")


def test_without_ray_a_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(FittingRoomError, match=r"pip install -r requirements-ray\.txt"):
        spread(plan_of(tmp_path), "ray")


def _driver(tmp_path: Path, plan: Plan) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(tmp_path / "driver.py"), str(plan.folder), "pool"]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True)


def _wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 20
    while any(map(_lives, pids)):
        assert time.monotonic() < deadline, "the processes of a pool outlived the one that they worked for"
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
