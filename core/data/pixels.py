"""Photos as arrays to train from: one memory-mapped file a size, indexed like the manifest."""

import contextlib
import mmap
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.chunks import listed_in, spread_photos
from core.data.photo import to_pixels
from core.data.store import Dataset, load_dataset
from core.errors import DatasetDamaged, PhotoError
from core.spread import SPREAD_FROM, Chunk

Pixels = np.memmap[Any, np.dtype[np.uint8]]
THREADS = min(8, os.cpu_count() or 1)  # Pillow lets go of the interpreter lock while it decodes
CHUNK_BYTES = 48_000_000  # of pixels that a worker holds at once: at 100 px 1,600 photos, some seconds
MADE_WITH_PX = 32  # made together with the dataset: to compare photos by, and to choose those to show


def open_for_making(folder: Path, rows: int) -> Pixels:
    """The array that is filled while a dataset is made; rows that fail stay black."""
    path = pixels_path(folder, MADE_WITH_PX)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        with contextlib.suppress(ValueError, EOFError):  # killed while it was laid out: nothing was in it yet
            made: Pixels = np.lib.format.open_memmap(path, mode="r+")
            if made.shape[0] == rows:
                return made
    return _new(path, rows, MADE_WITH_PX)


def let_go(pixels: NDArray[np.uint8]) -> None:
    """Takes what was read or written out of this process's memory, where the system can do that; the file keeps it."""
    memory: object = pixels.base
    if hasattr(mmap, "MADV_DONTNEED") and isinstance(memory, mmap.mmap):
        memory.madvise(mmap.MADV_DONTNEED)


def load_pixels(
    dataset: Dataset,
    size_px: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    check_stop: Callable[[], None] = lambda: None,
) -> Pixels:
    """The photos of a dataset at one size, built once and kept.

    Args:
        dataset: a finished one.
        size_px: side of the square.
        progress: told (done, total) while building.
        check_stop: may raise to end the building. Nothing half-made stays, but of many rows the chunks that are done.

    Returns:
        Shape (rows of the manifest, size_px, size_px, 3), 0 to 255, memory-mapped and read-only. Rows without a photo
        are black; what people left out is there.
    """
    path = pixels_path(dataset.folder, size_px)
    for _ in range(2):
        if not path.exists():
            _build(dataset, size_px, path, progress, check_stop)
        try:
            pixels: Pixels = np.load(path, mmap_mode="r")
            return pixels
        except (ValueError, EOFError):  # damaged: it can be made again
            path.unlink()
    raise DatasetDamaged(f"The pixels of {dataset.name} cannot be kept at {size_px} px. Make the dataset again.")


def read_pixels(dataset: Dataset, content_hashes: Sequence[str], size_px: int) -> NDArray[np.uint8]:
    """Some photos of a dataset at one size, read from their files and not kept.

    Args:
        dataset: a finished one.
        content_hashes: N of its good photos, N at least 1.
        size_px: side of the square.

    Returns:
        Shape (N, size_px, size_px, 3), 0 to 255.

    Raises:
        DatasetDamaged: a photo is gone or cannot be read.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        return np.stack(list(pool.map(lambda each: _read(dataset, each, size_px), content_hashes)))


def pixels_path(folder: Path, size_px: int) -> Path:
    """Where a dataset's folder keeps its photos at one size."""
    return folder / "pixels" / f"{size_px}.npy"


def _new(path: Path, rows: int, size_px: int) -> Pixels:
    pixels: Pixels = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(rows, size_px, size_px, 3))
    if hasattr(os, "posix_fallocate"):  # or a full disk would show as a bus error, which no program survives
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return pixels


def _build(
    dataset: Dataset, size_px: int, path: Path, progress: Callable[[int, int], None], check_stop: Callable[[], None]
) -> None:
    manifest = dataset.as_made(["status", "content_hash"])  # also what is left out: it may be taken back
    if len(manifest) >= SPREAD_FROM:
        hashes = manifest["content_hash"].where(manifest["status"] == "ok").fillna("").tolist()
        del manifest
        _build_in_chunks(dataset, hashes, size_px, path, progress, check_stop)
        return
    good = [(int(index), str(key)) for index, key in manifest.loc[manifest["status"] == "ok", "content_hash"].items()]
    aside = path.with_name(f".{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)

    def fill(place: tuple[int, str]) -> None:
        pixels[place[0]] = _read(dataset, place[1], size_px)

    try:
        pixels = _new(aside, len(manifest), size_px)
        with ThreadPoolExecutor(THREADS) as pool:
            for start in range(0, len(good), 64):
                check_stop()
                list(pool.map(fill, good[start : start + 64]))
                let_go(pixels)
                progress(min(start + 64, len(good)), len(good))
        pixels.flush()
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _build_in_chunks(
    dataset: Dataset,
    hashes: list[str],
    size_px: int,
    path: Path,
    progress: Callable[[int, int], None],
    check_stop: Callable[[], None],
) -> None:
    """Many rows: processes, or Ray, leave the pixels of a chunk each, which become one file in the end.

    Args:
        hashes: of each row of the manifest, "" where there is no photo.
    """
    folder, shape = path.with_name(f"{size_px}.chunks"), (len(hashes), size_px, size_px, 3)
    arguments = {"dataset_id": dataset.id, "size_px": size_px}
    per_chunk = max(1, CHUNK_BYTES // (3 * size_px**2))
    task = "core.data.pixels:read_chunk"
    parts = spread_photos(folder, task, hashes, arguments, per_chunk, ".bytes", progress, check_stop)
    aside = path.with_name(f".{path.name}")
    try:
        with aside.open("wb") as whole:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_2_0(whole, header)
            for part in parts:  # each goes at once: the disk need not hold everything twice
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole, 1024**2)
                part.unlink()
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    shutil.rmtree(folder)


def read_chunk(chunk: Chunk, aside: Path, dataset_id: str, size_px: int, listed: str) -> None:
    """Leaves the pixels of some rows, without any header: what `core.spread` calls. Rows without a photo are black."""
    dataset, hashes = load_dataset(dataset_id), listed_in(listed, chunk)
    pixels = np.zeros((len(hashes), size_px, size_px, 3), np.uint8)
    for place, content_hash in enumerate(hashes):
        if content_hash:
            pixels[place] = _read(dataset, content_hash, size_px)
    pixels.tofile(aside)


def _read(dataset: Dataset, content_hash: str, size_px: int) -> NDArray[np.uint8]:
    photo_path = dataset.photo_path(content_hash)
    try:
        return to_pixels(photo_path.read_bytes(), size_px)
    except (OSError, PhotoError) as error:
        raise DatasetDamaged(
            f"A photo of {dataset.name} is gone or damaged. Put it back, or make the dataset again; all else is as "
            f"it was. Received: {photo_path}"
        ) from error
