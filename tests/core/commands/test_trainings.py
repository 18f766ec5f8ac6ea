"""`train`, `stop`, `pause`, `continue` and `find-rate`."""

from pathlib import Path

import pandas as pd
import pytest

from core import jobs
from core.__main__ import main
from core.commands.trainings import Telling
from core.training import finder, runs, starting
from core.training.rates import suggestion
from core.training.recipe import Recipe
from tests.core.test_jobs import until
from tests.jobs import working

HISTORIES = Path(__file__).parents[1] / "training" / "histories"


def test_a_run_repeated_from_its_folder_has_the_same_history(said, trained_home):
    first = runs.load_run(trained_home.run_id)
    repeated = runs.load_run(said("train", "--from-run", str(first.folder))["run"])
    assert repeated.id != first.id and repeated.recipe == first.recipe
    numbers = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "biggest_share"]
    difference = (runs.history(repeated)[numbers] - runs.history(first)[numbers]).abs()
    assert difference.shape == (3, 7) and difference.to_numpy().max() < 1e-3
    assert "Both name the same photos rightly" in said("run", "compare", first.id, repeated.id)["sentence"]


def test_a_training_is_started_as_the_flags_say(said, pretending):
    trained = said(
        *("train", pretending.dataset_id, "--recipe", "deep", "--name", "My first", "--tensorboard"),
        *("--image-size", "24", "--epochs", "3"),
    )
    run = runs.load_run(trained["run"])
    assert (run.name, run.tensorboard, run.recipe.name, run.recipe.epochs) == ("My first", True, "deep", 3)
    assert trained["stopped_because"] == "finished" and trained["test"]["photos"] == 200


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        (["--from-run", "x", "--epochs", "3"], "--epochs"),
        (["--resume", "x", "--recipe", "deep"], "--recipe"),
        (["--resume", "x", "--name", "Mine"], "--name"),
        (["some-dataset", "--from-run", "x"], "some-dataset"),
    ],
)
def test_what_a_run_brings_with_it_cannot_be_given(arguments, received, refused):
    words = refused("train", *arguments)
    assert arguments[-2] in words or "--from-run" in words
    assert words.strip().endswith(f"Received: {received}")


def test_only_one_beginning_can_be_chosen():
    with pytest.raises(SystemExit) as ended:
        main(["train", "--resume", "x", "--from-run", "y"])
    assert ended.value.code == 2


def test_the_run_to_start_from_must_be_there_and_alike(refused, trained_home):
    arguments = ("train", trained_home.dataset_id, "--image-size", "32", "--start-from")
    assert "no training" in refused(*arguments, "unknown")
    assert "image_size_px=32" in refused(*arguments, trained_home.run_id)


def test_a_training_rests_goes_on_and_stops(said, slowly):
    run_id = starting.start_run(slowly.dataset_id, Recipe(epochs=1000))
    job_dir = runs.load_run(run_id).job_dir
    until(lambda: jobs.events(job_dir, "epoch"))
    assert said("pause", run_id) == {"run": run_id, "status": "paused"}
    until(lambda: jobs.events(job_dir, "paused"))
    rounds = len(jobs.events(job_dir, "epoch"))
    assert said("continue", run_id) == {"run": run_id, "status": "running"}
    until(lambda: len(jobs.events(job_dir, "epoch")) > rounds)
    assert said("stop", run_id) == {"run": run_id, "status": "stopped"}
    assert said("stop", run_id) == {"run": run_id, "status": "stopped"}


def test_the_coach_speaks_when_there_is_news():
    rows = pd.read_csv(HISTORIES / "memorising.csv").to_dict("records")
    telling = Telling(Recipe())
    lines = [telling({"kind": "epoch", **row}) for row in rows]
    assert lines[0].startswith("epoch 1: loss 2.038, accuracy 32.0%, validation loss 1.913, validation accuracy 36.0%")
    news = [number for number, line in enumerate(lines, start=1) if "\n" in line]
    assert news == [14]  # said once, not after every round
    assert lines[13].endswith("Try varied photos (augmentation) next time.") and "Starting to memorise." in lines[13]


def test_a_round_that_is_learned_again_replaces_what_came_after_it():
    """A killed training goes on from its checkpoint, and tells of some rounds twice."""
    rows = pd.read_csv(HISTORIES / "memorising.csv").to_dict("records")
    telling = Telling(Recipe())
    for row in rows[:16]:
        telling({"kind": "epoch", **row})
    assert "\n" not in telling({"kind": "epoch", **rows[1]})
    assert [number for number, row in enumerate(rows[2:], start=3) if "\n" in telling({"kind": "epoch", **row})] == [14]


def test_what_happens_besides_is_said_in_plain_words():
    telling = Telling(Recipe())
    assert telling({"kind": "queued"}) == "waiting for its turn"
    assert telling({"kind": "stage", "name": "testing"}) == "answering about photos it never saw"
    assert telling({"kind": "paused"}) == "paused"
    assert telling({"kind": "progress", "stage": "pixels", "done": 3, "total": 9}) is None
    assert telling({"kind": "progress", "stage": "pixels", "done": 9, "total": 9}) == "pixels: 9"
    assert telling({"kind": "batch"}) is None
    assert telling({"kind": "suspects", "photos": 41, "reason": ""}).startswith("41 photos may bear the wrong name")
    assert telling({"kind": "suspects", "photos": 0, "reason": ""}) == "no photo seems wrongly named"
    assert telling({"kind": "suspects", "photos": None, "reason": "Too many."}).endswith("not looked for. Too many.")


def test_a_step_size_is_searched_for(said, dataset_home, monkeypatch):
    """The search itself is tested where it is; here it has been recorded."""

    def start(job_dir: Path, target: str, arguments: dict, queue: str, cluster: str) -> None:
        job_dir.mkdir()
        curve = pd.read_csv(HISTORIES / "rates" / "classic.csv")
        with working(job_dir) as work:
            for rate, loss in curve.itertuples(index=False):
                work.event("point", rate=rate, loss=loss)
            work.event("result", suggested=suggestion(curve["rate"].tolist(), curve["loss"].tolist()))
        jobs.write_json(job_dir / "end.json", {"status": "done", "message": "", "at": 1.0})

    monkeypatch.setattr(finder.jobs, "start", start)
    found = said("find-rate", dataset_home.dataset_id, "--optimizer", "sgd")
    assert found["suggested"] == 0.00046 and len(found["rates"]) == len(found["losses"]) == len(found["smoothed"])
    assert finder.load_finder(found["finder"]).recipe.optimizer == "sgd"
