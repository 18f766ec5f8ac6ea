"""Exams kept on disk: what a training leaves, what a job asks, and what mends do to the numbers."""

from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.data import mends, store
from core.errors import EvaluationError, NotFound
from core.files import read_json, write_json
from core.model import bundle, examining, learned
from core.model.exams import COLUMNS, EXCLUDED, exams_dir, list_exams, load_exam
from tests.conftest import class_folders
from tests.core.conftest import CLASSES
from tests.core.exams import evaluate_dataset


@pytest.fixture
def model(trained_home) -> bundle.Model:
    return bundle.load_model(trained_home.run_id)


@pytest.fixture
def dataset(trained_home) -> store.Dataset:
    return store.load_dataset(trained_home.dataset_id)


def add_dataset(folder: Path, classes: dict[str, int], width: int = 32) -> store.Dataset:
    """Another dataset; photos of another size are other photos."""
    path = class_folders(folder, classes, width)
    return store.load_dataset(store.start_dataset({"kind": "folder", "path": str(path)}, folder.name))


def test_a_training_leaves_the_exams_of_both_parts_that_it_held_back(model, dataset):
    assert set(list_exams(model)) == {"test", "validation"}
    test, validation = load_exam(model, "test"), load_exam(model, "validation")
    assert (test.about.kind, test.about.dataset, test.about.name) == ("test", dataset.id, "Coloured squares")
    assert test.evaluation.summary() == model.test
    assert test.evaluation.to_json() == read_json(model.folder / "evaluation.json")
    assert test.evaluation == evaluate_dataset(model, dataset)
    assert (validation.about.kind, validation.evaluation.known) == ("validation", validation.about.photos)
    manifest = dataset.manifest()
    for exam, part in ((test, "test"), (validation, "validation")):
        assert list(exam.photos) == list(COLUMNS)
        assert exam.photos["row"].tolist() == np.flatnonzero(manifest["part"] == part).tolist()
        rows = manifest.iloc[exam.photos["row"]]
        for mine, theirs in (("label", "label"), ("name", "source"), ("content_hash", "content_hash")):
            assert exam.photos[mine].tolist() == rows[theirs].tolist()
        assert exam.photos["confidence"].to_numpy() == pytest.approx(exam.probabilities.max(axis=1))


def test_exams_of_an_older_training_are_sat_as_a_job_with_the_same_answers(model, dataset, at_once):
    kept = {part: load_exam(model, part) for part in examining.PARTS}
    for part in examining.PARTS:
        (exams_dir(model) / part / "exam.json").unlink()
        assert examining.find_exam(model, part=part) is None
        assert examining.start_exam(model.id, part=part) == part
        again = examining.find_exam(model, part=part)
        assert again.photos.equals(kept[part].photos) and (again.probabilities == kept[part].probabilities).all()
        assert again.evaluation == kept[part].evaluation
    [result] = jobs.events(examining.job_dir(model, "test"), "result")
    assert result["photos"] == model.test["photos"]


def test_other_datasets_are_asked_about_whole_and_strangers_are_counted_apart(model, tmp_path, at_once):
    other = add_dataset(tmp_path / "Others", {"dress": 5, "hat": 4, "umbrella": 3, "tent": 2})
    key = examining.start_exam(model.id, other.id)
    exam = examining.find_exam(model, other.id)
    assert (exam.key, exam.about.kind, exam.about.part, exam.about.fingerprint) == (
        *(other.id, "dataset", "", other.fingerprint),
    )
    assert key == other.id and exam.evaluation.photos == 9
    assert exam.left_out == exam.about.left_out == {"not taught: umbrella": 3, "not taught: tent": 2}
    assert exam.evaluation.without_photos == ["pants", "shoes"]
    assert exam.evaluation.to_json()["left_out"] == exam.left_out
    assert exam.evaluation == evaluate_dataset(model, other)
    part = examining.start_exam(model.id, other.id, "test")
    assert part == f"{other.id}-test" and load_exam(model, part).about.photos < 9
    mends.exclude(other, 0)
    mends.relabel(other, int(exam.photos["row"].iloc[1]), "tent")
    assert load_exam(model, key).left_out["not taught: tent"] == 3


def test_a_mended_label_changes_the_numbers_at_once_and_can_be_taken_back(model, dataset):
    before = load_exam(model, "test")
    wrong, gone = int(before.photos["row"].iloc[0]), int(before.photos["row"].iloc[-1])
    said = before.photos["said"].iloc[0]
    other = next(label for label in model.class_names if label != said)
    mends.relabel(dataset, wrong, other)
    mends.exclude(dataset, gone)
    after = load_exam(model, "test")
    first = after.photos.iloc[0]
    assert (first["label"], first["was"], first["right"]) == (other, before.photos["label"].iloc[0], False)
    assert after.evaluation.photos == before.evaluation.photos - 1 and after.left_out == {EXCLUDED: 1}
    assert gone not in after.photos["row"].tolist()
    assert (after.probabilities == before.probabilities[:-1]).all()
    row, column = model.class_names.index(other), model.class_names.index(said)
    assert after.evaluation.confusion[row][column] == before.evaluation.confusion[row][column] + 1
    assert wrong in after.photos_of(other, said)["row"].tolist()
    mends.relabel(dataset, wrong, "spacesuit")
    assert load_exam(model, "test").left_out == {EXCLUDED: 1, "not taught: spacesuit": 1}
    mends.take_back(dataset, wrong)
    mends.take_back(dataset, gone)
    assert load_exam(model, "test").evaluation == before.evaluation


