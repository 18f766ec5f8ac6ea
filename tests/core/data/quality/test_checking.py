"""The check finds what was planted and nothing else, goes on over damage, and looks at no photo twice."""

import shutil
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data import mends
from core.data.quality import checking, measures, words
from core.data.quality.faults import find_faults
from core.data.quality.found import load_quality, quality_path
from core.data.store import Dataset, load_dataset
from core.errors import DatasetUnfinished
from core.files import read_json, write_json
from core.jobs import Stopped, events
from core.settings import load_settings
from core.sources import garments
from tests.core.data.quality.conftest import check
from tests.jobs import make, working

Named = Callable[[int], str]


def found(dataset: Dataset, named: Named) -> dict[str, list[list[str]]]:
    """The files in each finding."""
    quality = load_quality(load_dataset(dataset.id))
    assert quality is not None
    return {each.kind: [[named(position) for position in group] for group in each.groups] for each in quality.findings}


def measured(dataset: Dataset) -> pd.DataFrame:
    """What was measured of the photos that are not left out."""
    rows = dataset.manifest()
    found = measures.measures_of(dataset, rows[rows["status"] == "ok"])
    assert found is not None
    return found


def test_every_planted_fault_is_found_once_and_nothing_else(dataset: Dataset, named: Named) -> None:
    assert found(dataset, named) == {
        "leaks": [["test/dress/leak.jpg", "train/dress/1.jpg"]],
        "two_labels": [["train/dress/2.jpg", "train/shoes/other-label.jpg"]],
        "near_duplicates": [["train/dress/0.jpg", "train/dress/again.jpg"]],
        "one_colour": [["train/dress/empty.jpg"]],
        "blurred": [["train/shoes/blurred.jpg"]],
        "dark": [["train/shoes/dark.jpg"]],
        "bright": [["train/dress/bright.jpg"]],
        "tiny": [["train/shoes/tiny.png"]],
        "odd_shape": [["train/dress/wide.png"]],
        "small_classes": [],
        "unreadable": [],
        "exact_duplicates": [],
    }
    quality = load_quality(dataset)
    assert quality is not None and quality.photos == dataset.ok
    small, failed, twins = quality.findings[-3:]
    assert small.facts["more"] == {"shoes": 20 - dataset.classes["shoes"], "dress": 20 - dataset.classes["dress"]}
    assert failed.facts == {"rows": 1, "statuses": {"damaged": 1}} and twins.facts == {"rows": 1}
    assert all(0.5 <= sure <= 1 for finding in quality.findings for sure in finding.sure)


def test_drawn_garments_of_every_kind_raise_no_alarm() -> None:
    photos = [garments.draw(label, 100 + seed, 144) for seed, label in enumerate(garments.CLASS_NAMES)]
    drawn = [
        {"position": at, "width": photo.width, "height": photo.height, **measures.measure(photo)}
        for at, photo in enumerate(photos)
    ]
    assert find_faults(pd.DataFrame(drawn)) == []


def test_a_photo_is_called_by_its_worst_fault_alone() -> None:
    fine = {
        "width": 400,
        "height": 500,
        "varied": 0.5,
        "lightest": 0.8,
        "sharpness": 2.0,
        "brightness": 0.5,
        "white": 0.0,
    }
    spoiled = [{"varied": 0.0, "lightest": 0.1, "sharpness": 0.1}, {"lightest": 0.1, "sharpness": 0.1}, {}, {}]
    rows = pd.DataFrame([{"position": 10 + at, **fine, **each} for at, each in enumerate(spoiled)])
    assert {each.kind: each.groups for each in find_faults(rows)} == {"one_colour": ((10,),), "dark": ((11,),)}


def test_where_all_photos_are_tiny_and_long_none_is() -> None:
    fine = {"varied": 0.5, "lightest": 0.8, "sharpness": 2.0, "brightness": 0.5, "white": 0.0}
    rows = pd.DataFrame([{"position": at, "width": 8, "height": 32, **fine} for at in range(4)])
    assert find_faults(rows) == []


