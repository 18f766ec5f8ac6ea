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
        paths = []
        for path in self.every_path():
            paths.append(path)
            if len(paths) > MAX_ARCHIVE_ENTRIES:
                raise ArchiveUnsafe(f"This folder holds more than {MAX_ARCHIVE_ENTRIES:,} files. Received: {self.path}")
        return paths

    def every_path(self) -> Iterator[str]:
        """As `paths`, but of any number of files, and sorted; links are followed to files within the folder only."""
        root = self.path.resolve()
        return _paths_below(root, root)

    def content(self, path: str, max_bytes: int) -> bytes | Failure:
        return _file_bytes(self.path.resolve(), path, max_bytes)

    def deliver(self, wanted: Sequence[tuple[Item, str]], keep: Keep, stop: Stop) -> None:
        """Reads the files in threads."""
        root = self.path.resolve()
        deliver_in_threads(wanted, lambda name: _file_bytes(root, name, MAX_PHOTO_BYTES), keep, stop)


def _paths_below(folder: Path, root: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=_by_path)
    except OSError:  # not to be looked into
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _paths_below(path, root)
        elif path.is_file() and not (path.is_symlink() and not path.resolve().is_relative_to(root)):
            yield path.relative_to(root).as_posix()  # a pipe would be waited for, a link may lead anywhere


def _by_path(entry: os.DirEntry[str]) -> str:
    """What sorts the entries of a folder as whole paths are sorted: "a.jpg" before "a/1.jpg"."""
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _file_bytes(root: Path, name: str, max_bytes: int) -> bytes | Failure:
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        return Failure("refused", "This is a link that leads out of the folder. Put the photo itself there.")
    try:
        return TOO_LARGE if path.stat().st_size > max_bytes else path.read_bytes()
    except OSError as error:
        return Failure("unreachable", f"The file cannot be read ({error.strerror}).")
