"""Jobs: processes of their own, watched through a folder."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core import jobs
from core.errors import JobActive
from core.locks import is_held
from core.settings import load_settings

WORK = "tests.core.work"


def worker_pid(job_dir: Path) -> int:
    """Finds the worker by its command line, as nothing in the folder is a proof of life but the lock."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(job_dir).encode() in (process / "cmdline").read_bytes():
                return int(process.name)
        except OSError:
            continue
    raise AssertionError("no worker")


def kill(pid: int) -> None:
    """Kills a process, and waits until the system has buried it: nobody may take it for alive from then on."""
    os.kill(pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists())


def until(condition, timeout_s: float = 60.0) -> None:
    """Waits for a state. The time is no promise: a busy machine may need it, and only a failure takes all of it."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_job_leaves_its_events_and_ends_as_done(tmp_path):
    jobs.start(tmp_path, f"{WORK}:count", {"to": 3})
    assert jobs.wait(tmp_path, 60).status == "done"
    assert [event["number"] for event in jobs.events(tmp_path, "number")] == [0, 1, 2]


def test_an_error_for_people_becomes_the_message(tmp_path):
    jobs.start(tmp_path, f"{WORK}:fail", {})
    assert jobs.wait(tmp_path, 60) == jobs.JobState(
        "failed",
        "Only three photos.",
        started_at=jobs.state(tmp_path).started_at,
        ended_at=jobs.state(tmp_path).ended_at,
    )


def test_a_bug_is_shown_as_one_with_its_log(tmp_path):
    jobs.start(tmp_path, f"{WORK}:crash", {})
    state = jobs.wait(tmp_path, 60)
    assert (state.status, state.message) == ("failed", jobs.BUG)
    assert "ZeroDivisionError: a bug of ours" in jobs.log_tail(tmp_path)


def test_a_full_disk_is_said_in_words(tmp_path):
    jobs.start(tmp_path, f"{WORK}:fill_the_disk", {})
    assert "disk is full" in jobs.wait(tmp_path, 60).message


def test_a_stop_request_is_honoured(tmp_path):
    jobs.start(tmp_path, f"{WORK}:count", {"to": 1000, "pause_s": 0.02})
    until(lambda: jobs.events(tmp_path, "number"))
    jobs.request_stop(tmp_path)
    assert jobs.state(tmp_path).status in ("stopping", "stopped")
    assert jobs.wait(tmp_path, 60).status == "stopped"
    assert len(jobs.events(tmp_path, "number")) < 1000


def test_a_killed_worker_counts_as_died_at_once_and_can_be_started_again(tmp_path):
    jobs.start(tmp_path, f"{WORK}:count", {"to": 1000, "pause_s": 0.02})
    until(lambda: jobs.events(tmp_path, "number"))
    kill(worker_pid(tmp_path))
    assert jobs.state(tmp_path).status == "died"
    with (tmp_path / "events.jsonl").open("ab") as events:
        events.write(b'{"half a li')
    jobs.start(tmp_path, f"{WORK}:count", {"to": 2})
    assert jobs.wait(tmp_path, 60).status == "done"
    assert jobs.events(tmp_path, "number")[-1]["number"] == 1


def test_a_folder_at_work_refuses_a_second_job(tmp_path):
    jobs.start(tmp_path, f"{WORK}:count", {"to": 100, "pause_s": 0.02})
    with pytest.raises(JobActive):
        jobs.start(tmp_path, f"{WORK}:count", {"to": 1})
    jobs.request_stop(tmp_path)
    jobs.wait(tmp_path, 60)


def test_jobs_of_a_queue_run_one_at_a_time_in_order(tmp_path):
    folders = [tmp_path / name for name in "abc"]
    for folder, to in zip(folders, (10_000, 5, 5), strict=True):
        jobs.start(folder, f"{WORK}:count", {"to": to, "pause_s": 0.02}, queue="training")
    until(lambda: jobs.state(folders[2]).status == "waiting")
    assert jobs.state(folders[2]).ahead == 2
    jobs.request_stop(folders[0])
    spans = []
    for folder in folders:
        assert not jobs.wait(folder, 60).active
        numbers = jobs.events(folder, "number")
        spans.append((numbers[0]["at"], numbers[-1]["at"]))
    assert spans[0][1] <= spans[1][0] and spans[1][1] <= spans[2][0]
    assert not list((load_settings().queues_dir / "training").glob("*-*"))


def test_a_start_returns_when_the_place_in_the_queue_is_taken(tmp_path):
    os.mkfifo(tmp_path / "reserve")  # where the worker has its lock, and no place yet; it waits until somebody reads
    starting = threading.Thread(target=jobs.start, args=[tmp_path, f"{WORK}:count", {"to": 3}, "training"])
    starting.start()
    until(lambda: is_held(tmp_path / "lock"))
    time.sleep(0.1)
    assert starting.is_alive()
    (tmp_path / "reserve").read_bytes()
    starting.join(60)
    assert not starting.is_alive() and jobs.wait(tmp_path, 60).status == "done"


def test_a_waiting_job_can_be_stopped_and_a_dead_one_loses_its_place(tmp_path):
    first, second, third = (tmp_path / name for name in "abc")
    jobs.start(first, f"{WORK}:count", {"to": 1000, "pause_s": 0.02}, queue="training")
    until(lambda: jobs.events(first, "number"))
    for folder in (second, third):
        jobs.start(folder, f"{WORK}:count", {"to": 2}, queue="training")
        until(lambda folder=folder: jobs.events(folder, "queued"))
    jobs.request_stop(second)
    assert jobs.wait(second, 60).status == "stopped"
    kill(worker_pid(first))
    assert jobs.wait(third, 60).status == "done"
    assert jobs.events(second, "number") == []


def test_a_job_outlives_the_process_that_started_it(tmp_path):
    script = f"""
