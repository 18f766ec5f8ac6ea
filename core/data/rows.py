"""What pages and verbs ask of a dataset's rows: some of them, a page of the gallery, how many there are.

Small datasets answer from a table in memory (`core.data.small_rows`), large ones from their files, of which no more is
read than is asked for (`core.data.large_rows`). Both with all mends so far.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

import pandas as pd

from core.data.large_rows import LargeRows
from core.data.small_rows import SmallRows
from core.data.store import Dataset


class Rows(Protocol):
    """The rows of a finished dataset: to be read, never changed."""

    def at(self, positions: Sequence[int], columns: Sequence[str], mended: bool = True) -> pd.DataFrame:
        """Some rows of the manifest.

        Args:
            positions: in the manifest; those that are not in it are left away, and each comes once.
            columns: of `core.data.store.MANIFEST_COLUMNS`.
            mended: False: as they were made.

        Returns:
            In the order asked for, with the positions as index.
        """

    def number(self, label: str | None = None, part: str | None = None) -> int:
        """How many photos are good: all, or those with a label, or of a part, or both."""

    def page(self, start: int, stop: int, label: str | None = None, part: str | None = None) -> pd.DataFrame:
        """Photos as the gallery shows them, from one place to before another. Takes besides as `number`.

        A photo with another label keeps its place, so that nothing moves when it is renamed.

        Returns:
            Columns position (in the manifest), content_hash, label and part.
        """

    def place(self, position: int, label: str | None = None) -> int | None:
        """Where the gallery shows a photo, of all or of those with a label; None: it does not."""

    def counts(self) -> pd.DataFrame:
        """How many good photos there are: a row a label, in order, with columns train, validation and test."""

    def named(self, labels: Sequence[str]) -> list[int]:
        """The positions of good photos with one of these labels."""

    def holding(self, content_hashes: Sequence[str]) -> list[int]:
        """The positions of rows that gave a photo with one of these contents, good or not."""

    def sample(self, most: int) -> pd.DataFrame:
        """Good photos: all of a small dataset, about so many of a large one, evenly from all over its source.

        Returns:
            Columns content_hash, label, width and height, with the positions as index.
        """

    def aside(self, most: int) -> pd.DataFrame:
        """The first rows that gave no photo of their own: columns row, source, label, status and reason."""

    def position_of(self, row: int) -> int | None:
        """The position of a row by the source's own number."""

    def hashes(self, part: str | None = None) -> Iterator[list[str]]:
        """The content hashes of good photos, of all or of a part, some at a time."""

    def megapixels(self) -> float:
        """The mean size of the photos as they came, in millions of pixels; NaN: nobody knows."""


def rows_of(dataset: Dataset, columns: Sequence[str] | None = None) -> Rows:
    """The rows of a finished dataset.

    Args:
        dataset: a finished one.
        columns: where nothing else is asked for, and that as it was made: of a small one they are read once, now.

    Raises:
        DatasetUnfinished, DatasetDamaged: as `Dataset.manifest`; of a large one it may be said only later.
    """
    if dataset.is_large:
        return LargeRows(dataset)
    return SmallRows(dataset, None if columns is None else dataset.as_made(columns))
