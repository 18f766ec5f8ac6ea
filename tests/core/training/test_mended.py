"""A training learns from photos as people had mended them when it began; what was left out it never reads."""

from types import SimpleNamespace

import numpy as np
import pytest

from core import jobs
from core.data import mends, store
from core.model import bundle, learned
from core.model.exams import load_exam
from core.training import repeating, runs, starting
from core.training.compare import compare
from core.training.export import as_script
from core.training.photos import load_photos
from core.training.recipe import Recipe
from tests.core.conftest import SMALL
from tests.core.training.test_export import run_alone

SILENT = SimpleNamespace(progress=lambda *_: None, check_stop=lambda: None)
SHORT = Recipe(epochs=2, **SMALL)


@pytest.fixture
def dataset(dataset_home):
    return store.load_dataset(dataset_home.dataset_id)


def positions(dataset: store.Dataset, label: str, part: str) -> list[int]:
    rows = dataset.as_made()
    return rows.index[(rows["label"] == label) & (rows["part"] == part)].tolist()


def test_a_relabelled_photo_is_learned_under_its_new_label_and_an_excluded_one_is_not(dataset):
    hats, dresses = positions(dataset, "hat", "train"), positions(dataset, "dress", "test")
    mends.relabel(dataset, hats, "cap")
    mends.exclude(dataset, [*positions(dataset, "hat", "validation"), *positions(dataset, "hat", "test"), dresses[0]])
    photos = load_photos(store.load_dataset(dataset.id), SHORT, SILENT)
    assert photos.class_names == ["cap", "dress", "pants", "shoes"]
    assert (photos.labels[hats] == 0).all() and set(hats) <= set(photos.train)
    gone = mends.load_mends(dataset.folder).keys() - set(hats)
    read = {*photos.train, *photos.validation, *photos.test}
    assert not read & set(gone) and len(read) == 64 - len(gone)
    assert (photos.labels[list(gone)] == -1).all() and dresses[0] not in photos.test


def test_a_run_keeps_the_mends_that_it_began_with(dataset, tmp_path):
    """Also where a class is new, with no photo to test it, and another one vanished; an exam is mended either way."""
    [hat, *_], gone = positions(dataset, "hat", "test"), positions(dataset, "dress", "test")[0]
    mends.relabel(dataset, positions(dataset, "shoes", "train")[:3], "boots")
    mends.relabel(dataset, [hat, *(at for part in dataset.parts for at in positions(dataset, "pants", part))], "dress")
    mends.exclude(dataset, gone)
    then = store.load_dataset(dataset.id)
    run = runs.load_run(starting.start_run(dataset.id, SHORT))
    mends.take_all_back(then)  # before it has begun to read: it waits for a process
    assert jobs.wait(run.job_dir, 120).status == "done", jobs.log_tail(run.job_dir)
    model = bundle.load_model(run.id)
    assert model.class_names == ("boots", "dress", "hat", "shoes") == tuple(then.class_names)
    assert model.dataset["mends"] == {"relabelled": 20, "excluded": 1} and model.dataset["photos"] == 63
    rows = dataset.as_made()
    assert not learned.has_seen(model.folder, [rows["content_hash"][gone]]).any()
    exam = load_exam(model, "test")
    assert gone not in set(exam.photos["row"]) and model.test["photos"] == then.parts["test"]
    now = exam.photos.set_index("row")
    assert (now.at[hat, "label"], now.at[hat, "was"]) == ("hat", None), "taken back since: the exam says it as well"
    assert exam.left_out == {"not taught: pants": len(positions(dataset, "pants", "test"))}
    mends.put_back(dataset, then.mends.photos)
    now = load_exam(model, "test").photos.set_index("row")
    assert (now.at[hat, "label"], now.at[hat, "was"]) == ("dress", "hat")


def test_what_a_run_keeps_of_the_mends_is_repeated_compared_and_exported(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr("core.jobs.start", lambda *_, **__: None)
    mends.relabel(dataset, positions(dataset, "shoes", "train")[:3], "boots")
    mends.exclude(dataset, positions(dataset, "dress", "test")[0])
    mends.move(dataset, positions(dataset, "hat", "train")[0], "test")
    then = store.load_dataset(dataset.id)
    run = runs.load_run(starting.start_run(dataset.id, SHORT))
    mends.take_all_back(then)
    again = runs.load_run(repeating.repeat_run(run.id))
    assert store.load_dataset(dataset.id, again.folder).version == then.version
    plain = runs.load_run(starting.start_run(dataset.id, SHORT))
    found = compare(run, plain)
    assert not found.same_photos and found.facts[0].one == "Coloured squares, 5 mended"
    assert compare(run, again).same_photos
    assert "MENDS" not in as_script(plain)
    script = as_script(run)
    head = [line for line in script.split("# Batches")[0].splitlines() if "keras" not in line and "tensor" not in line]
    told = [line for line in script.splitlines() if line.startswith(("MENDS = ", "MOVES = "))]
    last = "p = read_photos(Path(sys.argv[1]), RECIPE, MENDS, MOVES)\nnp.save('labels', p.labels)\n"
    last += "np.save('test', p.test)\nprint(p.class_names)"
    printed = run_alone("\n".join([*head, *told, last]), tmp_path / "alone", dataset.folder)
    assert "['boots', 'dress', 'hat', 'pants', 'shoes']" in printed
    ours = load_photos(then, SHORT, SILENT)
    assert np.array_equal(np.load(tmp_path / "alone" / "labels.npy"), ours.labels)
    assert np.array_equal(np.load(tmp_path / "alone" / "test.npy"), ours.test)
