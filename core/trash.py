"""What was deleted, kept for a month so that it can come back: each thing in a folder that says where it was."""

import errno
import os
import re
import shutil
import time
import uuid
from pathlib import Path

from core.errors import NotFound
from core.files import is_id, read_json, write_json
from core.settings import load_settings

KEPT_DAYS = 30
LOW_BYTES = 200 * 1024**2  # free on the disk: below it the trash makes room
GONE = ""  # the token of what could not be kept


def move_to_trash(path: Path) -> str:
    """Takes a file or folder out of sight in one step. What has lain here for a month goes for good.

    Returns:
        A token for `restore`; `GONE` when the disk was too full to keep anything.

    Raises:
        NotFound: there is nothing at that path.
    """
    _empty_old(shutil.disk_usage(_existing(path)).free < LOW_BYTES)
    token = uuid.uuid4().hex
    place = load_settings().trash_dir / token
    try:
        write_json(place / "origin.json", {"path": str(path.absolute()), "deleted_at": time.time()})
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        shutil.rmtree(path)  # not even a line fits on the disk: room is what the person needs now
        shutil.rmtree(place, ignore_errors=True)
        _drop_export(path)
        return GONE
    try:
        os.rename(path, place / "kept")
    except FileNotFoundError as error:
        shutil.rmtree(place)
        raise NotFound(f"There is nothing left to delete: {path.name}") from error
    return token


def restore(token: str, kind: str | None = None) -> Path:
    """Puts a thing back where it was.

    Args:
        token: as `move_to_trash` gave it.
        kind: the folder of the workspace that it must belong to, such as "runs"; None for any.

    Returns:
        Its path.

    Raises:
        NotFound: it is not in the trash (any more), it is of another kind, or something else has taken its place.
    """
    place = load_settings().trash_dir / token
    origin = read_json(place / "origin.json") if _is_token(token) else None
    if origin is None or not (place / "kept").exists():
        raise NotFound(f"That is not in the trash any more: things are kept for {KEPT_DAYS} days.")
    path = Path(origin["path"])
    if kind is not None and path.parent.name != kind:
        raise NotFound(f"That is none of the {kind}, so it stays in the trash: {path.name}")
    if path.exists():
        raise NotFound(f"Something new is where it was, so it stays in the trash: {path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.rename(place / "kept", path)
    shutil.rmtree(place)
    return path


def kind_of(token: str) -> str | None:
    """The folder of the workspace that a thing in the trash belongs to, such as "runs"; None if it is not there."""
    origin = read_json(load_settings().trash_dir / token / "origin.json") if _is_token(token) else None
    return None if origin is None else Path(origin["path"]).parent.name


def _is_token(text: str) -> bool:
    """Whether a text could be a token at all: it names a folder."""
    return re.fullmatch("[0-9a-f]{32}", text) is not None


def _existing(path: Path) -> Path:
    return path if path.exists() else load_settings().home.parent


def _empty_old(everything: bool) -> None:
    for origin_path in load_settings().trash_dir.glob("*/origin.json"):
        origin = read_json(origin_path)
        if everything or (origin is not None and time.time() - origin["deleted_at"] > KEPT_DAYS * 24 * 3600):
            shutil.rmtree(origin_path.parent, ignore_errors=True)
            if origin is not None:
                _drop_export(Path(origin["path"]))


def _drop_export(path: Path) -> None:
    """The ZIP that was made of a model goes with it, unless another has taken its place.

    Args:
        path: where the model was, or the run that made it.
    """
    model_id = path.parent.name if path.name == "model" and path.parent.parent.name == "runs" else path.name
    if is_id(model_id) and not path.exists():
        shutil.rmtree(load_settings().exports_dir / model_id, ignore_errors=True)
