"""The Results page: the numbers of an exam, the photos behind them, and what mending these changes."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.data import mends
from core.data.store import Dataset
from core.model import bundle
from core.model.bundle import Model
from core.model.exams import About, exams_dir
from core.settings import load_settings
from tests.pages.conftest import LABELS, Open, at_work, make_dataset, make_exam, press, troubles, words

SHIRT = "shirt"


@pytest.fixture
def dresses(dataset: Dataset) -> list[int]:
    """Where the dresses are in the manifest."""
    rows = dataset.manifest()
    return rows.index[(rows["status"] == "ok") & (rows["label"] == "dress")].tolist()


@pytest.fixture
def asked(model: Model, dataset: Dataset, dresses: list[int]) -> Model:
    """Asked about all 24 photos: three dresses are named shirt, everything else is right."""
    said = {dresses[0]: (SHIRT, 0.97), dresses[1]: (SHIRT, 0.8), dresses[2]: (SHIRT, 0.6)}
    make_exam(model, dataset, About("test", dataset.name, dataset.id, dataset.fingerprint, "test"), said)
    return model


def open_square(open_page: Open, label: str = "dress", said: str = SHIRT) -> AppTest:
    app = open_page("results", run="ended")
    assert troubles(app) == []
    next(box for box in app.selectbox if box.label == "What it shows").set_value(label).run()
    next(box for box in app.selectbox if box.label == "What it said").set_value(said).run()
    return app.button(key="see_cell").click().run()


def over(app: AppTest) -> str:
    """What is written in the dialog, which stands over the page, as well as on it."""
    return "\n".join(element.value for element in app.markdown)


def tick(app: AppTest, place: str, *positions: int) -> AppTest:
    for position in positions:
        box = next(box for box in app.checkbox if str(box.key).startswith(f"tick_{place}_{position}_"))
        app = box.check().run()
    assert troubles(app) == []
    return app


def test_numbers_matrix_classes_and_photos(open_page: Open, asked: Model) -> None:
    app = open_page("results")
    assert troubles(app) == []
    assert app.title[0].value == "Right on 88 of 100 photos"
    assert "Measured on 24 photos it never saw while learning; give or take, between 69 and 96." in words(app)
    for section in ("What it mixes up", "Class by class", "Sure, and wrong", "Least sure", "What it says", "unsure?"):
        assert section in words(app)
    [pair] = [button.label for button in app.button if str(button.key).startswith("pair_")]
    assert pair == "dress named shirt :small[:gray[· 3 of 8]]"
    assert "It is about" not in words(app) and "on average it is 89 % sure, and right on 88 of 100" in words(app)
    names = [metric.label for metric in app.metric]
    assert "Right in two guesses :gray[· top-2]" in names and "How far off :gray[· Brier]" in names


def test_the_sample_is_drawn_anew_on_request(open_page: Open, asked: Model) -> None:
    def drawn(app: AppTest) -> list[str]:
        return [str(box.key) for box in app.checkbox if str(box.key).startswith("tick_drawn_Right")]

    app = open_page("results")
    first = drawn(app)
    assert first == drawn(app.run()) and len(first) == 6
    assert drawn(press(app, "Others")) != first


def test_a_square_opens_its_photos_with_the_surest_first(open_page: Open, asked: Model, dresses: list[int]) -> None:
    app = open_square(open_page)
    boxes = [box for box in app.checkbox if str(box.key).startswith("tick_open_cell")]
    assert [box.label for box in boxes] == [":small[97%]", ":small[80%]", ":small[60%]"]
    assert [int(str(box.key).split("_")[3]) for box in boxes] == dresses[:3]
    assert "3 of 8 photos of dress, the surest first" in over(app)


def test_photos_renamed_together_change_the_numbers_until_it_is_undone(
    open_page: Open, asked: Model, dataset: Dataset, dresses: list[int]
) -> None:
    mends.relabel(dataset, dresses[0], "shoes")  # what an undo has to bring back
    mends.relabel(dataset, dresses[0], "dress")
    app = tick(open_square(open_page), "open_cell", *dresses[:2])
    app = press(app, "Rename")
    assert app.title[0].value == "Right on 96 of 100 photos"
    assert "2 photos mended here: two renamed. When it was tested, it was right on 87 of 100." in words(app)
    assert r"2 photos are renamed to shirt\." in over(app)
    assert "1 of 6 photos of dress" in over(app)
    assert {mend.label for mend in mends.load_mends(dataset.folder).values()} == {SHIRT}
    app = press(app, "Undo")
    assert app.title[0].value == "Right on 88 of 100 photos" and "mended here" not in words(app)
    assert "3 of 8 photos of dress" in over(app)


def test_a_photo_that_is_left_out_is_counted_apart(open_page: Open, asked: Model, dresses: list[int]) -> None:
    app = tick(open_page("results"), "mistakes", dresses[0])
    app = press(app, "Leave out")
    assert "Measured on 23 photos" in words(app)
    assert "Not counted: 1 photo that somebody left out." in words(app)
    assert r"1 photo is left out\." in words(app)
    assert app.title[0].value == "Right on 91 of 100 photos"
    assert "Measured on 24 photos" in words(press(app, "Undo"))


def test_the_undo_of_an_earlier_mend_brings_that_one_back(
    open_page: Open, asked: Model, dataset: Dataset, dresses: list[int]
) -> None:
    mends.relabel(dataset, dresses[1], "shoes")
    app = tick(open_square(open_page, "shoes"), "open_cell", dresses[1])
    press(press(app, "Leave out"), "Undo")
    assert mends.load_mends(dataset.folder)[dresses[1]].label == "shoes"


def test_one_photo_leads_to_its_dataset(open_page: Open, asked: Model, dataset: Dataset, dresses: list[int]) -> None:
    app = tick(open_page("results"), "mistakes", dresses[0])
    app = press(app, "Open in Dataset")
    assert troubles(app) == []
    assert app.query_params["dataset"] == dataset.id and app.query_params["photo"] == str(dresses[0])


def test_with_every_photo_left_out_there_is_a_way_back(open_page: Open, asked: Model, dataset: Dataset) -> None:
    rows = dataset.manifest()
    mends.exclude(dataset, rows.index[rows["status"] == "ok"].tolist())
    app = open_page("results")
    assert troubles(app) == []
    assert app.title[0].value == "No photo is left to measure on"
    assert "Every photo of" in words(app) and "Open in Dataset" in [button.label for button in app.button]


def test_the_photos_that_it_was_watched_with_are_said_to_flatter(
    open_page: Open, asked: Model, dataset: Dataset
) -> None:
    about = About("validation", dataset.name, dataset.id, dataset.fingerprint, "validation")
    make_exam(asked, dataset, about, {}, known=24)
    app = open_page("results", run="ended", exam="validation")
    assert "it was watched with while it learned, so it may look better here than it is" in words(app)
    assert "It has learned from" not in words(app)
    app = app.button(key="exam_test").click().run()
    assert app.query_params["exam"] == "test" and "it never saw" in words(app)


def test_what_other_photos_do_not_tell_is_said(open_page: Open, asked: Model, tmp_path: Path) -> None:
    other = make_dataset("Others", tmp_path / "others", per_class=3)
    rows = other.manifest()
    hats = rows.index[rows["label"] == "shoes"].tolist()
    mends.relabel(other, hats, "top hat")
    make_exam(asked, other, About("dataset", other.name, other.id, other.fingerprint), {}, known=2)
    app = open_page("results", run="ended", exam=other.id)
    assert troubles(app) == []
    assert "Measured on 6 photos of Others" in words(app)
    assert "Not counted: 3 of top hat, which it was not taught." in words(app)
    assert "No photo here is of shoes, so these numbers say nothing about that." in words(app)
    assert "It has learned from 2 of these" in words(app)


def test_an_exam_that_was_never_sat_is_said_calmly(open_page: Open, asked: Model) -> None:
    app = open_page("results", run="ended", exam="elsewhere")
    assert "was never asked about these photos" in troubles(app)[0]
    assert press(app, "Show what there is").title[0].value == "Right on 88 of 100 photos"


def test_numbers_of_an_older_training_stay_and_the_photos_are_offered(
    open_page: Open, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[str, str, str]] = []
    monkeypatch.setattr("ui.results_asking.start_exam", lambda *what: begun.append(what) or "test")
    app = open_page("results", run="ended")
    assert troubles(app) == []
    assert app.title[0].value == "Right on 87 of 100 photos" and "Class by class" in words(app)
    assert "Sure, and wrong" not in words(app) and "Choose a square" not in words(app)
    press(app, "Look at the photos")
    assert begun == [("ended", "", "test")]


def test_without_its_photos_the_numbers_stay(open_page: Open, asked: Model, dataset: Dataset) -> None:
    shutil.rmtree(dataset.folder)
    app = open_page("results", run="ended")
    assert troubles(app) == []
    assert app.title[0].value == "Right on 88 of 100 photos"
    assert "The photos are not here any more" in words(app) and not app.checkbox


def test_a_model_that_came_with_the_app_is_asked_about_my_photos(
    open_page: Open, dataset: Dataset, bundled: Path, at_once: None
) -> None:
    app = open_page("results", run="garments")
    assert troubles(app) == []
    assert "This model came with Fitting Room; the photos it was tested on did not" in words(app)
    app = app.button(key="start_exam").click().run()
    assert troubles(app) == []
    assert app.query_params["exam"] == dataset.id
    assert "Measured on 24 photos of" in words(app) and "Least sure" in words(app)
    assert (exams_dir(bundle.load_model("garments")) / dataset.id / "exam.json").exists()


def test_while_it_is_being_asked_the_page_says_how_far_it_is_and_once_stopped_it_can_be_asked_again(
    open_page: Open, model: Model, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, begun = {"model_id": "ended", "place": dataset.id, "part": "validation"}, []
    monkeypatch.setattr("ui.results_asking.start_exam", lambda *what: begun.append(what))
    job_dir = exams_dir(model) / "validation" / "job"
    job_dir.mkdir(parents=True)
    told = [{"at": 1.0, "kind": "begun"}, {"at": 2.0, "kind": "progress", "stage": "asking", "done": 5, "total": 20}]
    (job_dir / "events.jsonl").write_text("".join(json.dumps(each) + "\n" for each in told), "utf-8")
    (job_dir / "job.json").write_text(json.dumps({"started_at": 1.0, "arguments": asking}), "utf-8")
    with at_work(job_dir.parent):
        app = open_page("results", run="ended", exam="validation")
        assert troubles(app) == []
        assert app.title[0].value == "It is being asked"
        assert "Looking at them &nbsp;·&nbsp; 5 of 20 photos" in words(app)
        press(app, "Stop")
        assert (job_dir / "stop").exists() and jobs.state(job_dir).status == "stopping"
    (job_dir / "end.json").write_text('{"status": "stopped", "message": "", "at": 3.0}', "utf-8")
    app = open_page("results", run="ended", exam="validation")
    assert app.title[0].value == "Not measured on these yet" and "You stopped it" in words(app)
    press(app, "Ask again")
    assert begun == [("ended", dataset.id, "validation")]


def test_a_class_closer_shows_both_its_curves(open_page: Open, asked: Model) -> None:
    app = open_page("results", run="ended")
    box = next(box for box in app.selectbox if box.label == "One class closer")
    assert box.options[0] == "dress"  # the hardest
    app = box.set_value("dress").run()
    assert troubles(app) == []
    assert "8 photos of dress among 24" in words(app) and "ROC" in words(app) and "Average precision" in words(app)


@pytest.mark.parametrize("number", [2, 40])
def test_few_and_many_classes(open_page: Open, model: Model, dataset: Dataset, number: int) -> None:
    names = tuple(LABELS[:2]) if number == 2 else (*LABELS, *(f"<b>*{place}*" for place in range(37)))
    many = replace(model, class_names=names, folder=load_settings().models_dir / "many", id="many")
    many.folder.mkdir(parents=True)
    (many.folder / "model.tflite").write_bytes(b"tflite")
    bundle.write_facts(many)
    first = dataset.manifest().query("label == 'dress' and status == 'ok'").index[0]
    about = About("test", dataset.name, dataset.id, dataset.fingerprint, "test")
    make_exam(many, dataset, about, {first: (names[-1], 0.9)})
    app = open_page("results", run="many")
    assert troubles(app) == []
    assert f"Right on {94 if number == 2 else 96} of 100 photos" == app.title[0].value
    assert "<b>" not in words(app)