def test_a_second_check_looks_at_no_photo_again(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    mends.relabel(dataset, 0, "coat")
    before = measured(dataset)
    monkeypatch.setattr(measures, "measure", lambda photo: 1 / 0)
    check(dataset)
    assert before.equals(measured(load_dataset(dataset.id)))
    assert "coat" in measures.load_means(dataset)


def test_what_is_gone_or_damaged_is_a_finding_and_the_check_goes_on(dataset: Dataset, named: Named) -> None:
    rows = dataset.as_made(["source", "content_hash"])
    at = {named(position): str(key) for position, key in rows["content_hash"].items()}
    shutil.rmtree(dataset.folder / "quality")
    dataset.photo_path(at["train/dress/3.jpg"]).unlink()
    dataset.photo_path(at["train/dress/4.jpg"]).write_bytes(b"no photo")
    check(dataset)
    now = found(dataset, named)
    assert sorted(now["unreadable"]) == [["train/dress/3.jpg"], ["train/dress/4.jpg"]]
    assert now["blurred"] == [["train/shoes/blurred.jpg"]]
    dataset.photo_path(at["train/dress/5.jpg"]).unlink()  # measured before
    check(dataset)
    assert sorted(found(dataset, named)["unreadable"])[-1] == ["train/dress/5.jpg"]


def test_one_picture_under_three_names_stands_in_for_photos_that_are_gone(workspace, tmp_path) -> None:
    for seed, label in enumerate(("dress", "shoes", "skirt")):
        (tmp_path / label).mkdir()
        garments.draw("pants", 1, 64).save(tmp_path / label / "gone.png")
        garments.draw(label, seed, 64).save(tmp_path / label / "own.png")
    dataset = make("gone", tmp_path)
    check(dataset)
    quality = load_quality(dataset)
    assert quality is not None
    kinds = {each.kind: each for each in quality.findings}
    assert kinds["placeholders"].photos == 3 and "two_labels" not in kinds
    assert kinds["placeholders"].facts["names"] == 3


def test_the_same_bytes_are_one_photo_even_of_one_colour(dataset: Dataset) -> None:
    rows = dataset.as_made()
    groups = checking._with_same_bytes([[0, 1]], rows.assign(content_hash=[*"aabbc", *map(str, range(len(rows) - 5))]))
    assert groups == [[0, 1], [2, 3]]


def test_stopped_half_way_it_leaves_what_was_found(dataset: Dataset) -> None:
    before = quality_path(dataset).read_bytes()
    shutil.rmtree(dataset.folder / "quality")
    with working(checking.job_dir(dataset)) as work:
        (checking.job_dir(dataset) / "stop").touch()
        with pytest.raises(Stopped):
            checking.work(work, dataset.id)
    assert quality_path(dataset).read_bytes() == before


def test_it_says_how_far_it_is(dataset: Dataset) -> None:
    shutil.rmtree(dataset.folder / "quality")
    check(dataset)
    said = events(checking.job_dir(dataset), "progress")
    last = {event["stage"]: (event["done"], event["total"]) for event in said}
    assert last["measuring"] == (dataset.ok, dataset.ok) and list(last) == ["measuring", "comparing"]
    assert said[-1]["left_s"] in (0, None)
    assert checking.expected_seconds(dataset) < 3


def test_the_time_left_is_by_what_was_done_since_it_first_said_something(workspace, monkeypatch) -> None:
    clock, left_s = iter([10.0, 12.0, 16.0]), []
    monkeypatch.setattr(checking, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with working(workspace / "job") as work:
        monkeypatch.setattr(work, "progress", lambda *_, **said: left_s.append(said["left_s"]))  # it skips some words
        pace = checking._Pace(work, photos=0)
        for done in (256, 512, 768):
            pace.measuring(done, 1024)
    assert left_s == [None, 4.0, 3.0]


def test_a_first_check_goes_on_where_no_photo_is_left(workspace, tmp_path) -> None:
    (tmp_path / "dress").mkdir()
    garments.draw("dress", 1, 64).save(tmp_path / "dress" / "1.png")
    dataset = make("gone", tmp_path)
    rows = dataset.as_made()
    dataset.photo_path(str(rows["content_hash"].iat[0])).unlink()
    check(dataset)
    quality = load_quality(load_dataset(dataset.id))
    assert quality is not None and quality.findings[-1].kind == "unreadable" and quality.findings[-1].photos == 1


def test_a_dataset_without_a_photo_can_be_checked(workspace, tmp_path) -> None:
    (tmp_path / "dress").mkdir()
    for at in range(2):
        (tmp_path / "dress" / f"{at}.png").write_bytes(b"no photo")
    dataset = make("failed", tmp_path)
    check(dataset)
    quality = load_quality(load_dataset(dataset.id))
    assert quality is not None and [each.kind for each in quality.findings] == ["unreadable"]
    assert measures.load_means(dataset) == {} and words.health(quality, dataset)[-1].startswith("There is no photo")


def test_where_all_photos_are_left_out_there_is_no_mean_picture(dataset: Dataset) -> None:
    mends.exclude(dataset, dataset.as_made().query("status == 'ok'").index.tolist())
    check(load_dataset(dataset.id))
    assert measures.load_means(dataset) == {}


def test_an_unfinished_dataset_is_refused(workspace) -> None:
    facts = {"name": "Coming", "source": {}, "created_at": 0.0}
    write_json(load_settings().datasets_dir / "coming" / "dataset.json", facts)
    with pytest.raises(DatasetUnfinished):
        checking.start_check("coming")


def test_findings_of_other_photos_or_damaged_ones_are_none(dataset: Dataset) -> None:
    said = read_json(quality_path(dataset))
    for damaged in ({**said, "of": "others"}, {**said, "findings": [{"kind": "?"}]}, [], {}):
        write_json(quality_path(dataset), damaged)
        assert load_quality(dataset) is None
    quality_path(dataset).unlink()
    assert load_quality(dataset) is None


def test_measures_say_what_a_photo_is_like(dataset: Dataset, named: Named) -> None:
    found = measured(dataset)
    assert found["position"].tolist() == dataset.as_made().query("status == 'ok'").index.tolist()
    by_name = found.assign(name=found["position"].map(named)).set_index("name")
    assert by_name.loc["train/dress/empty.jpg", ["red", "green", "blue"]].tolist() == pytest.approx(
        [90, 120, 40], abs=2
    )
    assert by_name.loc["train/shoes/tiny.png", ["width", "height"]].tolist() == [40, 52]
    assert by_name["brightness"].idxmin() == "train/shoes/dark.jpg"
    assert by_name["sharpness"].drop("train/dress/empty.jpg").idxmin() == "train/shoes/blurred.jpg"
    mends.exclude(dataset, 0)
    assert len(measured(load_dataset(dataset.id))) == len(found) - 1


def test_the_mean_picture_of_a_class_is_the_mean_of_its_photos(workspace, tmp_path) -> None:
    for label, levels in (("pale", (100, 200)), ("plain", (40, 40))):
        (tmp_path / label).mkdir()
        for at, level in enumerate(levels):
            Image.new("RGB", (60 + at, 40), (level, level, 0)).save(tmp_path / label / f"{at}.png")
    dataset = make("means", tmp_path)
    assert measures.load_means(dataset) == {}
    measures.take_means(dataset)
    means = measures.load_means(dataset)
    assert means["pale"].shape == (96, 96, 3) and means["pale"].dtype == np.uint8
    assert np.unique(means["pale"].reshape(-1, 3), axis=0).tolist() == [[150, 150, 0]]
    assert np.unique(means["plain"].reshape(-1, 3), axis=0).tolist() == [[40, 40, 0]]
