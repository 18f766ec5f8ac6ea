"""Whether a dataset has a photo already, be it saved again."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.data.photo import Look
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.store import MANIFEST_COLUMNS, Dataset, photo_path

# A photo that was saved again, smaller and worse, differs by 3.5 of 255 levels at most; two photos by 9.7 at least.
SAME_LEVELS = 5.0


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
        near = np.abs(self.means - look.pixels.mean(axis=(0, 1))).mean(axis=1) <= SAME_LEVELS
        found |= {row for row in self.good.index[near] if self._is_alike(row, look)}
        return sorted(found)

    def _is_alike(self, row: int, look: Look) -> bool:
        if self.pixels is None:
            return False
        return bool(np.abs(self.pixels[row].astype(np.int16) - look.pixels).mean() <= SAME_LEVELS)


def empty_manifest() -> pd.DataFrame:
    """A manifest without rows."""
    return pd.DataFrame({column: pd.Series(dtype=dtype) for column, dtype in MANIFEST_COLUMNS.items()})
