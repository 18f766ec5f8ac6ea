"""Asking a model about photos: what our own code costs beside decoding and the network, one by one and many at once.

python -m benchmarks.predict
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from benchmarks.places import ROOT, machine, unpacked_photos
from core.data.photo import to_pixels
from core.model import bundle, predictor

ROUNDS = 5  # of each measure; they take turns, so that what else the machine does meets all of them
MANY = 200
KERAS_PHOTOS = 60  # one at a time take it seconds
LASTING = 2000  # predictions after which the memory must be what it was


def main() -> str:
    """Asks the models that come with the app about real photos; returns the section."""
    photos = _photos()
    return f"**Asking**, {len(photos)} photos, most of them 400×533 JPEG ({machine()}).\n\n" + "\n".join(
        asked(bundle.load_model(name), photos) for name in ("clothing-photos", "garments")
    )


def asked(model: bundle.Model, photos: list[tuple[str, bytes]]) -> str:
    """Measures one model."""
    ours, bare, threads = predictor.Predictor(model), Bare(model, 1), Bare(model, predictor.NUM_THREADS)
    one_by_one: dict[str, Callable[[bytes], Any]] = {
        "floor, one thread": bare.ask,
        "floor, two threads": threads.ask,
        "ours": lambda content: ours.predict_photos([("photo", content)]),
    }
    at_once: dict[str, Callable[[], Any]] = {
        "bare": lambda: threads.ask_all([content for _, content in photos]),
        "ours": lambda: ours.predict_photos(photos),
    }
    one_ms: dict[str, list[float]] = {name: [] for name in one_by_one}
    rates: dict[str, list[float]] = {name: [] for name in at_once}
    for name, content in photos[:3]:
        assert ours.predict_photos([(name, content)])[0].error is None
    for _ in range(ROUNDS):
        for _, content in photos:
            for name, ask in one_by_one.items():
                one_ms[name].append(1000 * _seconds(lambda ask=ask, content=content: ask(content)))  # type: ignore[misc]
        for name, ask_all in at_once.items():
            rates[name].append(len(photos) / _seconds(ask_all))
    medians = {name: statistics.median(values) for name, values in one_ms.items()}
    many = {name: statistics.median(values) for name, values in rates.items()}
    command = [sys.executable, "-m", "benchmarks.predict", model.id]
    keras = float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[-1])
    floor_ms = min(medians["floor, one thread"], medians["floor, two threads"])
    return (
        f"`{model.id}` at {model.input_size_px} px\n\n"
        "| | |\n|---|---|\n"
        f"| one photo, bytes to probabilities, similar photos and all, median | {medians['ours']:.2f} ms |\n"
        f"| decoding and LiteRT alone, one thread or two, whichever is faster | {floor_ms:.2f} ms |\n"
        f"| ratio (at most 1.3) | **{medians['ours'] / floor_ms:.2f}** |\n"
        f"| {len(photos)} photos at once | {many['ours']:.0f} photos a second |\n"
        f"| the same, decoding and LiteRT alone on two threads{threads.in_batches} | {many['bare']:.0f} |\n"
        f"| ratio (at least 0.8) | **{many['ours'] / many['bare']:.2f}** |\n"
        f"| Keras' `model.predict`, one at a time, decoding included | {keras:.0f} |\n"
        f"| ours at once is so many times as fast | **{many['ours'] / keras:.1f}** |\n"
        f"| memory gained over {LASTING:,} predictions | {_gained_mb(ours, photos):.1f} MB |\n"
    )


class Bare:
    """Decoding and the network, and nothing else."""

    def __init__(self, model: bundle.Model, num_threads: int) -> None:
        self.size_px = model.input_size_px
        self.network = Interpreter(model_path=str(model.tflite_path), num_threads=num_threads)
        self.network.allocate_tensors()
        self.input = self.network.get_input_details()[0]
        self.output = self.network.get_output_details()[0]
        self.batches = Interpreter(model_path=str(model.tflite_path), num_threads=num_threads)
        self.batches.resize_tensor_input(self.input["index"], [25, self.size_px, self.size_px, 3])
        try:
            self.batches.allocate_tensors()
            self.in_batches = ", 25 a batch"
        except RuntimeError:  # a network that takes one photo at a time, whatever one asks for
            self.in_batches = ", one after another"

    def ask(self, content: bytes) -> Any:
        pixels = to_pixels(content, self.size_px)
        self.network.set_tensor(self.input["index"], pixels[None].astype(self.input["dtype"]))
        self.network.invoke()
        return self.network.get_tensor(self.output["index"])

    def ask_all(self, contents: list[bytes]) -> Any:
        if "25" not in self.in_batches:
            return [self.ask(content) for content in contents]
        for start in range(0, len(contents) - 24, 25):
            pixels = np.stack([to_pixels(content, self.size_px) for content in contents[start : start + 25]])
            self.batches.set_tensor(self.input["index"], pixels.astype(self.input["dtype"]))
            self.batches.invoke()
        return self.batches.get_tensor(self.output["index"])


def keras_rate(model: bundle.Model) -> float:
    """Photos a second of Keras itself, asked one at a time. In a process of its own."""
    import keras

    network = keras.models.load_model(model.keras_path, compile=False)
    photos = _photos()[:KERAS_PHOTOS]

    def ask(content: bytes) -> None:
        network.predict(to_pixels(content, model.input_size_px)[None], verbose=0)

    ask(photos[0][1])
    return 1 / statistics.median(_seconds(lambda content=content: ask(content)) for _, content in photos)  # type: ignore[misc]


def _photos() -> list[tuple[str, bytes]]:
    folder = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark") / "validation"
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*/*.jpg"))[:MANY]]


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _gained_mb(ours: predictor.Predictor, photos: list[tuple[str, bytes]]) -> float:
    """What the process holds more than before, after it has answered many; the first round is warming up."""
    ours.predict_photos(photos)
    before = _held_mb()
    for _ in range(LASTING // len(photos)):
        ours.predict_photos(photos)
    return _held_mb() - before


def _held_mb() -> float:
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    print(main() if len(sys.argv) == 1 else keras_rate(bundle.load_model(sys.argv[1])))
