"""Taking answers along: a table, or the photos sorted into a folder for each class."""

import io
import tempfile
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.model import corrections
from core.model.answer import to_csv, to_xlsx
from core.model.answers import Batch
from core.model.bundle import Thresholds
from core.model.sorting import sort_batch
from core.settings import at_this_home
from ui.frame import note

MAX_ZIP_BYTES = 500 * 1024**2  # the server holds it while it is fetched
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def menu(batch: Batch, thresholds: Thresholds) -> None:
    """The ways to take answers along; each file is made when somebody asks for it."""
    with st.popover("Save", type="tertiary", icon=":material/download:"):
        _button("Table (CSV)", lambda: to_csv(batch.answers, _corrected(batch)), f"{batch.id}.csv", "text/csv")
        _button("Table (Excel)", lambda: to_xlsx(batch.answers, _corrected(batch)), f"{batch.id}.xlsx", XLSX)
        if _photo_bytes(batch) <= MAX_ZIP_BYTES:
            _button("Photos, sorted (ZIP)", lambda: _zip(batch, thresholds), f"{batch.id}.zip", "application/zip")
            note("A folder for each class, one for what it is not sure of, one for what is unlike all it was taught.")
        else:
            note(
                "These photos are too large for one download. On the command line `predict … --sort-into photos.zip` "
                "sorts them into folders."
            )


def _button(label: str, make: Callable[[], Any], file_name: str, mime: str) -> None:
    st.download_button(label, at_this_home(make), file_name=file_name, mime=mime, type="tertiary", on_click="ignore")


def _corrected(batch: Batch) -> dict[int, str]:
    """What people said that photos show, by place in the batch, at the moment at which somebody saves."""
    return {index: found.label for index, found in corrections.find_in(batch).items()}


def _photo_bytes(batch: Batch) -> int:
    return sum(path.stat().st_size for path in batch.folder.glob("*.jpg"))


def _zip(batch: Batch, thresholds: Thresholds) -> io.BufferedReader:
    """The ZIP, in a file that goes once it was read."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (whoever reads it closes it)
    sort_batch(batch, thresholds, file, _corrected(batch))
    file.seek(0)
    return io.BufferedReader(file)
