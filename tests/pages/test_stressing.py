"""As phones take photos: the stress test on the Results page, from its offer to its figures."""

from pathlib import Path

import pytest

from core.data.store import Dataset
from core.files import write_json
from core.model import stress
from core.model.bundle import Model, load_model
from core.model.examining import start_exam
from core.model.exams import load_exam
from core.model.spoiling import CONDITIONS
from tests.conftest import class_folders
from tests.pages.conftest import Open, at_work, press, troubles, words
from tests.pages.exams import sit
from ui.words import plain


def captions(text: str) -> list[str]:
    return [each for each in CONDITIONS if f":small[:gray[{each}]]" in text]


@pytest.fixture
def garments(bundled: Path, dataset: Dataset, at_once: None) -> Model:
    """The model of the drawings, asked about twelve others."""
    model = load_model("garments")
    sit(model, dataset, "dataset", [0.9] * 12, [True] * 12)
    return model


def test_it_offers_what_it_will_do_and_then_names_the_weakest(
    open_page: Open, garments: Model, dataset: Dataset
) -> None:
    app = open_page("results", run=garments.id, exam=dataset.id)
    assert troubles(app) == []
    assert "12 photos are spoilt in 9 ways" in words(app) and "That takes" in words(app)
    assert captions(words(app)) == [*CONDITIONS], "an example of each"
    app = press(app, "Spoil them and ask")
    assert troubles(app) == []
    exam = load_exam(garments, dataset.id)
    assert exam is not None
    found = stress.load_stress(exam)
    assert found is not None and found.photos == 12
    assert plain(found.sentence) in words(app)
    assert "Spoil them and ask" not in [button.label for button in app.button]
    charts = len(app.get("plotly_chart"))
    app = next(each for each in app.toggle if each.label == "Class by class").set_value(True).run()
    assert troubles(app) == []
    assert len(app.get("plotly_chart")) == charts + 1


def test_while_it_runs_it_says_how_far_it_is_and_can_be_stopped(
    open_page: Open, model: Model, dataset: Dataset
) -> None:
    exam = sit(model, dataset, "test", [0.9] * 6, [True] * 6)
    folder = stress.job_dir(model, exam.key)
    folder.mkdir(parents=True)
    write_json(folder / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    line = '{"at": 1.0, "kind": "progress", "stage": "stress", "done": 2, "total": 6}\n'
    (folder / "events.jsonl").write_text(line)
    with at_work(folder.parent):
        app = open_page("results", run=model.id)
        assert troubles(app) == []
        assert "2 of 6 photos" in words(app)
        press(app, "Stop")
        assert (folder / "stop").exists()
    write_json(folder / "end.json", {"status": "stopped", "message": "", "at": 2.0})
    app = open_page("results", run=model.id)
    assert "You stopped it." in words(app)
    assert "Spoil them and ask" in [button.label for button in app.button]


def test_photos_of_a_folder_are_not_spoilt_and_it_says_what_to_do(
    open_page: Open, bundled: Path, at_once: None, tmp_path: Path
) -> None:
    key = start_exam("garments", str(class_folders(tmp_path / "photos", {"dress": 2, "shirt": 2})))
    app = open_page("results", run="garments", exam=key)
    assert troubles(app) == []
    assert "Make a dataset of that folder" in words(app)
    assert "Spoil them and ask" not in [button.label for button in app.button]


def test_photos_that_are_gone_have_no_example(open_page: Open, model: Model, dataset: Dataset) -> None:
    exam = sit(model, dataset, "test", [0.9] * 6, [True] * 6)
    for content_hash in exam.photos["content_hash"]:
        dataset.photo_path(content_hash).unlink()
    app = open_page("results", run=model.id)
    assert troubles(app) == []
    assert captions(words(app)) == []
