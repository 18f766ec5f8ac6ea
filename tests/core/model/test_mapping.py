"""The map of a dataset: what looks alike lies together, what is named wrongly stands out, half a map is none."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import jobs
from core.data import store
from core.data.finishing import finish
from core.errors import DatasetDamaged, DatasetTooSmall, DatasetUnfinished, JobActive, MapFailed
from core.files import read_json, write_json
from core.jobs import Stopped
from core.locks import locked
from core.model import eyes, mapping, placing
from core.settings import load_settings
from core.sources import garments
from tests.jobs import make, working

PER_CLASS = 20
WRONG = 3  # of the dresses, the one that is called shoes
NO_MODEL = Path("nowhere")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a dataset: dresses, shoes, and a dress that is called shoes."""
    root = tmp_path_factory.mktemp("drawn")
    for label in ("dress", "shoes"):
        (root / "photos" / label).mkdir(parents=True)
    for label in ("dress", "shoes"):
        for seed in range(PER_CLASS):
            wrong = label == "dress" and seed == WRONG
            garments.draw(label, seed, 64).save(root / "photos" / ("shoes" if wrong else label) / f"{label}{seed}.png")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(root / "home"))
        return make("drawn", root / "photos").folder


@pytest.fixture
def dataset(drawn: Path, workspace: Path) -> store.Dataset:
    shutil.copytree(drawn, load_settings().datasets_dir / "drawn")
    return store.load_dataset("drawn")


def draw(dataset: store.Dataset, model_dir: Path = NO_MODEL) -> mapping.Map:
    """Draws the map in this process."""
    with working(mapping.job_dir(dataset)) as work:
        mapping.work(work, dataset.id, str(model_dir))
    found = mapping.load_map(dataset, model_dir)
    assert found is not None
    return found


def relabel(dataset: store.Dataset, position: int, label: str) -> store.Dataset:
    manifest = dataset.manifest()
    manifest.loc[position, "label"] = label
    finish(dataset.folder, manifest)
    return store.load_dataset(dataset.id)


def test_a_job_draws_it_and_what_looks_alike_lies_together(dataset: store.Dataset) -> None:
    mapping.start_map(dataset.id, NO_MODEL)
    state = jobs.wait(mapping.job_dir(dataset), 60)
    assert state.status == "done", jobs.log_tail(mapping.job_dir(dataset))
    found = mapping.load_map(dataset, NO_MODEL)
    assert found is not None and found.by == "colours"
    points = found.points
    manifest = dataset.manifest()
    assert points["position"].tolist() == manifest.index.tolist()
    assert points["content_hash"].tolist() == manifest["content_hash"].tolist()
    places = points[["x", "y"]].to_numpy()
    assert np.abs(places).max() == pytest.approx(1, abs=1e-3)
    is_dress = manifest["source"].str.contains("dress").to_numpy()
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 9 * np.eye(len(places))
    nearest = np.argsort(apart, axis=1)[:, :5]
    assert (is_dress[nearest] == is_dress[:, None]).mean() > 0.9


def test_how_far_it_is_and_how_long_it_takes_is_said_on_the_way(dataset: store.Dataset) -> None:
    draw(dataset)
    said = jobs.events(mapping.job_dir(dataset), "progress")
    assert [event["done"] for event in said if event["stage"] == "looking"][-1] == 2 * PER_CLASS
    heard: list[int] = []
    vectors = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    placing.place(vectors, 0, heard.append)
    assert heard == [*range(0, placing.ROUNDS + 1, 50)]  # scikit-learn says it in the words that are listened for
    assert [event["left_s"] for event in said][-1] == 0


def test_what_is_named_wrongly_is_the_strangest_stray(dataset: store.Dataset) -> None:
    strays = draw(dataset).strays
    first = strays.iloc[0]
    assert dataset.manifest().loc[first["position"], "source"].endswith(f"dress{WRONG}.png")
    assert (first["label"], first["among"]) == ("shoes", "dress") and first["votes"] >= 9
    assert (strays["label"] != strays["among"]).all() and len(strays) <= 4


def test_the_same_photos_give_the_same_map(dataset: store.Dataset) -> None:
    pd.testing.assert_frame_equal(draw(dataset).points, draw(dataset).points)


def test_it_is_out_of_date_when_the_photos_or_the_eyes_are_others(dataset: store.Dataset, tmp_path: Path) -> None:
    draw(dataset)
    put_model(tmp_path / "eyes")
    assert mapping.load_map(dataset, tmp_path / "eyes") is None
    assert mapping.load_map(relabel(dataset, 0, "hat"), NO_MODEL) is None
    mapping.map_path(dataset).write_bytes(b"half a map")
    assert mapping.load_map(dataset, NO_MODEL) is None


