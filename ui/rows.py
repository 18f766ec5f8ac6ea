"""The numbers of a source's rows in tables: links that open the sheet there, where it is one that has such links."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.data.store import Dataset
from core.sources.links import row_link


def row_cells(dataset: Dataset, rows: Sequence[int]) -> tuple[list[int] | list[str], Any]:
    """What to put into the column of row numbers, and how to show it."""
    address = str(dataset.source.get("address", ""))
    if len(rows) and row_link(address, rows[0]) is not None:  # as one row, so all
        links = [str(row_link(address, row)) for row in rows]
        return links, st.column_config.LinkColumn("Row", width=60, display_text=r"range=A(\d+)$")
    return list(rows), st.column_config.NumberColumn("Row", width=60, format="%d")
