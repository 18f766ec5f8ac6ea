"""The making of a dataset from a source: every row accounted for, whatever is in it."""

import json
import os
import zipfile

import pandas as pd
import pytest

from core import jobs, trash
from core.data import store
from core.data.pixels import load_pixels
from core.data.split import require_trainable
from core.errors import DatasetDamaged, DatasetTooSmall, DatasetUnfinished, JobActive, NameInvalid, NotFound
from tests.conftest import class_folders, picture
from tests.core.test_jobs import kill, until, worker_pid


def made(source, name="Mine"):
    dataset = store.load_dataset(store.start_dataset(source, name))
    state = jobs.wait(dataset.job_dir, 60)
    assert state.status == "done", state.message + jobs.log_tail(dataset.job_dir)
    return store.load_dataset(dataset.id)


@pytest.fixture
def mixed_folder(tmp_path):
    """Good photos, a twin, the same photo under two names, and three files that are no photos."""
    folder = class_folders(tmp_path / "mixed", {"dress": 12, "hat": 9})
    (folder / "dress" / "twin.png").write_bytes((folder / "dress" / "000.png").read_bytes())
    (folder / "hat" / "stray.png").write_bytes((folder / "dress" / "001.png").read_bytes())
    (folder / "hat" / "empty.jpg").write_bytes(b"")
    (folder / "hat" / "words.jpg").write_text("not a photo at all")
    (folder / "hat" / "half.jpg").write_bytes(picture(1, 300, 300)[:900])
    (folder / "hat" / "half.png").write_bytes((folder / "hat" / "001.png").read_bytes()[:900])
    (folder / "hat" / "dot.png").write_bytes(picture(1, 1, 1, "PNG"))
    return folder


def test_every_row_is_accounted_for(mixed_folder):
    dataset = made({"kind": "folder", "path": str(mixed_folder)})
    assert (dataset.rows, dataset.ok, dataset.duplicates, dataset.failed) == (28, 22, 1, 5)
    assert dataset.classes == {"dress": 12, "hat": 10}
    manifest = dataset.manifest().set_index("source")
    status = {source.rsplit("/", 1)[-1]: row["status"] for source, row in manifest.iterrows()}
    assert status["twin.png"] == "duplicate" and status["stray.png"] == "ok"
    assert [status[name] for name in ("empty.jpg", "words.jpg", "half.jpg", "half.png", "dot.png")] == [
        "not_an_image",
        "not_an_image",
        "damaged",
        "damaged",
        "too_small",
    ]
    assert (manifest.loc[manifest["status"] != "ok", "reason"].str.len() > 10).all()
    assert manifest.loc[manifest["status"] == "ok", "part"].isin(["train", "validation", "test"]).all()


def test_the_same_photo_under_two_names_stays_on_one_side(mixed_folder):
    manifest = made({"kind": "folder", "path": str(mixed_folder)}).manifest()
    good = manifest[manifest["status"] == "ok"]
    assert good["content_hash"].duplicated().any()
    assert (good.groupby("content_hash")["part"].nunique() == 1).all()


def test_pixels_are_those_of_the_photos_at_any_size(mixed_folder):
    dataset = made({"kind": "folder", "path": str(mixed_folder)})
    manifest = dataset.manifest()
    for size_px in (100, 32):
        pixels = load_pixels(dataset, size_px)
        assert pixels.shape == (28, size_px, size_px, 3)
        brightest = pixels.mean((1, 2)).argmax(1)
        for position, row in manifest[manifest["status"] == "ok"].iterrows():
            expected = 0 if row["label"] == "dress" or "stray" in row["source"] else 1
            assert brightest[position] == expected


def test_a_killed_making_goes_on_where_it_was_and_loses_no_row(tmp_path):
    folder = class_folders(tmp_path / "photos", {"dress": 200, "hat": 200}, width=120)
    dataset = store.load_dataset(store.start_dataset({"kind": "folder", "path": str(folder)}, "Mine"))
    lines = dataset.folder / "rows.jsonl"
    until(lambda: lines.exists() and lines.stat().st_size > 2000, 30)
    kill(worker_pid(dataset.job_dir))
    assert jobs.state(dataset.job_dir).status == "died"
    with pytest.raises(DatasetUnfinished):
        store.load_dataset(dataset.id).manifest()
    kept = {json.loads(line)["row"] for line in lines.read_text().splitlines()[:-1] if line}
    assert 0 < len(kept) < 400
    store.resume_dataset(dataset.id)
    assert jobs.wait(dataset.job_dir, 60).status == "done"
    done = store.load_dataset(dataset.id)
    assert (done.rows, done.ok) == (400, 400)
    manifest = done.manifest()
    assert all(done.photo_path(key).exists() for key in manifest["content_hash"])
    assert (load_pixels(done, 32).mean((1, 2, 3)) > 10).all()


