"""The clothing model that comes with the app: what an answer takes, and that LiteRT says what Keras says.

python -m benchmarks.clothing
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.places import ROOT, machine, spread, unpacked_photos
from core.data.photo import to_pixels
from core.errors import NotFound
from core.model.bundle import load_model
from core.model.predictor import Predictor

ID = "clothing-photos"


def main() -> str:
    """Asks about all real photos and returns the section."""
    try:
        model = load_model(ID)
    except NotFound:
        return "**The clothing model** is not here.\n"
    photos = unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark")
    files = sorted(photos.glob("*/*/*.jpg"))
    predictor = Predictor(model)
    predictor.predict_photos([("warm-up", files[0].read_bytes())])
    milliseconds, said = [], []
    for file in files:
        content = file.read_bytes()
        began = time.perf_counter()
        predictor.predict_photos([(file.name, content)])
        milliseconds.append(1000 * (time.perf_counter() - began))
        said.append(predictor.predict_raw(to_pixels(content, model.input_size_px)[None])[0])
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/said.npy", np.stack(said))
        command = [sys.executable, "-m", "benchmarks.clothing", str(photos), folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    apart = float(done.stdout.split()[-1])
    size = sum(path.stat().st_size for path in model.folder.rglob("*") if path.is_file())
    return (
        f"**The clothing model** asked about {len(files):,} photos, one at a time, most of them 400×533 JPEG "
        f"({machine()}). How good it is stands in its card.\n\n"
        "| | |\n|---|---|\n"
        "| bytes to answer: decoded, looked at twice, what is like it found; median (5th to 95th percentile) | "
        f"{spread(np.percentile(milliseconds, [5, 50, 95]).tolist(), 1)} ms |\n"
        f"| largest difference between LiteRT and Keras, of any probability | {apart:.1e} |\n"
        f"| its folder | {size / 1e6:.1f} MB |\n"
    )


def _difference(photos: Path, folder: Path) -> float:
    """In a process of its own: between what LiteRT has said and what Keras says."""
    import keras

    model = load_model(ID)
    network = keras.models.load_model(model.keras_path, compile=False)
    said, furthest = np.load(folder / "said.npy"), 0.0
    files = sorted(photos.glob("*/*/*.jpg"))
    for start in range(0, len(files), 64):
        pixels = np.stack([to_pixels(file.read_bytes(), model.input_size_px) for file in files[start : start + 64]])
        furthest = max(furthest, float(np.abs(network.predict_on_batch(pixels) - said[start : start + 64]).max()))
    return furthest


if __name__ == "__main__":
    print(main() if len(sys.argv) == 1 else _difference(Path(sys.argv[1]), Path(sys.argv[2])))
