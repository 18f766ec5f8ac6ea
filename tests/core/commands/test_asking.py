"""`predict` about archives and sheets, and what it writes."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import picture
from tests.core.commands.conftest import Said
from tests.core.conftest import Home
from tests.shop import Shop


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as packed:
        for number in range(6):
            packed.writestr(f"photos/{number}.jpg", picture(number))
        packed.writestr("photos/bad.jpg", b"%PDF-1.7")
    return tmp_path / "some.zip"


def test_an_archive_becomes_tables_and_photos_in_folders(trained_home: Home, archive: Path, tmp_path: Path, said: Said):
    book, sorted_zip = tmp_path / "answers.xlsx", tmp_path / "sorted.zip"
    answers = said("predict", str(archive), "--xlsx", str(book), "--sort-into", str(sorted_zip))
    assert [answer["photo"] for answer in answers] == [*(f"photos/{n}.jpg" for n in range(6)), "photos/bad.jpg"]
    assert "PDF" in answers[-1]["error"] and "row" not in answers[0]
    rows = list(openpyxl.load_workbook(book).active.values)
    assert len(rows) == 8 and [row[1] for row in rows[1:]] == [answer["label"] for answer in answers]
    with zipfile.ZipFile(sorted_zip) as found:
        photos = {name: found.read(name) for name in found.namelist() if name != "answers.csv"}
    assert sorted(photos.values()) == sorted(picture(number) for number in range(6))
    for answer in answers[:6]:
        places = [name for name in photos if name.endswith(f"/{answer['photo'].partition('/')[2]}")]
        assert len(places) == 1
        assert places[0].partition("/")[0] in (answer["label"], "not sure", "unlike")


def test_a_sheet_keeps_its_row_numbers(trained_home: Home, shop: Shop, tmp_path: Path, said: Said):
    good = shop.put("/1.jpg", picture(1))
    rows = f"name,front,back\na,{shop.url('/gone.jpg')},{good}\n\nb,{good},{good}\n"
    table = shop.put("/list.csv", rows.encode(), content_type="text/csv")
    csv = tmp_path / "answers.csv"
    answers = said("predict", table, "--image-column", "front", "--csv", str(csv))
    assert [(answer["row"], answer["error"] is None) for answer in answers] == [(2, False), (4, True)]
    assert [line.split(",")[0] for line in csv.read_text("utf-8-sig").splitlines()] == ["row", "2", "4"]


def test_a_place_that_cannot_be_read_does_not_stop_the_others(
    trained_home: Home, archive: Path, tmp_path: Path, said: Said
):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
    (tmp_path / "empty").mkdir()
    answers = said("predict", str(tmp_path / "broken.zip"), str(tmp_path / "empty"), str(archive))
    assert "damaged" in answers[0]["error"] and "no photos" in answers[1]["error"]
    assert len(answers) == 9
