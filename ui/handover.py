"""Handing over files of this computer: a table, an archive, loose photos, or a whole folder."""

import streamlit as st

from ui import pickers, uploads
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
        "Choose a folder that holds a folder for each class"
        if by_folder
        else "Drop photos of one class here, a ZIP or .tar.gz with a folder for each class, or a table (CSV, TSV, XLSX)"
    )
    types = (
        uploads.PHOTO_TYPES
        if by_folder or upload_id
        else [*uploads.PHOTO_TYPES, *uploads.ARCHIVE_TYPES, *uploads.TABLE_TYPES]
    )
    files = st.file_uploader(
        "More photos, of this class or another" if upload_id and not by_folder else label,
        type=types,
        accept_multiple_files="directory" if by_folder else True,
        key=uploads.fresh_key(name),
    )
    if files:
        with calm():
            stored, _ = uploads.store(files, upload_id)
            uploads.reset(name, files)
            look_at("upload", stored)


def look_at(what: str, where: str) -> None:
    """Goes on to the look at a link or at files, in the address."""
    st.query_params.from_dict({"dataset": pickers.NEW, what: where})
    st.rerun()
