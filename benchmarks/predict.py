"""Asking a model about one photo: bytes to probabilities, decoding included.

python -m benchmarks.predict MODEL_ID [PHOTOS]
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.places import machine, spread, unpacked_photos
from core.model import bundle, predictor


def main(model_id: str, photos: int = 200) -> str:
    """Asks about each photo by itself; returns the section for docs/benchmarks.md."""
    folder = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "validation"
    files = sorted(folder.glob("*/*.jpg"))[:: max(1, 341 // photos)]
    model = bundle.load_model(model_id)
    predictor.predict_photos(model, [("warm-up", files[0].read_bytes())])
    milliseconds = []
    for file in files:
        content = file.read_bytes()
        began = time.perf_counter()
        [answer] = predictor.predict_photos(model, [(file.name, content)])
        milliseconds.append(1000 * (time.perf_counter() - began))
        assert answer.error is None, answer.error
    began = time.perf_counter()
    predictor.predict_photos(model, [(file.name, file.read_bytes()) for file in files])
    rate = len(files) / (time.perf_counter() - began)
    return (
        f"**Asking** `{model.recipe.get('name')}` at {model.input_size_px} px about {len(files)} photos, most of them 400×533 "
        f"JPEG, decoding included ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| one photo, bytes to probabilities, median (range) | {spread(milliseconds, 2)} ms |\n"
        f"| all at once | {rate:.0f} photos a second |\n"
    )


if __name__ == "__main__":
    print(main(sys.argv[1], *map(int, sys.argv[2:])))
