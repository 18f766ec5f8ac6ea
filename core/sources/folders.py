"""A folder of photos on this machine."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import ArchiveUnsafe, NotFound
from core.settings import MAX_ARCHIVE_ENTRIES, MAX_PHOTO_BYTES
from core.sources.holding import TOO_LARGE, deliver_in_threads
from core.sources.items import Failure, Item, Keep, Stop


class Folder:
    """A folder, as `Holder` has it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def paths(self) -> list[str]:
        if not self.path.is_dir():
            raise NotFound(f"There is no such folder. Received: {self.path}")
        return list(_file_paths(self.path))

    def content(self, path: str, max_bytes: int) -> bytes | Failure:
        return _file_bytes(self.path.resolve(), path, max_bytes)

    def deliver(self, wanted: Sequence[tuple[Item, str]], keep: Keep, stop: Stop) -> None:
        """Reads the files in threads."""
        root = self.path.resolve()
        deliver_in_threads(wanted, lambda name: _file_bytes(root, name, MAX_PHOTO_BYTES), keep, stop)


def _file_paths(root: Path) -> Iterator[str]:
    """The files below a folder, relative to it; links are followed to files within it only."""
    resolved, count = root.resolve(), 0
    for folder, _, names in os.walk(resolved):
        for name in names:
            path = Path(folder, name)
            if not path.is_file() or (path.is_symlink() and not path.resolve().is_relative_to(resolved)):
                continue  # a pipe would be waited for, a link may lead anywhere
            count += 1
            if count > MAX_ARCHIVE_ENTRIES:
                raise ArchiveUnsafe(f"This folder holds more than {MAX_ARCHIVE_ENTRIES:,} files. Received: {root}")
            yield path.relative_to(resolved).as_posix()


def _file_bytes(root: Path, name: str, max_bytes: int) -> bytes | Failure:
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        return Failure("refused", "This is a link that leads out of the folder. Put the photo itself there.")
    try:
        return TOO_LARGE if path.stat().st_size > max_bytes else path.read_bytes()
    except OSError as error:
        return Failure("unreachable", f"The file cannot be read ({error.strerror}).")
