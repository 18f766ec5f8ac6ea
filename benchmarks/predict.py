"""Asking a model about one photo: bytes to probabilities, decoding included.

python -m benchmarks.predict
"""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.places import machine, spread, unpacked_photos
from core import jobs
from core.data import store
from core.model import bundle, predictor
from core.training import runs, starting
from core.training.recipe import Recipe


def main() -> str:
    """Trains the course's network for one epoch and asks it about real photos; returns the section."""
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "validation"
    with tempfile.TemporaryDirectory() as home:
        os.environ["FITTING_ROOM_HOME"] = home
        dataset_id = store.start_dataset({"kind": "folder", "path": str(photos)}, "Clothing photos")
        jobs.wait(store.load_dataset(dataset_id).job_dir)
        run = runs.load_run(starting.start_run(dataset_id, Recipe(epochs=1)))
        jobs.wait(run.job_dir)
        return asked(bundle.load_model(run.id), sorted(photos.glob("*/*.jpg")))


def asked(model: bundle.Model, files: list[Path]) -> str:
    """Asks about each photo by itself, and then about all of them."""
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
        f"**Asking** `classic` at {model.input_size_px} px about {len(files)} photos, most of them 400×533 JPEG, "
        f"decoding included ({machine()}).\n\n"
        "| | |\n|---|---|\n"
        f"| one photo, bytes to probabilities, median (range) | {spread(milliseconds, 2)} ms |\n"
        f"| all of them | {rate:.0f} photos a second |\n"
    )


if __name__ == "__main__":
    print(main())