def test_a_mend_of_a_dataset_made_anew_is_about_another_photo(model, dataset):
    exam = load_exam(model, "test")
    mends.exclude(dataset, int(exam.photos["row"].iloc[0]))
    path = dataset.folder / mends.FILE
    path.write_bytes(path.read_bytes().replace(exam.photos["content_hash"].iloc[0].encode(), b"0" * 64))
    assert load_exam(model, "test").evaluation == exam.evaluation


def test_an_exam_with_all_photos_taken_out_says_so(model, dataset):
    for row in load_exam(model, "test").photos["row"]:
        mends.exclude(dataset, int(row))
    with pytest.raises(EvaluationError, match="no photo"):
        _ = load_exam(model, "test").evaluation


def test_photos_come_by_how_sure_it_was(model, tmp_path, at_once):
    key = examining.start_exam(model.id, add_dataset(tmp_path / "Mixed", dict.fromkeys(["dress", "hat", "coat"], 8)).id)
    exam = load_exam(model, key)
    counts = np.array(exam.evaluation.confusion)
    for row, label in enumerate(model.class_names):
        for column, said in enumerate(model.class_names):
            cell = exam.photos_of(label, said)
            assert len(cell) == counts[row, column] and cell["confidence"].is_monotonic_decreasing
            assert (exam.probabilities[cell.index].argmax(axis=1) == column).all()
    wrong = exam.mistakes(100)
    assert len(wrong) == counts.sum() - np.trace(counts) and not wrong["right"].any()
    assert wrong["confidence"].is_monotonic_decreasing
    unsure = exam.unsure(3)
    assert unsure["confidence"].tolist() == pytest.approx(np.sort(exam.probabilities.max(axis=1))[:3])


def test_photos_that_it_has_learned_from_are_marked(model, dataset, tmp_path, at_once):
    other = add_dataset(tmp_path / "Known", dict.fromkeys(CLASSES, 3))
    learned.keep(model.folder, other.manifest()["content_hash"].iloc[:5])
    exam = load_exam(model, examining.start_exam(model.id, other.id))
    assert exam.evaluation.known == exam.about.known == 5 and exam.photos["known"].tolist() == [True] * 5 + [False] * 7


def test_a_folder_is_asked_about_anew_each_time(model, tmp_path, at_once):
    folder = class_folders(tmp_path / "photos", {"dress": 3, "hat": 2, "umbrella": 1})
    (folder / "hat" / "broken.jpg").write_bytes(b"no photo")
    exam = load_exam(model, examining.start_exam(model.id, str(folder)))
    assert (exam.about.kind, exam.about.name, exam.about.path) == ("folder", "photos", str(folder))
    assert exam.left_out == {"not taught: umbrella": 1, "unreadable": 1} and exam.evaluation.photos == 5
    assert exam.photos["name"].tolist() == [*(f"dress/00{n}.png" for n in range(3)), "hat/000.png", "hat/001.png"]
    assert examining.find_exam(model, str(folder)) is None
    with pytest.raises(EvaluationError, match="No photo"):
        examining.work(object(), model.id, str(class_folders(tmp_path / "x", {"tent": 1, "kite": 1})), "")


def test_a_model_that_comes_with_the_app_keeps_its_exams_in_the_workspace(bundled, workspace, tmp_path, at_once):
    model = bundle.load_model("garments")
    files = sorted(model.folder.rglob("*"))
    with pytest.raises(NotFound, match="did not come with it"):
        examining.paper_of(model)
    other = add_dataset(tmp_path / "Own", {"dress": 3, "hat": 3})
    key = examining.start_exam(model.id, other.id)
    assert load_exam(model, key).folder == workspace / "exams" / "garments" / other.id
    assert examining.newest_exam(model).key == key
    assert sorted(model.folder.rglob("*")) == files


def test_an_exam_of_another_model_of_that_name_or_a_damaged_one_is_none(model):
    path = exams_dir(model) / "test" / "exam.json"
    facts = read_json(path)
    for changed in ({**facts, "model_created_at": 1.0}, {"kind": "test"}, []):
        write_json(path, changed)
        assert load_exam(model, "test") is None and "test" not in list_exams(model)
    write_json(path, facts)
    (path.parent / "answers.parquet").write_bytes(b"PAR1")
    assert load_exam(model, "test") is None and load_exam(model, "../test") is None


def test_one_that_is_stopped_leaves_the_exam_that_was_there(model, dataset, monkeypatch):
    before = load_exam(model, "test")

    class Stopping:
        def check_stop(self) -> None:
            raise jobs.Stopped

    with pytest.raises(jobs.Stopped):
        examining.work(Stopping(), model.id, dataset.id, "test")
    assert load_exam(model, "test").evaluation == before.evaluation
