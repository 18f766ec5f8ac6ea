"""The rows of a dataset that fits into memory. What each method gives is said in `core.data.rows`."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from core.data.gallery_order import gallery_order
from core.data.mend_layer import EXCLUDED, MENDED_COLUMNS
from core.data.pixels import MADE_WITH_PX, let_go, load_pixels
from core.data.split import PARTS
from core.data.store import Dataset
from core.errors import ReadOnly

SHOWN = ["content_hash", "label", "part"]
SAMPLED = ["content_hash", "label", "width", "height"]
Order = Callable[[], pd.DataFrame]


class SmallRows:
    """As `core.data.rows.Rows`, by tables that are read when they are needed."""

    def __init__(self, dataset: Dataset, made: pd.DataFrame | None = None, order: Order | None = None) -> None:
        """Takes what is known already.

        Args:
            dataset: a finished one.
            made: its manifest as it was made, with the columns that will be asked for; others are read.
            order: gives its gallery as it was made (`order_as_made`).
        """
        self._dataset = dataset
        self._known = made
        self._order = order

    def at(self, positions: Sequence[int], columns: Sequence[str], mended: bool = True) -> pd.DataFrame:
        rows = self._made([*dict.fromkeys([*columns, *MENDED_COLUMNS])] if mended else columns)
        there = [position for position in dict.fromkeys(positions) if 0 <= position < len(rows)]
        found = rows.iloc[there]
        return (self._dataset.mends.among(there).applied(found) if mended else found)[[*columns]]

    def number(self, label: str | None = None, part: str | None = None) -> int:
        return len(self._chosen(label, part))

    def page(self, start: int, stop: int, label: str | None = None, part: str | None = None) -> pd.DataFrame:
        return self._chosen(label, part).iloc[start:stop]

    def place(self, position: int, label: str | None = None) -> int | None:
        places = np.flatnonzero(self._chosen(label, None)["position"].to_numpy() == position)
        return int(places[0]) if len(places) else None

    def counts(self) -> pd.DataFrame:
        return self._counts

    def named(self, labels: Sequence[str]) -> list[int]:
        rows = self._now(["status", "label"])
        return [int(each) for each in rows.index[(rows["status"] == "ok") & rows["label"].isin(labels)]]

    def holding(self, content_hashes: Sequence[str]) -> list[int]:
        hashes = self._made(["content_hash"])["content_hash"]
        return [int(each) for each in hashes.index[hashes.isin(content_hashes)]]

    def sample(self, most: int) -> pd.DataFrame:
        rows = self._now(["status", *SAMPLED])
        return rows.loc[rows["status"] == "ok", SAMPLED]

    def aside(self, most: int) -> pd.DataFrame:
        rows = self._now(["row", "source", "label", "status", "reason"])
        return rows.loc[~rows["status"].isin(["ok", EXCLUDED])].iloc[:most]

    def position_of(self, row: int) -> int | None:
        places = np.flatnonzero(self._made(["row"])["row"].to_numpy() == row)
        return int(places[0]) if len(places) else None

    def hashes(self, part: str | None = None) -> Iterator[list[str]]:
        rows = self._now(["status", "part", "content_hash"])
        wanted = (rows["status"] == "ok") & (rows["part"] == part if part else True)
        yield rows.loc[wanted, "content_hash"].tolist()

    def megapixels(self) -> float:
        return float(self._made(["width", "height"])[["width", "height"]].prod(axis=1, min_count=2).mean()) / 1e6

    def _made(self, columns: Sequence[str]) -> pd.DataFrame:
        known = self._known
        return known if known is not None and {*columns} <= {*known} else self._dataset.as_made(columns)

    def _now(self, columns: Sequence[str]) -> pd.DataFrame:
        return self._dataset.mends.applied(self._made([*dict.fromkeys([*columns, *MENDED_COLUMNS])]))[[*columns]]

    def _chosen(self, label: str | None, part: str | None) -> pd.DataFrame:
        rows = self._gallery
        if label is not None:
            rows = rows[rows["label"] == label]
        return rows if part is None else rows[rows["part"] == part]

    @cached_property
    def _gallery(self) -> pd.DataFrame:
        order = order_as_made(self._dataset) if self._order is None else self._order()
        if not self._dataset.mends.photos:
            return order
        now = self._now(["label", "part", "status"]).loc[order["position"]]
        order = order.assign(label=now["label"].array, part=now["part"].array)
        return order[(now["status"] == "ok").to_numpy(bool)].reset_index(drop=True)

    @cached_property
    def _counts(self) -> pd.DataFrame:
        counted = self._gallery.groupby(["label", "part"]).size().unstack(fill_value=0)
        return counted.reindex(columns=[*PARTS], fill_value=0)


def order_as_made(dataset: Dataset, made: pd.DataFrame | None = None) -> pd.DataFrame:
    """The gallery of a dataset without mends, as `core.data.gallery_order`.

    Args:
        dataset: a finished one.
        made: its manifest as it was made, where somebody has it.
    """
    rows = dataset.as_made(["status", *SHOWN]) if made is None else made
    try:
        pixels = load_pixels(dataset, MADE_WITH_PX)
    except ReadOnly:  # a demo of a dataset that nobody has looked at before
        pixels = None
    found = gallery_order(rows.loc[rows["status"] == "ok", SHOWN], pixels)
    if pixels is not None:
        let_go(pixels)
    return found
