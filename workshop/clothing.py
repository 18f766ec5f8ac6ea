"""The clothing model: cross-validated, then taught with all photos, and described by what the folds have shown."""

import json
import shutil
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.files import write_json
from core.model import familiarity, learned, similar
from core.model.bundle import BUNDLED_DIR, Model, Thresholds, write_facts
from core.model.card import OwnWords
from core.model.deciding import outlook_of
from core.model.evaluation import evaluate
from core.model.predictor import Predictor
from core.settings import load_settings
from core.training.backbones import EYES
from core.training.recipe import Recipe, usual
from core.training.starting import versions
from workshop import folds, materials, trials, weighing
from workshop.between import AS_IT_ANSWERS, go_back, save_eyes
from workshop.lessons import taught
from workshop.telling import MISTAKES, tell, write_card

ID = "clothing-photos"
NAME = "Clothes"
LICENCE = (
    "MIT; photos: alexeygrigorev/clothing-dataset-small, CC0; begun from MobileNetV2's ImageNet weights, Apache-2.0"
)
RECIPE: Recipe = usual("transfer", fine_tune=True, epochs=45, seed=1)
WORDS = OwnWords(
    made_by="The makers of Fitting Room, with its own code.",
    intended_use="Naming the kind of a garment on a photo that shows one, as people take them at home: to sort photos, "
    "to find them, or to propose a name that somebody looks at.",
    out_of_scope="Telling people apart, or anything about them; clothes on a runway, in crowds, or several at once; "
    "kinds that are not in the list above; any decision that nobody looks at.",
    limits="Most of its photos show one garment, laid or hung, taken by phones at home: of a shop's photos it knows "
    "less.",
    licence="MIT; the photos are the Clothing dataset (small), collected by Alexey Grigorev and those who sent their "
    "photos to him, and given to the public domain (CC0). MobileNetV2's weights are by Google (Apache-2.0). The model "
    "is under the licence of Fitting Room. Thank you.",
)
MADE = (
    "`make models` makes it anew from the sample, with this recipe and seed; `history.csv` is the log. It began with "
    "MobileNetV2's ImageNet weights (α 0.35), all of which went on learning, and went back 15 % of its way; the last "
    "labels were softened by what networks said that had not seen the photo. Each answer is the mean of two looks, one "
    "in a mirror; how much each class weighs in it, the answers of the folds have shown, those of each fold by the "
    "answers of the others."
)
DEALT = 5  # seed of the folds
OF_THE_OTHERS = 0.3  # share of a label that is what a network said that had not seen the photo
RIGHT = 0.97  # of the answers that it calls sure


def make(recipe: Recipe = RECIPE, into: Path = BUNDLED_DIR / ID) -> str:
    """Makes the model, or goes on making it where it was broken off; returns how good it is, in a line."""
    photos = materials.clothing(recipe.image_size_px, DEALT)
    home = load_settings().home / "workshop" / f"{ID}-{_key(photos, recipe)}"
    asked = folds.cross_validated(photos, recipe, home)
    targets = _softened(photos, asked)
    everything = np.ones(len(photos.labels), bool)
    all_of_them = photos.photos(everything, photos.folds == 0, targets)
    network, seconds = taught(all_of_them, photos.dataset(home), recipe, home / "all")

    aside = home / "model"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    if recipe.name == "transfer":
        save_eyes(network, recipe, aside / EYES)
    go_back(network, recipe, AS_IT_ANSWERS)
    weights = weighing.fit(asked.labels, asked.said)
    _export(network, weights, aside)
    _keep_seen(network, photos, asked, aside)
    learned.keep(aside, photos.content_hashes)
    model = _described(photos, asked, weights, recipe, seconds, aside)
    said = _told(model, photos, asked, trials.tried(Predictor(model), photos, asked, recipe, home))
    shutil.copyfile(home / "all" / "history.csv", aside / "history.csv")
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(aside, into)
    return said


def _key(photos: materials.Materials, recipe: Recipe) -> str:
    """Says of what photos and by what recipe something was made, so that nothing else is gone on with."""
    return sha256(f"{photos.fingerprint} {json.dumps(recipe.to_json())} {DEALT}".encode()).hexdigest()[:8]


def _softened(photos: materials.Materials, asked: folds.Asked) -> NDArray[np.float32]:
    """Labels that admit what others saw in a photo: a shirt that looks like a longsleeve is a little of both.

    Distillation, after G. Hinton and others, "Distilling the Knowledge in a Neural Network", 2015, from networks that
    had not seen the photo: what they have learned by heart is not passed on.
    """
    targets = np.eye(len(photos.class_names), dtype=np.float32)[photos.labels]
    targets[asked.rows] = (1 - OF_THE_OTHERS) * targets[asked.rows] + OF_THE_OTHERS * asked.honest()
    return targets


