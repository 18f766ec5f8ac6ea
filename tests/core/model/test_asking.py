"""Asking about many photos in a job: the same answers as at once, and nothing lost or asked twice."""

import zipfile
from pathlib import Path

import pytest

from core import jobs
from core.errors import NotFound
from core.files import read_json
from core.model import answers, asking, bundle
from core.model.answers import load_batch, save_batch
from core.model.bundle import Model
from core.model.predictor import Predictor, predict_photos
from core.settings import load_settings
from tests.conftest import picture
from tests.core.conftest import Home
from tests.shop import Shop


@pytest.fixture
def model(trained_home: Home) -> Model:
    return bundle.load_model(trained_home.run_id)


@pytest.fixture
def archive(tmp_path: Path) -> dict[str, str]:
    """Twelve photos and a file that is none."""
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as packed:
        for number in range(12):
            packed.writestr(f"{number:02}.jpg", picture(number))
        packed.writestr("bad.jpg", b"%PDF-1.7")
    return {"kind": "archive", "path": str(tmp_path / "some.zip")}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the photos that the network was asked about."""
    names: list[str] = []
    ask = Predictor.predict_photos

    def remembered(self, photos):
        names.extend(name for name, _ in photos)
        return ask(self, photos)

    monkeypatch.setattr(Predictor, "predict_photos", remembered)
    return names


def test_a_process_of_its_own_gives_the_same_answers_as_asking_at_once(model: Model, archive: dict[str, str]):
    batch = load_batch(asking.start_asking(model, archive, "some.zip"))
    assert jobs.wait(batch.job_dir, 60).status == "done", jobs.log_tail(batch.job_dir)
    photos = [(f"{number:02}.jpg", picture(number)) for number in range(12)] + [("bad.jpg", b"%PDF-1.7")]
    batch = load_batch(batch.id)
    assert list(batch.answers) == predict_photos(model, photos)
    assert batch.photos == (*(f"{number:05d}.jpg" for number in range(12)), None)
    assert all(batch.photo_path(index).exists() for index in range(12))
    last = jobs.events(batch.job_dir, "progress")[-1]
    assert (last["done"], last["total"], last["unreadable"]) == (13, 13, 1)


def test_what_is_answered_stays_when_it_is_stopped_and_is_not_asked_again(
    model: Model, archive: dict[str, str], asked: list[str], at_once: None, monkeypatch: pytest.MonkeyPatch
):
    keep = answers.keep_photo

    def keep_and_stop(folder: Path, index: int, content: bytes) -> str | None:
        if index == 4:
            (folder / "job" / "stop").touch()
        return keep(folder, index, content)

    monkeypatch.setattr(asking, "keep_photo", keep_and_stop)
    batch = load_batch(asking.start_asking(model, archive, "some.zip"))
    assert jobs.state(batch.job_dir).status == "stopped"
    assert 5 <= len(load_batch(batch.id).answers) < 12
    with (batch.folder / "answers.jsonl").open("a") as lines:
        lines.write('{"position": 11, "ans')  # as if it had been killed in mid-line
    monkeypatch.setattr(asking, "keep_photo", keep)
    asking.resume_asking(batch.id)
    assert jobs.state(batch.job_dir).status == "done"
    assert [answer.photo for answer in load_batch(batch.id).answers] == [*(f"{n:02}.jpg" for n in range(12)), "bad.jpg"]
    assert sorted(asked) == [*(f"{n:02}.jpg" for n in range(12)), "bad.jpg"]


def test_a_sheets_numbers_come_with_the_answers_and_what_was_unreachable_is_tried_again(
    model: Model, shop: Shop, asked: list[str], at_once: None
):
    first, second = shop.put("/1.jpg", picture(1)), shop.url("/2.jpg")
    table = shop.put("/list.csv", f"photo\n{first}\n\n{second}\n".encode(), content_type="text/csv")
    batch = load_batch(asking.start_asking(model, {"kind": "table", "address": table}, "list"))
    assert [(answer.row, answer.error is None) for answer in batch.answers] == [(2, True), (4, False)]
    shop.put("/2.jpg", picture(2))
    shop.put(
        "/list.csv", b"photo\n\n\nhttp://another\n", content_type="text/csv"
    )  # it is the table of then that counts
    asking.resume_asking(batch.id)
    batch = load_batch(batch.id)
    assert [(answer.row, answer.error) for answer in batch.answers] == [(2, None), (4, None)]
    assert asked == [first, second]
    again = load_batch(asking.start_asking(model, {"kind": "batch", "id": batch.id}, "list"))
    assert again.answers == batch.answers


def test_a_table_in_an_archive_numbers_its_photos_and_the_others_have_no_number(
    model: Model, tmp_path: Path, at_once: None
):
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as packed:
        for number in range(3):
            packed.writestr(f"{number}.jpg", picture(number))
        packed.writestr("list.csv", "photo\n2.jpg\ngone.jpg\n0.jpg\n")
    batch = load_batch(asking.start_asking(model, {"kind": "archive", "path": str(tmp_path / "some.zip")}, "some"))
    said = [(answer.row, answer.photo, answer.error is None) for answer in batch.answers]
    assert said == [(2, "2.jpg", True), (3, "gone.jpg", False), (4, "0.jpg", True), (None, "1.jpg", True)]
    again = load_batch(asking.start_asking(model, {"kind": "batch", "id": batch.id}, "some"))
    assert again.answers == batch.answers


def test_a_table_that_was_handed_over_stays_while_it_has_another_column_of_photos(
    model: Model, shop: Shop, at_once: None
):
    front, back = shop.put("/1.jpg", picture(1)), shop.put("/2.jpg", picture(2))
    folder = load_settings().uploads_dir / "mine-123456"
    folder.mkdir(parents=True)
    (folder / "list.csv").write_text(f"photo,back\n{front},{back}\n")
    source = {"kind": "table", "address": str(folder / "list.csv")}
    batch = load_batch(asking.start_asking(model, source, "list"))
    assert batch.columns == ("photo", "back") and [answer.photo for answer in batch.answers] == [front]
    other = load_batch(asking.start_asking(model, {**source, "image_column": "back"}, "list"))
    assert other.columns == ("back", "photo") and [answer.photo for answer in other.answers] == [back]


def test_an_upload_goes_once_its_photos_are_answered(model: Model, at_once: None):
    folder = load_settings().uploads_dir / "mine-123456"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(picture(1))
    asking.start_asking(model, {"kind": "folder", "path": str(folder)}, "mine")
    assert not folder.exists()


def test_an_archive_that_cannot_be_read_is_said(model: Model, tmp_path: Path, at_once: None):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
    batch = load_batch(asking.start_asking(model, {"kind": "archive", "path": str(tmp_path / "broken.zip")}, "broken"))
    state = jobs.state(batch.job_dir)
    assert state.status == "failed" and "damaged" in state.message and batch.answers == ()


def test_only_what_a_job_makes_can_be_gone_on_with(model: Model):
    with pytest.raises(NotFound, match="at once"):
        asking.resume_asking(save_batch(model.id, model.name, [], []).id)


def test_the_newest_answers_come_first(model: Model, archive: dict[str, str], at_once: None):
    batch = load_batch(asking.start_asking(model, archive, "some.zip"))
    lines = (batch.folder / "answers.jsonl").read_text().split()
    newest = answers.latest_entries(batch.folder, 3)
    assert len(newest) == 3 and len(lines) > 3
    assert read_json(batch.folder / "answers.json")["answers"] == []
    assert {line["position"] for line in newest} <= set(range(13))
