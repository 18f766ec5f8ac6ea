"""`dataset check`: findings as JSON and as text."""

from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from core.__main__ import main
from core.data import mends, store
from core.data.quality import checking
from core.errors import JobActive
from core.jobs import Stopped, Work
from core.sources import garments
from tests.core.data.quality.conftest import check
from tests.jobs import make


@pytest.fixture
def dataset(workspace, tmp_path) -> store.Dataset:
    """Two classes; two dresses are one, once saved again and once as it is, and a shoe is blurred."""
    for label in ("dress", "shoes"):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for seed in range(3):
            garments.draw(label, seed, 80).save(tmp_path / "photos" / label / f"{seed}.png")
    dresses = tmp_path / "photos" / "dress"
    garments.draw("dress", 0, 80).save(dresses / "again.jpg", quality=80)
    (dresses / "exact.png").write_bytes((dresses / "1.png").read_bytes())
    with Image.open(tmp_path / "photos" / "shoes" / "2.png") as photo:
        photo.filter(ImageFilter.GaussianBlur(2)).save(tmp_path / "photos" / "shoes" / "2.png")
    return make("photos", tmp_path / "photos")


def test_a_check_says_what_was_found_by_rows_of_the_source(said, dataset, capsys, monkeypatch):
    found = said("dataset", "check", dataset.id)
    rows = {"/".join(Path(source).parts[-2:]): row for source, row in dataset.as_made()[["source", "row"]].to_numpy()}
    by_kind = {each["kind"]: each for each in found["findings"]}
    assert (found["id"], found["photos"]) == (dataset.id, 7) and 3 <= len(found["health"]) <= 5
    assert list(by_kind) == ["near_duplicates", "blurred", "small_classes", "exact_duplicates"]
    assert sorted(by_kind["near_duplicates"]["groups"][0]) == sorted([rows["dress/0.png"], rows["dress/again.jpg"]])
    assert by_kind["blurred"]["groups"] == [[rows["shoes/2.png"]]] and by_kind["blurred"]["title"] == "Blurred photos"
    assert sorted(by_kind["exact_duplicates"]["groups"][0]) == sorted([rows["dress/1.png"], rows["dress/exact.png"]])
    assert by_kind["small_classes"]["classes"] == ["shoes", "dress"]

    def active(dataset_id: str) -> None:
        raise JobActive("It is being checked from elsewhere.")

    monkeypatch.setattr(checking, "start_check", active)
    assert main(["dataset", "check", dataset.id]) == 0
    printed = capsys.readouterr()
    assert "Blurred photos" in printed.out and "comparing: 7 of 7 photos" in printed.err


def test_a_finding_is_mended_and_taken_back(said, dataset, refused, capsys):
    assert "not checked" in refused("dataset", "mend", dataset.id, "--finding", "blurred")
    check(dataset)
    done = said("dataset", "mend", dataset.id, "--finding", "near_duplicates")
    assert (done["remedy"], len(done["rows"]), done["classes"]["dress"]) == ("keep_one", 1, 3)
    assert "Nothing of that" in refused("dataset", "mend", dataset.id, "--finding", "near_duplicates")
    assert "leave_out" in refused("dataset", "mend", dataset.id, "--finding", "blurred", "--remedy", "move")
    assert "not mended in the dataset" in refused("dataset", "mend", dataset.id, "--finding", "small_classes")
    with pytest.raises(SystemExit):
        main(["dataset", "mend", dataset.id, "--finding", "blurred", "--label", "boots"])
    assert "--label: only allowed with --remedy relabel or merge" in capsys.readouterr().err
    said("dataset", "undo", dataset.id)
    assert said("dataset", "mends", dataset.id)["mends"] == []


def test_one_label_is_not_given_to_several_findings(said, dataset, refused):
    check(dataset)
    mends.relabel(dataset, 0, "Dress")
    mends.relabel(dataset, 5, "Shoes")
    merge = "dataset", "mend", dataset.id, "--finding", "labels_alike", "--label", "gown"
    assert "2 findings cannot all get one label" in refused(*merge)
    mends.relabel(dataset, 5, "shoes")
    assert said(*merge)["classes"] == {"gown": 4, "shoes": 3}


@pytest.mark.parametrize("wrong", ["--photo 1", "--photo 1 --label hat --remedy move", "--finding dark --exclude"])
def test_wrong_usage_is_said(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["dataset", "mend", "any", *wrong.split()])
    assert ended.value.code == 2 and "argument" in capsys.readouterr().err


def test_one_that_was_stopped_is_said_and_not_taken_for_new(dataset, refused, monkeypatch, at_once):
    check(dataset)

    def stopped(work: Work, dataset_id: str) -> None:
        raise Stopped

    monkeypatch.setattr(checking, "work", stopped)
    assert "The check of photos was stopped" in refused("dataset", "check", dataset.id)


def test_an_unknown_dataset_is_said(refused):
    assert "no dataset" in refused("dataset", "check", "unknown")
