"""A look before the fetching: what was understood of a table or an archive, what may be changed, and what to mend."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from core.data.store import start_dataset
from core.errors import SourceError, TableEmpty
from core.settings import load_settings
from core.sources import spec_from_text, suggested_name
from core.sources.archives import Survey
from core.sources.choice import Choice
from core.sources.findings import Finding
from core.sources.labels import merged_counts
from ui import choosing, mending, pickers, reading, understood, uploads
from ui.frame import heading, problem

TITLE = "Is this what you meant?"


def table(address: str, upload_id: str | None) -> None:
    """A table, its columns guessed and changeable.

    Raises:
        SourceError: it cannot be read, and there is nothing else to choose.
    """
    try:
        read = reading.read_table(address, choosing.chosen_sheet(address), str(load_settings().home))
    except TableEmpty as error:
        if not error.sheets:
            raise
        return _other_sheet(error, address, upload_id)
    found = read.table
    heading("Dataset", TITLE)
    sentence = st.container()
    choosing.sheet(found.sheets, found.sheet, address)
    choice = choosing.columns(found, address)
    stops = st.container()
    counted = reading.count_rows(address, read.read_at, choice, found)
    first, sizes = st.columns([3, 2], gap="large")
    with first:
        understood.first_rows(found.rows, choice)
    merge = mending.offers(counted.classes, f"{address}_{choice.label_column}")
    classes = merged_counts(counted.classes, merge)
    with sentence:
        st.markdown(understood.of_table(found, choice, counted, len(classes)))
    with sizes:
        understood.sizes(classes, "rows")
    findings = reading.find_faults(address, read.read_at, choice, merge, found)
    with stops:
        mending.stops(findings, address)
    if mending.show(findings, address, from_web=upload_id is None):
        reading.read_table.clear()
        st.rerun()
    suggested = spec_from_text(address)[1] if upload_id is None else suggested_name(address)
    spec = {"kind": "table", "address": address, **_chosen(choice, merge)}
    _start(spec, suggested, "Start fetching", upload_id, _hopeless(findings))


def archive(path: Path, upload_id: str) -> None:
    """An archive or a folder: the classes by its folders, or by a table in it, whose columns may be changed.

    Raises:
        SourceError: it cannot be read.
    """
    found = reading.survey(str(path), path.stat().st_mtime, Choice(), {})
    heading("Dataset", TITLE)
    sentence = st.container()
    choice, merge, hopeless = Choice(), {}, True
    try:
        if found.table is not None:
            found, choice = _with_choice(found, path)
        merge = mending.offers(found.classes, f"{path}_{choice.label_column}")
        if merge:
            found = reading.survey(str(path), path.stat().st_mtime, choice, merge)
    except SourceError as error:  # what was chosen does not fit: the choices stay, to choose something else
        problem(str(error))
    else:
        classes = merged_counts(found.classes, merge)
        with sentence:
            st.markdown(understood.of_archive(found, choice, len(classes)))
        understood.sizes(classes, "photos")
        mending.stops(found.findings)
        mending.show(found.findings)
        hopeless = not found.photos or _hopeless(found.findings)
    kind = "folder" if path.is_dir() else "archive"
    spec = {"kind": kind, "path": str(path), **_chosen(choice, merge)}
    _start(spec, suggested_name(path.name), "Start", upload_id, hopeless)


def _with_choice(found: Survey, path: Path) -> tuple[Survey, Choice]:
    """The same source with the sheet and the columns that a person chose of the table in it.

    Raises:
        SourceError: they do not fit.
    """
    where, changed_at = str(path), path.stat().st_mtime
    assert found.table is not None
    choosing.sheet(found.table.sheets, found.table.sheet, where)
    sheet = choosing.chosen_sheet(where)
    if sheet not in (None, found.table.sheet):
        found = reading.survey(where, changed_at, Choice(sheet=sheet), {})
    assert found.table is not None  # or it would have been refused
    choice = choosing.columns(found.table, where, "File of the photo")
    if choice != found.table.meant(Choice()):
        found = reading.survey(where, changed_at, choice, {})
    return found, choice


def _other_sheet(error: TableEmpty, address: str, upload_id: str | None) -> None:
    """An Excel file whose chosen sheet is empty: another may be chosen."""
    heading("Dataset", TITLE)
    problem(str(error))
    choosing.sheet(error.sheets, choosing.chosen_sheet(address), address)
    _start({}, suggested_name(address), "Start fetching", upload_id, disabled=True)


def _chosen(choice: Choice, merge: dict[str, str]) -> dict[str, Any]:
    """What a person chose, for a spec."""
    chosen = {name: value for name, value in asdict(choice).items() if value is not None}
    return chosen | ({"merge": merge} if merge else {})


def _hopeless(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "stops" for finding in findings)


def _start(spec: dict[str, Any], suggested: str, button: str, upload_id: str | None, disabled: bool) -> None:
    with st.form("start_dataset", border=False):
        name = st.text_input("Call it", suggested[:60], max_chars=60, width=400)
        with st.container(horizontal=True):
            begun = st.form_submit_button(button, type="primary", disabled=disabled)
            back = st.form_submit_button("Something else", type="tertiary")
    if begun:
        dataset_id = start_dataset(spec, name)
        st.query_params.clear()
        pickers.choose("dataset", dataset_id)
        st.rerun()
    if back:
        if upload_id is not None:
            uploads.discard(upload_id)
        st.query_params.from_dict({"dataset": pickers.NEW})
        st.rerun()
