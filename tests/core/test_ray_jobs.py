"""Jobs that Ray carries, with a job server that says what it is told to say."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import jobs, ray_jobs
from core.errors import FittingRoomError, JobActive, SettingInvalid
from core.locks import locked
from core.settings import load_settings
from tests.core.test_jobs import until
from tests.ray_server import JobServer, open_job_server

WORK = "tests.core.work"


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobServer]:
    monkeypatch.setattr(ray_jobs, "ASK_AGAIN_S", 0.02)
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", "/nowhere")
    with open_job_server() as ray:
        monkeypatch.setenv("FITTING_ROOM_RAY", ray.address + "/")
        yield ray


@pytest.fixture
def job_dir(workspace: Path) -> Path:
    return workspace / "runs" / "coats-1a2b3c" / "job"


def start(job_dir: Path, load: ray_jobs.Load = "computes", **arguments: Any) -> None:
    jobs.start(job_dir, f"{WORK}:count", {"to": 3, **arguments}, "training", load)


def carry_out(ray: JobServer, name: str = "coats") -> int:
    """Does what a node would do: runs the command in a shell."""
    job = ray.of(name)
    surroundings = {**os.environ, **job["runtime_env"]["env_vars"], "RAY_ADDRESS": "127.0.0.1:1"}
    return subprocess.run(["/bin/sh", "-c", job["entrypoint"]], env=surroundings, check=False).returncode


def test_a_job_waits_on_the_cluster_and_leaves_what_it_leaves_here(ray: JobServer, job_dir: Path) -> None:
    start(job_dir)
    assert jobs.state(job_dir) == jobs.JobState("waiting", ahead=None, started_at=jobs.state(job_dir).started_at)
    assert not (load_settings().queues_dir / "training").exists()
    asked = ray.of("coats")
    assert (asked["entrypoint_num_cpus"], asked["entrypoint_num_gpus"]) == (1, 0)
    asked["status"] = "RUNNING"
    until(lambda: jobs.state(job_dir).status == "starting")
    assert carry_out(ray) == 0
    assert jobs.state(job_dir).status == "done"
    assert [event["number"] for event in jobs.events(job_dir, "number")] == [0, 1, 2]


def test_the_nodes_are_looked_at_once_and_what_they_lack_is_said_before_anything_begins(
    ray: JobServer, job_dir: Path
) -> None:
    ray.nodes["problem"] = "The node 10.0.0.7 cannot work in /home. It does not see that folder."
    with pytest.raises(FittingRoomError, match=r"The node 10\.0\.0\.7"):
        start(job_dir)
    assert not (job_dir / "job.json").exists() and len(ray.jobs) == 1
    ray.nodes |= {"problem": "", "gpus": 2}
    start(job_dir)
    start(job_dir.parents[1] / "hats" / "job", "waits")
    assert sum(job_id.startswith("look-") for job_id in ray.jobs) == 2
    assert ray.of("coats")["entrypoint_num_gpus"] == 1
    assert "entrypoint_num_cpus" not in ray.of("hats"), "who waits for trainings takes no place from them"


def test_more_processors_than_a_node_has_are_refused(
    ray: JobServer, job_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_RAY_PROCESSORS", "5")
    with pytest.raises(FittingRoomError, match="Received: 5, the largest has 4"):
        start(job_dir)


def test_a_stop_while_it_waits_ends_it_at_once_whatever_ray_does_later(ray: JobServer, job_dir: Path) -> None:
    start(job_dir)
    [submission] = [job_id for job_id in ray.jobs if job_id.startswith("coats")]
    jobs.request_stop(job_dir)
    assert jobs.state(job_dir).status == "stopped"
    until(lambda: ray.stopped == [submission])
    assert carry_out(ray) == 0
    assert jobs.state(job_dir).status == "stopped" and jobs.events(job_dir) == []


def test_a_stop_while_it_works_is_left_to_its_worker(ray: JobServer, job_dir: Path) -> None:
    start(job_dir)
    with locked(job_dir / "lock"):
        jobs.request_stop(job_dir)
        assert jobs.state(job_dir).status == "stopping"
    assert not (job_dir / "end.json").exists() and ray.stopped == []


def test_one_that_waits_cannot_be_started_twice_and_a_dead_one_begins_anew_under_another_id(
    ray: JobServer, job_dir: Path
) -> None:
    start(job_dir)
    with pytest.raises(JobActive):
        start(job_dir)
    first = ray.of("coats")
    first |= {"status": "FAILED", "message": "Job supervisor actor died: its node died.\n\nMore of it."}
    until(lambda: jobs.state(job_dir).status == "died")
    assert jobs.state(job_dir).message.endswith("Ray says: Job supervisor actor died: its node died.")
    until((job_dir / "end.json").exists)  # so that nobody asks about it for ever
    start(job_dir)
    assert jobs.state(job_dir).status == "waiting"
    assert ray.of("coats")["submission_id"] != first["submission_id"]


def test_one_that_is_killed_in_its_work_has_died_once_ray_says_so(ray: JobServer, job_dir: Path) -> None:
    start(job_dir)
    (job_dir / "reserve").touch()  # its worker's, who was killed
    assert jobs.state(job_dir).status == "running"
    log = "last available logs (truncated to 20,000 chars):\nRunning entrypoint for job x: cd"
    ray.of("coats").update(status="FAILED", message=f"Job entrypoint command failed with exit code -9, {log}")
    until(lambda: jobs.state(job_dir).status == "died")
    assert jobs.state(job_dir).message.endswith("Ray says: Job entrypoint command failed with exit code -9")


def test_what_ray_has_forgotten_has_died_but_not_in_its_first_moments(
    ray: JobServer, job_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(job_dir)
    ray.jobs.clear()
    jobs.state(job_dir)
    until(lambda: ray.asked.count("GET /api/jobs/") >= 2 or not jobs.state(job_dir).active)
    assert jobs.state(job_dir).status == "waiting"
    monkeypatch.setattr(ray_jobs, "UNKNOWN_AFTER_S", 0.0)
    until(lambda: jobs.state(job_dir).status == "died")


def test_where_ray_gave_up_waiting_it_is_asked_again(ray: JobServer, job_dir: Path) -> None:
    start(job_dir)
    before = ray.of("coats")
    before |= {"status": "FAILED", "error_type": "JOB_SUPERVISOR_ACTOR_START_TIMEOUT"}
    until(lambda: jobs.state(job_dir).status != "waiting" or ray.of("coats") is not before)
    assert jobs.state(job_dir).status == "waiting" and ray.of("coats")["entrypoint"] == before["entrypoint"]


def test_a_silent_ray_costs_a_page_nothing_and_is_said(ray: JobServer, job_dir: Path) -> None:
    start(job_dir)
    (job_dir / "ray.json").write_text((job_dir / "ray.json").read_text().replace(ray.address, "http://127.0.0.1:1"))
    until(lambda: "does not answer at http://127.0.0.1:1" in jobs.state(job_dir).message)
    assert jobs.state(job_dir).status == "waiting"


def test_ray_is_asked_rarely_and_about_all_at_once(
    ray: JobServer, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_jobs, "ASK_AGAIN_S", 60.0)
    folders = [workspace / "runs" / name / "job" for name in "abc"]
    for folder in folders:
        start(folder)
    for _ in range(20):
        assert {jobs.state(folder).status for folder in folders} == {"waiting"}
    assert ray.asked.count("GET /api/jobs/") == 1


def test_the_token_is_shown_and_a_missing_one_is_said(
    ray: JobServer, job_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray.token = "of the class"
    with pytest.raises(FittingRoomError, match="wants another token"):
        start(job_dir)
    (tmp_path / "token").write_text("of the class\n")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setenv("FITTING_ROOM_API_TOKEN", "of other programs")
    start(job_dir)
    passed = ray.of("coats")["runtime_env"]["env_vars"]
    assert passed["FITTING_ROOM_HOME"] == str(load_settings().home) and "FITTING_ROOM_API_TOKEN" not in passed


def test_a_ray_that_does_not_take_it_leaves_a_job_that_has_failed(
    ray: JobServer, job_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(job_dir.parents[1] / "first" / "job")
    ray.token = "another"
    with pytest.raises(FittingRoomError, match="wants another token"):
        start(job_dir)
    assert jobs.state(job_dir).status == "failed"
    monkeypatch.setenv("FITTING_ROOM_RAY", "127.0.0.1:8265")
    with pytest.raises(SettingInvalid, match="takes an address such as"):
        load_settings()
