"""Taking a model away, on the Models page: what it says before, while and after it is made."""

from pathlib import Path

import pytest

from core.files import write_json
from core.model import export
from core.model.bundle import Model
from core.model.export import File
from tests.pages.conftest import Open, at_work, press, troubles, unfold, words


@pytest.fixture
def made(model: Model) -> Path:
    """An export of the model as the job leaves it."""
    folder = export.folder_of(model)
    files = {
        "tflite": vars(File("model.tflite", 2_000_000, 20, 1e-8, 0.968, (3.6, 2.0))),
        "int8": vars(File("model-int8.tflite", 700_000, 19, 0.13, 0.962, (1.5, 1.4))),
    }
    facts = {"made_at": 1.0, "seconds": 44.0, "proved_with": 20, "measured_with": 341, "drawn": False}
    why = "it could not be made of this network (ValueError: <b>Lambda</b>)"
    rest = {"files": files, "left_out": {"onnx": why}, "int8_note": "It takes 42% of the time."}
    write_json(folder / "export.json", {"state": export.state_of(model), **facts, **rest})
    (folder / f"{model.id}.zip").write_bytes(b"a ZIP")
    return folder


def test_it_says_how_long_it_takes_and_why_it_cannot_be_made(open_page: Open, model: Model) -> None:
    app = open_page("models")
    assert "Make it" not in [button.label for button in app.button], "nobody has asked"
    app = unfold(app, "export_ended")
    assert troubles(app) == [] and "It takes 30 seconds." in words(app)
    app = press(app, "Make it")
    assert "has no model.keras" in " ".join(troubles(app)).replace("\\", "")


def test_one_that_was_made_is_offered_with_its_figures(open_page: Open, model: Model, made: Path) -> None:
    app = unfold(open_page("models"), "export_ended")
    said = words(app)
    assert troubles(app) == [] and "Make it" not in [button.label for button in app.button]
    assert "Download ZIP, 0.0 MB" in [each.proto.label for each in app.get("download_button")]
    assert "LiteRT, smaller :gray[(int8)] :small[:gray[· 0.7 MB, the same on 19]]" in said
    assert "The smaller one is right on 96.2% of 341 photos, the other on 96.8%." in said
    assert "A photo takes 1.5 ms instead of 3.6." in said
    assert "ONNX, for browsers is left out" in said and "<b>" not in said.replace("\\<b\\>", "")


def test_while_it_is_made_it_can_be_stopped(open_page: Open, model: Model, made: Path) -> None:
    (made / "export.json").unlink()
    write_json(made / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    with at_work(made):
        app = unfold(open_page("models"), "export_ended")
        assert troubles(app) == [] and "Getting ready" in words(app)
        press(app, "Stop")
        assert (made / "job" / "stop").exists()