def _export(network: Any, weights: weighing.Weighing, folder: Path) -> None:
    from core.model.litert import litert
    from core.model.traits import with_traits
    from core.training.mirrored import mirrored, weighed

    factors = weights.factors.tolist()
    weighed(mirrored(network), factors).save(folder / "model.keras")
    (folder / "model.tflite").write_bytes(litert(weighed(mirrored(with_traits(network)), factors)))


def _keep_seen(network: Any, photos: materials.Materials, asked: folds.Asked, folder: Path) -> None:
    """What is usual among all photos, and what it sees in each; how far apart is too far, the folds have shown."""
    rows = np.arange(len(photos.labels))
    seen = folds.looked(network, photos.pixels)
    assert seen.seen is not None, "a network that is not made of stages"
    rule = familiarity.fit(seen.seen, folds.groups_of(photos, rows), seen.seen)
    real = np.flatnonzero(~photos.drawn).tolist()
    names = [photos.class_names[photos.labels[row]] for row in real]
    kept = similar.fit(seen.seen[1][real], [photos.content_hashes[row] for row in real], names)
    assert rule is not None and kept is not None, "there are thousands of photos"
    familiarity.settled(rule.spaces, asked.apart).save(folder)
    kept.save(folder)


def _described(
    photos: materials.Materials,
    asked: folds.Asked,
    weights: weighing.Weighing,
    recipe: Recipe,
    seconds: float,
    folder: Path,
) -> Model:
    """The model, with the temperature and the thresholds that the folds have shown."""
    honest = asked.honest()
    decision = outlook_of(honest.max(axis=1).astype(np.float64), honest.argmax(axis=1) == asked.labels).lowest(RIGHT)
    sure = decision.sure if decision else 1.0
    model = Model(
        id=ID,
        folder=folder,
        name=NAME,
        class_names=tuple(photos.class_names),
        input_size_px=recipe.image_size_px,
        temperature=weights.temperature,
        thresholds=Thresholds(sure=sure, probable=min(sure, Thresholds.probable)),
        created_at=time.time(),
        dataset={
            "id": "",
            "name": "Clothing photos and drawn garments",
            "fingerprint": photos.fingerprint,
            "photos": len(photos.labels),
        },
        recipe=recipe.to_json(),
        versions=versions(),
        test=evaluate(asked.labels, honest, photos.class_names).summary(),
        seconds=round(seconds, 1),
        size_bytes=(folder / "model.tflite").stat().st_size,
        licence=LICENCE,
    )
    write_facts(model)
    return model


def _told(model: Model, photos: materials.Materials, asked: folds.Asked, found: trials.Trials) -> str:
    """Writes report and card; returns the report in a line."""
    honest = asked.honest()
    report = evaluate(asked.labels, honest, photos.class_names)
    scores = asked.scores(photos.class_names)
    right, said, threshold = honest.argmax(axis=1) == asked.labels, honest.max(axis=1), model.thresholds.sure
    is_sure = said >= threshold
    sure = (threshold, float(is_sure.mean()), float(right[is_sure].mean()) if is_sure.any() else 0.0)
    rule = familiarity.load(model.folder)
    assert rule is not None, "it was kept just now"
    unlike = float((familiarity.strangeness(asked.apart, rule.spaces) > rule.limit).mean())
    wrong = [row for row in np.argsort(-said) if not right[row]][:MISTAKES]
    mistakes = [
        f"`{photos.names[asked.rows[row]]}`: {photos.class_names[asked.labels[row]]}, "
        f"called {photos.class_names[honest[row].argmax()]} at {said[row]:.0%}"
        for row in wrong
    ]
    kept = {
        **report.to_json(),
        "baseline": vars(report.baseline),
        "folds": [{"accuracy": each.accuracy, "macro_f1": each.macro_f1, "ece": each.ece} for each in scores],
        "sure": {"from": threshold, "share": sure[1], "right": sure[2]},
        "unlike": unlike,
        **found.to_json(),
    }
    write_json(model.folder / "evaluation.json", kept)
    told = tell(model.folder, scores, sure, unlike, mistakes, found)
    write_card(model, WORDS, f"#### How it was made\n\n{MADE}", told)
    accuracies, f1 = [each.accuracy for each in scores], np.mean([each.macro_f1 for each in scores])
    return (
        f"{len(scores)} folds: right on {np.mean(accuracies):.3f} ({min(accuracies):.3f} to {max(accuracies):.3f}), "
        f"macro F1 {f1:.3f}, ECE {report.ece:.3f}; sure from {threshold:.2f}: {sure[1]:.3f} of photos, {sure[2]:.3f} "
        f"of them right; unlike: {unlike:.3f} of photos, of other things {found.unknown}; "
        f"drawings {found.drawings:.3f}; stress {found.stress}"
    )
