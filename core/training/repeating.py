"""A training again, from what its folder says alone."""

from dataclasses import replace
from pathlib import Path

from core import jobs
from core.data.store import list_datasets
from core.errors import NotFound
from core.files import is_id, read_json
from core.settings import load_settings
from core.training.precision import arithmetic
from core.training.recipe import PRECISIONS, Recipe
from core.training.starting import start_run


def repeat_run(run_id_or_folder: str) -> str:
    """Starts a training again from what its folder says: the same photos, recipe and seed give the same history.

    Args:
        run_id_or_folder: a run of this workspace, or a run's folder brought from elsewhere.

    Returns:
        The id of the new run.

    Raises:
        NotFound: no such run, or no dataset here has its photos.
        RecipeInvalid: it is of a version with other knobs.
    """
    folder = Path(run_id_or_folder)
    if is_id(run_id_or_folder) and (load_settings().runs_dir / run_id_or_folder).exists():
        folder = load_settings().runs_dir / run_id_or_folder
    config = read_json(folder / "config.json")
    if not isinstance(config, dict) or not all(isinstance(config.get(part), dict) for part in ("recipe", "dataset")):
        raise NotFound(f"There is no training under “{run_id_or_folder}”. Give the id of a run, or its folder.")
    wanted = config["dataset"]
    alike = [each for each in list_datasets() if each.finished and each.fingerprint == wanted.get("fingerprint")]
    if not alike:
        raise NotFound(
            f"No dataset here has the photos that this training learned from. Add “{wanted.get('name')}” again "
            f"first. Received: its source {wanted.get('source')}, fingerprint {wanted.get('fingerprint')}"
        )
    recipe = Recipe.from_json(config["recipe"])
    plans = jobs.events(folder / "job", "plan")
    if plans and plans[-1].get("precision") in PRECISIONS and plans[-1]["precision"] != arithmetic(recipe):
        recipe = replace(recipe, precision=plans[-1]["precision"])  # another machine would choose otherwise
    return start_run(
        alike[0].id,
        recipe,
        start_from=str(config["start_from"]) if config.get("start_from") else None,
        tensorboard=bool(config.get("tensorboard")),
        mends_from=folder,
    )
