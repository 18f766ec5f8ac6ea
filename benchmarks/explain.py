"""Where a model looked: what a heat map takes, and whether it is true.

True is a map if the places that it calls hot count: blurring the hottest tenth of a photo must lower the probability of
what the model says far more than blurring as much elsewhere. Elsewhere is the same shape, moved somewhere at random.

python -m benchmarks.explain
"""

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.places import machine, spread, unpacked_photos
from core.data.photo import decode, resize
from core.model.bundle import Model, clothing_model_dir, list_models
from core.model.changing_mind import what_would_change_it
from core.model.explain import erased, heat_map, hottest
from core.model.predictor import Predictor
from core.sources import garments

PHOTOS = 100
ELSEWHERE = 8  # random places a photo
SEED = 7
UNSEEN = 777_000  # where the seeds of drawings begin that nothing was taught with


@dataclass
class Measured:
    """Of one model, over all photos."""

    map_ms: list[float]
    mind_ms: list[float]
    lost: dict[str, list[float]]  # probability that goes with the hottest tenth; and with a tenth elsewhere, mean


def main() -> str:
    """Explains what the models that come along say of a hundred photos and a hundred drawings; returns the section."""
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark")
    files = sorted(photos.glob("validation/*/*.jpg"))
    random.Random(SEED).shuffle(files)
    rows = []
    for model in (model for model in list_models() if model.is_bundled):
        size = model.input_size_px
        if model.folder == clothing_model_dir():
            real = [decode(file.read_bytes(), near_px=size) for file in files[:PHOTOS]]
            rows.append(_row(model, "real photos", measured(model, real)))
        rows.append(_row(model, "drawings", measured(model, _drawings(size))))
    return (
        f"**Where it looked**: {PHOTOS} photos, and {PHOTOS} drawings that nothing was taught with ({machine()}). "
        "Erased is what is blurred, with a standard deviation of an eighth of a side; elsewhere is the same shape "
        f"at {ELSEWHERE} random places of the photo.\n\n"
        "| model | asked about | a heat map, median (range) | probability lost with the hottest tenth | "
        "with a tenth elsewhere | times | what would change its mind |\n|---|---|---|---|---|---|---|\n" + "".join(rows)
    )


def measured(model: Model, asked: list[Image.Image]) -> Measured:
    """Explains what the model says of each photo."""
    predictor, found = Predictor(model), Measured([], [], {"hottest": [], "elsewhere": []})
    places = np.random.default_rng(SEED)
    for photo in asked:
        pixels = resize(photo, model.input_size_px)
        probabilities = predictor.predict(pixels[None])[0]
        said = int(probabilities.argmax())
        began = time.perf_counter()
        heat = heat_map(predictor, pixels, said)
        found.map_ms.append(1000 * (time.perf_counter() - began))
        began = time.perf_counter()
        what_would_change_it(predictor, photo)
        found.mind_ms.append(1000 * (time.perf_counter() - began))
        hot = hottest(heat)
        masks = [hot, *(_moved(hot, places) for _ in range(ELSEWHERE))]
        left = predictor.predict(np.stack([erased(pixels, mask) for mask in masks]))[:, said]
        found.lost["hottest"].append(float(probabilities[said] - left[0]))
        found.lost["elsewhere"].append(float(probabilities[said] - left[1:].mean()))
    return found


def _row(model: Model, about: str, found: Measured) -> str:
    hot, other = (float(np.mean(found.lost[name])) for name in ("hottest", "elsewhere"))
    return (
        f"| {model.name} | {about} | {spread(found.map_ms, 0)} ms | {hot:.3f} | {other:.3f} | {hot / other:.1f} | "
        f"{spread(found.mind_ms, 0)} ms |\n"
    )


def _moved(places: NDArray[np.bool_], random_places: np.random.Generator) -> NDArray[np.bool_]:
    """The same shape elsewhere; what leaves at one side comes in at the other."""
    return np.roll(places, tuple(random_places.integers(0, len(places), 2)), (0, 1))


def _drawings(size_px: int) -> list[Image.Image]:
    names = garments.CLASS_NAMES
    return [garments.draw(names[number % len(names)], UNSEEN + number, 2 * size_px) for number in range(PHOTOS)]


if __name__ == "__main__":
    print(main())
