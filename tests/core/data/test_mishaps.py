"""The benchmark of mishaps in small: every planted failure with its own reason, and no photo fetched twice."""

import io
import socket
from pathlib import Path

import pytest

from benchmarks.mishaps import fetch_in_two_parts, mishap_host
from core.sources.garments import COVERS, draw

ROWS = 400


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """Twelve drawings in class folders."""
    for seed, label in enumerate(sorted(COVERS) * 2):
        path = tmp_path / "drawn" / label / f"{seed}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = io.BytesIO()
        draw(label, seed, 90, 120).save(content, "JPEG")
        path.write_bytes(content.getvalue())
    return tmp_path / "drawn"


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def test_every_mishap_is_reported_with_its_own_reason_and_no_photo_comes_twice(drawn: Path) -> None:
    with mishap_host(drawn, _free_port(), latency_ms=5) as host:
        outcome = fetch_in_two_parts(host, ROWS)
    assert (outcome.rows, outcome.good, outcome.invented, outcome.twice) == (ROWS, 380, 0, 0)
    assert outcome.reported == outcome.planted
    assert ROWS // 2 <= outcome.at_stop < ROWS
