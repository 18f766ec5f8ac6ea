"""A ZIP or a folder of class folders. Nothing is ever unpacked to the disk: photos go from the archive to `keep`."""

import os
import stat
import threading
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.errors import ArchiveUnreadable, ArchiveUnsafe, NotFound
from core.settings import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_ENTRIES, MAX_ARCHIVE_RATIO, MAX_PHOTO_BYTES
from core.sources.items import Failure, Item, Keep, Stop
from core.sources.layout import Arrangement, arrange

READING_THREADS = 2
HARMLESS_BYTES = 10 * 1024**2  # unpacked; below it the ratio does not matter
READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
NO_LABEL = Failure("no_label", "No folder says what this photo shows. Put it into one named after its class.")
TOO_LARGE = Failure("too_large", "The file has more than the 20 MB that are read at most. Save the photo smaller.")

Read = Callable[[str], bytes | Failure]  # from the path of an item to what lies there


@dataclass(frozen=True)
class Survey:
    """A quick look at an archive or a folder, before a dataset is made of it."""

    photos: int  # rows, in fact: some may turn out to be no photos
    classes: dict[str, int]  # rows by label, sorted by label
    parts: dict[str, int]  # rows by train, validation, test; empty if the source gives no split
    ignored: int


def survey(path: Path) -> Survey:
    """Counts what a ZIP or a folder holds, without opening a photo.

    Raises:
        NotFound, ArchiveUnreadable, ArchiveUnsafe, ClassesNotFound: as the source made of it.
    """
    arrangement = FolderSource(path).arrangement() if path.is_dir() else ArchiveSource(path).arrangement()
    items = arrangement.items
    return Survey(
        photos=len(items),
        classes=dict(sorted(Counter(item.label for item in items if item.label).items())),
        parts=dict(Counter(item.part for item in items if item.part)),
        ignored=arrangement.ignored,
    )


class ArchiveSource:
    """The photos of a ZIP."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def items(self) -> list[Item]:
        """One item for each file in a class folder. Raises as `survey`."""
        return self.arrangement().items

    def arrangement(self) -> Arrangement:
        """What the archive holds. Raises as `survey`."""
        with closing(_opened(self.path)) as archive:
            return arrange(_checked_entries(archive, self.path))

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Reads the entries in threads, each with a file of its own."""

        def open_reader() -> tuple[Read, Callable[[], None]]:
            archive = _opened(self.path)
            entries = _checked_entries(archive, self.path)
            return (lambda name: _entry_bytes(archive, entries.get(name))), archive.close

        _deliver_in_threads(items, open_reader, keep, stop)


class FolderSource:
    """The photos of a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def items(self) -> list[Item]:
        """One item for each file in a class folder. Raises as `survey`."""
        return self.arrangement().items

    def arrangement(self) -> Arrangement:
        """What the folder holds. Raises as `survey`."""
        if not self.path.is_dir():
            raise NotFound(f"There is no such folder. Received: {self.path}")
        return arrange(_file_paths(self.path))

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Reads the files in threads."""
        root = self.path.resolve()
        _deliver_in_threads(items, lambda: ((lambda name: _file_bytes(root, name)), lambda: None), keep, stop)


def _opened(path: Path) -> zipfile.ZipFile:
    if not path.is_file():
        raise NotFound(f"There is no such file. Received: {path}")
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise ArchiveUnreadable(
            "This file is no ZIP, or it is damaged, as after a download that broke off. Pack or download it again. "
            f"Received: {path.name}"
        ) from error


def _checked_entries(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name.

    Raises:
        ArchiveUnsafe: a name or a link that leads out of the archive, or far too much in it.
        ArchiveUnreadable: a password, or a method that cannot be unpacked.
    """
    entries = archive.infolist()
    if len(entries) > MAX_ARCHIVE_ENTRIES:
        raise ArchiveUnsafe(
            f"This archive holds {len(entries):,} files; {MAX_ARCHIVE_ENTRIES:,} are taken at most. Split it. "
            f"Received: {path.name}"
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_ARCHIVE_BYTES:
        raise ArchiveUnsafe(
            f"This archive unpacks to {unpacked / 1024**3:.1f} GB; 2 GB are taken at most. Split it. "
            f"Received: {path.name}"
        )
    # Against the file itself: what entries say of their packed size can be a lie, or count the same bytes many times.
    if unpacked > max(HARMLESS_BYTES, MAX_ARCHIVE_RATIO * path.stat().st_size):
        raise ArchiveUnsafe(
            f"This archive unpacks to more than {MAX_ARCHIVE_RATIO} times its size, which photos never do. It is not "
            f"opened. Received: {path.name}"
        )
    for entry in entries:
        _check_entry(entry, path)
    return {_readable_name(entry): entry for entry in entries if not entry.is_dir()}


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    name = entry.orig_filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name:
        raise ArchiveUnsafe(
            f"The archive holds a file that would land outside of it ({name!r}). It is not opened; pack the folders "
            f"anew. Received: {path.name}"
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveUnsafe(
            f"The archive holds a link instead of a file ({name}). It is not opened; pack the photos themselves. "
            f"Received: {path.name}"
        )
    if entry.flag_bits & 0x1:
        raise ArchiveUnreadable(f"This archive has a password. Pack it again without one. Received: {path.name}")
    if entry.compress_type not in READABLE_METHODS:
        raise ArchiveUnreadable(
            f"This archive is packed with a method that cannot be read here. Pack it as a plain ZIP. "
            f"Received: {path.name}"
        )


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many programs write UTF-8 without saying so, and Windows its own slashes."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = entry.filename
    return name.replace("\\", "/")


def _entry_bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None) -> bytes | Failure:
    if entry is None:
        return Failure("damaged", "The archive has changed: this file is no longer in it.")
    if entry.file_size > MAX_PHOTO_BYTES:
        return TOO_LARGE
    try:
        with archive.open(entry) as file:
            content = file.read(MAX_PHOTO_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        return Failure("damaged", "The archive is damaged at this file. Pack it again.")
    return TOO_LARGE if len(content) > MAX_PHOTO_BYTES else content


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


def _file_bytes(root: Path, name: str) -> bytes | Failure:
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        return Failure("refused", "This is a link that leads out of the folder. Put the photo itself there.")
    try:
        return TOO_LARGE if path.stat().st_size > MAX_PHOTO_BYTES else path.read_bytes()
    except OSError as error:
        return Failure("unreachable", f"The file cannot be read ({error.strerror}).")


def _deliver_in_threads(
    items: Sequence[Item], open_reader: Callable[[], tuple[Read, Callable[[], None]]], keep: Keep, stop: Stop
) -> None:
    """Reads and keeps item by item in a few threads; no more photos than threads are in memory."""
    pending, taking, ended = iter(items), threading.Lock(), threading.Event()

    def work() -> None:
        read, close = open_reader()
        try:
            while not ended.is_set() and not stop():
                with taking:
                    item = next(pending, None)
                if item is None:
                    return
                keep(item, read(item.source) if item.label else NO_LABEL)
        except BaseException:
            ended.set()
            raise
        finally:
            close()

    with ThreadPoolExecutor(READING_THREADS, "read") as threads:
        for done in [threads.submit(work) for _ in range(READING_THREADS)]:
            done.result()
