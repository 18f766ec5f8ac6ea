"""The numbers of a source's rows in tables: links that open the sheet there, where it is one that has such links."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.data.store import Dataset
from core.sources.links import row_link


def row_cells(dataset: Dataset, rows: Sequence[int]) -> tuple[list[int] | list[str], Any]:
    """What to put into the column of row numbers, and how to show it."""
    links = [row_link(str(dataset.source.get("address", "")), row) for row in rows]
    linked = [link for link in links if link is not None]
    if linked and len(linked) == len(rows):
        return linked, st.column_config.LinkColumn("Row", width=60, display_text=r"range=A(\d+)$")
    return list(rows), st.column_config.NumberColumn("Row", width=60, format="%d")
