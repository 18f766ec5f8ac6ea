"""Photos sorted into a ZIP by what a model says of them."""

import zipfile
from pathlib import Path

from core.model.answer import Answer, unreadable
from core.model.answers import save_batch
from core.model.bundle import Thresholds
from core.model.sorting import SortedZip, sort_batch
from tests.conftest import picture


def said(photo: str, label: str = "dress", probability: float = 0.9, unlike: bool = False) -> Answer:
    shares = {label: probability, "hat": 1 - probability}
    return Answer(photo, label, probability, probability >= 0.9, shares, unlike=unlike)


def test_a_folder_for_each_class_and_one_each_for_doubt_and_for_what_is_unlike(tmp_path: Path):
    with SortedZip(tmp_path / "a.zip", Thresholds()) as archive:
        archive.add(said("one/a.jpg"), b"1")
        archive.add(said("two/A.JPG"), b"2")
        archive.add(said("https://shop.example/a.jpg?size=1"), b"3")
        archive.add(said("b.png", probability=0.55), b"4")
        archive.add(said("c.png", unlike=True), b"5")
        archive.add(said("d.php", label="../coat/long"), b"6")
        archive.add(unreadable("e.jpg", "This is a PDF."), b"7")
    with zipfile.ZipFile(tmp_path / "a.zip") as found:
        assert {name: found.read(name) for name in found.namelist()} == {
            "dress/a.jpg": b"1",
            "dress/A 2.JPG": b"2",
            "dress/a 3.jpg": b"3",
            "not sure/b.png": b"4",
            "unlike/c.png": b"5",
            "-coat-long/d.php.jpg": b"6",
        }


def test_what_a_person_said_decides_the_folder_and_stands_in_the_table(tmp_path: Path):
    found = [said("a.jpg"), said("b.jpg", probability=0.55), said("c.jpg", unlike=True), unreadable("d.jpg", "No.")]
    photos = [(each.photo, picture(seed) if each.label else b"no") for seed, each in enumerate(found)]
    with (tmp_path / "c.zip").open("wb") as file:
        sort_batch(save_batch("m", "Model", photos, found), Thresholds(), file, {1: "hat", 2: "rain/coat"})
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        assert archive.namelist() == ["dress/a.jpg", "hat/b.jpg", "rain-coat/c.jpg", "answers.csv"]
        assert b"b.jpg,dress,hat,0.5500" in archive.read("answers.csv")


def test_a_batch_is_sorted_with_its_kept_photos_and_its_table(tmp_path: Path):
    photos = [("a.heic", picture(1)), ("bad.jpg", b"no")]
    batch = save_batch("m", "Model", photos, [said("a.heic"), unreadable("bad.jpg", "This is a PDF.")])
    with (tmp_path / "b.zip").open("wb") as file:
        sort_batch(batch, Thresholds(), file)
    with zipfile.ZipFile(tmp_path / "b.zip") as found:
        assert found.namelist() == ["dress/a.jpg", "answers.csv"]
        assert found.read("dress/a.jpg")[:2] == b"\xff\xd8"
        assert b"This is a PDF." in found.read("answers.csv")
