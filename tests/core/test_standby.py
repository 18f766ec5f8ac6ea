"""A process that stands by: it takes over at once, and whatever happens to it, the job is done."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core import jobs, queues, standby
from core.files import read_json
from core.locks import is_held, locked
from core.settings import load_settings
from tests.core.test_jobs import kill, until, worker_pid

WORK = "tests.core.work"
QUEUE = "training"


@pytest.fixture(autouse=True)
def folder(monkeypatch):
    """Turned on; whoever still waits at the end is sent away. On a busy machine too it has the time to accept."""
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "1")
    monkeypatch.setattr(standby, "ACCEPT_S", 60.0)
    monkeypatch.setattr(standby, "free_bytes", lambda: 8 * 1024**3)
    folder = load_settings().home / "standby"
    yield folder
    if is_held(folder / "lock"):
        os.kill(worker_pid(folder), signal.SIGKILL)
        until(lambda: not is_held(folder / "lock"))


def prepare(load: str = "load", **options) -> None:
    standby.prepare(f"{WORK}:{load}", QUEUE, **options)


def ready(folder: Path) -> int:
    """Gets one ready and returns its process id."""
    prepare()
    until(lambda: (folder / "ready.json").exists())
    return worker_pid(folder)


def ask(job_dir: Path) -> dict:
    """Does a job and returns what it said of its process."""
    jobs.start(job_dir, f"{WORK}:about_me", {}, QUEUE)
    assert jobs.wait(job_dir, 60).status == "done", jobs.log_tail(job_dir)
    [said] = jobs.events(job_dir, "me")
    return said


def test_it_takes_over_and_is_like_any_worker(folder, tmp_path):
    pid = ready(folder)
    standing = ask(tmp_path / "standing")
    fresh = ask(tmp_path / "fresh")
    assert (standing["pid"], standing["loaded"]) == (pid, True) and (fresh["pid"] != pid, fresh["loaded"]) == (
        True,
        False,
    )
    assert fresh["nice"] == min(19, os.nice(0) + 10), "visitors come first"
    assert {**standing, "at": 0, "pid": 0, "loaded": 0} == {**fresh, "at": 0, "pid": 0, "loaded": 0}
    assert jobs.log_tail(tmp_path / "standing") == jobs.log_tail(tmp_path / "fresh") == "a word from the depths"
    kinds = [[event["kind"] for event in jobs.events(tmp_path / name)] for name in ("standing", "fresh")]
    assert kinds[0] == kinds[1] == ["queued", "begun", "me"]
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_while_it_works_another_one_may_get_ready_and_none_before(folder, tmp_path):
    pid = ready(folder)
    prepare()
    assert worker_pid(folder) == pid
    jobs.start(tmp_path / "a", f"{WORK}:count", {"to": 10_000, "pause_s": 0.02}, QUEUE)
    until(lambda: jobs.events(tmp_path / "a", "number"))
    assert not is_held(folder / "lock")
    prepare()
    assert not (folder / "launched").exists(), "the queue is busy: there is nothing to start at once"
    jobs.request_stop(tmp_path / "a")
    assert jobs.wait(tmp_path / "a", 60).status == "stopped"
    assert ready(folder) != pid


def test_killed_while_it_waits_the_job_gets_a_new_process(folder, tmp_path):
    pid = ready(folder)
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_held(folder / "lock"))
    assert (folder / "ready.json").exists()
    assert ask(tmp_path / "a")["pid"] != pid


def test_killed_as_it_accepts_the_job_gets_a_new_process(folder, tmp_path):
    pid = ready(folder)
    os.kill(pid, signal.SIGSTOP)
    (tmp_path / "a").mkdir()
    asking = threading.Thread(target=ask, args=[tmp_path / "a"])
    asking.start()
    until(lambda: (folder / "job.json").exists())
    os.rename(folder / "job.json", folder / "taken.json")
    os.kill(pid, signal.SIGKILL)
    asking.join(60)
    assert jobs.events(tmp_path / "a", "me")[0]["pid"] != pid


def test_killed_at_work_the_job_died_at_once_and_can_be_started_again(folder, tmp_path):
    pid = ready(folder)
    jobs.start(tmp_path / "a", f"{WORK}:count", {"to": 10_000, "pause_s": 0.02}, QUEUE)
    until(lambda: jobs.events(tmp_path / "a", "number"))
    kill(pid)
    assert jobs.state(tmp_path / "a").status == "died"
    assert ask(tmp_path / "a")["pid"] != pid


def test_one_that_does_not_answer_loses_the_job_and_never_does_it_twice(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(standby, "ACCEPT_S", 0.3)
    pid = ready(folder)
    os.kill(pid, signal.SIGSTOP)
    assert ask(tmp_path / "a")["pid"] != pid
    assert not (folder / "job.json").exists()
    os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(standby, "ACCEPT_S", 60.0)
    assert ask(tmp_path / "b")["pid"] == pid
    assert len(jobs.events(tmp_path / "a", "me")) == 1


def test_one_that_accepted_and_wakes_up_too_late_does_not_do_it_again(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(standby, "ACCEPT_S", 0.3)
    monkeypatch.setattr(standby, "TAKEN_S", 0.6)
    pid = ready(folder)
    os.kill(pid, signal.SIGSTOP)
    asking = threading.Thread(target=ask, args=[tmp_path / "a"])
    asking.start()
    until(lambda: (folder / "job.json").exists())
    content = (folder / "job.json").read_bytes()
    os.rename(folder / "job.json", folder / "taken.json")
    asking.join(60)
    (folder / "job.json").write_bytes(content)  # it renames it on waking up, as if it had done so before
    os.kill(pid, signal.SIGCONT)
    until(lambda: not Path(f"/proc/{pid}").exists())
    assert [event["pid"] == pid for event in jobs.events(tmp_path / "a", "me")] == [False]


def test_the_one_who_hands_over_may_be_killed(folder, tmp_path):
    pid = ready(folder)
    os.kill(pid, signal.SIGSTOP)
    script = f"""
