"""What no row can say of itself: which photos are twins, which are kin, and in which part each is. One ordered pass."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.kin import find_kin
from core.data.split import given_parts, kept_together, split_again, split_parts

SPLIT_SEED = 7
COLUMNS = ["row", "label", "status", "reason", "content_hash", "group", "part"]  # of a manifest: those that it takes

PartsBefore = Callable[[pd.DataFrame], Sequence[str | None] | None]


def settle(
    manifest: pd.DataFrame,
    pixels: NDArray[np.uint8],
    parts_before: PartsBefore = lambda rows: None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    check_stop: Callable[[], None] = lambda: None,
) -> set[str]:
    """Later twins become duplicates, and what is ok gets its part: the source's, and else so that kin stay together.

    Args:
        manifest: every row in the order of the source, with what the source says in `part`; changed in place.
        pixels: of its photos, small.
        parts_before: from rows to the part that each had in an earlier dataset; None if there is none.
        progress: told (done, total) photos.
        check_stop: may raise to end it.

    Returns:
        The parts that the source gives.
    """
    import pyarrow as pa

    _set_twins_aside(manifest)
    pa.default_memory_pool().release_unused()  # of a million rows 300 MB
    check_stop()
    kin = find_kin(pixels, _good(manifest), progress, check_stop)
    return _split(manifest, kin, parts_before)


def _set_twins_aside(manifest: pd.DataFrame) -> None:
    good = _good(manifest)
    labels = _ranks(manifest["label"].iloc[good])
    named = _ranks(manifest["content_hash"].iloc[good]) * (labels.max(initial=0) + 1) + labels
    twins = pd.Series(named).duplicated().to_numpy()
    first_rows = manifest["row"].iloc[good].groupby(named).transform("first")[twins]
    manifest.loc[good[twins], "status"] = "duplicate"
    manifest.loc[good[twins], "reason"] = "The same photo with the same name is in row " + first_rows.astype(str) + "."


def _split(manifest: pd.DataFrame, kin: Sequence[Sequence[int]], parts_before: PartsBefore) -> set[str]:
    """Gives what is ok its part: what the source says, and else so that kin and groups stay on one side.

    Args:
        manifest: with what the source says in `part`; changed in place.
        kin: positions of photos that belong together.

    Returns:
        The parts that the source gives.
    """
    good = _good(manifest)
    photos = manifest.iloc[good]
    before = parts_before(photos)
    # Numbers that are in the order of the keys: the same parts, and of a million photos 100 MB less.
    groups = _ranks(photos["group"].fillna(photos["content_hash"])).tolist()
    groups = kept_together(groups, [np.searchsorted(good, family).tolist() for family in kin])
    labels, given = (_shared(photos[column]) for column in ("label", "part"))
    del photos
    if before is None:
        parts = split_parts(labels, groups, given, SPLIT_SEED)
    else:
        parts = split_again(labels, groups, given, before, SPLIT_SEED)
    manifest["part"] = pd.Series(pd.NA, index=manifest.index, dtype="string")
    manifest.loc[good, "part"] = np.array(parts, dtype=object)
    return given_parts(given)


def _good(manifest: pd.DataFrame) -> NDArray[np.int64]:
    """Positions of what is ok."""
    return np.flatnonzero((manifest["status"] == "ok").to_numpy(bool))


def _ranks(texts: pd.Series) -> NDArray[np.int64]:
    """The place of each text among all that differ, in order."""
    import pyarrow.compute as pc

    encoded = _encoded(texts)
    ranks = np.empty(len(encoded.dictionary), np.int64)
    ranks[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(ranks))
    found: NDArray[np.int64] = ranks[encoded.indices.to_numpy()]
    return found


def _shared(texts: pd.Series) -> list[Any]:
    """Texts, and None where there is none; those that are the same, once in memory."""
    encoded = _encoded(texts)
    known = [*encoded.dictionary.to_pylist(), None]
    return [known[index] for index in encoded.indices.fill_null(len(known) - 1).to_pylist()]


def _encoded(texts: pd.Series) -> Any:
    import pyarrow as pa

    found = pa.array(texts, pa.large_string())
    if isinstance(found, pa.ChunkedArray):  # as a series is that was put together of pieces
        found = found.combine_chunks()
    return found.dictionary_encode()
