"""The models that come with the app: whole, small, described, and as good as their cards say on what can be drawn."""

import json
from pathlib import Path

import numpy as np
import pytest

from core import jobs
from core.data import store
from core.model import learned, similar
from core.model.answer import Answer
from core.model.bundle import Model, load_model
from core.model.predictor import load_predictor
from core.sources import garments
from core.training import runs, starting
from core.training.backbones import CLOTHING
from core.training.recipe import usual
from core.training.unseen import eyes_for
from workshop import things
from workshop.materials import jpeg

SEED = 555_000  # nothing was taught or tried with these


@pytest.fixture
def clothing(bundled: Path) -> Model:
    return load_model("clothing-photos")


def asked(model: Model, pictures: list[bytes]) -> list[Answer]:
    return load_predictor(model).predict_photos([("", content) for content in pictures])


@pytest.mark.parametrize("name", ["clothing-photos", "garments"])
def test_each_is_whole_and_has_a_card(bundled, name):
    model = load_model(name)
    assert model.is_bundled and model.test and model.temperature > 0
    for file in ("model.keras", "model.tflite", "evaluation.json", "card.md", "history.csv", similar.FILE):
        assert (model.folder / file).stat().st_size > 0, file
    card = (model.folder / "card.md").read_text("utf-8")
    assert f"Measured on {model.test['photos']:,} photos" in card
    assert model.recipe["name"] in ("transfer", "classic")


def test_the_clothing_model_is_small_and_its_card_tells_all(clothing):
    assert sum(path.stat().st_size for path in clothing.folder.rglob("*") if path.is_file()) < 8e6
    card = (clothing.folder / "card.md").read_text("utf-8")
    for told in ("CC0", "Where it fails", "What it is not for", "How it was made", "What it was never taught", "card/"):
        assert told in card


def test_its_report_holds_what_was_asked_of_it(clothing):
    report = json.loads((clothing.folder / "evaluation.json").read_text())
    folds = report["folds"]
    assert len(folds) == 5 and report["photos"] == 3409
    assert np.mean([fold["accuracy"] for fold in folds]) >= 0.91
    assert np.mean([fold["macro_f1"] for fold in folds]) >= 0.89
    assert report["ece"] <= 0.04
    assert report["sure"]["share"] >= 0.8 and report["sure"]["right"] >= 0.97
    assert report["unlike"] <= 0.08
    stress = report["stress"]
    assert max(stress["as it is"] - right for right in stress.values()) <= 0.06


def test_it_names_fresh_drawings(clothing):
    drawn = [garments.draw_nth(index, SEED) for index in range(64)]
    answers = asked(clothing, [jpeg(picture) for _, picture in drawn])
    assert np.mean([answer.label == label for answer, (label, _) in zip(answers, drawn, strict=True)]) >= 0.85


def test_it_says_of_other_things_that_they_are_unlike(clothing):
    unlike = {
        group: [
            answer.unlike for answer in asked(clothing, [jpeg(things.draw(group, kind, SEED + 1)) for kind in kinds])
        ]
        for group, kinds in things.KINDS.items()
    }
    assert np.mean([each for group in unlike.values() for each in group]) >= 0.8
    assert all(np.mean(unlike[group]) == 1 for group in ("noise", "screens", "textures"))


def test_whoever_teaches_with_photos_of_their_own_borrows_its_eyes(clothing, tmp_path):
    for group, kinds in (("train", 8), ("validation", 2), ("test", 6)):
        for label in ("glove", "bag", "umbrella"):
            (tmp_path / "photos" / group / label).mkdir(parents=True)
            for number in range(kinds):
                picture = things.draw("accessories", label, SEED + 100 * kinds + number, 150, 200)
                picture.save(tmp_path / "photos" / group / label / f"{number}.jpg")
    dataset_id = store.start_dataset({"kind": "folder", "path": str(tmp_path / "photos")}, "Things to wear")
    jobs.wait(store.load_dataset(dataset_id).job_dir, 60)
    assert eyes_for(store.load_dataset(dataset_id)) == CLOTHING
    run_id = starting.start_run(dataset_id, usual("transfer", backbone=CLOTHING, image_size_px=128))
    assert jobs.wait(runs.load_run(run_id).job_dir, 240).status == "done", jobs.log_tail(runs.load_run(run_id).job_dir)
    assert load_model(run_id).test["accuracy"] > 0.6


def test_it_knows_which_photos_it_has_learned_from(clothing):
    kept = similar.load(clothing.folder)
    assert kept is not None and len(kept.labels) == 3409
    hashes = [row.tobytes().hex() for row in kept.content_hashes[:50]]
    assert learned.has_seen(clothing.folder, hashes).all()
    assert not learned.has_seen(clothing.folder, ["ab" * 32]).any()
