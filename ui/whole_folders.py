"""A whole folder that a person hands over: kept as it was, folders in folders, to mean what an archive would."""

import shutil
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

from core.errors import ArchiveUnreadable, ClassesNotFound, SourceNotUnderstood
from core.files import new_id
from core.sources.layout import HOW, is_junk
from ui import uploads
from ui.words import count

PACKER_PATH = Path(__file__).parent / "folder_packer.js"
PACKED = "application/x-fitting-room-folder"  # as the packer calls what it made
WHOLE = ".whole"  # stands in an upload in place of class folders, and holds the folder as it was
MAX_DEPTH = 20  # folders in folders; the deepest are kept
SILENT_S = 2.0  # nobody reads a progress bar that goes at once


class PackedFile:
    """A file in the TAR that the browser made of a folder, to be used as an uploaded one."""

    def __init__(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        self.name = entry.name
        self.file_id = ""  # the uploader knows only the TAR
        self._content = archive.extractfile(entry)

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size) if self._content is not None else b""

    def close(self) -> None:
        if self._content is not None:
            self._content.close()


def uploader_of_folders() -> None:
    """Lets the browser pack folders that are large, or dropped, before an uploader sends them."""
    st.html(f"<script>{PACKER_PATH.read_text('utf-8')}</script>", unsafe_allow_javascript=True)


def is_packed(files: Sequence[Any]) -> bool:
    """Whether this is a folder that was dropped among files, which the browser packed."""
    return len(files) == 1 and files[0].type == PACKED


def files_in(files: Sequence[Any]) -> Sequence[Any]:
    """The photos and tables of a chosen folder, also when the browser packed them, without what systems leave behind.

    Raises:
        ArchiveUnreadable: what it packed did not come whole.
        ClassesNotFound: there are no photos in it.
    """
    if len(files) == 1 and "/" not in files[0].name and files[0].name.endswith(".tar"):
        try:
            archive = tarfile.TarFile(fileobj=files[0], encoding="utf-8")
            entries = [entry for entry in archive.getmembers() if entry.isreg() and not entry.issparse()]
        except tarfile.TarError as error:
            raise ArchiveUnreadable("The folder did not come whole. Choose it again.") from error
        files = [PackedFile(archive, entry) for entry in entries]
    files = [file for file in files if _parts(file.name)]
    if all(uploads.is_table(file.name) for file in files):
        raise ClassesNotFound(f"There are no photos in this folder. {HOW}")
    return files


def is_whole(files: Sequence[Any]) -> bool:
    """Whether the folders in a chosen folder say something: more than one holds photos, or a table names them."""
    paths = [_parts(file.name) for file in files]
    holding = {tuple(parts[:-1]) for parts in paths if not uploads.is_table(parts[-1])}
    return len(holding) > 1 or any(uploads.is_table(parts[-1]) for parts in paths)


def store(name: str, files: Sequence[Any]) -> str:
    """Writes the files of a folder to disk, each under its path. Each is let go of as soon as it is written.

    Args:
        name: of the uploader.
        files: as `files_in` has them; each name is a path that begins with the folder's own name.

    Returns:
        The id of the upload.

    Raises:
        SourceNotUnderstood: two files in it cannot stand beside one another.
    """
    kept = uploads.copies(name)
    upload_id = new_id(_parts(files[0].name)[0])
    root = uploads.folder(upload_id, made=True) / WHOLE
    began, bar = time.monotonic(), None
    try:
        for number, file in enumerate(files):
            _write(file, root.joinpath(*_parts(file.name)))
            uploads.let_go([file, *kept.get(file.file_id, [])])
            if bar is not None or time.monotonic() - began > SILENT_S:
                line = f"Putting {count(number + 1, 'file')} of {len(files):,} in place"
                bar = (bar or st.empty()).progress((number + 1) / len(files), line)
    except BaseException:
        shutil.rmtree(root.parent, ignore_errors=True)
        raise
    return upload_id


def where(upload_id: str) -> Path | None:
    """The folder as it was chosen; None if this upload is something else.

    Raises:
        NotFound: no such upload.
    """
    root = uploads.folder(upload_id) / WHOLE
    inside = sorted(root.iterdir()) if root.is_dir() else []
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else root if inside else None


def _parts(name: str) -> list[str]:
    """Folders and file of a path, made safe; empty for what systems leave behind."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    if not parts or is_junk("/".join(parts)):
        return []
    return [uploads.safe_name(part) for part in [*parts[:1], *parts[1:][-MAX_DEPTH:]]]


def _write(file: Any, place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():  # names that differed in what was not safe
            place = place.with_name(f"{place.stem}-{new_id('x')[-6:]}{place.suffix}")
        uploads.write(file, place)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise SourceNotUnderstood(
            f"A file and a folder have the same name. Rename one of them, then choose the folder again. "
            f"Received: {place.name}"
        ) from error
