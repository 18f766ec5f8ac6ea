"""Handing over files of this computer: a table, an archive, loose photos, or a whole folder."""

import contextlib
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.errors import NotFound
from ui import pickers, uploads, whole_folders
from ui.frame import calm


def from_this_computer(upload_id: str | None) -> None:
    """One uploader for a table, an archive, or loose photos; another for a whole folder."""
    whole = st.segmented_control(
        "What to hand over",
        ["Files", "A folder"],
        default="Files",
        required=True,
        label_visibility="collapsed",
        key=f"handover_{upload_id}",
    )
    by_folder = whole == "A folder"
    name = "folder" if by_folder else "files"
    label = (
        "Choose a folder that holds a folder for each class, or photos and a table that names them"
        if by_folder
        else "Drop photos of one class here, a folder or ZIP with a folder for each class, or a table (CSV, TSV, XLSX)"
    )
    types = list(uploads.PHOTO_TYPES)  # of a folder, the browser leaves out everything else
    if upload_id is None:
        types += uploads.TABLE_TYPES if by_folder else [*uploads.ARCHIVE_TYPES, *uploads.TABLE_TYPES]
    if by_folder:
        types.append("tar")  # what `whole_folders` makes of a large one
    files = st.file_uploader(
        "More photos, of this class or another" if upload_id and not by_folder else label,
        type=types,
        accept_multiple_files="directory" if by_folder else True,
        key=uploads.fresh_key(name),
    )
    whole_folders.uploader_of_folders()
    if files:
        with calm():
            as_folder = by_folder or whole_folders.is_packed(files)
            look_at("upload", _from_a_folder(name, files, upload_id) if as_folder else _from_files(files, upload_id))


def remembered() -> dict[str, str]:
    """What was stored last, as "upload", until the address has named it.

    A click while a large file is being stored ends that run before the address is written; then this is all that knows
    of it. A dictionary, since the session itself ends the run too when something is put in it.
    """
    found: dict[str, str] = st.session_state.setdefault("handed_over", {})
    return found


def _from_files(files: Sequence[Any], upload_id: str | None) -> str:
    remember = remembered()
    stored, _ = uploads.store(files, upload_id)
    remember["upload"] = stored
    uploads.reset("files", files)
    return stored


def _from_a_folder(name: str, files: Sequence[Any], upload_id: str | None) -> str:
    """A folder whose own folders say something is kept as it is; else its photos are one more heap to be named."""
    remember = remembered()
    try:
        inside = whole_folders.files_in(files)
        whole = upload_id is None and whole_folders.is_whole(inside)
        stored = whole_folders.store(name, inside) if whole else uploads.store(inside, upload_id)[0]
        remember["upload"] = stored
        return stored
    finally:
        uploads.reset(name, files)


def look_at(what: str, where: str) -> None:
    """Goes on to the look at a link or at files, in the address. Files that could not be used are thrown away."""
    unusable = st.query_params.get("upload")
    if unusable not in (None, where):
        with contextlib.suppress(NotFound):
            uploads.discard(unusable)
    st.query_params.from_dict({"dataset": pickers.NEW, what: where})
    st.rerun()
