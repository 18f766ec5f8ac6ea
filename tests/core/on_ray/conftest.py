"""A Ray of three nodes on this machine, for the tests of this folder alone; without Ray they are left out."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from core.cluster import KEPT_TO_ITSELF

JOB_SERVER = 8265 + 1000 * (os.getpid() % 50)  # of this process


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What Ray and its libraries warn of is theirs; and all of this is one file for those who share files out."""
    for item in items:
        if "/on_ray/" in str(item.path):
            item.add_marker(pytest.mark.filterwarnings("default"))


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """The cluster: its head and two more nodes, a processor each."""
    os.environ.update(KEPT_TO_ITSELF)
    pytest.importorskip("ray", reason="Ray is an extra, and not installed here")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    for _ in range(2):
        cluster.add_node(num_cpus=1)
    yield cluster
    cluster.shutdown()


@pytest.fixture
def on_ray(nodes: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The cluster, as `RAY_ADDRESS` names it."""
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    return nodes
