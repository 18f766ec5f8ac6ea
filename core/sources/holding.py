"""What holds photos (a ZIP, a TAR, a folder), what it must not hold, and how files are handed on by threads."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from core.errors import ArchiveUnsafe
from core.settings import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_ENTRIES, MAX_ARCHIVE_RATIO
from core.sources.items import Failure, Item, Keep, Stop

READING_THREADS = 2
HARMLESS_BYTES = 10 * 1024**2  # unpacked; below it the ratio does not matter
TOO_LARGE = Failure("too_large", "The file has more than the 20 MB that are read at most. Save the photo smaller.")
GONE = Failure("damaged", "The archive has changed: this file is no longer in it.")
DAMAGED = Failure("damaged", "The archive is damaged at this file. Pack it again.")

Read = Callable[[str], bytes | Failure]  # from a path to what lies there


class Holder(Protocol):
    """Files by their path, with slashes, relative to the top."""

    def paths(self) -> list[str]:
        """Every file, hidden ones too.

        Raises:
            NotFound, ArchiveUnreadable, ArchiveUnsafe: it is not there, damaged, or not to be opened.
        """
        ...

    def content(self, path: str, max_bytes: int) -> bytes | Failure:
        """One file, if it has no more bytes than that. Raises as `paths`."""
        ...

    def deliver(self, wanted: Sequence[tuple[Item, str]], keep: Keep, stop: Stop) -> None:
        """Keeps the photo at each path for its item, as `Source.deliver` does. Raises as `paths`."""
        ...


def deliver_in_threads(wanted: Sequence[tuple[Item, str]], read: Read, keep: Keep, stop: Stop) -> None:
    """Reads and keeps item by item in a few threads; no more photos than threads are in memory.

    Args:
        read: called from all of them at the same time.
    """
    pending, taking, ended = iter(wanted), threading.Lock(), threading.Event()

    def work() -> None:
        try:
            while not ended.is_set() and not stop():
                with taking:
                    item, path = next(pending, (None, ""))
                if item is None:
                    return
                keep(item, read(path))
        except BaseException:
            ended.set()
            raise

    with ThreadPoolExecutor(READING_THREADS, "read") as threads:
        for done in [threads.submit(work) for _ in range(READING_THREADS)]:
            done.result()


def check_name(name: str, archive: Path) -> None:
    """Raises `ArchiveUnsafe` for a file that would be unpacked to somewhere else."""
    name = name.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name:
        raise ArchiveUnsafe(
            f"The archive holds a file that would land outside of it ({name!r}). It is not opened; pack the folders "
            f"anew. Received: {archive.name}"
        )


def check_count(num_files: int, archive: Path, so_far: bool = False) -> None:
    """Raises `ArchiveUnsafe` for more files than are taken."""
    if num_files > MAX_ARCHIVE_ENTRIES:
        number = f"more than {MAX_ARCHIVE_ENTRIES:,}" if so_far else f"{num_files:,}"
        raise ArchiveUnsafe(
            f"This archive holds {number} files; {MAX_ARCHIVE_ENTRIES:,} are taken at most. Split it. "
            f"Received: {archive.name}"
        )


def check_size(unpacked_bytes: int, packed_bytes: int, archive: Path, so_far: bool = False) -> None:
    """Raises `ArchiveUnsafe` for more than is taken, or far more than photos of the archive's size can be.

    What an archive says of the packed size of its files can be a lie, or count the same bytes many times: it is judged
    against the size of the file itself.

    Args:
        packed_bytes: of the archive's file.
    """
    if unpacked_bytes > MAX_ARCHIVE_BYTES:
        size = "more than 2 GB" if so_far else f"{unpacked_bytes / 1024**3:.1f} GB"
        raise ArchiveUnsafe(
            f"This archive unpacks to {size}; 2 GB are taken at most. Split it. Received: {archive.name}"
        )
    if unpacked_bytes > max(HARMLESS_BYTES, MAX_ARCHIVE_RATIO * packed_bytes):
        raise ArchiveUnsafe(
            f"This archive unpacks to more than {MAX_ARCHIVE_RATIO} times its size, which photos never do. It is not "
            f"opened. Received: {archive.name}"
        )


def link_refused(name: str, archive: Path) -> ArchiveUnsafe:
    """The error for a link in an archive."""
    return ArchiveUnsafe(
        f"The archive holds a link instead of a file ({name}). It is not opened; pack the photos themselves. "
        f"Received: {archive.name}"
    )
