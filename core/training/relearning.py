"""What the process of a teaching does: a new version of the dataset, a training, and both models on one exam."""

import contextlib
import re
import time
from dataclasses import replace

from core import jobs
from core.data.extending import Named, extend
from core.data.store import MAX_NAME_CHARACTERS, Dataset, list_datasets, load_dataset
from core.errors import FittingRoomError, NotFound, RecipeInvalid
from core.files import unused_name
from core.jobs import Work
from core.model.bundle import Model, load_model
from core.model.corrections import load_correction
from core.training.before_after import compare_on
from core.training.recipe import Recipe, usual
from core.training.runs import list_runs, load_run
from core.training.starting import start_run
from core.training.teaching import change, load_teaching
from core.training.unseen import eyes_for, require_unseen, tested_on_known

LOOK_AGAIN_S = 0.3
ENDING = ", corrected"


def work(work: Work, teaching_id: str) -> None:
    """Makes the dataset, trains with it, and compares: what the job does.

    Raises:
        Stopped: somebody asked to stop before anything was learned.
        TrainingFailed: the training says why.
    """
    teaching = load_teaching(teaching_id)
    model = load_model(teaching.model_id)
    base = load_dataset(teaching.base_id) if teaching.base_id else None
    work.event("stage", name="photos")
    told = []
    for correction_id in teaching.corrections:
        with contextlib.suppress(NotFound):  # taken back meanwhile
            told.append(load_correction(correction_id))
    named = [Named(each.photo_path, each.id, each.photo, each.label) for each in told]
    about = {"model": model.id, "photos": len(named)}
    dataset = extend(base, named, _dataset_name(base or model), about)
    change(teaching_id, dataset_id=dataset.id)
    work.check_stop()
    name = unused_name(_shortened(_root(model.name)) + ENDING, [run.name for run in list_runs(include_series=True)])
    recipe, start_from = quick_recipe(model, dataset)
    run_id = start_run(dataset.id, recipe, name=name, start_from=start_from)
    change(teaching_id, run_id=run_id)
    work.event("stage", name="learning")
    _wait(work, run_id)
    work.event("stage", name="measuring")
    change(teaching_id, result=compare_on(dataset, told, model, load_model(run_id)).to_json())


def quick_recipe(model: Model, dataset: Dataset) -> tuple[Recipe, str | None]:
    """How a model learns from corrections: only a head learns, in seconds, on eyes that stay as they are.

    They are its own if it has borrowed and fine-tuned some, and so is the head to begin with; unless it has learned
    from the photos that would test it, by which nobody could tell before from after. Else they are borrowed.

    Returns:
        The recipe, and the model to start from, if the eyes are its own.
    """
    with contextlib.suppress(RecipeInvalid):
        own = Recipe.from_json(model.recipe)
        if own.name == "transfer":
            recipe = _head_alone(own)
            if model.keras_path.exists() and not tested_on_known(model, dataset):
                require_unseen(dataset, recipe)
                return recipe, model.id
    return usual("transfer", backbone=eyes_for(dataset)), None


def _head_alone(own: Recipe) -> Recipe:
    """How the head of a model learned, or would learn if its eyes had not learned too."""
    if not own.fine_tune:
        return replace(own, train_share=1.0)
    kept = {name: getattr(own, name) for name in ("backbone", "image_size_px", "greyscale", "class_weights")}
    return usual("transfer", **kept)


def _wait(work: Work, run_id: str) -> None:
    job_dir = load_run(run_id).job_dir
    while (state := jobs.state(job_dir)).active:
        if work.stop_requested():
            jobs.request_stop(job_dir)
        time.sleep(LOOK_AGAIN_S)
    if not load_run(run_id).has_model:
        work.check_stop()
        raise FittingRoomError(state.message or "The training was stopped before it had learned anything. Start again.")


def _dataset_name(of: Dataset | Model) -> str:
    return unused_name(_shortened(_root(of.name)) + ENDING, [dataset.name for dataset in list_datasets()])


def _root(name: str) -> str:
    """A name without the ending that an earlier learning gave it."""
    return re.sub(rf"{ENDING}( \d+)?$", "", name)


def _shortened(name: str) -> str:
    return name[: MAX_NAME_CHARACTERS - len(ENDING) - 4].rstrip()
