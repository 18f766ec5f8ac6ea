"""A ZIP of photos. It is never unpacked to the disk."""

import stat
import threading
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path

from core.errors import ArchiveUnreadable, NotFound
from core.settings import MAX_PHOTO_BYTES
from core.sources.holding import (
    DAMAGED,
    GONE,
    TOO_LARGE,
    check_count,
    check_name,
    check_size,
    deliver_in_threads,
    link_refused,
)
from core.sources.items import Failure, Item, Keep, Stop

# What a damaged or unusual archive raises, opened or read.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(OSError, ValueError, NotImplementedError, RuntimeError),
)
READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


class Zip:
    """A ZIP, as `Holder` has it."""

    def __init__(self, path: Path, stays_open: bool = False) -> None:
        """Opens nothing yet.

        Args:
            stays_open: from the first use on, for many deliveries: the directory of 200,000 photos takes 2 s to read.
        """
        self.path = path
        self.stays_open = stays_open

    def paths(self) -> list[str]:
        with self._read() as (_, entries):
            return list(entries)

    def content(self, path: str, max_bytes: int) -> bytes | Failure:
        with self._read() as (archive, entries):
            return _entry_bytes(archive, entries.get(path), max_bytes)

    def deliver(self, wanted: Sequence[tuple[Item, str]], keep: Keep, stop: Stop) -> None:
        """Reads the entries one at a time and keeps them in threads.

        One directory serves all of them: that of 200,000 photos takes 150 MB.
        """
        with self._read() as (archive, entries):
            reading = threading.Lock()

            def read(name: str) -> bytes | Failure:
                with reading:
                    return _entry_bytes(archive, entries.get(name), MAX_PHOTO_BYTES)

            deliver_in_threads(wanted, read, keep, stop)

    @contextmanager
    def _read(self) -> Iterator[tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]]:
        """The archive and its files by name. Raises as `paths`."""
        if self.stays_open:
            yield self._kept
        else:
            with closing(_opened(self.path)) as archive:
                yield archive, _checked_entries(archive, self.path)

    @cached_property
    def _kept(self) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
        archive = _opened(self.path)
        return archive, _checked_entries(archive, self.path)


def is_whole(path: Path) -> bool:
    """Whether a file is a ZIP, and every file in it as it was packed."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except DAMAGE:
        return False


def _opened(path: Path) -> zipfile.ZipFile:
    if not path.is_file():
        raise NotFound(f"There is no such file. Received: {path}")
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as error:
        raise ArchiveUnreadable(
            "This file is no ZIP and no .tar.gz, or it is damaged, as after a download that broke off. Pack or "
            f"download it again. Received: {path.name}"
        ) from error


def _checked_entries(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name.

    Raises:
        ArchiveUnsafe: a name or a link that leads out of the archive, or far too much in it.
        ArchiveUnreadable: a password, or a method that cannot be unpacked.
    """
    entries = archive.infolist()
    check_count(len(entries), path)
    check_size(sum(entry.file_size for entry in entries), path.stat().st_size, path)
    for entry in entries:
        _check_entry(entry, path)
    return {_readable_name(entry): entry for entry in entries if not entry.is_dir()}


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    check_name(entry.orig_filename, path)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise link_refused(entry.orig_filename.replace("\\", "/"), path)
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


def _entry_bytes(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, max_bytes: int) -> bytes | Failure:
    if entry is None:
        return GONE
    if entry.file_size > max_bytes:
        return TOO_LARGE
    try:
        with archive.open(entry) as file:
            content = file.read(max_bytes + 1)
    except DAMAGE:
        return DAMAGED
    return TOO_LARGE if len(content) > max_bytes else content
