"""What can go wrong while it learns: each time a message that says what to do, and a state that can be mended."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import jobs, queues, trash
from core.data import store
from core.data.pixels import load_pixels
from core.errors import DatasetDamaged, NotFound
from core.locks import locked
from core.training import runs, starting, worker
from core.training.live import live
from core.training.photos import load_photos
from core.training.recipe import Recipe
from tests.core.conftest import SMALL
from tests.core.test_jobs import kill, until, worker_pid

LONG = Recipe(epochs=1000, patience=0, **SMALL)
FULL = Path("/dev/full")  # every write to it says that the disk is full


def rounds(run: runs.Run) -> int:
    return len(jobs.events(run.job_dir, "epoch"))


def pause(run: runs.Run) -> None:
    """Waits until it has learned for another round at least, and stands still."""
    before, pauses = rounds(run), len(jobs.events(run.job_dir, "paused"))
    until(lambda: rounds(run) > before, 120)
    jobs.request_pause(run.job_dir)
    until(lambda: len(jobs.events(run.job_dir, "paused")) > pauses)


def fill_the_disk(run: runs.Run) -> None:
    """From now on no checkpoint can be written."""
    os.symlink(FULL, run.folder / "checkpoint" / "aside.tmp")


def free_the_disk(run: runs.Run) -> None:
    (run.folder / "checkpoint" / "aside.tmp").unlink(missing_ok=True)


def start(dataset_id: str, recipe: Recipe = LONG) -> runs.Run:
    return runs.load_run(starting.start_run(dataset_id, recipe))


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a full disk at hand")
def test_one_mishap_after_another_and_in_the_end_a_model(dataset_home):
    run = start(dataset_home.dataset_id)

    pause(run)
    assert live(runs.load_run(run.id)).phase == "paused"
    kill(worker_pid(run.job_dir))
    assert runs.load_run(run.id).state.status == "died"
    assert runs.load_run(run.id).can_resume and live(runs.load_run(run.id)).title == "It broke off"
    starting.resume_run(run.id)
    assert runs.load_run(run.id).state.status in ("waiting", "running", "starting"), "the pause went with the process"

    pause(run)
    token = store.delete_dataset(dataset_home.dataset_id)
    jobs.request_continue(run.job_dir)
    pause(run)  # what it learns from it has in its hands
    fill_the_disk(run)
    jobs.request_continue(run.job_dir)
    state = jobs.wait(run.job_dir, 60)
    assert state.status == "failed" and "The disk is full. Delete what you do not need, then resume" in state.message
    kept = rounds(run)

    with pytest.raises(NotFound, match=r"There is no dataset.*deleted"):
        starting.resume_run(run.id)
    trash.restore(token)
    free_the_disk(run)
    starting.resume_run(run.id)
    until(lambda: rounds(run) > kept, 120)
    assert jobs.events(run.job_dir, "epoch")[kept]["epoch"] == kept + 1
    store.delete_dataset(dataset_home.dataset_id)
    runs.stop_run(run.id)
    assert jobs.wait(run.job_dir, 60).status == "stopped", jobs.log_tail(run.job_dir)
    assert runs.load_run(run.id).has_model and runs.result(run)["test"]["photos"] == 12


def test_a_training_that_diverged_says_so_and_what_to_change(dataset_home):
    recipe = Recipe(epochs=50, optimizer="sgd", learning_rate=10.0, l2=1.0, **SMALL)
    run = start(dataset_home.dataset_id, recipe)
    state = jobs.wait(run.job_dir, 60)
    assert state.status == "failed" and "the loss stopped being a number" in state.message
    assert "smaller step size (learning rate), such as 1. Received: learning_rate=10" in state.message
    assert not runs.load_run(run.id).has_model and live(runs.load_run(run.id)).phase == "failed"


def test_a_photo_that_is_gone_is_named_and_its_return_mends_it(dataset_home):
    dataset = store.load_dataset(dataset_home.dataset_id)
    photo = dataset.photo_path(dataset.manifest().query("status == 'ok'")["content_hash"].iloc[0])
    content = photo.read_bytes()
    photo.unlink()
    run = start(dataset.id)
    state = jobs.wait(run.job_dir, 60)
    assert (
        state.status == "failed"
        and photo.name in state.message
        and "Put it back, or make the dataset again" in state.message
    )
    photo.write_bytes(b"no photo at all")
    with pytest.raises(DatasetDamaged, match=photo.name):
        load_pixels(dataset, 24)
    photo.write_bytes(content)
    assert load_pixels(dataset, 24).shape[1:] == (24, 24, 3)
    assert [path.name for path in sorted((dataset.folder / "pixels").iterdir())] == ["24.npy", "32.npy"]


def test_a_dataset_deleted_while_a_training_waits(dataset_home, tmp_path):
    with locked(tmp_path / "lock"), queues.turn(tmp_path, runs.QUEUE, lambda: None):
        run = start(dataset_home.dataset_id)
        until(lambda: runs.load_run(run.id).state.status == "waiting")
        store.delete_dataset(dataset_home.dataset_id)
    state = jobs.wait(run.job_dir, 60)
    assert state.status == "failed" and "There is no dataset" in state.message


def test_a_dataset_deleted_while_a_training_gets_ready(dataset_home, monkeypatch):
    monkeypatch.setattr(runs.jobs, "start", lambda *_, **__: None)
    run = start(dataset_home.dataset_id)

    def delete_then_load(dataset, recipe, work):
        store.delete_dataset(dataset.id)
        return load_photos(dataset, recipe, work)

    monkeypatch.setattr(worker, "load_photos", delete_then_load)
    with pytest.raises(NotFound, match="There is no dataset"):
        worker.work(SimpleNamespace(event=lambda *_, **__: None), run.id)


def test_pixels_that_do_not_fit_on_the_disk_leave_nothing_behind(dataset_home, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    dataset = store.load_dataset(dataset_home.dataset_id)
    monkeypatch.setattr("core.data.pixels.os.posix_fallocate", full)
    with pytest.raises(OSError, match="No space"):
        load_pixels(dataset, 24)
    assert [path.name for path in (dataset.folder / "pixels").iterdir()] == ["32.npy"]