from pathlib import Path
from core import jobs
jobs.start(Path({str(tmp_path)!r}), "{WORK}:count", {{"to": 20, "pause_s": 0.02}})
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert jobs.wait(tmp_path, 60).status == "done"


def test_two_who_look_at_once_do_not_see_each_other(tmp_path):
    jobs.start(tmp_path, f"{WORK}:count", {"to": 1})
    jobs.wait(tmp_path, 60)
    script = f"""
from pathlib import Path
from core.locks import is_held
for _ in range(300):
    assert not is_held(Path({str(tmp_path)!r}) / "lock")
"""
    watchers = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [watcher.wait(60) for watcher in watchers] == [0, 0]


def test_an_empty_folder_counts_as_died(tmp_path):
    assert jobs.state(tmp_path).status == "died"


def start_and_pause(job_dir: Path) -> int:
    """Starts a count to 60 and pauses it; returns how many steps were done."""
    jobs.start(job_dir, f"{WORK}:steps", {"to": 60, "pause_by": 5})
    until(lambda: jobs.events(job_dir, "number"))
    jobs.request_pause(job_dir)
    until(lambda: jobs.events(job_dir, "paused"))
    assert jobs.state(job_dir).status == "paused" and jobs.state(job_dir).active
    return len(jobs.events(job_dir, "number"))


def test_a_paused_job_does_nothing_and_then_goes_on_where_it_was(tmp_path):
    done = start_and_pause(tmp_path)
    time.sleep(0.3)
    assert len(jobs.events(tmp_path, "number")) == done < 60
    jobs.request_continue(tmp_path)
    assert jobs.wait(tmp_path, 60).status == "done"
    numbers = jobs.events(tmp_path, "number")
    assert [event["number"] for event in numbers] == list(range(60))
    assert numbers[done]["waited_s"] >= 0.3 and sum(event["waited_s"] > 0 for event in numbers) == 1
    kinds = [event["kind"] for event in jobs.events(tmp_path)]
    assert kinds.index("paused") + 1 == kinds.index("continued")


def test_stop_wins_over_pause_and_an_end_takes_the_pause_away(tmp_path):
    start_and_pause(tmp_path)
    jobs.request_stop(tmp_path)
    assert jobs.wait(tmp_path, 60).status == "stopped"
    assert jobs.events(tmp_path)[-1]["kind"] == "paused"
    until(lambda: not (tmp_path / "pause").exists())


def test_what_was_killed_in_its_pause_starts_again_without_one(tmp_path):
    start_and_pause(tmp_path)
    kill(worker_pid(tmp_path))
    assert jobs.state(tmp_path).status == "died"
    jobs.request_pause(tmp_path)
    jobs.start(tmp_path, f"{WORK}:steps", {"to": 2})
    assert jobs.wait(tmp_path, 60).status == "done"
    assert len(jobs.events(tmp_path, "paused")) == 1
