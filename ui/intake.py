"""What is handed over to be asked about: a few photos are asked about at once, many, an archive or a sheet by a job."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import jobs
from core.errors import ClassesNotFound, PhotosNotFound, SourceNotUnderstood
from core.model.answers import Batch
from core.model.asking import start_asking
from core.model.bundle import Model
from core.sources import is_archive
from core.sources.bare import spec_of_link
from core.sources.links import is_sheet
from core.sources.web import fetch_photo
from ui import answers, asking, uploads, whole_folders
from ui.frame import calm, note
from ui.words import count

AT_ONCE = 60  # photos that somebody waits for, a few seconds; more are a job
TYPES = [*uploads.PHOTO_TYPES, *uploads.ARCHIVE_TYPES, *uploads.TABLE_TYPES]


def uploader(model: Model, batch: Batch | None) -> None:
    """Photos, a ZIP, a sheet; a folder too, where it is dropped."""
    files = st.file_uploader(
        "Drop photos, a folder, a ZIP or a sheet here, or choose them",
        type=TYPES,
        accept_multiple_files=True,
        key=uploads.fresh_key("ask"),
    )
    whole_folders.uploader_of_folders()
    if files:
        with calm():
            _hand_over("ask", files, model, batch)


def folder(model: Model) -> None:
    """A whole folder, chosen."""
    with st.popover("A whole folder", type="tertiary", icon=":material/folder:"):
        files = st.file_uploader(
            "All photos in it, folders in folders too",
            type=[*uploads.PHOTO_TYPES, *uploads.TABLE_TYPES, "tar"],  # what `whole_folders` makes of a large one
            accept_multiple_files="directory",
            key=uploads.fresh_key("ask_folder"),
        )
        if files:
            with calm():
                _hand_over("ask_folder", files, model, None)


def link(model: Model, batch: Batch | None) -> None:
    """One photo of the web, or a sheet of addresses."""
    with (
        st.popover("Paste a link", type="tertiary", icon=":material/link:"),
        st.form("ask_link", border=False, clear_on_submit=True),
        calm(),
    ):
        address = st.text_input("Address of a photo, a Google Sheet or a CSV", placeholder="https://…/blue-dress.jpg")
        address = address.strip()
        if st.form_submit_button("Ask") and address:
            if spec := spec_of_link(address):
                _begin(model, spec, "the Google Sheet" if is_sheet(address) else _last(address))
            with st.spinner("Fetching it"):
                content = fetch_photo(address)
            asking.about(model, [(_last(address), content)], batch)


def ask_again(model: Model, batch: Batch) -> None:
    """Another model was chosen: it is asked about the same photos. Does not return."""
    if batch.source is None:
        asking.again(model, batch)
    _begin(model, {"kind": "batch", "id": batch.id}, batch.name)


def another_column(batch: Batch, model: Model) -> None:
    """Of a table in which several columns could hold the photos: which was taken, and the way to take another."""
    if batch.source is None or len(batch.columns) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        note("Photos from the column")
        column = st.selectbox(
            "Column of the photos",
            batch.columns,
            width=220,
            key=f"photo_column_{batch.id}",
            label_visibility="collapsed",
        )
    if column != batch.columns[0]:
        with calm():
            if jobs.state(batch.job_dir).active:
                jobs.request_stop(batch.job_dir)
            _begin(model, {**batch.source, "image_column": column}, batch.name)


def _hand_over(name: str, files: Sequence[Any], model: Model, batch: Batch | None) -> None:
    """Asks about files, or begins to. Does not return, unless it raises.

    Raises:
        SourceNotUnderstood: an archive among others, or several tables.
        PhotosNotFound: a folder without any.
        ArchiveUnreadable: a folder that did not come whole.
    """
    single = [file for file in files if uploads.is_table(file.name) or is_archive(file.name)]
    beside = len(files) > 1 and len(single) == 1 and uploads.is_table(single[0].name)  # the photos that it names
    many = not single and len(files) > AT_ONCE
    try:
        if name == "ask_folder" or whole_folders.is_packed(files) or beside or many:
            _begin(model, *_from_photos(name, files))
        if len(files) > 1 and single:
            raise SourceNotUnderstood(
                "An archive is asked about by itself, and a table by itself or with the photos that it names: hand "
                "over one of them, or only photos. "
                f"Received: {single[0].name} and {count(len(files) - 1, 'other file')}"
            )
        if single:
            _begin(model, *_from_file(files))
        asked = [(file.name, file.getvalue()) for file in files]
    finally:
        uploads.reset(name, files)
    asking.about(model, asked, batch)


def _from_photos(name: str, files: Sequence[Any]) -> tuple[dict[str, Any], str]:
    """The spec of photos or of a folder, once they are on disk, and what to call them."""
    try:
        inside = whole_folders.files_in(files)
    except ClassesNotFound as error:
        raise PhotosNotFound("There are no photos in this folder. Choose another.") from error
    top = inside[0].name.replace("\\", "/").partition("/")
    upload_id = whole_folders.store(name, inside)
    path = whole_folders.where(upload_id)
    photos = sum(not uploads.is_table(file.name) for file in inside)
    return {"kind": "folder", "path": str(path)}, top[0] if top[1] else count(photos, "photo")


def _from_file(files: Sequence[Any]) -> tuple[dict[str, Any], str]:
    """The spec of an archive or a table, once it is on disk, and its name."""
    upload_id, name = uploads.store(files, None)
    path = str(uploads.folder(upload_id) / str(name))
    if uploads.is_table(files[0].name):
        return {"kind": "table", "address": path}, files[0].name
    return {"kind": "archive", "path": path}, files[0].name


def _begin(model: Model, spec: dict[str, Any], name: str) -> None:
    """Starts the job and shows it. Does not return."""
    st.query_params[answers.KEY] = start_asking(model, spec, name)
    st.rerun()


def _last(address: str) -> str:
    return address.partition("?")[0].rsplit("/", 1)[-1] or "link"
