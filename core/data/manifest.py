"""Rows as a manifest has them: `MANIFEST_COLUMNS`, each of its type."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.data.store import MANIFEST_COLUMNS
from core.sources.items import Item


def as_manifest(rows: Sequence[Mapping[str, Any]] | Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Makes a manifest of rows, or of columns; what is missing is unknown, and a number that is, 0."""
    manifest = pd.DataFrame(rows, columns=[*MANIFEST_COLUMNS])
    for column, dtype in MANIFEST_COLUMNS.items():
        known = manifest[column].fillna(0) if dtype == "int64" else manifest[column]
        manifest[column] = known.astype(dtype)
    return manifest


def as_text(item: Item) -> dict[str, Any]:
    """An item's fields. A file name may be no text at all, which a table cannot hold: question marks take its place."""
    names = {field: getattr(item, field).encode("utf-8", "replace").decode() for field in ("source", "label")}
    return {**vars(item), **names}
