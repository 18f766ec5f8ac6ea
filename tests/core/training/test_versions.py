"""Models of one dataset in a row, what changed between them, and in their photos since they were taught."""

import shutil
import time
from dataclasses import replace

import pandas as pd
import pytest

from core.data import mends
from core.data.mend_layer import keep
from core.data.store import load_dataset
from core.errors import NotFound
from core.files import read_json, write_json
from core.model.bundle import load_model, write_facts
from core.settings import load_settings
from core.training import runs, versions
from core.training.recipe import Recipe
from core.training.versions import Datasets, lines, moved_on, step, teach_again
from tests.core.model.test_bundle import make_model


@pytest.fixture
def dataset(dataset_home):
    return load_dataset(dataset_home.dataset_id)


def taught(model_id, dataset, created_at=1.0, recipe=None, test=None):
    """A model of a run that was started with the photos as they are."""
    run_dir = load_settings().runs_dir / model_id
    model = replace(
        make_model(model_id, created_at, run_dir / "model", test),
        dataset={"id": dataset.id, "name": dataset.name, "fingerprint": dataset.fingerprint, "photos": dataset.ok},
        recipe=(recipe or Recipe(image_size_px=24)).to_json(),
    )
    write_facts(model)
    write_json(run_dir / "config.json", {"created_at": 1000.0})
    keep(run_dir, load_dataset(dataset.id).mends.photos.values())
    return load_model(model_id)


def follower(dataset, new_id, change):
    """A dataset that has taken the place of another one, with other rows."""
    folder = load_settings().datasets_dir / new_id
    shutil.copytree(dataset.folder, folder)
    path = folder / "dataset.json"
    write_json(path, {**read_json(path), "follows": dataset.id, "name": "Squares of today", "fingerprint": new_id})
    rows = pd.read_parquet(folder / "manifest.parquet")
    change(rows).to_parquet(folder / "manifest.parquet", index=False)
    return load_dataset(new_id)


def changed(rows):
    """Two photos are gone, one is new, one has another name."""
    rows = rows.iloc[2:].copy()
    rows.loc[5, "content_hash"] = "0" * 64
    rows.loc[6, "label"] = "hat"
    return rows


def test_photos_that_nobody_touched_have_not_moved_on(dataset):
    assert moved_on(taught("one", dataset), Datasets()) is None


def test_what_people_mended_since_is_counted_and_what_they_mended_before_is_not(dataset):
    mends.relabel(dataset, 0, "hat")
    mends.exclude(dataset, [1, 2])
    model = taught("one", dataset)
    assert moved_on(model, Datasets()) is None
    mends.relabel(dataset, [0, 3], "shoes")
    mends.take_back(dataset, 1)
    mends.exclude(dataset, 4)
    found = moved_on(model, Datasets())
    assert (found.renamed, found.added, found.gone) == (2, 1, 1)
    assert found.dataset.id == dataset.id and found.since == 1000.0


def test_what_is_another_in_the_dataset_that_took_its_place_is_counted(dataset):
    model = taught("one", dataset)
    later = follower(dataset, "later", changed)
    found = moved_on(model, Datasets())
    assert (found.renamed, found.added, found.gone, found.dataset.id) == (1, 1, 3, "later")
    assert moved_on(taught("two", later), Datasets()) is None
    mends.relabel(later, 10, "hat")
    assert moved_on(model, Datasets()).renamed == 2, "read again once it has changed"


def test_a_model_whose_photos_are_not_here_is_left_alone(dataset):
    model = taught("one", dataset)
    shutil.rmtree(dataset.folder)
    assert moved_on(model, Datasets()) is None
    with pytest.raises(NotFound, match="are not here"):
        teach_again("one")


def test_models_of_a_dataset_and_of_those_that_follow_it_line_up_the_newest_first(dataset):
    other = make_model("other", created_at=5)
    first = taught("first", dataset, created_at=1)
    later = follower(dataset, "later", changed)
    corrected = follower(later, "corrected", changed)
    path = corrected.folder / "dataset.json"
    source = {"kind": "corrections", "dataset": "later"}
    write_json(path, {key: value for key, value in read_json(path).items() if key != "follows"} | {"source": source})
    second, third = taught("second", later, created_at=2), taught("third", load_dataset("corrected"), created_at=3)
    found = lines([other, third, second, first], Datasets())
    assert [[model.id for model in line.models] for line in found] == [["other"], ["third", "second", "first"]]
    assert found[1].key == dataset.id and found[0].dataset is None and found[0].name == "D"


def test_models_without_photos_here_stand_in_one_line(dataset):
    about = {"id": "", "name": "elsewhere", "photos": 0}
    brought = [replace(make_model(f"brought-{number}", created_at=number), dataset=about) for number in range(2)]
    [ours, theirs] = lines([taught("one", dataset, created_at=9), *brought], Datasets())
    assert (theirs.key, theirs.name, len(theirs.models)) == (versions.ELSEWHERE, "From elsewhere", 2)
    assert (ours.key, ours.dataset) == (dataset.id, dataset)


def test_the_files_of_the_datasets_are_read_once_for_many_models(dataset, monkeypatch):
    later = follower(dataset, "later", changed)
    models = [taught(f"one-{number}", each) for number, each in enumerate((dataset, later))]
    datasets = Datasets()
    monkeypatch.setattr("core.data.store.read_json", pytest.fail)
    assert datasets.get("later") == later and datasets.get("gone") is None
    assert [line.dataset for line in lines(models, datasets)] == [later]
    mends.exclude(later, 10)
    assert moved_on(models[1], datasets) is None, "as it was when the page began"


def test_datasets_that_follow_each_other_in_a_circle_come_to_an_end(dataset):
    follower(dataset, "later", changed)
    path = dataset.folder / "dataset.json"
    write_json(path, {**read_json(path), "follows": "later"})
    began = time.monotonic()
    model = taught("one", dataset)
    assert len(lines([model], Datasets())) == 1 and Datasets().now(dataset.id) is not None
    assert time.monotonic() - began < 5


def test_a_step_says_which_knobs_were_turned_and_what_came_of_it(dataset):
    before = taught("one", dataset, test={"accuracy": 0.81, "photos": 20})
    after = taught("two", dataset, recipe=Recipe(image_size_px=24, epochs=20, seed=9), test={"accuracy": 0.845})
    found = step(replace(after, dataset={**after.dataset, "photos": 70}), before)
    assert [(each.name, each.one, each.other) for each in found.knobs] == [("epochs", 10, 20)]
    assert (found.photos, found.points) == (6, 3)
    foreign = replace(before, recipe={"epochs": "many"}, test=None)
    assert step(after, foreign) == versions.Step([], 0, None)


def test_it_is_taught_again_by_its_recipe_with_the_photos_of_today(dataset, monkeypatch):
    monkeypatch.setattr("core.training.starting._start_job", lambda folder: None)
    taught("one", dataset, recipe=Recipe(image_size_px=24, epochs=3, batch_size=8))
    write_json(load_settings().runs_dir / "one" / "config.json", {"created_at": 1.0, "start_from": "gone"})
    follower(dataset, "later", lambda rows: rows)
    run = runs.load_run(teach_again("one"))
    assert run.dataset_id == "later" and run.recipe == Recipe(image_size_px=24, epochs=3, batch_size=8)
    assert run.start_from is None, "what it began with is not here any more"


def test_what_came_from_elsewhere_without_a_recipe_cannot_be_taught_again(dataset):
    write_facts(replace(taught("one", dataset), recipe={}))
    with pytest.raises(NotFound, match="Nobody knows how"):
        teach_again("one")
