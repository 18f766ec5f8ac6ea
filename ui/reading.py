"""Tables and archives as a preview needs them, kept for a while: choosing a column fetches nothing again."""

import time
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.sources import archives, tables
from core.sources.choice import Choice
from core.sources.doctor import examine
from core.sources.findings import Finding
from core.sources.sheets import Table, TableSurvey


@dataclass(frozen=True, eq=False)
class Reading:
    """A table, and when it was read: what was counted in it holds as long."""

    table: Table
    read_at: float


@st.cache_resource(max_entries=3, ttl=900, show_spinner="Having a look")
def read_table(address: str, sheet: str | None, home: str) -> Reading:
    """The table behind a link or in a file. Raises as `tables.read_table`.

    Args:
        home: the workspace in which this is asked: the files that one may read are not another's.
    """
    return Reading(tables.read_table(address, sheet), time.time())


@st.cache_data(max_entries=10, show_spinner=False)
def count_rows(address: str, read_at: float, choice: Choice, _table: Table) -> TableSurvey:
    """What the rows of a table say."""
    return _table.survey(choice.image_column, choice.label_column, choice.part_column, choice.group_column)


@st.cache_data(max_entries=10, show_spinner=False)
def find_faults(address: str, read_at: float, choice: Choice, merge: dict[str, str], _table: Table) -> list[Finding]:
    """What is wrong with a table."""
    return examine(_table, choice, tables.photo_finder(), address, merge)


@st.cache_data(max_entries=5, show_spinner="Having a look")
def survey(path: str, changed_at: float, choice: Choice, merge: dict[str, str]) -> archives.Survey:
    """What an archive or a folder holds. Raises as `archives.survey`."""
    return archives.survey(Path(path), choice, merge)
