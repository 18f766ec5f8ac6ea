"""The garments model: the course's network, taught with the drawn sample as a person would teach it."""

import shutil
from pathlib import Path

from core import jobs
from core.model.bundle import BUNDLED_DIR, load_model
from core.training import runs
from core.training.recipe import Recipe, usual
from core.training.starting import start_run
from workshop.materials import sample

ID = "garments"
NAME = "Drawn garments"
RECIPE: Recipe = usual("classic", image_size_px=48, epochs=20, seed=1)


def make(recipe: Recipe = RECIPE, into: Path = BUNDLED_DIR / ID) -> str:
    """Makes the model; returns how good it is, in a line.

    Raises:
        RuntimeError: the training did not end well.
    """
    run = runs.load_run(start_run(sample("garments").id, recipe, name=NAME))
    state = jobs.wait(run.job_dir)
    if state.status != "done":
        raise RuntimeError(f"{NAME}: {state.message}")
    model = load_model(run.id)
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(model.folder, into)
    shutil.copyfile(run.folder / "history.csv", into / "history.csv")
    assert model.test is not None
    return f"right on {model.test['accuracy']:.3f} of {model.test['photos']} drawings"