def test_a_stopped_making_is_unfinished_and_can_be_deleted_and_restored(tmp_path):
    folder = class_folders(tmp_path / "photos", {"dress": 200, "hat": 200}, width=120)
    dataset = store.load_dataset(store.start_dataset({"kind": "folder", "path": str(folder)}, "Mine"))
    until(lambda: jobs.events(dataset.job_dir, "progress"), 30)
    with pytest.raises(JobActive):
        store.delete_dataset(dataset.id)
    jobs.request_stop(dataset.job_dir)
    assert jobs.wait(dataset.job_dir, 60).status == "stopped"
    assert not store.load_dataset(dataset.id).finished
    token = store.delete_dataset(dataset.id)
    assert store.list_datasets() == []
    trash.restore(token)
    assert [found.id for found in store.list_datasets()] == [dataset.id]


def test_an_upload_is_discarded_once_its_photos_are_kept(workspace, tmp_path):
    folder = class_folders(tmp_path / "photos", {"dress": 4, "hat": 4})
    upload = workspace / "uploads" / "abc" / "photos.zip"
    upload.parent.mkdir(parents=True)
    with zipfile.ZipFile(upload, "w") as archive:
        for path in folder.rglob("*.png"):
            archive.write(path, path.relative_to(folder))
    dataset = made({"kind": "archive", "path": str(upload)})
    assert dataset.ok == 8 and not upload.parent.exists()
    assert folder.exists()


def test_one_class_and_too_few_photos_are_said_in_words(tmp_path):
    one = made({"kind": "folder", "path": str(class_folders(tmp_path / "one", {"dress": 12}))})
    with pytest.raises(DatasetTooSmall, match=r"two classes or more.*all 12 photos are “dress”"):
        require_trainable(one)
    few = made({"kind": "folder", "path": str(class_folders(tmp_path / "few", {"a": 2, "b": 1, "c": 1}))})
    with pytest.raises(DatasetTooSmall, match="4 photos for 3 classes are too few"):
        require_trainable(few)
    require_trainable(made({"kind": "folder", "path": str(class_folders(tmp_path / "fine", {"a": 3, "b": 3}))}))


def test_the_fingerprint_changes_with_the_labels(tmp_path):
    first = made({"kind": "folder", "path": str(class_folders(tmp_path / "a", {"dress": 4, "hat": 4}))})
    (tmp_path / "a" / "hat").rename(tmp_path / "a" / "cap")
    assert made({"kind": "folder", "path": str(tmp_path / "a")}).fingerprint != first.fingerprint


def test_names_and_ids_are_checked():
    for name in ("", "   ", "x" * 61):
        with pytest.raises(NameInvalid):
            store.start_dataset({"kind": "folder", "path": "."}, name)
    for dataset_id in ("", "nothing", "../datasets", "a/b"):
        with pytest.raises(NotFound):
            store.load_dataset(dataset_id)


def test_a_dataset_can_be_renamed(tmp_path):
    dataset = made({"kind": "folder", "path": str(class_folders(tmp_path / "a", {"dress": 4, "hat": 4}))})
    store.rename_dataset(dataset.id, "  Winter   coats ")
    assert store.load_dataset(dataset.id).name == "Winter coats"
    pd.testing.assert_frame_equal(store.load_dataset(dataset.id).manifest(), dataset.manifest())


def test_one_damaged_thing_does_not_hide_the_others(tmp_path):
    dataset = made({"kind": "folder", "path": str(class_folders(tmp_path / "a", {"dress": 4, "hat": 4}))})
    for name, content in (("empty", b""), ("cut", b"{"), ("bare", b"{}"), ("Copy of x", b"{}")):
        (dataset.folder.parent / name).mkdir()
        (dataset.folder.parent / name / "dataset.json").write_bytes(content)
    assert [found.id for found in store.list_datasets()] == [dataset.id]
    with pytest.raises(DatasetDamaged):
        store.load_dataset("bare")
    (dataset.folder / "pixels" / "32.npy").write_bytes(b"\x93NUMPY")
    assert load_pixels(dataset, 32).shape == (8, 32, 32, 3)
    (dataset.folder / "manifest.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatasetDamaged):
        dataset.manifest()


def test_a_pipe_and_a_name_that_is_no_text_do_not_stop_the_rest(tmp_path):
    folder = class_folders(tmp_path / "a", {"dress": 4, "hat": 4})
    os.mkfifo(folder / "dress" / "pipe.png")
    os.rename(os.fsencode(folder / "hat" / "000.png"), os.path.join(os.fsencode(folder), b"hat", b"kl\xe4nder.png"))
    dataset = made({"kind": "folder", "path": str(folder)})
    assert (dataset.rows, dataset.ok) == (8, 8)
