"""`dataset look`, and labels merged as a dataset is added."""

import json
import zipfile
from pathlib import Path

import pytest

from core.__main__ import main
from core.data.store import list_datasets, load_dataset
from tests.conftest import picture
from tests.core.sources.conftest import Host, host, running_host

__all__ = ["host", "running_host"]
LABELS = ["dress", "Dress", "hat", "hats", "hat"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table beside its photos: rows 2 to 21, of which row 4 names a photo that is not there."""
    lines = [f"{number}.jpg,{LABELS[number % 5]},{'test' if number % 4 else 'train'}" for number in range(20)]
    for number in set(range(20)) - {2}:
        (tmp_path / f"{number}.jpg").write_bytes(picture(number))
    (tmp_path / "clothes.csv").write_text("\n".join(["file,kind,split", *lines]))
    return tmp_path / "clothes.csv"


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_look_says_what_was_understood_and_what_is_wrong_and_adds_nothing(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = _said(capsys, "dataset", "look", str(table))
    assert (seen["rows"], seen["parts"]) == (20, {"train": 5, "test": 15})
    assert seen["classes"] == {"Dress": 4, "dress": 4, "hat": 8, "hats": 4}
    chosen = ("image_column", "label_column", "part_column", "group_column", "header_row")
    assert [seen["table"][name] for name in chosen] == ["file", "kind", "split", None, 1]
    assert seen["merges"][0] == {"target": "hat", "labels": ["hats"]}
    lost = seen["findings"][0]
    assert (lost["kind"], lost["severity"], lost["rows"]) == ("never_fetched", "loses rows", [4])

    assert main(["dataset", "look", str(table), "--part-column", ""]) == 0
    printed = capsys.readouterr().out
    assert "20 rows, 4 classes" in printed and "photos in “file”, labels in “kind”" in printed
    assert "Set aside: One row has no photo that can be had, as “2.jpg”" in printed and "(row 4)" in printed
    assert "parts" not in printed
    assert list_datasets() == []


def test_a_look_at_a_sheet_fetches_the_sheet_and_no_photo(
    host: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", host.base)
    rows = [f"{host.url('/photo/1')},dress", f"{host.url('/photo/2')},hat"] * 5
    host.answers["/spreadsheets/d/1AbC/export"] = "\n".join(["photo,kind", *rows]).encode()
    seen = _said(capsys, "dataset", "look", "https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0")
    assert [finding["kind"] for finding in seen["findings"]] == ["duplicate", "rare_label"]
    assert dict(host.asked) == {"/spreadsheets/d/1AbC/export": 1}


def test_a_look_into_an_archive_reads_the_table_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(
            "t.csv", "file,kind,colour\n" + "\n".join(f"{n}.jpg,hat,{['red', 'blue'][n % 2]}" for n in range(8))
        )
        for number in range(8):
            archive.writestr(f"{number}.jpg", picture(number))
    seen = _said(capsys, "dataset", "look", str(tmp_path / "a.zip"), "--label-column", "colour")
    assert (seen["rows"], seen["classes"], seen["findings"]) == (8, {"blue": 4, "red": 4}, [])


def test_labels_are_merged_as_they_are_offered_and_as_they_are_typed(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = _said(capsys, "dataset", "look", str(table), "--merge-alike", "--merge", "hat=Headwear")
    assert seen["classes"] == {"Dress": 8, "Headwear": 12} and seen["merges"] == []
    added = _said(capsys, "dataset", "add", str(table), "--merge", "Dress= gown", "--merge", "dress=gown")
    assert added["classes"] == {"gown": 8, "hat": 7, "hats": 4}
    merge = json.loads((load_dataset(added["id"]).folder / "dataset.json").read_text())["source"]["merge"]
    assert merge == {"Dress": "gown", "dress": "gown"}


def test_a_merge_of_nothing_is_refused(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dataset", "add", str(table), "--merge", "gown=dress"]) == 1
    assert "No row has the label “gown”. There are: “Dress”, “dress”, “hat” and “hats”" in capsys.readouterr().err
    assert main(["dataset", "look", "sample:garments"]) == 1
    assert "sample" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["dataset", "add", str(table), "--merge", "gown"])
    assert ended.value.code == 2 and list_datasets() == []
