"""Photos that may bear the wrong name: found, kept with the dataset, and never a reason for a training to fail."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from core import jobs
from core.data import mends, store
from core.data.photo import resize
from core.data.quality.finding import Finding
from core.data.quality.fine import say
from core.data.quality.found import suspects as found_suspects
from core.data.quality.suspects import suspects_left
from core.files import read_json
from core.sources import garments
from core.training import runs, suspects
from core.training.photos import Photos
from core.work import Work

LABELS = ["dress", "pants", "shoes"]
EACH = 12  # drawings a class: eight to learn from, two to watch with, two to test
FLIPPED = [3, 16, 29]  # of those to learn from
SIZE_PX = 64


@pytest.fixture(scope="module")
def drawn() -> Photos:
    """Drawings, three of which bear another class's name."""
    pixels = np.stack(
        [resize(garments.draw(label, seed, SIZE_PX), SIZE_PX) for label in LABELS for seed in range(EACH)]
    )
    labels = np.repeat(np.arange(3), EACH)
    labels[FLIPPED] = (labels[FLIPPED] + 1) % 3
    place = np.tile(np.arange(EACH), 3)
    parts = [np.flatnonzero(chosen) for chosen in (place < 8, (place >= 8) & (place < 10), place >= 10)]
    return Photos(pixels, labels, LABELS, [f"{row:064x}" for row in range(len(labels))], *parts)


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is for people: what can be checked is checked unasked."""
    monkeypatch.setenv("FITTING_ROOM_CHECK_BY_ITSELF", "1")


def told(work: Work) -> dict:
    [event] = jobs.events(work.job_dir, "suspects")
    return event


def test_flipped_labels_are_the_first_suspects(drawn):
    rows, reason = suspects.judged_rows(drawn)
    found = suspects.find_suspects(rows, drawn, None)
    named = {row: LABELS[said] for row, said in zip(found.rows.tolist(), found.said.tolist(), strict=True)}
    assert reason == "" and len({*FLIPPED} & {*found.rows[: 2 * len(FLIPPED)]}) >= 2
    assert all(named.get(row) in (None, LABELS[row // EACH]) for row in FLIPPED), "by what it shows, not by its name"
    assert (np.diff(found.scores) <= 0).all() and found.scores[0] > 0.5


def test_better_eyes_are_believed(drawn):
    right = drawn.labels.copy()
    right[FLIPPED] = (right[FLIPPED] - 1) % 3
    seen = np.full((len(right), 4), np.nan, np.float32)
    rows, _ = suspects.judged_rows(drawn)
    seen[rows] = np.eye(4, dtype=np.float32)[right[rows]] + np.random.default_rng(0).normal(0, 0.05, (len(rows), 4))
    found = suspects.find_suspects(rows, drawn, seen)
    assert sorted(found.rows) == FLIPPED
    assert dict(zip(found.rows.tolist(), found.said.tolist(), strict=True)) == {row: right[row] for row in FLIPPED}


def test_photos_of_the_test_part_and_of_tiny_classes_are_not_judged(drawn):
    few = replace(drawn, labels=np.where(np.arange(3 * EACH) % EACH < 3, drawn.labels, 0), class_names=LABELS)
    rows, reason = suspects.judged_rows(few)
    assert not np.isin(drawn.test, suspects.judged_rows(drawn)[0]).any()
    assert set(few.labels[rows]) == {0} and reason == "It takes two classes with 5 photos each to learn from."


def test_too_many_photos_are_left_alone(drawn, monkeypatch):
    monkeypatch.setattr(suspects, "MOST", 29)
    assert suspects.judged_rows(drawn)[1] == "It takes too long with more than 29 photos. Received: 30"


def test_a_training_keeps_what_it_suspects_and_only_of_what_it_learned_or_watched(trained_home):
    dataset, run = store.load_dataset(trained_home.dataset_id), runs.load_run(trained_home.run_id)
    kept = read_json(dataset.folder / "suspects.json")
    assert [kept[name] for name in ("run", "name", "of")] == [run.id, run.name, dataset.fingerprint]
    rows = dataset.manifest()
    for each in kept["photos"]:
        row = rows.iloc[each["position"]]
        assert (row["content_hash"], *2 * [row["label"]]) == (each["content_hash"], each["was"], each["label"])
        assert row["part"] != "test" and each["said"] != each["label"]
    [event] = jobs.events(run.job_dir, "suspects")
    assert event["photos"] == len(kept["photos"])


def kept_for(run: runs.Run, dataset: store.Dataset, labels: tuple[str, str] = ("dress", "hat")) -> list[int]:
    """Makes the first photos of two classes suspect, and returns their positions."""
    rows = dataset.manifest()
    first = [int(rows.index[(rows["label"] == label) & (rows["part"] == "train")][0]) for label in labels]
    names = dataset.class_names
    classes, nobody = rows["label"].map(names.index).to_numpy(), np.array([], np.int64)
    photos = Photos(np.empty(0), classes, names, rows["content_hash"].tolist(), nobody, nobody, nobody)
    found = suspects.Suspects(np.array(first), np.array([1, 0]), np.array([0.9, 0.8]))
    suspects._keep(found, run, dataset, photos)
    return first


def listed(dataset: store.Dataset) -> int:
    found = found_suspects(dataset, dataset.manifest())
    return found.photos if found else 0


def test_what_is_mended_or_fine_is_suspect_no_more(trained_home):
    dataset, run = store.load_dataset(trained_home.dataset_id), runs.load_run(trained_home.run_id)
    dress, hat = kept_for(run, dataset)
    assert (suspects_left(dataset, run.id), suspects_left(dataset, "another")) == (2, 0)
    mends.relabel(dataset, dress, "hat")
    assert suspects_left(store.load_dataset(dataset.id), run.id) == 1
    say(dataset, Finding("suspects", ((hat,),)), None, True)
    assert suspects_left(store.load_dataset(dataset.id), run.id) == 0


def test_what_was_renamed_before_the_training_is_suspect_as_long_as_it_is_called_so(trained_home):
    dataset, run = store.load_dataset(trained_home.dataset_id), runs.load_run(trained_home.run_id)
    dress = int(dataset.manifest().query("label == 'dress' and part == 'train'").index[0])
    mends.relabel(dataset, dress, "shoes")
    dataset = store.load_dataset(dataset.id)
    assert kept_for(run, dataset, ("shoes", "hat"))[0] == dress
    assert (suspects_left(dataset, run.id), listed(dataset)) == (2, 2)
    mends.take_back(dataset, dress)
    dataset = store.load_dataset(dataset.id)
    assert (suspects_left(dataset, run.id), listed(dataset)) == (1, 1)


@pytest.mark.usefixtures("unasked")
class TestTheTrainingIsSafe:
    def test_a_fault_is_said_and_goes_no_further(self, trained_home, drawn, work, monkeypatch, capsys):
        def broken(*_: object) -> None:
            raise MemoryError("no room")

        monkeypatch.setattr(suspects, "left_out", broken)
        run, dataset = runs.load_run(trained_home.run_id), store.load_dataset(trained_home.dataset_id)
        suspects.look_for_suspects(run, dataset, drawn, None, work)
        assert told(work)["reason"] == "It could not be done: no room" and "MemoryError" in capsys.readouterr().err

    def test_it_stops_when_asked(self, trained_home, drawn, work, monkeypatch):
        run, dataset = runs.load_run(trained_home.run_id), store.load_dataset(trained_home.dataset_id)
        monkeypatch.setattr(work, "stop_requested", lambda: len(jobs.events(work.job_dir, "stage")) > 0)
        suspects.look_for_suspects(run, dataset, drawn, None, work)
        assert told(work)["reason"] == "Somebody stopped it."

    def test_after_trials_of_a_series_nobody_looks(self, trained_home, drawn, work):
        run, dataset = runs.load_run(trained_home.run_id), store.load_dataset(trained_home.dataset_id)
        suspects.look_for_suspects(replace(run, series="a-sweep"), dataset, drawn, None, work)
        assert jobs.events(work.job_dir) == []

    def test_a_dataset_that_was_deleted_meanwhile_stays_away(self, trained_home, drawn, work):
        run, dataset = runs.load_run(trained_home.run_id), store.load_dataset(trained_home.dataset_id)
        shutil.rmtree(dataset.folder)
        suspects.look_for_suspects(run, dataset, drawn, None, work)
        assert not dataset.folder.exists()
