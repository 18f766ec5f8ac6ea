"""Weights are fetched once, whole, from where Keras would fetch them; without the internet people hear what works."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.errors import BackboneMissing
from core.model import bundle
from core.training import backbones
from core.training.backbones import BACKBONES, CLOTHING, EYES, fetched_weights, is_here, weights_path
from core.training.recipe import BACKBONES as NAMES
from core.work import Stopped
from tests.core.training.watched import Watched

SMALLEST = "mobilenet_v2_0.35"
WEIGHTS = bytes(range(256)) * 8000  # 2 MB


@dataclass
class Store:
    """Stands for where Keras keeps its weights."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked[self.path] += 1
            content = found.files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Store(f"http://127.0.0.1:{server.server_port}/keras")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("FITTING_ROOM_KERAS_WEIGHTS_URL", found.address)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def put(name: str) -> Path:
    path = weights_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"weights")
    return path


def left_behind() -> list[str]:
    return [path.name for path in weights_path(SMALLEST).parent.glob("*")]


def test_each_backbone_of_a_recipe_is_described():
    assert tuple(BACKBONES) == NAMES
    assert all(each.title and each.sentence.endswith(".") and each.size_mb > 1 for each in BACKBONES.values())


def test_weights_are_looked_for_where_keras_keeps_them(store, tmp_path, monkeypatch):
    assert not is_here(SMALLEST)
    assert put(SMALLEST).parent == tmp_path / "keras" / "models"
    assert is_here(SMALLEST) and not is_here("convnext_tiny")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "somebody"))
    assert weights_path(SMALLEST).parent == tmp_path / "somebody" / ".keras" / "models"


def test_weights_are_fetched_once(store):
    path = f"/keras/mobilenet_v2/{BACKBONES[SMALLEST].file_name}"
    store.files[path] = WEIGHTS
    watched = Watched()
    assert fetched_weights(SMALLEST, watched).read_bytes() == WEIGHTS
    assert watched.told[-1] == ("download", len(WEIGHTS), len(WEIGHTS))
    assert fetched_weights(SMALLEST, Watched(looks=0)) == weights_path(SMALLEST)
    assert store.asked == {path: 1}
    assert left_behind() == [BACKBONES[SMALLEST].file_name]


def test_where_nothing_answers_people_hear_what_works(store, monkeypatch, capfd):
    put("mobilenet_v3_small")
    with pytest.raises(BackboneMissing, match=r"answers 404.*these work: MobileNetV3, small, Compact, Deep and Clas"):
        fetched_weights(SMALLEST, Watched())

    async def at_once(seconds: float) -> None:
        pass

    monkeypatch.setattr("core.sources.transfer.asyncio.sleep", at_once)  # between its tries
    monkeypatch.setenv("FITTING_ROOM_KERAS_WEIGHTS_URL", "http://127.0.0.1:9")  # discard: nobody listens there
    with pytest.raises(BackboneMissing) as caught:
        fetched_weights(SMALLEST, Watched())
    said, log = str(caught.value), capfd.readouterr().err
    assert said.startswith("MobileNetV2, 0.35 wide (2 MB) could not be fetched: there is no internet, or")
    assert "http" not in said and len(said) < 220
    assert "does not take connections" in log and "http://127.0.0.1:9/" in log and str(weights_path(SMALLEST)) in log
    assert left_behind() == [BACKBONES["mobilenet_v3_small"].file_name]


def test_the_eyes_that_come_with_the_app_are_never_fetched(store, monkeypatch, tmp_path):
    monkeypatch.setattr(bundle, "BUNDLED_DIR", tmp_path)
    assert not is_here(CLOTHING)
    with pytest.raises(BackboneMissing, match=r"clothing model's eyes.*comes with Fitting Room.*not in its folder"):
        fetched_weights(CLOTHING, Watched())
    put(CLOTHING)
    assert is_here(CLOTHING)
    assert fetched_weights(CLOTHING, Watched(looks=0)) == tmp_path / "clothing-photos" / EYES
    assert not store.asked


def test_a_file_that_is_another_one_is_not_kept(store, monkeypatch):
    name = "efficientnet_v2_b0"
    store.files[f"/keras/{BACKBONES[name].file}"] = WEIGHTS
    with pytest.raises(BackboneMissing, match="not the file that Keras knows"):
        fetched_weights(name, Watched())
    assert left_behind() == []
    for algorithm in ("md5", "sha256"):
        weights_path(name).unlink(missing_ok=True)
        right = replace(BACKBONES[name], digest=hashlib.new(algorithm, WEIGHTS).hexdigest())
        monkeypatch.setitem(backbones.BACKBONES, name, right)
        assert fetched_weights(name, Watched()).read_bytes() == WEIGHTS


def test_asked_to_stop_it_leaves_nothing(store):
    store.files[f"/keras/{BACKBONES[SMALLEST].file}"] = WEIGHTS
    with pytest.raises(Stopped):
        fetched_weights(SMALLEST, Watched(looks=1))
    assert left_behind() == [] and not is_here(SMALLEST)


def test_a_folder_that_cannot_be_is_said(store, tmp_path):
    (tmp_path / "keras").write_text("a file, where the folder should be")
    with pytest.raises(BackboneMissing, match="cannot be written to"):
        fetched_weights(SMALLEST, Watched())
