"""What a backbone sees in the photos of a dataset: computed once, kept with it, and learned from in seconds."""

import contextlib
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.store import Dataset
from core.training.photos import Photos
from core.work import Work

MAX_THREADS = 8  # each has an interpreter, with a copy of the weights as it likes them
CHUNK = 64  # photos between two looks whether to stop


def load_features(dataset: Dataset, photos: Photos, eyes: Any, name: str, work: Work) -> NDArray[np.float32]:
    """Looks at all photos of a dataset, or remembers what was seen in them.

    Stopped or killed, it goes on where it was: what is not seen yet is no number in the file.

    Args:
        dataset: whose folder keeps what is seen, in `features/`.
        photos: its pixels.
        eyes: a `keras.Model`, uint8 photos (N, S, S, 3) to features (N, F).
        name: of the eyes; what other eyes of this name have seen is thrown away.
        work: hears how far it is, as "features", and may stop it.

    Returns:
        Shape (rows of the manifest, F), memory-mapped and read-only; rows at which nobody has looked yet are NaN.
    """
    path = dataset.folder / "features" / f"{name}-{_key(dataset, eyes)}.npy"
    aside = path.with_name(f".{path.name}")
    if not path.exists():
        for other in path.parent.glob(f"*{name}-????????????.npy"):
            if other != aside:
                other.unlink()
        _look(photos, eyes, aside, work)
        aside.replace(path)
    else:
        _look(photos, eyes, path, work)  # at what people left out when it was made, and took back since
    seen: NDArray[np.float32] = np.load(path, mmap_mode="r")
    return seen


def seen_by(pixels: NDArray[np.uint8], interpreters: Sequence[Any]) -> NDArray[np.float32]:
    """Asks LiteRT about photos, one at a time in as many threads as there are interpreters.

    One at a time is fastest: what a layer leaves is still near the processor when the next one takes it up.

    Args:
        pixels: shape (N, S, S, 3), 0 to 255.
        interpreters: of the same network, with their tensors allocated.

    Returns:
        Shape (N, F).
    """
    place, answer = (interpreters[0].get_input_details()[0], interpreters[0].get_output_details()[0])
    seen = np.empty((len(pixels), answer["shape"][-1]), np.float32)

    free: SimpleQueue[Any] = SimpleQueue()
    for each in interpreters:
        free.put(each)

    def ask(index: int) -> None:
        interpreter = free.get()
        interpreter.set_tensor(place["index"], pixels[index][None])
        interpreter.invoke()
        seen[index] = interpreter.get_tensor(answer["index"])[0]
        free.put(interpreter)

    with ThreadPoolExecutor(len(interpreters)) as pool:
        list(pool.map(ask, range(len(pixels))))
    return seen


def interpreters_of(network: Any) -> list[Any]:
    """LiteRT interpreters of a `keras.Model`, one for each core."""
    from ai_edge_litert.interpreter import Interpreter

    from core.model.litert import litert

    content = litert(network)
    made = [Interpreter(model_content=content, num_threads=1) for _ in range(min(os.cpu_count() or 1, MAX_THREADS))]
    for interpreter in made:
        interpreter.allocate_tensors()
    return made


def _look(photos: Photos, eyes: Any, path: Path, work: Work) -> None:
    """Looks at all good photos at which nobody has looked yet."""
    good = np.flatnonzero(photos.labels >= 0)
    seen = _opened(path, (len(photos.labels), eyes.output.shape[-1]))
    missing = good[np.isnan(seen[good, 0])]
    if not len(missing):
        return
    interpreters = interpreters_of(eyes)
    for start in range(0, len(missing), CHUNK):
        work.check_stop()
        rows = missing[start : start + CHUNK]
        seen[rows] = seen_by(photos.read(rows), interpreters)
        work.progress("features", len(good) - len(missing) + start + len(rows), len(good))
    seen.flush()


def _opened(path: Path, shape: tuple[int, int]) -> Any:
    """The array to fill: as it was left, or new."""
    with contextlib.suppress(OSError, ValueError, EOFError):
        if np.load(path, mmap_mode="r").shape == shape:  # of one that broke off, "r+" would fill up the rest with zeros
            return np.load(path, mmap_mode="r+")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    made = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    if hasattr(os, "posix_fallocate"):  # or a full disk would show as a bus error, which no program survives
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    made[:] = np.nan
    return made


def _key(dataset: Dataset, eyes: Any) -> str:
    """Says of what photos and by what weights something was seen."""
    digest = hashlib.sha256(dataset.fingerprint.encode())
    for weight in eyes.get_weights():
        digest.update(weight.tobytes())
    return digest.hexdigest()[:12]