from pathlib import Path
from core import jobs, standby
standby.ACCEPT_S = 60.0
standby._kind = lambda: {read_json(folder / "ready.json")["kind"]!r}
jobs.start(Path({str(tmp_path / "a")!r}), "{WORK}:about_me", {{}}, "{QUEUE}")
"""
    server = subprocess.Popen([sys.executable, "-c", script])
    until(lambda: (folder / "job.json").exists())
    server.kill()
    server.wait()
    os.kill(pid, signal.SIGCONT)
    until(lambda: jobs.events(tmp_path / "a", "me"))
    assert jobs.events(tmp_path / "a", "me")[0]["pid"] == pid
    assert jobs.wait(tmp_path / "a", 60).status == "done"


def test_a_busy_queue_another_queue_and_no_queue_get_a_process_of_their_own(folder, tmp_path):
    pid = ready(folder)
    jobs.start(tmp_path / "a", f"{WORK}:about_me", {})
    jobs.start(tmp_path / "b", f"{WORK}:about_me", {}, "another")
    for name in "ab":
        assert jobs.wait(tmp_path / name, 60).status == "done"
        assert jobs.events(tmp_path / name, "me")[0]["pid"] != pid
    with locked(tmp_path / "lock"), queues.turn(tmp_path, QUEUE, lambda: None):
        jobs.start(tmp_path / "c", f"{WORK}:about_me", {}, QUEUE)
        assert is_held(folder / "lock"), "a new process waits with less memory"
    assert jobs.wait(tmp_path / "c", 60).status == "done"


@pytest.mark.parametrize("change", ["environment", "code"])
def test_one_with_another_environment_or_older_code_is_not_taken(change, folder, tmp_path, monkeypatch):
    pid = ready(folder)
    if change == "environment":
        monkeypatch.setenv("KERAS_HOME", "elsewhere")
    else:
        code = tmp_path / "repository"
        (code / "core").mkdir(parents=True)
        (code / "core" / "edited.py").touch()
        monkeypatch.setattr(standby, "ROOT", code)
    assert ask(tmp_path / "a")["pid"] != pid


def test_of_two_servers_that_start_at_once_one_gets_it(folder, tmp_path):
    pid = ready(folder)
    os.kill(pid, signal.SIGSTOP)
    asking = threading.Thread(target=ask, args=[tmp_path / "a"])
    asking.start()
    until(lambda: (folder / "job.json").exists())
    assert ask(tmp_path / "b")["pid"] != pid
    os.kill(pid, signal.SIGCONT)
    asking.join(60)
    assert jobs.events(tmp_path / "a", "me")[0]["pid"] == pid


def test_it_goes_away_by_itself_and_with_the_one_who_asked_for_it(folder):
    prepare(idle_s=0.2)
    until(lambda: not (folder / "launched").exists())  # it was ready, and is gone: one that fails leaves that behind
    until(lambda: not is_held(folder / "lock"))
    assert not (folder / "ready.json").exists()
    script = f"from core import standby; standby.prepare('{WORK}:load', '{QUEUE}'); import time; time.sleep(60)"
    server = subprocess.Popen([sys.executable, "-c", script])
    until(lambda: (folder / "ready.json").exists())
    server.kill()
    server.wait()
    until(lambda: not is_held(folder / "lock"))


def test_one_that_cannot_load_is_not_tried_again_all_the_time(folder, tmp_path, monkeypatch):
    prepare("fail_to_load")
    until(lambda: "no such library" in jobs.log_tail(folder))
    until(lambda: not is_held(folder / "lock"))
    (folder / "log.txt").unlink()
    prepare("fail_to_load")
    time.sleep(0.5)
    assert jobs.log_tail(folder) == ""
    assert ask(tmp_path / "a")["loaded"] is False
    monkeypatch.setattr(standby, "RETRY_S", 0.0)
    assert ready(folder)


def test_asked_from_everywhere_at_once_there_is_one(folder):
    asking = [threading.Thread(target=prepare, args=["load_slowly"]) for _ in range(8)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    until(lambda: is_held(folder / "lock"))
    assert str(folder).encode() in Path(f"/proc/{worker_pid(folder)}/cmdline").read_bytes()
    living = [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(folder).encode() in _content(path)]
    assert len(living) == 1


@pytest.mark.parametrize("reason", ["settings", "memory"])
def test_none_is_started_where_it_is_not_wanted_or_would_be_in_the_way(reason, folder, monkeypatch):
    if reason == "settings":
        monkeypatch.setenv("FITTING_ROOM_STANDBY", "0")
    else:
        monkeypatch.setattr(standby, "free_bytes", lambda: 1024**3)
    prepare()
    assert not folder.exists()


def test_free_memory_is_a_number_of_bytes():
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 50 * 1024**2 < standby.free_bytes() <= total


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
