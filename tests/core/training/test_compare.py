"""Two trainings side by side, from their folders alone."""

import shutil
from dataclasses import replace

import pandas as pd
import pytest

from core.files import read_json, write_json
from core.training.compare import ClassChange, Difference, Flips, compare
from core.training.runs import Run, load_run


def twin(run: Run, **turned: object) -> Run:
    """A copy of a run under another id, with some knobs turned."""
    folder = run.folder.with_name("twin")
    shutil.copytree(run.folder, folder)
    config = read_json(folder / "config.json")
    write_json(folder / "config.json", {**config, "recipe": replace(run.recipe, **turned).to_json()})
    return load_run("twin")


def answer(run: Run, guesses: list[str | None]) -> None:
    """Puts other answers into a run: what it said of its test photos; None keeps what is right."""
    path = run.folder / "split.parquet"
    split = pd.read_parquet(path)
    test = split.index[split["part"] == "test"]
    said = [split.loc[place, "label"] if guess is None else guess for place, guess in zip(test, guesses, strict=True)]
    split.loc[test, "guess"] = said
    split.to_parquet(path, index=False)


@pytest.fixture
def run(trained_home) -> Run:
    return load_run(trained_home.run_id)


def test_a_run_and_its_twin_differ_in_nothing(run):
    found = compare(run, twin(run))
    assert (found.knobs, found.facts, found.same_photos) == ([], [], True)
    assert found.one == found.other and found.one.photos == 12 and found.one.epochs == 3
    assert found.flips == Flips(12, (), ())
    assert found.sentence == "Both name the same photos rightly."


def test_turned_knobs_other_photos_and_other_libraries_are_named(run):
    other = twin(run, learning_rate=0.01, name="deep", dropout=0.3)
    other = replace(other, dataset_fingerprint="x", dataset_name="Coats", versions={**run.versions, "keras": "1.0"})
    found = compare(run, other)
    assert found.knobs == [
        Difference("name", "classic", "deep"),
        Difference("learning_rate", 0.001, 0.01),
        Difference("dropout", 0.0, 0.3),
    ]
    assert found.facts == [
        Difference("photos", "Coloured squares", "Coats"),
        Difference("keras", run.versions["keras"], "1.0"),
    ]
    assert not found.same_photos


def test_what_only_transfer_has_is_named_where_transfer_is(run):
    assert compare(run, twin(run, backbone="convnext_tiny")).knobs == []
    shutil.rmtree(run.folder.with_name("twin"))
    found = compare(run, twin(run, name="transfer", backbone="convnext_tiny", image_size_px=100))
    assert {"name", "backbone"} <= {each.name for each in found.knobs}


def test_photos_that_only_one_names_rightly_are_counted_and_judged(run):
    other = replace(twin(run), name="The other")
    answer(run, ["wrong"] * 8 + [None] * 4)
    answer(other, [None] * 11 + ["wrong"])
    report = read_json(run.folder / "evaluation.json")
    write_json(run.folder / "evaluation.json", {**report, "accuracy": 4 / 12})
    write_json(other.folder / "evaluation.json", {**report, "accuracy": 11 / 12})
    found = compare(run, other)
    assert found.flips is not None and (len(found.flips.gained), len(found.flips.lost)) == (8, 1)
    tested = pd.read_parquet(run.folder / "split.parquet").query("part == 'test'")["content_hash"].tolist()
    assert set(found.flips.gained) == set(tested[:8]) and found.flips.lost == (tested[11],)
    assert found.sentence == (
        f"The other is right on 58 more of 100: it finds 8 that {run.name} missed, and misses 1. That is hardly chance."
    )
    assert "58 fewer of 100: it finds 1" in compare(other, run).sentence


@pytest.mark.parametrize(
    ("gained", "lost", "chance"), [(0, 0, 1.0), (1, 0, 1.0), (5, 5, 1.0), (8, 1, 0.0390625), (0, 6, 0.03125)]
)
def test_chance_is_that_of_a_fair_coin(gained, lost, chance):
    """Figures as R's binom.test has them."""
    flips = Flips(100, tuple("g" * gained), tuple("l" * lost))
    assert flips.chance == pytest.approx(chance)


def test_many_flips_are_no_overflow():
    assert Flips(9999, tuple("g" * 2600), tuple("l" * 2400)).chance == pytest.approx(0.0049, abs=0.0003)


def test_on_other_test_photos_no_photo_flips(run):
    other = twin(run)
    path = other.folder / "split.parquet"
    split = pd.read_parquet(path)
    split.loc[split["part"] == "test", "content_hash"] = "other"
    split.to_parquet(path, index=False)
    found = compare(run, other)
    assert found.flips is None and "different photos" in found.sentence


def test_an_older_run_that_kept_no_answers_has_no_flips(run):
    other = twin(run)
    path = other.folder / "split.parquet"
    pd.read_parquet(path).drop(columns="guess").to_parquet(path, index=False)
    assert compare(run, other).flips is None


def test_classes_stand_by_how_much_they_changed(run):
    other = twin(run)
    report = read_json(other.folder / "evaluation.json")
    classes = {label: {**score, "f1": 0.5} for label, score in report["classes"].items()}
    classes["dress"]["f1"] = 0.0
    del classes["hat"]
    write_json(other.folder / "evaluation.json", {**report, "classes": {**classes, "belt": classes["pants"]}})
    before = {label: score["f1"] for label, score in read_json(run.folder / "evaluation.json")["classes"].items()}
    found = {change.label: change for change in compare(run, other).classes}
    assert found["dress"] == ClassChange("dress", before["dress"], 0.0) and found["dress"].change == -before["dress"]
    assert found["hat"].other is None and found["hat"].change == 0 and found["belt"].one is None
    sizes = [abs(change.change) for change in compare(run, other).classes]
    assert sizes == sorted(sizes, reverse=True)


def test_one_that_has_not_ended_has_no_result_yet(run):
    other = twin(run)
    (other.folder / "evaluation.json").unlink()
    (other.folder / "split.parquet").unlink()
    found = compare(run, other)
    assert (found.other.accuracy, found.other.interval, found.flips) == (None, None, None)
    assert found.sentence == "Only what has ended can be compared by its result."
