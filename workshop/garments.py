"""The garments model: the course's network, taught with the drawn sample as a person would teach it."""

import shutil
from pathlib import Path

from core import jobs
from core.files import read_json, write_json
from core.model.bundle import BUNDLED_DIR, load_model, read_model
from core.model.card import OwnWords
from core.model.predictor import Predictor
from core.training import runs
from core.training.recipe import Recipe, usual
from core.training.starting import start_run
from workshop.materials import sample
from workshop.telling import PICTURES, strip, write_card
from workshop.trials import DRAWINGS, Failure, drawings

ID = "garments"
NAME = "Drawn garments"
LICENCE = "MIT; the drawings too"
WORDS = OwnWords(
    made_by="The makers of Fitting Room, with its own code.",
    intended_use="The five-minute tour: it shows what a finished model looks like, without a download.",
    out_of_scope="Anything else.",
    limits="Photos are not drawings: of real clothes it knows next to nothing. The clothing model is there for those.",
    licence="MIT; the drawings are by Fitting Room's own artist, and so is the model: both are under its licence. The "
    "network is that of the course project that Fitting Room grew from. Thank you.",
)
MADE = (
    "`make models` makes it anew: the drawn sample, the course's network, the recipe and seed above; `history.csv` is "
    "the log."
)
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
    facts = read_json(into / "model.json")
    write_json(into / "model.json", {**facts, "licence": LICENCE, "dataset": {**facts["dataset"], "id": ""}})
    right, _, mistaken = drawings(Predictor(read_model(into)))
    write_card(read_model(into), WORDS, f"#### How it was made\n\n{MADE}", _told(into, right, mistaken))
    assert model.test is not None
    return f"right on {model.test['accuracy']:.3f} of {model.test['photos']} drawings, and on {right:.3f} of others"


def _told(folder: Path, right: float, mistaken: list[Failure]) -> str:
    """What its card says beyond the numbers of every card; its picture is written beside it."""
    strip(folder / PICTURES / "drawings.jpg", mistaken)
    lines = [
        "### Where it fails",
        "",
        f"Of {DRAWINGS} drawings that are not in the sample it is right on {right:.3f}. Its surest mistakes there:",
        "",
        f"![Drawn garments, and what it says they are]({PICTURES}/drawings.jpg)",
    ]
    return "\n".join(lines)
