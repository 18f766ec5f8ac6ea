"""The same chunks, done by tasks on Ray: what a pool promises holds there too."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from core import cluster
from core.errors import DatasetDamaged, FittingRoomError
from core.jobs import Stopped
from core.model.asking_chunks import ask_in_chunks
from core.model.bundle import default_model
from core.sources.bare_rows import place_of
from core.spread import spread
from tests.conftest import class_folders, picture
from tests.core.data.test_making_in_chunks import assert_same, made
from tests.core.test_spread import ROWS, plan_of, read, starts


def test_ray_leaves_the_same_bytes_as_one_process(on_ray: Any, tmp_path: Path) -> None:
    alone = spread(plan_of(tmp_path / "one"), "one")
    on_ray_too = spread(plan_of(tmp_path / "ray"), "ray")
    assert [part.read_bytes() for part in alone] == [part.read_bytes() for part in on_ray_too]


def test_a_killed_worker_and_a_lost_node_cost_only_what_was_at_work(on_ray: Any, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    plan = plan_of(tmp_path / "work", journal=str(journal), kills=1, seconds=0.3)
    lost = on_ray.add_node(num_cpus=1)

    def lose() -> None:
        while len([*(plan.folder / "parts").glob("0*")]) < 3:
            time.sleep(0.02)
        on_ray.remove_node(lost, allow_graceful=False)

    losing = threading.Thread(target=lose)
    losing.start()
    parts = spread(plan, "ray")
    losing.join()
    assert read(parts) == [*range(ROWS)]
    assert starts(journal).count(1) >= 2 and len(starts(journal)) <= 10 + 4


def test_what_a_chunk_raises_is_raised_here(on_ray: Any, tmp_path: Path) -> None:
    with pytest.raises(DatasetDamaged, match="cannot be read"):
        spread(plan_of(tmp_path, "refuse"), "ray")


def test_a_stop_ends_the_tasks_and_keeps_what_is_done(on_ray: Any, tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "work", seconds=0.2)

    def stop() -> None:
        if [*(plan.folder / "parts").glob("0*")]:
            raise Stopped

    with pytest.raises(Stopped):
        spread(plan, "ray", check_stop=stop)
    assert 1 <= len(plan.missing()) <= 9
    assert read(spread(plan, "ray")) == [*range(ROWS)]


def test_a_folder_that_a_node_does_not_see_is_named(on_ray: Any, tmp_path: Path) -> None:
    with cluster.joined(), pytest.raises(FittingRoomError, match=r"The node 127\.0\.0\.1 cannot work in .*nowhere"):
        cluster.require_shared(tmp_path / "nowhere")


def test_a_ray_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(FittingRoomError, match=r"does not answer at 127\.0\.0\.1:1: "):
        spread(plan_of(tmp_path), "ray")


def test_photos_that_ray_asks_about_get_the_answers_of_one_process(on_ray: Any, bundled: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(9):
        (tmp_path / "photos" / f"{number}.jpg").write_bytes(picture(number))
    (tmp_path / "photos" / "bad.jpg").write_bytes(b"%PDF-1.7")
    model, places = default_model(), [place_of(str(tmp_path / "photos"))]
    assert model is not None
    alone, _ = ask_in_chunks(tmp_path / "one", model, places, ["photos"], "one")
    on_ray_too, _ = ask_in_chunks(tmp_path / "ray", model, places, ["photos"], "ray")
    assert [part.read_bytes() for part in alone] == [part.read_bytes() for part in on_ray_too]


def test_a_dataset_made_on_ray_is_what_one_process_makes(
    on_ray: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.rounds.ROWS_PER_CHUNK", 4)
    source = {"kind": "folder", "path": str(class_folders(tmp_path / "photos", {"dress": 6, "hat": 5}))}
    assert_same(made("on-ray", source, "ray"), made("one", source, "one"))


def test_a_token_that_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ray = pytest.importorskip("ray")

    def refuse(*_: object, **__: object) -> None:
        raise ray.exceptions.AuthenticationError("no token")

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(FittingRoomError, match="Set RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH"):
        spread(plan_of(tmp_path), "ray")


def test_the_token_of_the_app_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_API_TOKEN", "secret")
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "1")
    found = cluster.environment()
    assert found["FITTING_ROOM_ALLOW_PRIVATE_HOSTS"] == "1" and "secret" not in found.values()
