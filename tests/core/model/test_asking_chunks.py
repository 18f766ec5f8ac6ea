"""Asking about any number of photos in chunks: the same answers as one by one, and nothing asked twice."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.errors import FittingRoomError
from core.files import read_json
from core.locks import locked
from core.model import asking_chunks, bundle
from core.model.asking_chunks import ask_in_chunks
from core.model.bundle import Model
from core.model.predictor import Predictor
from core.settings import load_settings
from core.sources import bare_rows, folders
from core.sources.bare_rows import list_rows, place_of, read_rows
from tests.conftest import picture
from tests.core.commands.conftest import Said, refused, said  # noqa: F401 - fixtures
from tests.shop import Shop


@pytest.fixture
def model(bundled: Path) -> Model:
    """The one in use. Processes of a pool know it too."""
    model = bundle.default_model()
    assert model is not None
    return model


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_chunks, "PER_CHUNK", 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten photos; a table among them names three, one of which is not there."""
    (tmp_path / "photos" / "a").mkdir(parents=True)
    for number in range(10):
        (tmp_path / "photos" / ("a" if number < 5 else "") / f"{number}.jpg").write_bytes(picture(number))
    (tmp_path / "photos" / "list.csv").write_text("photo\n7.jpg\ngone.jpg\na/2.jpg\n")
    return tmp_path / "photos"


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


def test_the_table_is_the_one_that_asking_at_once_writes(folder: Path, tmp_path: Path, model: Model, said: Said):  # noqa: F811
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as packed:
        for number in range(6):
            packed.writestr(f"{number}.jpg", picture(20 + number))
        packed.writestr("bad.jpg", b"%PDF-1.7")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
    names = ("broken.zip", "gone.jpg", "photos", "some.zip", "photos/3.jpg")
    places = [str(tmp_path / name) for name in names]
    at_once, in_chunks = tmp_path / "at_once.csv", tmp_path / "in_chunks.csv"
    answers = said("predict", *places, "--csv", str(at_once))
    told = said("predict", *places, "--csv", str(in_chunks), "--on", "one")
    assert in_chunks.read_bytes() == at_once.read_bytes() and len(answers) == 21
    assert told["photos"] == 21 and told["unreadable"] == sum(answer["error"] is not None for answer in answers) == 5
    assert sum(told["labels"].values()) == 16
    assert not [*load_settings().askings_dir.iterdir()]


def test_a_pool_leaves_the_same_parts(folder: Path, tmp_path: Path, model: Model):
    places = [place_of(str(folder))]
    alone, _ = ask_in_chunks(tmp_path / "one", model, places, ["photos"], "one")
    pooled, numbered = ask_in_chunks(tmp_path / "pool", model, places, ["photos"], "pool")
    assert numbered and len(alone) == 3
    assert [part.read_bytes() for part in alone] == [part.read_bytes() for part in pooled]


def test_what_is_answered_is_not_asked_again(
    folder: Path,
    tmp_path: Path,
    model: Model,
    asked: list[str],
    said: Said,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    csv, job = tmp_path / "answers.csv", tmp_path / "job"
    arguments = ("predict", str(folder), "--csv", str(csv), "--on", "one", "--job", str(job))
    deliver = asking_chunks.deliver_rows

    def deliver_once(*given) -> None:
        if asked:
            raise KeyboardInterrupt
        deliver(*given)

    monkeypatch.setattr(asking_chunks, "deliver_rows", deliver_once)
    with pytest.raises(AssertionError, match="What is answered is kept"):
        said(*arguments)
    assert not csv.exists() and len(asked) == 3 and len([*(job / "parts").iterdir()]) == 1
    monkeypatch.setattr(asking_chunks, "deliver_rows", deliver)
    (folder / "new.jpg").write_bytes(picture(99))  # the rows are those of then
    assert said(*arguments)["photos"] == 11
    assert len(asked) == len(set(asked)) == 10
    before = csv.read_bytes()
    assert said(*arguments)["photos"] == 11 and len(asked) == 10 and csv.read_bytes() == before


def test_a_catalogue_keeps_its_row_numbers_and_what_is_not_there_has_its_reason(
    model: Model,
    shop: Shop,
    tmp_path: Path,
    said: Said,  # noqa: F811
    refused: Callable[..., str],  # noqa: F811
):
    links = [shop.put(f"/{number}.jpg", picture(number)) for number in range(5)]
    sources = [*links, "beside.jpg", shop.url("/gone.jpg"), ""]
    (tmp_path / "beside.jpg").write_bytes(picture(9))
    pd.DataFrame({"sku": range(8), "photo": sources}).to_parquet(tmp_path / "shop.parquet")
    csv = tmp_path / "answers.csv"
    told = said("predict", str(tmp_path / "shop.parquet"), "--csv", str(csv))
    answers = pd.read_csv(csv)
    assert answers["row"].tolist() == [*range(1, 9)] and answers["photo"].fillna("").tolist() == sources
    assert answers["error"].isna().tolist() == [True] * 6 + [False] * 2 and told["unreadable"] == 2
    assert "404" in answers["error"][6] and "names no photo" in answers["error"][7]
    with pytest.raises(SystemExit, match="2"):
        refused("predict", str(tmp_path / "shop.parquet"))


def test_a_folder_belongs_to_one_asking_and_one_at_a_time(folder: Path, tmp_path: Path, model: Model, said: Said):  # noqa: F811
    arguments = ("predict", str(folder), "--csv", str(tmp_path / "answers.csv"), "--job", str(tmp_path / "job"))
    (tmp_path / "job").mkdir()
    with locked(tmp_path / "job" / "lock"), pytest.raises(AssertionError, match="right now"):
        said(*arguments)
    said(*arguments, "--on", "one")
    with pytest.raises(FittingRoomError, match="other work"):
        ask_in_chunks(tmp_path / "job", model, [place_of(str(folder / "a"))], ["a"], "one")


def test_rows_can_be_read_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bare_rows, "ROWS_A_FILE", 7)
    monkeypatch.setattr(bare_rows, "ROW_GROUP", 3)
    (tmp_path / "list.csv").write_text("photo\n" + "".join(f"http://shop/{number}.jpg\n" for number in range(25)))
    listed = list_rows(tmp_path / "rows", [place_of(str(tmp_path / "list.csv"))], ["list"])
    assert (listed.rows, listed.numbered) == (25, True)
    every = read_rows(tmp_path / "rows", 0, 25)
    assert [row.number for row in every] == [*range(2, 27)]
    for start in range(25):
        for stop in range(start + 1, 26):
            assert read_rows(tmp_path / "rows", start, stop) == every[start:stop]


def test_a_folder_of_any_number_of_files_is_listed_in_the_order_of_their_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    names = ["a.jpg", "a/2.jpg", "a/1.jpg", "a-b/1.jpg", "ab/c/1.jpg", "b.jpg", ".hidden/x.jpg", "a/list.txt"]
    for name in [*names, "n\udce9.jpg"]:  # no text in UTF-8
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / name).write_bytes(b"")
    place = place_of(str(tmp_path / "photos"))
    few = list_rows(tmp_path / "few", [place], ["photos"])
    monkeypatch.setattr(folders, "MAX_ARCHIVE_ENTRIES", 3)
    many = list_rows(tmp_path / "many", [place], ["photos"])
    assert few == many and few.rows == 7
    rows = read_rows(tmp_path / "many", 0, 7)
    assert rows == read_rows(tmp_path / "few", 0, 7)
    assert [row.source for row in rows] == [*sorted(names[:6]), "n\udce9.jpg"]
    assert read_json(tmp_path / "many" / "rows.json")["numbered"] is False
