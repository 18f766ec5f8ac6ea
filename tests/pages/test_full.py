"""Every page of a workspace with a dataset, runs and a model; and what its buttons do."""

import io
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.store import Dataset, list_datasets, load_dataset
from core.errors import NotFound
from core.model.bundle import Model, list_models
from core.sources import garments
from tests.conftest import class_folders, picture
from tests.pages.conftest import Open, add_model, make_run, press, troubles, unfold, words


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return (
        app.file_uploader[0].set_value([(name, content, "application/octet-stream") for name, content in files]).run()
    )


def drawing(label: str, seed: int) -> bytes:
    kept = io.BytesIO()
    garments.draw(label, seed, 64).save(kept, "JPEG")
    return kept.getvalue()


class TestHome:
    def test_it_shows_where_one_left_off(self, open_page: Open, model: Model) -> None:
        app = open_page("home")
        assert troubles(app) == []
        assert "Where you left off" in words(app)
        assert [button.label for button in app.button] == [
            "Try it now", "Take the five-minute tour", "Open", "Have a look", "Ask it",
        ]  # fmt: skip

    def test_names_that_people_wrote_do_nothing(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("home")
        assert r"\<b\>\*one\*\<\/b\>" in words(app)
        assert "<b>" not in words(app)


class TestDataset:
    def test_facts_gallery_balance_and_split(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("dataset", dataset=dataset.id)
        assert troubles(app) == []
        assert "24 photos" in words(app)
        assert "1 row set aside" in words(app)
        assert "Is it balanced?" in words(app)
        assert "It learns from **15** photos" in words(app)
        assert "tested on **6** that it never saw" in words(app)

    def test_a_pill_shows_one_class(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("dataset", dataset=dataset.id)
        before = [button.label for button in app.button].count(":small[:gray[shoes]]")
        app = app.button_group(key=f"class_{dataset.id}").set_value("shoes").run()
        assert troubles(app) == []
        assert before == 8
        names = [button.label for button in app.button]
        assert names.count(":small[:gray[shoes]]") == 8
        assert ":small[:gray[dress]]" not in names

    def test_rows_set_aside_name_row_and_reason(self, open_page: Open, dataset: Dataset) -> None:
        rows = open_page("dataset", dataset=dataset.id).dataframe[0].value
        assert rows["reason"].tolist() == ["This is a PDF. Save the page as JPEG or PNG."]

    def test_delete_can_be_undone(self, open_page: Open, dataset: Dataset) -> None:
        app = press(open_page("dataset", dataset=dataset.id), "Delete")
        with pytest.raises(NotFound):
            load_dataset(dataset.id)
        app = press(app, "Undo")
        assert load_dataset(dataset.id).ok == 24
        assert app.query_params["dataset"] == dataset.id

    def test_renaming_keeps_the_id(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("dataset", dataset=dataset.id)
        app.text_input[0].set_value("Winter")
        press(app, "Rename")
        assert load_dataset(dataset.id).name == "Winter"

    def test_a_half_made_one_offers_to_go_on(self, open_page: Open, dataset: Dataset) -> None:
        from core.files import read_json, write_json

        facts = read_json(dataset.folder / "dataset.json")
        del facts["counts"]
        write_json(dataset.folder / "dataset.json", facts)
        app = open_page("dataset", dataset=dataset.id)
        assert "half-made" in words(app)
        assert {"Go on", "Delete it"} <= {button.label for button in app.button}


class TestAdding:
    def test_a_table_is_looked_at_first(self, open_page: Open, workspace: Path) -> None:
        app = open_page("dataset", dataset="new", way_in="From this computer")
        rows = "".join(f"http://127.0.0.1:9/{n}.jpg,{'dress' if n % 2 else 'hat'}\n" for n in range(12))
        app = upload(app, ("list.csv", f"image_url,label\n{rows}".encode()))
        assert troubles(app) == []
        assert "**12 rows**, **2 classes**" in words(app)
        assert {box.label: box.value for box in app.selectbox} == {
            "Address of the photo": "image_url",
            "Name of what it shows": "label",
            "Train or test": "",
            "One article": "",
        }
        assert list((workspace / "uploads").glob("*/list.csv"))

    @pytest.mark.parametrize("suffix", ["zip", "tar.gz", "tgz", "tar"])
    def test_an_archive_is_counted_first(self, suffix: str, open_page: Open, workspace: Path, tmp_path: Path) -> None:
        folder = class_folders(tmp_path / "mine", {"dress": 3, "hat": 3})
        kinds = {"zip": "zip", "tar": "tar", "tgz": "gztar", "tar.gz": "gztar"}
        packed = shutil.make_archive(str(tmp_path / "packed"), kinds[suffix], folder)
        app = open_page("dataset", dataset="new", way_in="From this computer")
        app = upload(app, (f"my_photos.{suffix}", Path(packed).read_bytes()))
        assert troubles(app) == []
        assert "**6 photos** in **2 classes**" in words(app)
        assert app.text_input[0].value == "My photos"
        assert list((workspace / "uploads").glob(f"*/my_photos.{suffix}"))

    def test_loose_photos_get_their_class_by_name(self, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
        begun: list[dict[str, object]] = []
        monkeypatch.setattr("ui.sorting.start_dataset", lambda spec, name: begun.append(spec) or "soon")
        app = open_page("dataset", dataset="new", way_in="From this computer")
        for label in ("hat", "dress"):
            app = upload(app, *((f"{label}{n}.jpg", picture(n)) for n in range(3)))
            app.text_input[0].set_value(label)
            app = press(app, "That's what they are")
        assert "6 photos, 2 classes" in app.title[0].value
        press(app, "Make the dataset")
        root = Path(str(begun[0]["path"]))
        assert {path.name: len(list(path.iterdir())) for path in root.iterdir()} == {"hat": 3, "dress": 3}

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("empty.csv", b"image_url,label\n", "header"),
            ("notes.csv", b"\x00\x01\x02\x03" * 50, ""),
            ("broken.zip", b"PK\x03\x04 no", "ZIP"),
            ("broken.tar.gz", b"\x1f\x8b no", "TAR"),
        ],
    )
    def test_what_cannot_be_used_is_said_above_another_try(
        self, open_page: Open, name: str, content: bytes, said: str
    ) -> None:
        app = open_page("dataset", dataset="new", way_in="From this computer")
        app = upload(app, (name, content))
        assert said in troubles(app)[0]
        assert "not expect" not in troubles(app)[0]
        assert app.title[0].value == "Which photos should it learn from?"

    def test_a_link_that_does_not_answer_is_said(self, open_page: Open) -> None:
        app = open_page("dataset", dataset="new", look="http://127.0.0.1:9/list.csv")
        assert troubles(app)
        assert app.title[0].value == "Which photos should it learn from?"
        assert app.text_input[0].value == "http://127.0.0.1:9/list.csv"


class TestPredict:
    def test_good_photos_are_answered_and_a_bad_one_comes_last(self, open_page: Open, model: Model) -> None:
        app = open_page("predict", model=model.id)
        app = upload(app, ("scan.jpg", b"%PDF-1.4"), ("<i>.jpg", drawing("dress", 1)), ("b.png", drawing("shirt", 2)))
        assert troubles(app) == []
        assert "Three photos: two sure, one unreadable" in words(app)
        assert [head.value for head in app.subheader] == [r"A dress\, very likely"] * 2 + ["Could not be read"]
        assert app.query_params["answers"]

    def test_a_reload_shows_the_same(self, open_page: Open, model: Model) -> None:
        app = upload(open_page("predict", model=model.id), ("a.jpg", drawing("dress", 1)))
        again = open_page("predict", model=model.id, answers=app.query_params["answers"])
        assert [head.value for head in again.subheader] == [r"A dress\, very likely"]

    def test_more_photos_join_those_that_are_there_and_clear_takes_them_away(
        self, open_page: Open, model: Model
    ) -> None:
        app = upload(open_page("predict", model=model.id), ("a.jpg", drawing("dress", 1)))
        app = upload(app, ("b.jpg", drawing("shoes", 1)))
        assert len(app.subheader) == 2
        app = press(app, "Clear")
        assert "No photo at hand?" in words(app)

    def test_another_model_is_asked_about_the_same_photos(
        self, open_page: Open, model: Model, dataset: Dataset
    ) -> None:
        add_model(make_run(dataset, "other", "done"), dataset)
        app = upload(open_page("predict", model=model.id), ("a.jpg", drawing("dress", 1)), ("bad.jpg", b"no"))
        before = app.query_params["answers"]
        app = app.radio[0].set_value("other").run()
        assert app.query_params["model"] == "other"
        assert app.query_params["answers"] != before
        assert [head.value for head in app.subheader] == [r"A dress\, very likely", "Could not be read"]

    def test_a_drawing_stands_in_for_a_photo(self, open_page: Open, model: Model) -> None:
        app = press(open_page("predict", model=model.id), "This one")
        assert len(app.subheader) == 1


class TestResultsAndModels:
    def test_results_name_interval_and_baseline(self, open_page: Open, model: Model) -> None:
        app = open_page("results", run="ended")
        assert troubles(app) == []
        assert app.title[0].value == "Right on 87 of 100 photos"
        assert "between 70 and 95" in words(app)
        assert "Always saying “dress” would be right on 33" in words(app)
        assert "shirt named dress" in words(app)
        table = app.dataframe[0].value
        assert table["class"].tolist() == ["dress", "shirt", "shoes"]  # the hardest first
        assert table["finds"].tolist() == [100, 80, 80] and table["holds_between"].tolist()[1:] == ["68% – 100%"] * 2

    def test_a_model_is_deleted_and_comes_back(self, open_page: Open, model: Model) -> None:
        app = press(unfold(open_page("models"), "more_ended"), "Delete")
        assert list_models() == []
        app = press(app, "Undo")
        assert [each.id for each in list_models()] == ["ended"]
        assert "One model, in use" in words(app)

    def test_another_one_is_put_in_use(self, open_page: Open, model: Model, dataset: Dataset) -> None:
        from core.model.bundle import default_model

        add_model(make_run(dataset, "other", "done"), dataset)
        app = open_page("models")
        in_use = default_model()
        assert in_use is not None
        press(app, "Use this one")
        now = default_model()
        assert now is not None
        assert {in_use.id, now.id} == {"ended", "other"}


def test_borrowing_a_sample_twice_makes_it_once(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui import tour

    monkeypatch.setattr("core.jobs.start", lambda *args, **kwargs: None)
    monkeypatch.setattr("core.data.store._start_job", lambda folder, on: None)
    monkeypatch.setattr("ui.tour.jobs.state", lambda job_dir: type("State", (), {"active": True})())
    assert tour.borrow("garments") == tour.borrow("garments")
    assert len(list_datasets()) == 1
