"""Makes a small clothing model of drawings alone, in a process of its own. Prints what it found as JSON.

python -m tests.workshop.making_checks FOLDER
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.model import familiarity, similar
from core.model.bundle import read_model
from core.model.predictor import Predictor
from core.sources.garments import CLASS_NAMES, draw_nth
from core.training.recipe import usual
from workshop import clothing, folds, materials, trials

SIZE, PHOTOS, DRAWN = 32, 160, 16
trials.STRESSED, trials.OF_A_KIND, trials.DRAWINGS = 10, 1, 24
RECIPE = usual("classic", image_size_px=SIZE, epochs=8, batch_size=16)


def drawings() -> materials.Materials:
    """Drawings that pretend to be photos, and some more that do not."""
    drawn = [draw_nth(index, seed=3, width_px=64, height_px=64) for index in range(PHOTOS + DRAWN)]
    pixels = np.stack([np.asarray(picture.resize((SIZE, SIZE))) for _, picture in drawn])
    labels = np.array([CLASS_NAMES.index(label) for label, _ in drawn])
    is_drawn = np.arange(len(drawn)) >= PHOTOS
    dealt = np.where(is_drawn, -1, materials.deal(labels, np.arange(len(drawn)), 0))
    hashes = [f"{index:064x}" for index in range(len(drawn))]
    files = [materials.jpeg(picture) for _, picture in drawn]
    return materials.Materials(
        pixels, labels, is_drawn, dealt, hashes, hashes, list(CLASS_NAMES), "drawn", lambda row: files[row]
    )


here = Path(sys.argv[1])
made: list[int] = []
usual_ask = folds._ask
materials.clothing = lambda size_px, seed: drawings()
folds._ask = lambda photos, recipe, fold, *rest: (made.append(fold), usual_ask(photos, recipe, fold, *rest))[1]
line = clothing.make(RECIPE, here / "made")
next((here / "home/workshop").glob("*/fold-3.npz")).unlink()
again = clothing.make(RECIPE, here / "made")
keys = {clothing._key(drawings(), recipe) for recipe in (RECIPE, RECIPE, replace(RECIPE, epochs=9))}

import keras  # noqa: E402, TID253

model, photos = read_model(here / "made"), drawings()
predictor = Predictor(model)
looked = predictor.look(photos.pixels[:20])
said = looked.probabilities
mirror = predictor.look(np.ascontiguousarray(photos.pixels[:20, :, ::-1])).probabilities
by_keras = np.asarray(keras.models.load_model(model.keras_path)(photos.pixels[:20]))
rule = familiarity.load(model.folder)
noise = np.random.default_rng(0).integers(0, 256, (20, SIZE, SIZE, 3), dtype=np.uint8)
found = {
    "line": line,
    "same": line == again,
    "made": made,
    "keys": len(keys),
    "keras": float(np.abs(by_keras - said).max()),
    "mirror": float(np.abs(mirror - said).max()),
    "accuracy": model.test["accuracy"],
    "photos": model.test["photos"],
    "sure": model.thresholds.sure,
    "temperature": model.temperature,
    "noise": float((rule.strangeness(predictor.look(noise).seen) > rule.limit).mean()),
    "known": float((rule.strangeness(looked.seen) > rule.limit).mean()),
    "itself": sum(
        similar.load(model.folder).nearest(seen)[0][0] == each
        for seen, each in zip(looked.features, photos.content_hashes[:20], strict=True)
    ),
    "evaluation": json.loads((model.folder / "evaluation.json").read_text()),
    "pictures": sorted(path.name for path in (model.folder / "card").iterdir()),
    "card": (model.folder / "card.md").read_text(),
    "files": sorted(path.name for path in model.folder.iterdir()),
}
(here / "found.json").write_text(json.dumps(found))
