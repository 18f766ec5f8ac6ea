"""Jobs that a real Ray carries: one node with one processor, so that the second one waits."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import jobs
from core.cluster import KEPT_TO_ITSELF
from tests.core.on_ray.conftest import JOB_SERVER
from tests.core.test_jobs import kill, until, worker_pid

WORK = "tests.core.work"
PATIENCE_S = 180.0  # a busy machine takes 10 s to begin anything on Ray


@pytest.fixture(scope="module")
def job_server() -> Iterator[str]:
    """The address of its job server, without the other parts of its pages: they take seconds to load."""
    os.environ.update(KEPT_TO_ITSELF)
    pytest.importorskip("ray", reason="Ray is an extra, and not installed here")
    from ray._private import services
    from ray.cluster_utils import Cluster

    start_process = services.start_ray_process

    def lean(command: list[str], kind: str, *arguments: Any, **options: Any) -> Any:
        jobs_alone = ["--modules-to-load=JobHead,NodeHead"] if kind == "dashboard" else []
        return start_process([*command, *jobs_alone], kind, *arguments, **options)

    served = {"include_dashboard": True, "dashboard_host": "127.0.0.1", "dashboard_port": JOB_SERVER}
    less = {"include_log_monitor": False, "no_monitor": True, "dashboard_agent_listen_port": 0}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(services, "start_ray_process", lean)
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, **served, **less})
    yield f"http://127.0.0.1:{JOB_SERVER}"
    cluster.shutdown()


def start(job_dir: Path, **arguments: float) -> None:
    jobs.start(job_dir, f"{WORK}:count", arguments, "training", "computes")


def test_jobs_wait_for_their_place_stop_die_and_begin_again(
    job_server: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_RAY", job_server)
    monkeypatch.setattr("core.ray_jobs.ASK_AGAIN_S", 0.5)
    first, second = (workspace / "runs" / name / "job" for name in ("first", "second"))
    start(first, to=100_000, pause_s=0.02)
    start(second, to=3)
    until(lambda: jobs.events(first, "number"), PATIENCE_S)
    assert (jobs.state(first).status, jobs.state(second).status) == ("running", "waiting")
    jobs.request_stop(second)
    assert jobs.state(second).status == "stopped"
    kill(worker_pid(first))
    until(lambda: not jobs.state(first).active, PATIENCE_S)
    assert jobs.state(first).status == "died" and "exit code -9" in jobs.state(first).message
    start(first, to=3)
    assert jobs.wait(first, PATIENCE_S).status == "done", jobs.log_tail(first)
    assert jobs.events(second) == [], "Ray has come to it meanwhile, and its worker saw that it had ended"
