"""Whether two photos are the same one, saved again; and whether a dataset has a photo already."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.photo import Look
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.store import MANIFEST_COLUMNS, Dataset, photo_path

# Measured on 3,409 photos of clothes, saved again at JPEG qualities of 40 to 85 and 40 to 90 % of the size: a copy
# differs by 6.6 of 255 levels at most, and by 16 % of its contrast; two photos by 12.0 levels and 20 % at least.
SAME_LEVELS = 8.0
SAME_SHARE = 0.17
BRIGHTER_LEVELS = 10.0  # that a copy may be brighter or darker all over
PLAIN_LEVELS = 2.0  # contrast of a photo of one colour: such photos are all alike, so they are no copies of each other
GRID = 16  # squares a side, so that the noise of saving is evened out


def grids(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Photos as squares of their mean colour.

    Args:
        pixels: shape (N, S, S, 3), S a multiple of `GRID`.

    Returns:
        Shape (N, GRID, GRID, 3), 0 to 255.
    """
    step = pixels.shape[1] // GRID
    places = [(row, column) for row in range(step) for column in range(step)]
    # Sums of whole slices: five times as fast as a mean over two axes.
    total = sum(pixels[:, row::step, column::step].astype(np.float32) for row, column in places)
    found: NDArray[np.float32] = np.asarray(total, np.float32) / np.float32(len(places))
    return found


def contrast(photos: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far photos are from one colour, in levels: root mean square.

    Args:
        photos: `grids`.

    Returns:
        Shape (N,).
    """
    found: NDArray[np.float32] = np.sqrt(photos.var((1, 2)).mean(axis=1))
    return found


def same_photo(photos: NDArray[np.float32], photo: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which photos are one and the same, saved again: smaller, worse, or a bit brighter.

    Args:
        photos: `grids` of N.
        photo: of the other one, shape (GRID, GRID, 3).

    Returns:
        Shape (N,).
    """
    off = photos - photo
    brighter = off.mean((1, 2, 3), keepdims=True)
    off -= np.clip(brighter, -BRIGHTER_LEVELS, BRIGHTER_LEVELS)
    levels = np.sqrt((off**2).mean((1, 2, 3)))
    least = np.minimum(contrast(photos), contrast(photo[None]))
    found: NDArray[np.bool_] = (levels <= np.minimum(SAME_LEVELS, SAME_SHARE * least)) & (least > PLAIN_LEVELS)
    return found


class Alike:
    """The photos of a dataset, also those left out by people, to find one among them that was saved again."""

    def __init__(self, dataset: Dataset | None) -> None:
        """Takes up what is needed; of no dataset nothing is ever found."""
        self.pixels = None if dataset is None else load_pixels(dataset, MADE_WITH_PX)
        rows = empty_manifest() if dataset is None else dataset.as_made()
        self.good = rows[rows["status"] == "ok"]
        means = [] if self.pixels is None else [self.pixels[row].mean(axis=(0, 1)) for row in self.good.index]
        self.means = np.array(means, np.float32).reshape(-1, 3)  # of each colour: what is far off there is far off
        self.files: dict[int, list[tuple[int, Path]]] = {}  # positions and photos by bytes
        for row, content_hash in self.good["content_hash"].items():
            path = photo_path(dataset.folder, content_hash) if dataset else Path()
            self.files.setdefault(path.stat().st_size, []).append((int(row), path))

    def places(self, content: bytes, content_hash: str, look: Look) -> list[int]:
        """Where in the manifest a photo is: the same file, as it came or as it is kept, or hardly another pixel."""
        found = set(self.good.index[self.good["content_hash"] == content_hash])
        found |= {row for row, path in self.files.get(len(content), ()) if path.read_bytes() == content}
        far = np.abs(self.means - look.pixels.mean(axis=(0, 1))).mean(axis=1)
        near = self.good.index[far <= SAME_LEVELS + BRIGHTER_LEVELS]
        if self.pixels is not None and len(near):
            found |= {*near[same_photo(grids(self.pixels[near]), grids(look.pixels[None])[0])]}
        return sorted(found)


def empty_manifest() -> pd.DataFrame:
    """A manifest without rows."""
    return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in MANIFEST_COLUMNS.items()})
