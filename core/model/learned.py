"""Which photos a model has learned from, so that nobody examines it on them by mistake."""

import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.files import write_bytes

FILE = "learned.npy"
DIGITS = 16  # of each SHA-256, in hexadecimal: enough to tell photos apart, and 8 bytes each


def keep(folder: Path, content_hashes: Iterable[str]) -> None:
    """Writes `learned.npy` into a model's folder: the photos that it was taught and watched with."""
    file = io.BytesIO()
    np.save(file, np.unique(_short(content_hashes)))
    write_bytes(folder / FILE, file.getvalue())


def has_seen(folder: Path, content_hashes: Iterable[str]) -> NDArray[np.bool_]:
    """Whether the model in this folder has learned from these photos; False of each where nobody kept it.

    Args:
        folder: of the model.
        content_hashes: SHA-256 of the photos' bytes, in hexadecimal; N of them.

    Returns:
        Shape (N,).
    """
    asked = _short(content_hashes)
    try:
        return np.isin(asked, np.load(folder / FILE))
    except (OSError, ValueError, EOFError):
        return np.zeros(len(asked), bool)


def _short(content_hashes: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([int(each[:DIGITS] or "0", 16) for each in content_hashes], np.uint64)
