"""Real trainings in real processes: to the end, stopped, killed and resumed."""

import time
from itertools import pairwise

import pandas as pd
import pytest

from core import jobs
from core.data import store
from core.data.pixels import load_pixels
from core.errors import NothingToResume
from core.files import read_json
from core.model.bundle import load_model
from core.model.evaluation import log_loss
from core.model.predictor import Predictor
from core.training import runs, starting
from core.training.live import live
from core.training.recipe import Recipe
from tests.core.conftest import SMALL
from tests.core.test_jobs import kill, until, worker_pid

LONG = Recipe(epochs=1000, **SMALL)


def events(run_id: str, kind: str | None = None) -> list[dict]:
    return jobs.events(runs.load_run(run_id).job_dir, kind)


def test_a_training_leaves_a_model_its_report_and_its_split(trained_home):
    run = runs.load_run(trained_home.run_id)
    dataset = store.load_dataset(trained_home.dataset_id)
    manifest = dataset.manifest()
    model = load_model(run.id)
    assert (model.class_names, model.input_size_px) == (("dress", "hat", "pants", "shoes"), 24)
    assert (model.dataset["fingerprint"], model.dataset["photos"]) == (dataset.fingerprint, 64)
    assert model.test["accuracy"] > 0.5  # four colours, one look each: chance is 0.25
    report = read_json(run.folder / "evaluation.json")
    assert report == read_json(model.folder / "evaluation.json")
    assert (report["accuracy"], report["baseline"]["accuracy"]) == (model.test["accuracy"], 0.25)
    assert "Measured on 12 photos it never saw" in (model.folder / "card.md").read_text()
    split = pd.read_parquet(run.folder / "split.parquet").set_index("position").sort_index()
    assert split["part"].tolist() == manifest["part"].tolist()
    assert split["content_hash"].tolist() == manifest["content_hash"].tolist()
    assert not (run.folder / "checkpoint").exists() and not (run.folder / ".model").exists()


def test_the_weights_of_the_best_round_are_what_is_kept(trained_home):
    run = runs.load_run(trained_home.run_id)
    rounds = runs.history(run).set_index("epoch")
    best = runs.result(run)["best_epoch"]
    dataset = store.load_dataset(trained_home.dataset_id)
    rows = (dataset.manifest()["part"] == "validation").to_numpy().nonzero()[0]
    labels = dataset.manifest()["label"].map(dataset.class_names.index).to_numpy()[rows]
    said = Predictor(load_model(run.id)).predict_raw(load_pixels(dataset, 24)[rows])
    assert (said.argmax(axis=1) == labels).mean() == pytest.approx(rounds["val_accuracy"][best], abs=1e-5)
    away = (rounds["val_loss"] - log_loss(labels, said)).abs()
    assert away.idxmin() == best
    assert away.min() < 5e-3  # while it learned it was asked in short numbers, where the processor is quick with them


def test_a_training_tells_how_it_goes(trained_home):
    run = runs.load_run(trained_home.run_id)
    kinds = [event["kind"] for event in jobs.events(run.job_dir)]
    stages = [event["name"] for event in events(run.id, "stage")]
    assert stages == ["loading", "learning", "saving", "testing", "suspects"]
    [plan] = events(run.id, "plan")
    assert (plan["epochs"], plan["batches"], plan["photos"], plan["first_epoch"]) == (3, 5, 40, 0)
    first_batch = events(run.id, "batch")[0]
    assert first_batch["epoch"] == pytest.approx(1 / 5) and 0 <= first_batch["accuracy"] <= 1
    assert kinds.index("batch") < kinds.index("guesses") < kinds.index("epoch")
    history = runs.history(run)
    assert list(history.columns) == list(runs.HISTORY_COLUMNS)
    assert history.to_dict("records") == [
        {name: event[name] for name in runs.HISTORY_COLUMNS} for event in events(run.id, "epoch")
    ]
    assert live(run).best_epoch == events(run.id, "result")[0]["best_epoch"]


def test_the_guesses_follow_eight_validation_photos_of_all_classes(trained_home):
    manifest = store.load_dataset(trained_home.dataset_id).manifest().set_index("content_hash")
    rounds = [event["guesses"] for event in events(trained_home.run_id, "guesses")]
    assert len(rounds) == 3
    watched = [[guess["content_hash"] for guess in guesses] for guesses in rounds]
    assert watched[0] == watched[1] == watched[2] and len(set(watched[0])) == 8
    assert set(manifest.loc[watched[0], "part"]) == {"validation"}
    assert [guess["label"] for guess in rounds[0]] == manifest.loc[watched[0], "label"].tolist()
    assert {guess["label"] for guess in rounds[0]} == {"dress", "hat", "pants", "shoes"}


def test_killed_it_says_so_resumed_it_goes_on_and_stopped_it_keeps_the_best(dataset_home):
    run_id = starting.start_run(dataset_home.dataset_id, LONG)
    job_dir = runs.load_run(run_id).job_dir
    until(lambda: len(events(run_id, "epoch")) >= 2, 120)
    kill(worker_pid(job_dir))
    run = runs.load_run(run_id)
    assert run.state.status == "died" and run.can_resume and not run.has_model
    assert live(run).phase == "died"
    kept = read_json(run.checkpoint_path)["epoch_rows"]

    starting.resume_run(run_id)
    until(lambda: events(run_id, "epoch")[-1]["epoch"] >= len(kept) + 2, 120)
    asked_at = time.time()
    runs.stop_run(run_id)
    assert jobs.wait(job_dir, 60).status == "stopped"
    run = runs.load_run(run_id)
    [stopped_at] = [event["at"] for event in events(run_id, "stage") if event["name"] == "saving"]
    rows = read_json(run.checkpoint_path)["epoch_rows"]
    longest_s = max(row["seconds"] for row in rows)  # of five batches: more than a second only on a very busy machine
    assert stopped_at - asked_at < max(2, 2 * longest_s)

    assert rows[: len(kept)] == kept
    assert all(after["epoch"] == before["epoch"] + 1 for before, after in pairwise(rows))
    assert events(run_id, "plan")[-1]["first_epoch"] == len(kept)
    losses = [row["loss"] for row in rows]
    assert losses[len(kept)] < (losses[0] + losses[len(kept) - 1]) / 2  # it went on, it did not start again
    result = runs.result(run)
    best = max(rows, key=lambda row: (row["val_accuracy"], -row["val_loss"]))["epoch"]
    assert (result["stopped_because"], result["best_epoch"], result["epochs"]) == ("stopped", best, len(rows))
    assert load_model(run_id).test["photos"] == 12
    assert len(list(run.checkpoint_path.parent.glob("*.weights.h5"))) <= 2
    assert run.can_resume


def test_stopped_before_it_learned_anything_it_leaves_no_model(dataset_home):
    run_id = starting.start_run(dataset_home.dataset_id, LONG)
    until(lambda: events(run_id, "stage"))
    runs.stop_run(run_id)
    run = runs.load_run(run_id)
    assert jobs.wait(run.job_dir, 60).status == "stopped"
    assert not run.has_model and runs.result(run) is None
    assert live(runs.load_run(run_id)).sentence == "stopped after no rounds, nothing learned yet"
    with pytest.raises(NothingToResume, match="before anything was kept"):
        starting.resume_run(run_id)
