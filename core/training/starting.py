"""Starting a run, or going on with one that was stopped, failed, or broke off."""

import contextlib
import platform
import shutil
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from core import jobs
from core.data.mend_layer import keep
from core.data.split import require_trainable
from core.data.store import checked_name, load_dataset
from core.errors import JobActive, NotFound, NothingToResume, RecipeInvalid
from core.files import new_id, unused_name, write_json
from core.model.bundle import load_model
from core.settings import load_settings
from core.training.recipe import RECIPES, Recipe
from core.training.runs import QUEUE, list_runs, load_run
from core.training.unseen import require_unseen

LIBRARIES = ("tensorflow", "keras", "ai-edge-litert", "numpy", "pillow")


def start_run(
    dataset_id: str,
    recipe: Recipe,
    *,
    name: str | None = None,
    start_from: str | None = None,
    series: str | None = None,
    tensorboard: bool = False,
    mends_from: Path | None = None,
) -> str:
    """Puts a training into the queue and returns its id at once. What is mended from now on, it does not learn.

    Args:
        dataset_id: what to learn from.
        recipe: how.
        name: what to call it; after the dataset and the recipe if left out.
        start_from: a run or a model of the same recipe and size, whose weights to begin with. Without `fine_tune` its
            eyes stay as they are, and its head learns on.
        series: what it is a trial of.
        tensorboard: whether to write logs for TensorBoard.
        mends_from: the folder of a run or a series, to learn from the photos as it did; None: as they are mended now.

    Raises:
        NotFound: no such dataset, or no such run to start from.
        DatasetUnfinished, DatasetTooSmall: it cannot be trained on.
        RecipeInvalid: the run to start from has another network, or the eyes to borrow know these photos.
        NameInvalid: the name is empty or too long.
    """
    dataset = load_dataset(dataset_id, mends_from)
    require_trainable(dataset)
    require_unseen(dataset, recipe)
    if start_from is not None:
        _require_alike(recipe, start_from)
    if name is None:
        taken = [run.name for run in list_runs(include_series=True)]
        name = unused_name(f"{dataset.name}, {RECIPES[recipe.name].title.lower()}", taken)
    else:
        name = checked_name(name)
    run_id = new_id(name)
    folder = load_settings().runs_dir / run_id
    write_json(
        folder / "config.json",
        {
            "name": name,
            "created_at": time.time(),
            "recipe": recipe.to_json(),
            "dataset": {
                "id": dataset.id,
                "name": dataset.name,
                "fingerprint": dataset.fingerprint,
                "photos": dataset.ok,
                "source": dataset.source,
                "mends": {"relabelled": dataset.mends.relabelled, "excluded": dataset.mends.excluded},
            },
            "versions": versions(),
            "series": series,
            "start_from": start_from,
            "tensorboard": tensorboard,
        },
    )
    keep(folder, dataset.mends.photos.values())
    try:
        _start_job(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run_id


def resume_run(run_id: str) -> None:
    """Goes on where a run that was stopped, failed, or broke off has kept its state.

    Raises:
        NotFound: no such run, or its dataset is gone.
        JobActive: it is at work.
        NothingToResume: it ended well, kept nothing yet, or its dataset has changed since.
    """
    run = load_run(run_id)
    if run.state.active:
        raise JobActive(f"{run.name} is at work already.")
    if run.state.status == "done":
        raise NothingToResume(f"{run.name} ended well: there is nothing left to do. Start a new training instead.")
    if not run.checkpoint_path.exists():
        raise NothingToResume(f"{run.name} ended before anything was kept to go on from. Start it again.")
    if load_dataset(run.dataset_id).fingerprint != run.dataset_fingerprint:
        raise NothingToResume(f"The photos of {run.dataset_name} are others now. Start a new training with them.")
    _start_job(run.folder)


def _require_alike(recipe: Recipe, start_from: str) -> None:
    name, earlier = _earlier(start_from)
    for field in ("name", "image_size_px", "greyscale", "backbone"):
        own, other = getattr(recipe, field), getattr(earlier, field)
        if own != other and (field != "backbone" or recipe.name == "transfer"):
            raise RecipeInvalid(
                f"Only a training of the same kind can be started from: {name} has {field}={other!r}. "
                f"Received: {field}={own!r}"
            )


def _earlier(run_or_model_id: str) -> tuple[str, Recipe]:
    """The name and the recipe of a run, or of a model that came with the app or was brought along."""
    try:
        run = load_run(run_or_model_id)
    except NotFound:
        with contextlib.suppress(NotFound):
            model = load_model(run_or_model_id)
            return model.name, Recipe.from_json(model.recipe)
        raise
    if not run.has_model:
        raise NotFound(f"{run.name} has left no weights to start from. Choose a training that has ended.")
    return run.name, run.recipe


def versions() -> dict[str, str]:
    """What it was trained with, without loading any of it."""
    found = {"python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "missing"
    return found


def _start_job(folder: Path) -> None:
    jobs.start(folder / "job", "core.training.worker:work", {"run_id": folder.name}, QUEUE, cluster="computes")
