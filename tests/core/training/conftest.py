"""What tests of borrowed eyes share, since each takes long: what Keras says about them, and one real training."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import jobs
from core.training import runs, starting
from core.training.recipe import Recipe
from tests.core.conftest import Home

# Every knob that changes what is computed.
RICH = Recipe(
    name="compact",
    image_size_px=32,
    greyscale=True,
    epochs=4,
    batch_size=8,
    optimizer="adamw",
    schedule="cosine",
    warmup_epochs=1.0,
    weight_decay=0.05,
    dropout=0.2,
    l2=1e-3,
    label_smoothing=0.1,
    mixup=0.2,
    class_weights=True,
    augment=1.0,
    average_epochs=1.0,
    train_share=0.5,
    precision="float32",
)


@pytest.fixture(scope="session")
def transfer_checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where `transfer_checks` left `found.json`, and `keras`: a home of Keras that has a backbone."""
    folder = tmp_path_factory.mktemp("transfer")
    command = [sys.executable, "-m", "tests.core.training.transfer_checks", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="session")
def made_borrowed_run(
    made_dataset: Home, transfer_checked: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    home = tmp_path_factory.mktemp("borrowed")
    shutil.copytree(made_dataset.path, home, dirs_exist_ok=True)
    recipe = replace(RICH, name="transfer", augment=0.0, epochs=6, learning_rate=0.01)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(home))
        environment.setenv("KERAS_HOME", str(transfer_checked / "keras"))
        run_id = starting.start_run(made_dataset.dataset_id, recipe)
        job_dir = runs.load_run(run_id).job_dir
        assert jobs.wait(job_dir, 240).status == "done", jobs.state(job_dir).message + jobs.log_tail(job_dir)
    yield Home(home, made_dataset.dataset_id, run_id)


@pytest.fixture
def borrowed_home(
    made_borrowed_run: Home, transfer_checked: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> Home:
    """A workspace with the dataset and a finished run on borrowed eyes, every knob turned."""
    monkeypatch.setenv("KERAS_HOME", str(transfer_checked / "keras"))
    shutil.copytree(made_borrowed_run.path, workspace, dirs_exist_ok=True)
    return Home(workspace, made_borrowed_run.dataset_id, made_borrowed_run.run_id)
