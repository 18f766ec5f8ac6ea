"""What a model of ours knows photos by, out of its ZIP: read as the app reads it, looked through, and written anew."""

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelRefused
from core.files import write_bytes
from core.model import familiarity, learned, similar
from core.model.familiarity import Familiarity
from core.model.importing.plain import damaged
from core.model.similar import Similar
from core.sources import zips

MAX_BYTES = 256 * 1024**2  # unpacked: of 200,000 photos the server holds less
HASH_BYTES = 32


def keep_memory(path: Path, to: Path, class_names: list[str]) -> None:
    """`familiar.npz`, `similar.npz` or `learned.npy`. A Python object in there is a pickle, and stays shut.

    Raises:
        ModelRefused: it holds something else than such numbers, or more than anybody needs.
    """
    size = _unpacked_bytes(path)
    if size > MAX_BYTES:
        raise ModelRefused(
            f"“{path.name}” in this ZIP unpacks to {size / 1024**2:,.0f} MB; {MAX_BYTES / 1024**2:,.0f} MB are taken "
            "at most."
        )
    if path.name == learned.FILE:
        _keep_learned(path, to)
        return
    found = familiarity.load(path.parent) if path.name == familiarity.FILE else similar.load(path.parent)
    if found is None:
        raise _no_numbers(path)
    if not (_fits(found) if isinstance(found, Familiarity) else _is_sound(found)):
        raise damaged(path)
    found.save(to.parent)


def _unpacked_bytes(path: Path) -> int:
    """What an `.npz` unpacks to; a `.npy` is not packed."""
    if path.suffix != ".npz":
        return path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except zips.DAMAGE as error:
        raise _no_numbers(path) from error


def _keep_learned(path: Path, to: Path) -> None:
    try:
        found = np.load(path, allow_pickle=False)
    except (*zips.DAMAGE, KeyError, TypeError) as error:
        raise _no_numbers(path) from error
    if not isinstance(found, np.ndarray) or found.dtype != np.uint64 or found.ndim != 1:
        raise damaged(path)
    file = io.BytesIO()
    np.save(file, found)
    write_bytes(to, file.getvalue())


def _fits(found: Familiarity) -> bool:
    """Whether the parts of each space go together."""
    for space in found.spaces:
        parts = (space.mean, space.directions, space.centres)
        if not all(_are_numbers(each) for each in parts) or [each.ndim for each in parts] != [1, 2, 2]:
            return False
        if len(space.directions) != len(space.mean) or space.centres.shape[1] != space.directions.shape[1]:
            return False
        if not np.isfinite([space.middle, space.spread]).all() or not space.spread > 0 or not space.centres.size:
            return False
    return bool(np.isfinite(found.limit))


def _is_sound(found: Similar) -> bool:
    """Whether there is a hash and a label for each photo that was seen."""
    parts = (found.mean, found.directions, found.seen)
    if not all(_are_numbers(each) for each in parts) or [each.ndim for each in parts] != [1, 2, 2]:
        return False
    if len(found.directions) != len(found.mean) or found.seen.shape[1] != found.directions.shape[1]:
        return False
    hashes, labels = found.content_hashes, found.labels
    is_named = labels.dtype.kind == "U" and labels.shape == (len(found.seen),)
    return is_named and hashes.dtype == np.uint8 and hashes.shape == (len(found.seen), HASH_BYTES)


def _are_numbers(values: NDArray[np.float32]) -> bool:
    return values.dtype.kind == "f" and bool(np.isfinite(values).all())


def _no_numbers(path: Path) -> ModelRefused:
    return ModelRefused(
        f"“{path.name}” in this ZIP holds something else than numbers, such as a Python pickle, which is a "
        "program. It was not opened."
    )
