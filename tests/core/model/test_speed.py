"""How fast a model answers here: measured once, kept by machine, and never twice in vain."""

import shutil
import threading

from core.files import read_json, write_json
from core.machine import machine
from core.model import speed
from core.model.bundle import load_model
from core.settings import load_settings
from tests.conftest import MODELS
from tests.core.model.test_bundle import make_model


def quick():
    shutil.copytree(MODELS / "garments", load_settings().models_dir / "quick")
    return load_model("quick")


def test_what_was_measured_here_is_kept_for_this_machine_and_this_model_alone(workspace, monkeypatch):
    model = quick()
    assert speed.speed_of(model) is None
    ms = speed.measure(model)
    assert 0 < ms == speed.speed_of(model)
    shutil.rmtree(model.folder)
    assert speed.speed_of(make_model("quick")) is None, "another model under the same id"
    monkeypatch.setattr("core.model.speed.machine", lambda: "another one")
    assert speed.speed_of(model) is None


def test_the_file_is_read_again_only_once_it_has_changed(workspace, monkeypatch):
    read = []
    monkeypatch.setattr(speed, "read_json", lambda path: read.append(path) or read_json(path))
    model = make_model("one")
    path = workspace / "cache" / "speed.json"
    write_json(path, {machine(): {"one": {"ms": 3.0, "created_at": model.created_at}}})
    assert [speed.speed_of(model) for _ in range(3)] == [3.0] * 3 and len(read) == 1
    write_json(path, {machine(): {"one": {"ms": 12.0, "created_at": model.created_at}}})
    assert speed.speed_of(model) == 12.0


def test_models_are_measured_beside_the_visitors_and_one_that_is_damaged_once(workspace, monkeypatch):
    model, damaged = quick(), make_model("damaged")
    speed.measure_in_background([model])
    assert read_json(workspace / "cache" / "speed.json") is None, "nothing happens unasked where nobody stands by"
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "1")
    asked = []
    monkeypatch.setattr("core.model.speed.measure", lambda each, of=speed.measure: asked.append(each.id) or of(each))
    for _ in range(2):
        speed.measure_in_background([damaged, model])
        [thread.join(10) for thread in threading.enumerate() if thread.name == "speed"]
    assert asked == ["damaged", "quick"]
    assert speed.speed_of(model) is not None and speed.speed_of(damaged) is None
