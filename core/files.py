"""Files that are whole or absent: everything is written aside and then put in its place."""

import json
import os
import re
import unicodedata
import uuid
from collections.abc import Collection
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

MAX_NAME_BYTES = 230  # a file system takes 255; two photos of one name get a few more


def write_bytes(path: Path, content: bytes) -> None:
    """Writes a file so that readers see the old content or the new, never half of it."""
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        try:
            aside.write_bytes(content)
        except FileNotFoundError:  # the folder: it is there all but once
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(content)
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def link_file(path: Path, to: Path) -> None:
    """Gives a file that never changes a second place: without a second copy, where the disk can do that."""
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, to)
    except FileExistsError:
        return
    except OSError:  # another disk, or one without hard links
        write_bytes(to, path.read_bytes())


def write_json(path: Path, content: Any) -> None:
    """Writes a JSON file, whole or not at all."""
    write_bytes(path, json.dumps(content, indent=1, ensure_ascii=False).encode())


def read_json(path: Path) -> Any:
    """Reads a JSON file; None if there is none, or none that can be read."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def stamp(path: Path) -> tuple[int, int] | None:
    """When a file was written, in nanoseconds, and its bytes: another once it has changed; None without it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def is_id(text: str) -> bool:
    """Whether this can be an id: no path leads out of a folder through it."""
    return re.fullmatch(r"[a-z0-9-]+", text) is not None


def safe_name(name: str) -> str:
    """A file name as it was, without what could lead out of its folder."""
    flat = re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "-", PurePosixPath(name.replace("\\", "/")).name).strip(". ")
    return flat.encode("utf-8", "replace")[-MAX_NAME_BYTES:].decode("utf-8", "ignore") or "file"


def unused_name(name: str, taken: Collection[str]) -> str:
    """The name, or the name with the first number that is not taken: "Coats, classic 2"."""
    numbered = (f"{name} {number}" for number in count(2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def new_id(name: str) -> str:
    """An id that a person can recognise and no two things share: "winter-coats-3f9a2c"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")
    return f"{words or 'unnamed'}-{uuid.uuid4().hex[:6]}"
