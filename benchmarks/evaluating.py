"""An exam on 10,000 photos against the bare LiteRT loop over the same pixels, and how fast its numbers open.

python -m benchmarks.evaluating [PHOTOS]
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from benchmarks.places import machine, spread, unpacked_photos
from core.data import store
from core.data.finishing import finish
from core.data.photo import to_pixels
from core.data.pixels import load_pixels
from core.files import new_id, write_json
from core.model import bundle, examining, predictor
from core.model.exams import load_exam
from core.settings import load_settings
from core.work import Work

PHOTOS = 10_000
ROUNDS = 3  # of each measure, in turns
DIFFERENT = 500  # real photos, taken again and again with noise of their own
LOT = 25


def main(photos: int = PHOTOS) -> str:
    """Examines both models that come with the app; returns the section."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["FITTING_ROOM_HOME"] = home
        found = [examined(bundle.load_model(name), photos) for name in ("clothing-photos", "garments")]
    return f"**Evaluating**, {photos:,} photos of one dataset ({machine()}).\n\n" + "\n".join(found)


def examined(model: bundle.Model, photos: int) -> str:
    """Measures one model."""
    dataset = made(model, photos)
    pixels = load_pixels(dataset, model.input_size_px)
    bare = {
        "one after another, two threads": lambda: one_by_one(model, pixels),
        f"{LOT} at once, two threads": lambda: in_lots(model, pixels),
    }
    work = Work(dataset.folder)
    seconds: dict[str, list[float]] = {name: [] for name in ("ours", *bare)}
    for _ in range(ROUNDS):
        for name, ask in bare.items():
            if (took := timed(ask)) is not None:
                seconds[name].append(took)
        seconds["ours"].append(timed(lambda: examining.work(work, model.id, dataset.id, "")) or 0.0)
    opened = [timed(lambda: vars(load_exam(model, dataset.id).evaluation)) or 0.0 for _ in range(5)]  # type: ignore[union-attr]
    exam = load_exam(model, dataset.id)
    assert exam is not None and exam.evaluation.photos == photos
    first, second = model.class_names[:2]
    cell = [timed(lambda: exam.photos_of(first, second)) or 0.0 for _ in range(5)]
    medians = {name: statistics.median(values) for name, values in seconds.items() if values}
    ours = medians.pop("ours")
    return (
        f"`{model.id}` at {model.input_size_px} px\n\n"
        "| | |\n|---|---|\n"
        f"| the exam, from the first photo to the kept answers | {spread(seconds['ours'])} s |\n"
        + "".join(f"| LiteRT alone, {name} | {spread(seconds[name])} s |\n" for name in medians)
        + f"| ratio to the faster of these (at most 1.3) | **{ours / min(medians.values()):.2f}** |\n"
        f"| its numbers, opened again | {1000 * statistics.median(opened):.0f} ms |\n"
        f"| the photos of a cell | {1000 * statistics.median(cell):.1f} ms |\n"
    )


def made(model: bundle.Model, photos: int) -> store.Dataset:
    """A dataset of so many photos, as far as an exam reads it: a manifest and pixels."""
    folder = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "validation"
    files = sorted(folder.glob("*/*.jpg"))[:DIFFERENT]
    seen = np.stack([to_pixels(path.read_bytes(), model.input_size_px) for path in files])
    dataset_id = new_id("many photos")
    path = load_settings().datasets_dir / dataset_id
    write_json(path / "dataset.json", {"name": "Many photos", "source": {"kind": "folder"}, "created_at": time.time()})
    (path / "pixels").mkdir()
    shape = (photos, *seen.shape[1:])
    kept = path / "pixels" / f"{model.input_size_px}.npy"
    pixels = np.lib.format.open_memmap(kept, mode="w+", dtype=np.uint8, shape=shape)
    random = np.random.default_rng(0)
    for row in range(photos):
        pixels[row] = seen[row % len(seen)] ^ random.integers(0, 4, shape[1:], dtype=np.uint8)
    pixels.flush()
    rows = pd.DataFrame(
        {
            "row": range(photos),
            "source": [f"{row:06}.jpg" for row in range(photos)],
            "label": [model.class_names[row % len(model.class_names)] for row in range(photos)],
            "content_hash": [sha256(str(row).encode()).hexdigest() for row in range(photos)],
        }
    )
    rows = rows.assign(
        status="ok", reason="", perceptual_hash="", width=400, height=533, bytes=1, group="", part="test"
    )
    finish(path, rows.astype(store.MANIFEST_COLUMNS))
    return store.load_dataset(dataset_id)


def one_by_one(model: bundle.Model, pixels: NDArray[np.uint8]) -> None:
    """The plainest loop there is."""
    network = loaded(model)
    place, answer = network.get_input_details()[0], network.get_output_details()[0]
    for photo in pixels:
        network.set_tensor(place["index"], photo[None].astype(place["dtype"]))
        network.invoke()
        network.get_tensor(answer["index"])


def in_lots(model: bundle.Model, pixels: NDArray[np.uint8]) -> None:
    """The same in batches; a network that takes none raises RuntimeError."""
    network = loaded(model)
    place, answer = network.get_input_details()[0], network.get_output_details()[0]
    network.resize_tensor_input(place["index"], [LOT, *pixels.shape[1:]])
    network.allocate_tensors()
    for start in range(0, len(pixels) - LOT + 1, LOT):
        network.set_tensor(place["index"], pixels[start : start + LOT].astype(place["dtype"]))
        network.invoke()
        network.get_tensor(answer["index"])


def loaded(model: bundle.Model) -> Any:
    network = Interpreter(model_path=str(model.tflite_path), num_threads=predictor.NUM_THREADS)
    network.allocate_tensors()
    return network


def timed(ask: Callable[[], Any]) -> float | None:
    """The seconds that it takes; None if the network does not take that."""
    began = time.perf_counter()
    try:
        ask()
    except RuntimeError:
        return None
    return time.perf_counter() - began


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
