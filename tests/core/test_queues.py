"""Queues: one job at a time, in an order that a person can change."""

from pathlib import Path

import pytest

from core import jobs, queues
from core.settings import load_settings
from tests.core.test_jobs import kill, until, worker_pid

WORK = "tests.core.work"
QUEUE = "training"


@pytest.fixture
def line(tmp_path):
    """A job at work, and three that wait behind it: a, b, c."""
    at_work, *others = folders = [tmp_path / name for name in ("at-work", "a", "b", "c")]
    jobs.start(at_work, f"{WORK}:count", {"to": 10_000, "pause_s": 0.02}, QUEUE)
    until(lambda: jobs.events(at_work, "number"))
    for folder in others:
        jobs.start(folder, f"{WORK}:count", {"to": 1}, QUEUE)
        assert jobs.state(folder).status == "waiting", "it has its place before anybody can come after it"
    yield folders
    for folder in folders:
        jobs.request_stop(folder)
        jobs.wait(folder, 60)


def names() -> list[str]:
    return [job_dir.name for job_dir in queues.waiting(QUEUE)]


def ran_in_order(folders: list[Path]) -> list[str]:
    """Lets the one at work end, and says who came when."""
    jobs.request_stop(folders[0])
    for folder in folders[1:]:
        assert jobs.wait(folder, 60).status == "done"
    return [folder.name for folder in sorted(folders[1:], key=lambda folder: jobs.events(folder, "begun")[0]["at"])]


def test_those_who_wait_can_be_listed_and_put_in_another_order(line):
    _, a, b, c = line
    assert names() == ["a", "b", "c"] and queues.busy(QUEUE)
    queues.move_first(c, QUEUE)
    assert names() == ["c", "a", "b"]
    queues.move_earlier(b, QUEUE)
    assert names() == ["c", "b", "a"]
    queues.move_earlier(c, QUEUE)
    assert names() == ["c", "b", "a"]
    assert [jobs.state(folder).ahead for folder in (c, b, a)] == [1, 2, 3]
    assert ran_in_order(line) == ["c", "b", "a"]
    assert not queues.busy(QUEUE) and not list((load_settings().queues_dir / QUEUE).glob("*-*"))


def test_who_is_moved_first_often_still_goes_behind_the_one_at_work(line):
    at_work, a, b, c = line
    for folder in (c, b, a, c, b):
        queues.move_first(folder, QUEUE)
    assert names() == ["b", "c", "a"]
    assert jobs.state(at_work).status == "running" and jobs.state(b).ahead == 1
    assert ran_in_order(line) == ["b", "c", "a"]


def test_a_cancelled_one_and_a_dead_one_lose_their_places(line):
    _, a, b, c = line
    jobs.request_stop(a)
    assert jobs.wait(a, 60).status == "stopped"
    assert names() == ["b", "c"]
    kill(worker_pid(b))
    assert jobs.state(b).status == "died"
    assert names() == ["c"] and jobs.state(c).ahead == 1
    tickets = load_settings().queues_dir / QUEUE
    assert len(list(tickets.glob("*-*"))) == 2
    jobs.start(b, f"{WORK}:count", {"to": 1}, QUEUE)
    until(lambda: names() == ["c", "b"])
    assert jobs.events(a, "number") == []


def test_the_one_at_work_and_strangers_are_not_moved(line, tmp_path):
    for folder in (line[0], tmp_path / "stranger"):
        queues.move_first(folder, QUEUE)
        queues.move_earlier(folder, QUEUE)
    queues.move_first(line[1], "another-queue")
    assert names() == ["a", "b", "c"] and queues.waiting("another-queue") == []


def test_a_paused_job_keeps_its_turn(tmp_path):
    paused, behind = tmp_path / "paused", tmp_path / "behind"
    jobs.start(paused, f"{WORK}:steps", {"to": 30, "pause_by": 5}, QUEUE)
    until(lambda: jobs.events(paused, "number"))
    jobs.request_pause(paused)
    jobs.start(behind, f"{WORK}:count", {"to": 1}, QUEUE)
    until(lambda: jobs.events(paused, "paused"))
    until(lambda: jobs.state(behind).status == "waiting")
    assert (jobs.state(paused).status, jobs.state(behind).ahead) == ("paused", 1)
    jobs.request_pause(behind)
    assert not (behind / "pause").exists()
    jobs.request_continue(paused)
    assert jobs.wait(behind, 60).status == "done"
    assert jobs.state(paused).ended_at <= jobs.events(behind, "begun")[0]["at"]
