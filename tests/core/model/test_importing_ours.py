"""A ZIP of ours may be anybody's: every part of it is looked through, and a model that does not answer is none."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import ModelRefused
from core.files import read_json, write_json
from core.model import familiarity, learned, similar
from core.model.bundle import Model, read_model
from core.model.familiarity import Familiarity, Space
from core.model.importing import Import, own, own_memory, own_results
from core.model.importing.files import KEPT_OF_OURS, Brought
from core.model.importing.moving_in import move_in
from core.model.importing.understood import Understood
from core.settings import load_settings
from tests.core.conftest import Home

EXAM, ANSWERS = "exams/test/exam.json", "exams/test/answers.parquet"
Change = Callable[[Any], Any]


@pytest.fixture
def model(made_run: Home) -> Model:
    """To be read only."""
    return read_model(made_run.path / "runs" / made_run.run_id / "model")


@pytest.fixture
def place(model: Model, tmp_path: Path) -> Path:
    """The folder of an import whose ZIP is unpacked."""
    without = shutil.ignore_patterns("model.keras", "model.tflite")
    shutil.copytree(model.folder, tmp_path / "import" / "brought", ignore=without)
    return tmp_path / "import"


def kept(place: Path, *names: str, **said: Any) -> Path:
    """What is taken over of the files by these names, and of `model.json` with these values."""
    facts = read_json(place / "brought" / "model.json") | said
    came = Brought("own", place / "brought" / "model.keras", None, "0..255", "", facts, names)
    own.keep(came, understood(facts), place)
    return place / "kept"


def understood(facts: dict[str, Any]) -> Understood:
    classes = len(facts["class_names"])
    return Understood("own", facts["input_size_px"], 3, classes, 9, None, "0..255", "", False)


def space(size: int = 3, rows: int = 3) -> Space:
    return Space(np.zeros(size, np.float32), np.ones((rows, 2), np.float32), np.zeros((4, 2), np.float32))


def test_all_that_we_write_ourselves_is_taken_over(place: Path, model: Model) -> None:
    names = ["evaluation.json", EXAM, ANSWERS, *(name for name in KEPT_OF_OURS if (model.folder / name).exists())]
    Familiarity((space(), space()), 1.0).save(place / "brought")
    to = kept(place, *{*names, familiarity.FILE})
    for name in ("evaluation.json", EXAM):
        assert read_json(to / name) == read_json(model.folder / name), name
    pd.testing.assert_frame_equal(pd.read_parquet(to / ANSWERS), pd.read_parquet(model.folder / ANSWERS))
    rule, (before, after) = familiarity.load(to), (similar.load(each) for each in (model.folder, to))
    assert rule is not None and len(rule.spaces) == 2 and before is not None and after is not None
    assert (before.seen == after.seen).all() and (before.content_hashes == after.content_hashes).all()
    assert (np.load(to / learned.FILE) == np.load(model.folder / learned.FILE)).all()


def test_what_our_workshop_measured_of_the_clothing_model_is_taken_over_too() -> None:
    said = json.loads((Path(__file__).parents[3] / "models" / "clothing-photos" / "evaluation.json").read_text())
    assert own_results.keep_evaluation(said, said["class_names"]) == said


SUMMARY = {"accuracy": 0.5, "macro_precision": 0.5, "macro_recall": 0.5, "macro_f1": 0.5, "photos": 4}


@pytest.mark.parametrize(
    "said",
    [
        {"test": {"x": 1.0}},
        {"test": SUMMARY | {"accuracy": 1e9}},
        {"test": SUMMARY | {"photos": 0.5}},
        {"dataset": {"name": "d", "photos": float("inf")}},
        {"created_at": "now"},
    ],
)
def test_facts_that_cannot_be_are_refused(place: Path, said: dict[str, Any]) -> None:
    with pytest.raises(ModelRefused, match=r"“model\.json” in this ZIP is damaged"):
        kept(place, **said)


def test_a_model_of_the_future_is_of_today_and_its_summary_holds_what_we_know(place: Path) -> None:
    facts = read_json(kept(place, test=SUMMARY | {"more": 1.0}, created_at=1e11) / "model.json")
    assert facts["test"] == SUMMARY and facts["created_at"] <= time.time()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("evaluation.json", lambda said: dict.fromkeys(said, 0)),
        ("evaluation.json", lambda said: said | {"accuracy": 3}),
        ("evaluation.json", lambda said: said | {"confusion": [[1]]}),
        ("evaluation.json", lambda said: said | {"top": {"2": "many"}}),
        ("evaluation.json", lambda said: []),
        (EXAM, lambda said: dict.fromkeys(said, 0)),
        (EXAM, lambda said: said | {"photos": "many"}),
    ],
)
def test_results_that_cannot_be_are_refused(place: Path, name: str, change: Change) -> None:
    path = place / "brought" / name
    write_json(path, change(read_json(path)))
    with pytest.raises(ModelRefused, match="is damaged"):
        kept(place, name)


def test_the_exam_of_a_folder_keeps_no_path(place: Path) -> None:
    path = place / "brought" / EXAM
    write_json(path, read_json(path) | {"path": "/etc/shadow"})
    assert read_json(kept(place, EXAM) / EXAM)["path"] == "shadow"


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.assign(p0=[["a"]] * len(table)),
        lambda table: table.assign(p0=2.0),
        lambda table: table.drop(columns="row"),
        lambda table: pd.concat([table] * 40),
    ],
)
def test_answers_that_cannot_be_are_refused(place: Path, change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_results, "MAX_ROWS", 100)
    path = place / "brought" / ANSWERS
    change(pd.read_parquet(path)).to_parquet(path)
    with pytest.raises(ModelRefused, match="is damaged"):
        kept(place, ANSWERS)


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        (similar.FILE, {"mean": np.zeros(3)}),
        (similar.FILE, None),
        (familiarity.FILE, {"limit": 1.0} | {f"{key}0": np.array("text") for key in vars(space())}),
        (familiarity.FILE, {"limit": 1.0} | {f"{key}0": value for key, value in vars(space(rows=4)).items()}),
        (learned.FILE, {"mean": np.zeros(3)}),
    ],
)
def test_what_it_knows_photos_by_is_refused_where_it_does_not_go_together(
    place: Path, name: str, arrays: dict[str, Any] | None
) -> None:
    path = place / "brought" / name
    if arrays is None:
        arrays = dict(np.load(path)) | {"labels": np.array(["dress"])}
    with path.open("wb") as file:
        np.savez(file, **arrays)
    with pytest.raises(ModelRefused):
        kept(place, name)


def test_numbers_that_unpack_to_more_than_anybody_needs_stay_packed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place / "brought" / similar.FILE
    monkeypatch.setattr(own_memory, "MAX_BYTES", 1024**2)
    np.savez_compressed(path, seen=np.zeros(1024**2, np.float32))
    assert path.stat().st_size < 10_000
    with pytest.raises(ModelRefused, match="unpacks to 4 MB; 1 MB are taken"):
        kept(place, similar.FILE)


def ready(place: Path, model: Model) -> Import:
    """An import that is about to become a model."""
    (place / "made").mkdir()
    for name in ("model.tflite", "model.keras"):
        shutil.copyfile(model.folder / name, place / "made" / name)
    facts = read_json(place / "kept" / "model.json")
    return Import(
        *(place.name, place, "", "theirs.zip", "working"),
        *(understood(facts), model.class_names, "0..255", None, ""),
    )


def test_a_model_that_does_not_answer_is_none(place: Path, model: Model) -> None:
    Familiarity((space(), space()), 1.0).save(place / "brought")
    kept(place, familiarity.FILE)
    with pytest.raises(ModelRefused, match="the model does not answer"):
        move_in(ready(place, model))
    assert not list(load_settings().models_dir.glob("*"))


def test_one_that_answers_has_its_card_with_its_own_id(place: Path, model: Model) -> None:
    kept(place, "evaluation.json")
    moved = move_in(ready(place, model))
    assert moved.folder.parent == load_settings().models_dir
    assert f"id `{moved.id}`" in (moved.folder / "card.md").read_text()
