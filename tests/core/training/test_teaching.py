"""Learning from corrections: what is missing is said, the exam is real, and all of it can be undone."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.data import store
from core.data.store import list_datasets, load_dataset
from core.errors import DatasetTooSmall, JobActive, NotFound
from core.files import read_json, write_json
from core.model import corrections, learned
from core.model.answer import Answer
from core.model.bundle import Model, default_model, load_model, read_model, set_default_model
from core.settings import load_settings
from core.training import relearning, runs, starting, teaching
from core.training.recipe import Recipe, usual
from core.training.transfer import TOLD_TIMES, told_more_often
from tests.conftest import picture
from tests.core.conftest import SMALL, Home
from tests.core.exams import evaluate_dataset

in_a_process = jobs.start  # before any test puts another in its place
SAID = Answer("a.jpg", "dress", 0.9, True, {"dress": 0.9})


@pytest.fixture
def model(trained_home: Home) -> Model:
    return load_model(trained_home.run_id)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, at_once: None, model: Model) -> Model:
    """Everything is done in this process, and a training leaves a copy of the old model at once."""

    def learn(folder: Path) -> None:
        about = read_json(folder / "config.json")["dataset"]
        shutil.copytree(model.folder, folder / "model")
        facts = read_json(folder / "model" / "model.json")
        write_json(folder / "model" / "model.json", {**facts, "dataset": about})
        write_json(folder / "job" / "end.json", {"status": "done", "message": "", "at": 1.0})

    monkeypatch.setattr(starting, "_start_job", learn)
    monkeypatch.setattr(relearning, "quick_recipe", lambda *_: (Recipe(epochs=3, **SMALL), None))
    return model


def tell(model: Model, *labels: str, first: int = 0) -> list[corrections.Correction]:
    return [corrections.correct(picture(seed), SAID, label, model) for seed, label in enumerate(labels, start=first)]


def test_a_real_training_is_measured_on_the_frozen_test_part(
    model: Model, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = jobs.start

    def start(job_dir: Path, target: str, arguments: dict[str, str], queue: str | None = None, **_: str) -> None:
        (in_a_process if queue else here)(job_dir, target, arguments, queue)

    monkeypatch.setattr(jobs, "start", start)
    monkeypatch.setattr(relearning, "quick_recipe", lambda *_: (Recipe(epochs=3, **SMALL), None))
    base = load_dataset(model.dataset["id"])
    tell(model, "hat", "scarf", "scarf")
    rows = base.manifest()
    tested = rows[rows["part"] == "test"].iloc[0]
    corrections.correct(base.photo_path(tested["content_hash"]).read_bytes(), SAID, "hat", model)
    done = teaching.load_teaching(teaching.start_teaching(model))
    assert done.state.status == "done", done.state.message
    assert done.result is not None and done.run_id and done.dataset_id
    made, new = load_dataset(done.dataset_id), load_model(done.run_id)
    frozen = made.manifest().query("status == 'ok' and part == 'test'")
    assert sorted(frozen["content_hash"]) == sorted(rows[rows["part"] == "test"]["content_hash"])
    assert new.class_names == ("dress", "hat", "pants", "scarf", "shoes")
    for each, right in ((model, done.result.test.before), (new, done.result.test.after)):
        measured = evaluate_dataset(each, base if each is model else made)
        assert measured.photos == done.result.test.photos == len(frozen)
        assert round(measured.accuracy * measured.photos) == right
    assert done.result.corrected.photos == 4 and done.result.tested == 1
    assert done.result.corrected.classes["scarf"][0] == 0, "what it was not taught it cannot name"


def test_before_and_after_count_every_photo_once(quick: Model) -> None:
    tell(quick, "hat", "scarf")
    done = teaching.load_teaching(teaching.start_teaching(quick))
    assert done.state.status == "done" and done.result is not None
    test = done.result.test
    assert test.before == test.after and test.gained == test.lost == 0, "it is the same model twice"
    assert sum(total for *_, total in test.classes.values()) == test.photos
    assert teaching.list_teachings(quick.id) == [done] == teaching.list_teachings(str(done.run_id))


def test_the_new_one_is_used_only_when_somebody_says_so_and_undone_as_a_whole(quick: Model) -> None:
    told = tell(quick, "hat", "scarf")
    done = teaching.load_teaching(teaching.start_teaching(quick))
    assert done.run_id and done.dataset_id and done.decision is None
    assert teaching.decide(done.id, use_new=False) == quick.id
    assert default_model() == quick
    assert teaching.decide(done.id, use_new=True) == done.run_id
    assert (default_model() or quick).id == done.run_id
    assert corrections.list_corrections(load_model(done.run_id)) == told, "the new one knows what it was told"
    done_and_used = teaching.load_teaching(done.id)
    newest = load_settings().models_dir / "newest"  # which would answer if none were chosen
    shutil.copytree(quick.folder, newest)
    write_json(newest / "model.json", {**read_json(newest / "model.json"), "created_at": 4e9, "dataset": {}})
    token = teaching.undo_teaching(done.id)
    assert default_model() == quick and corrections.list_corrections() == told
    for gone in (teaching.load_teaching, runs.load_run, store.load_dataset):
        with pytest.raises(NotFound):
            gone({"load_teaching": done.id, "load_run": done.run_id, "load_dataset": done.dataset_id}[gone.__name__])
    assert teaching.restore_teaching(token) == done.run_id
    assert teaching.load_teaching(done.id) == done_and_used and load_dataset(done.dataset_id).ok == 66
    assert (default_model() or quick).id == done.run_id, "it was in use"
    with pytest.raises(NotFound, match="not in the trash"):
        teaching.restore_teaching(token)


def test_throwing_away_what_is_not_in_use_leaves_the_choice_alone(quick: Model) -> None:
    tell(quick, "hat", "scarf")
    done = teaching.load_teaching(teaching.start_teaching(quick))
    teaching.decide(done.id, use_new=True)
    other = load_settings().models_dir / "other"
    shutil.copytree(quick.folder, other)
    write_json(other / "model.json", read_json(quick.folder / "model.json"))
    set_default_model("other")
    token = teaching.undo_teaching(done.id)
    assert (default_model() or quick).id == "other"
    assert teaching.restore_teaching(token) == quick.id and (default_model() or quick).id == "other"


def test_what_the_trash_had_no_room_for_is_not_offered_again(quick: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(quick, "hat", "scarf")
    done = teaching.load_teaching(teaching.start_teaching(quick))
    monkeypatch.setattr("core.trash.LOW_BYTES", 2**60)  # the next thing thrown away makes this one go for good
    assert teaching.undo_teaching(done.id) == ""


def test_the_new_one_is_told_more_and_learns_only_what_is_new(quick: Model) -> None:
    tell(quick, "hat", "scarf")
    done = teaching.load_teaching(teaching.start_teaching(quick))
    new = load_model(str(done.run_id))
    assert "Nothing among these is new" in teaching.make_plan(new).problem
    more = tell(new, "hat", first=10)
    assert teaching.make_plan(new).corrections == tuple(more)
    again = teaching.load_teaching(teaching.start_teaching(new))
    assert load_dataset(str(again.dataset_id)).name == "Coloured squares, corrected 2"
    assert load_dataset(str(again.dataset_id)).ok == 64 + 3


def test_what_is_missing_is_said(model: Model) -> None:
    with pytest.raises(DatasetTooSmall, match="Nobody has corrected it"):
        teaching.start_teaching(model)
    assert list_datasets()[0].name == "Coloured squares" and len(list_datasets()) == 1


@pytest.fixture
def far_from_home(quick: Model) -> Model:
    """A model whose photos are not here."""
    facts = read_json(quick.folder / "model.json")
    write_json(quick.folder / "model.json", {**facts, "dataset": {**facts["dataset"], "id": ""}})
    return load_model(quick.id)


def test_without_its_photos_it_learns_from_corrections_alone_or_from_another_dataset(far_from_home: Model) -> None:
    tell(far_from_home, *["hat"] * 4, "scarf")
    assert "2 more of “scarf”" in teaching.make_plan(far_from_home).problem
    other = list_datasets()[0]
    assert teaching.make_plan(far_from_home, other.id).problem == ""
    tell(far_from_home, "scarf", "scarf", "scarf", first=5)
    done = teaching.load_teaching(teaching.start_teaching(far_from_home))
    assert done.result is not None and load_dataset(str(done.dataset_id)).ok == 8
    done = teaching.load_teaching(teaching.start_teaching(far_from_home, other.id))
    assert load_dataset(str(done.dataset_id)).ok == other.ok + 8


def test_one_at_a_time(quick: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(quick, "hat")
    teaching.start_teaching(quick)
    monkeypatch.setattr(jobs, "state", lambda job_dir: jobs.JobState("running"))
    with pytest.raises(JobActive, match="right now"):
        teaching.start_teaching(quick)
    with pytest.raises(JobActive, match="Stop it first"):
        teaching.undo_teaching(teaching.list_teachings(quick.id)[0].id)


def test_a_training_that_fails_says_why_and_can_be_cleared_away(quick: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path) -> None:
        write_json(folder / "job" / "end.json", {"status": "failed", "message": "It diverged.", "at": 1.0})

    monkeypatch.setattr(starting, "_start_job", fail)
    tell(quick, "hat")
    done = teaching.load_teaching(teaching.start_teaching(quick))
    assert (done.state.status, done.state.message, done.result) == ("failed", "It diverged.", None)
    teaching.undo_teaching(done.id)
    assert [each.id for each in list_datasets()] == [quick.dataset["id"]]


def test_it_stops_when_asked_before_it_begins(quick: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(quick, "hat")
    monkeypatch.setattr("core.work.Work.stop_requested", lambda work: True)
    done = teaching.load_teaching(teaching.start_teaching(quick))
    assert done.state.status == "stopped" and done.run_id is None


def relearned(model: Model, recipe: Recipe) -> tuple[Recipe, str | None]:
    """How a model that was taught by this recipe would learn from corrections."""
    write_json(model.folder / "model.json", {**read_json(model.folder / "model.json"), "recipe": recipe.to_json()})
    return relearning.quick_recipe(read_model(model.folder), load_dataset(model.dataset["id"]))


def test_only_its_head_learns_if_it_had_borrowed_its_eyes(model: Model) -> None:
    assert relearned(model, Recipe())[0].name == "transfer", "a network of its own would take long"
    assert relearned(model, Recipe())[1] is None
    recipe, start_from = relearned(model, usual("transfer", epochs=7, train_share=0.5, backbone="mobilenet_v3_small"))
    assert (recipe.epochs, recipe.train_share, recipe.backbone) == (7, 1.0, "mobilenet_v3_small")
    assert start_from == model.id


def test_eyes_that_learned_too_are_kept_as_they_are(model: Model) -> None:
    own = usual("transfer", fine_tune=True, image_size_px=64, greyscale=True, class_weights=True)
    recipe, start_from = relearned(model, own)
    assert recipe == usual("transfer", image_size_px=64, greyscale=True, class_weights=True)
    assert not recipe.fine_tune and start_from == model.id


def test_eyes_that_know_the_test_part_are_not_taken(model: Model) -> None:
    rows = load_dataset(model.dataset["id"]).manifest()
    learned.keep(model.folder, rows.loc[rows["part"] == "test", "content_hash"].iloc[:1])
    recipe, start_from = relearned(model, usual("transfer", fine_tune=True, image_size_px=64))
    assert recipe.image_size_px == 224 and start_from is None


def test_named_photos_are_shown_more_often_but_never_take_over() -> None:
    train = np.arange(2, 3002)
    few = told_more_often(train, 3003, {"told": 3})  # the last row is none to learn from
    assert [int((few == row).sum()) for row in (2, 2999, 3000, 3001)] == [1, 1, TOLD_TIMES, TOLD_TIMES]
    many = told_more_often(train, 3002, {"told": 200})
    assert int((many == 3001).sum()) == 1 and len(many) == len(train)
    assert (told_more_often(train, 3002, {}) == train).all()