@pytest.mark.parametrize("stage", ["looking", "placing"])
def test_stopped_half_way_it_leaves_the_map_that_was_there(
    dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    draw(dataset)
    before = mapping.map_path(dataset).read_bytes()
    monkeypatch.setattr(eyes, "CHUNK", 8)
    dataset = relabel(dataset, 0, "hat")
    reached: list[int] = []

    def progress(now: str, done: int, total: int, **more: object) -> None:
        if now == stage:
            reached.append(done)
            if done:
                (mapping.job_dir(dataset) / "stop").touch()

    with working(mapping.job_dir(dataset)) as work, pytest.raises(Stopped):
        monkeypatch.setattr(work, "progress", progress)
        mapping.work(work, dataset.id, str(NO_MODEL))
    assert len(reached) == 2 and reached[-1] < 100  # it ends at its next step
    assert mapping.map_path(dataset).read_bytes() == before
    assert sorted(path.name for path in mapping.map_path(dataset).parent.iterdir()) == ["job", "map.parquet"]


def put_model(folder: Path) -> None:
    """A model that can be named, but not loaded."""
    names = ("name", "class_names", "input_size_px", "temperature", "dataset", "recipe", "versions", "test", "licence")
    facts = dict.fromkeys(names, "") | {"dataset": {}, "thresholds": {}, "created_at": 1.0, "seconds": 1.0}
    write_json(folder / "model.json", facts)
    (folder / "model.tflite").write_bytes(b"no network")


def test_a_model_that_cannot_look_leaves_it_to_colours_and_shapes(dataset: store.Dataset, tmp_path: Path) -> None:
    put_model(tmp_path / "eyes")
    assert draw(dataset, tmp_path / "eyes").by == "colours"


def test_a_model_compares_photos_by_what_it_decides_by(trained_home) -> None:
    dataset = store.load_dataset(trained_home.dataset_id)
    model_dir = load_settings().runs_dir / trained_home.run_id / "model"
    hashes = dataset.manifest()["content_hash"].tolist()
    seen = eyes.look(dataset, hashes, model_dir)
    predictor = eyes.Predictor(eyes.read_model(model_dir))
    own = predictor.look(eyes.read_pixels(dataset, hashes[:3], predictor.model.input_size_px)).features
    assert seen.by == "model" and own is not None
    np.testing.assert_allclose(seen.features[:3], own, rtol=1e-4, atol=1e-5)
    assert draw(dataset, model_dir).by == "model"


def test_of_many_photos_it_shows_the_same_share_of_each_class(dataset: store.Dataset) -> None:
    sizes = {"dress": 9, "shoes": 10, "hat": 1}  # halved; of the hats there is but one
    relabel(dataset, 0, "hat")
    some = mapping.sample(dataset, 20)
    found = some["label"].value_counts().to_dict()
    assert len(some) == 20 and set(found) == set(sizes)
    assert all(abs(found[label] - number) <= 1 for label, number in sizes.items())
    assert some["position"].is_monotonic_increasing
    pd.testing.assert_frame_equal(some, mapping.sample(dataset, 20))


def test_without_memory_it_says_what_to_do(dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(placing, "place", too_much)
    with pytest.raises(MapFailed, match="End other programs"):
        draw(dataset)


def test_a_photo_that_is_gone_is_named(dataset: store.Dataset) -> None:
    gone = dataset.photo_path(dataset.manifest().loc[5, "content_hash"])
    gone.unlink()
    with pytest.raises(DatasetDamaged, match=gone.name):
        draw(dataset)


def test_what_cannot_be_drawn_starts_no_job(dataset: store.Dataset) -> None:
    facts = read_json(dataset.folder / "dataset.json")
    write_json(dataset.folder / "dataset.json", {**facts, "counts": {**facts["counts"], "ok": 9}})
    with pytest.raises(DatasetTooSmall):
        mapping.start_map(dataset.id)
    del facts["counts"]
    write_json(dataset.folder / "dataset.json", facts)
    with pytest.raises(DatasetUnfinished):
        mapping.start_map(dataset.id)
    assert not mapping.job_dir(dataset).exists()


def test_a_dataset_whose_map_is_being_drawn_cannot_be_deleted(dataset: store.Dataset) -> None:
    mapping.job_dir(dataset).mkdir(parents=True)
    with locked(mapping.job_dir(dataset) / "lock") as held, pytest.raises(JobActive):
        assert held
        store.delete_dataset(dataset.id)
    assert store.delete_dataset(dataset.id)
