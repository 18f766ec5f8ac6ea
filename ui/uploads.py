"""Files that a person hands over: written to disk at once, and let go of in memory."""

import errno
import shutil
import time
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.data.store import list_datasets
from core.errors import DiskFull, NotFound, SourceNotUnderstood
from core.files import is_id, new_id
from core.files import safe_name as safe_name
from core.settings import load_settings
from core.sources import is_archive

PHOTO_TYPES = ["jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "bmp", "heic", "heif", "avif"]
TABLE_TYPES = ["csv", "tsv", "xlsx"]
ARCHIVE_TYPES = ["zip", "tar", "tgz", "gz"]  # a file chooser knows of "tar.gz" only the end
KEPT_DAYS = 7
WAITING = ".waiting"  # loose photos whose class is not typed yet


def fresh_key(name: str) -> str:
    """The key of an uploader; `reset` changes it, which empties the uploader and frees its memory."""
    return f"{name}_{st.session_state.get(f'{name}_turn', 0)}"


def reset(name: str, files: Sequence[Any]) -> None:
    """Empties an uploader once its files are stored."""
    kept = copies(name)
    st.session_state[f"{name}_turn"] = st.session_state.get(f"{name}_turn", 0) + 1
    let_go([*files, *(copy for each in kept.values() for copy in each)])


def copies(name: str) -> dict[str, list[Any]]:
    """The session's own copies of what an uploader gave, by the file's id."""
    found: dict[str, list[Any]] = {}
    for file in st.session_state.get(fresh_key(name)) or []:
        found.setdefault(file.file_id, []).append(file)
    return found


def let_go(files: Iterable[Any]) -> None:
    """Frees the memory of uploaded files: Streamlit would hold on to it until the visitor leaves."""
    context = get_script_run_ctx()
    for file in files:
        if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
        file.close()  # whoever still holds it holds no bytes


def store(files: Sequence[Any], upload_id: str | None) -> tuple[str, str | None]:
    """Writes uploaded files to disk: a table, an archive, or photos to be sorted into classes.

    Args:
        files: what the uploader gave; of a folder, each name is a path in it.
        upload_id: an upload to add loose photos to, if there is one already.

    Returns:
        The id of the upload, and the name of its table or archive; None for photos.

    Raises:
        SourceNotUnderstood: several tables or archives, or one mixed with photos.
    """
    single = [file for file in files if is_table(file.name) or is_archive(file.name)]
    if len(single) > 1 or (single and len(files) > 1):
        raise SourceNotUnderstood(
            "A table or an archive is a dataset by itself: hand it over alone, or only photos. Take the others out "
            "above."
        )
    if single:
        upload_id = new_id(Path(single[0].name).stem)
        name = safe_name(single[0].name)
        write(single[0], folder(upload_id, made=True) / name)
        return upload_id, name
    upload_id = upload_id or new_id("photos")
    root = folder(upload_id, made=True)
    for number, file in enumerate(files):
        place = _place(root, file.name)
        if place.exists():  # phones name every photo alike
            place = place.with_name(f"{place.stem}-{number}-{new_id('x')[-6:]}{place.suffix}")
        write(file, place)
    return upload_id, None


def folder(upload_id: str, made: bool = False) -> Path:
    """Where an upload lies.

    Raises:
        NotFound: no such upload, or its photos are in a dataset by now.
    """
    path = load_settings().uploads_dir / upload_id
    is_one = is_id(upload_id)
    if made and is_one and not path.exists():
        _forget_old()
        path.mkdir(parents=True)
    if not is_one or not path.is_dir():
        raise NotFound("These files are not waiting here any more: they are in a dataset already, or were removed.")
    return path


def _forget_old() -> None:
    """Throws away what lay here for days and became no dataset: its window was closed."""
    needed = [str(dataset.source) for dataset in list_datasets() if not dataset.finished]
    for place in load_settings().uploads_dir.glob("*/"):
        is_old = time.time() - place.stat().st_mtime > KEPT_DAYS * 86_400
        if is_old and not any(place.name in source for source in needed):
            shutil.rmtree(place, ignore_errors=True)


def is_table(file_name: str) -> bool:
    """Whether a file is called like a table."""
    return _suffix(file_name) in TABLE_TYPES


def classes(upload_id: str) -> dict[str, int]:
    """Photos by class so far, in the order of their names."""
    root = folder(upload_id)
    folders = sorted(path for path in root.iterdir() if path.is_dir() and path.name != WAITING)
    return {path.name: sum(1 for file in path.iterdir() if file.is_file()) for path in folders}


def waiting(upload_id: str) -> list[Path]:
    """Loose photos without a class."""
    place = folder(upload_id) / WAITING
    return sorted(place.iterdir()) if place.is_dir() else []


def give_class(upload_id: str, label: str) -> None:
    """Puts the waiting photos under a class.

    Raises:
        SourceNotUnderstood: the name is empty or cannot name a folder.
    """
    label = " ".join(label.split()).replace("/", "-").replace("\\", "-").strip(". ")
    if not label or len(label) > 60:
        raise SourceNotUnderstood("Name what these photos show, in 1 to 60 characters: “dress”, “winter coat”.")
    place = folder(upload_id) / label
    place.mkdir(exist_ok=True)
    for path in waiting(upload_id):
        target = place / path.name
        if target.exists():
            target = place / f"{path.stem}-{new_id('x')[-6:]}{path.suffix}"
        path.replace(target)
    (folder(upload_id) / WAITING).rmdir()


def drop_class(upload_id: str, label: str) -> None:
    """Takes a class back out: its photos wait for another name."""
    root = folder(upload_id)
    place = root / label
    if label in classes(upload_id):
        (root / WAITING).mkdir(exist_ok=True)
        for path in place.iterdir():
            path.replace(root / WAITING / f"{new_id('x')[-6:]}-{path.name}")
        place.rmdir()


def discard(upload_id: str) -> None:
    """Throws an upload away."""
    shutil.rmtree(folder(upload_id), ignore_errors=True)


def _place(root: Path, name: str) -> Path:
    """A photo of a folder goes under its folder's name; a loose one waits for its class."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    inside = safe_name(parts[-2]) if len(parts) > 1 else WAITING
    (root / inside).mkdir(exist_ok=True)
    return root / inside / safe_name(parts[-1])


def write(uploaded: Any, path: Path) -> None:
    """Writes an uploaded file, a piece at a time; whole or not at all.

    Raises:
        DiskFull: it does not fit.
    """
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(uploaded, file, 1024**2)
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno != errno.ENOSPC:
            raise
        raise DiskFull("The disk is full. Delete what you do not need, then hand the files over again.") from error


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()
