"""A workspace with a dataset and a finished training, made once by the real jobs and copied for each test that asks."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import jobs
from core.data import store
from core.training import runs, starting
from core.training.recipe import Recipe
from tests.conftest import class_folders

CLASSES = {"dress": 16, "hat": 16, "pants": 16, "shoes": 16}
SMALL = {"image_size_px": 24, "batch_size": 8}


@dataclass(frozen=True)
class Home:
    """Where it was made, and the ids of what is in it."""

    path: Path
    dataset_id: str
    run_id: str = ""


@pytest.fixture(scope="session")
def made_dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(home))
        folder = class_folders(tmp_path_factory.mktemp("photos"), CLASSES)
        dataset_id = store.start_dataset({"kind": "folder", "path": str(folder)}, "Coloured squares")
        assert jobs.wait(store.load_dataset(dataset_id).job_dir, 60).status == "done"
    yield Home(home, dataset_id)


@pytest.fixture(scope="session")
def made_run(made_dataset: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = tmp_path_factory.mktemp("trained")
    shutil.copytree(made_dataset.path, home, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(home))
        run_id = starting.start_run(made_dataset.dataset_id, Recipe(epochs=3, **SMALL))
        job_dir = runs.load_run(run_id).job_dir
        assert jobs.wait(job_dir, 120).status == "done", jobs.log_tail(job_dir)
    yield Home(home, made_dataset.dataset_id, run_id)


@pytest.fixture
def dataset_home(made_dataset: Home, workspace: Path) -> Home:
    """A workspace with the dataset."""
    shutil.copytree(made_dataset.path, workspace, dirs_exist_ok=True)
    return Home(workspace, made_dataset.dataset_id)


@pytest.fixture
def trained_home(made_run: Home, workspace: Path) -> Home:
    """A workspace with the dataset and a finished run of three rounds."""
    shutil.copytree(made_run.path, workspace, dirs_exist_ok=True)
    return Home(workspace, made_run.dataset_id, made_run.run_id)
