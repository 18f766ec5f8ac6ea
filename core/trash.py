"""What was deleted, kept for a month so that it can come back: each thing in a folder that says where it was."""

import os
import re
import shutil
import time
import uuid
from pathlib import Path

from core.errors import NotFound
from core.files import read_json, write_json
from core.settings import load_settings

KEPT_DAYS = 30


def move_to_trash(path: Path) -> str:
    """Takes a file or folder out of sight in one step. What has lain here for a month goes for good.

    Returns:
        A token for `restore`.

    Raises:
        NotFound: there is nothing at that path.
    """
    _empty_old()
    token = uuid.uuid4().hex
    place = load_settings().trash_dir / token
    write_json(place / "origin.json", {"path": str(path.absolute()), "deleted_at": time.time()})
    try:
        os.rename(path, place / "kept")
    except FileNotFoundError as error:
        shutil.rmtree(place)
        raise NotFound(f"There is nothing left to delete: {path.name}") from error
    return token


def restore(token: str) -> Path:
    """Puts a thing back where it was.

    Returns:
        Its path.

    Raises:
        NotFound: it is not in the trash (any more), or something else has taken its place.
    """
    place = load_settings().trash_dir / token
    origin = read_json(place / "origin.json") if re.fullmatch("[0-9a-f]{32}", token) else None
    if origin is None or not (place / "kept").exists():
        raise NotFound(f"That is not in the trash any more: things are kept for {KEPT_DAYS} days.")
    path = Path(origin["path"])
    if path.exists():
        raise NotFound(f"Something new is where it was, so it stays in the trash: {path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.rename(place / "kept", path)
    shutil.rmtree(place)
    return path


def _empty_old() -> None:
    for origin_path in load_settings().trash_dir.glob("*/origin.json"):
        origin = read_json(origin_path)
        if origin is not None and time.time() - origin["deleted_at"] > KEPT_DAYS * 24 * 3600:
            shutil.rmtree(origin_path.parent, ignore_errors=True)
