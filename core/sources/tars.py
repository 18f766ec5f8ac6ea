"""A .tar or .tar.gz of photos. It is read from its beginning to its end, as it must be, and never kept whole."""

import gzip
import tarfile
import zlib
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from core.errors import ArchiveUnreadable, ArchiveUnsafe, NotFound
from core.settings import MAX_PHOTO_BYTES
from core.sources.holding import (
    DAMAGED,
    GONE,
    READING_THREADS,
    TOO_LARGE,
    check_count,
    check_name,
    check_size,
    link_refused,
)
from core.sources.items import Failure, Item, Keep, Stop

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz")
WAITING_PHOTOS = 2 * READING_THREADS  # read, but not kept yet
MAX_HEADER_BYTES = 1024**2  # of one file: a long name, and what else a header may say
_GZIP = b"\x1f\x8b"
_ERRORS = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError, RecursionError)


def is_tar(path: Path) -> bool:
    """Whether a file is a TAR, packed with gzip or not, by what it says first, or else by its name."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError:
        start = b""
    if start.startswith(b"PK"):
        return False
    return start.startswith(_GZIP) or start[257:262] == b"ustar" or path.name.lower().endswith(TAR_SUFFIXES)


class Tar:
    """A TAR, as `Holder` has it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def paths(self) -> list[str]:
        with self._readable():
            return list(dict.fromkeys(name for name, _ in _files(self.path)))

    def content(self, path: str, max_bytes: int) -> bytes | Failure:
        with self._readable():
            return next((file.content(max_bytes) for name, file in _files(self.path) if name == path), GONE)

    def deliver(self, wanted: Sequence[tuple[Item, str]], keep: Keep, stop: Stop) -> None:
        """Reads the files as they come; threads keep them, and the reading waits for those."""
        missing: dict[str, list[Item]] = {}
        for item, path in wanted:
            missing.setdefault(path, []).append(item)
        why = GONE
        keeping: deque[Future[None]] = deque()

        def keep_all(items: list[Item], content: bytes | Failure) -> None:
            for item in items:
                keep(item, content)

        with ThreadPoolExecutor(READING_THREADS, "keep") as threads, closing(_files(self.path)) as files:
            while missing and not stop():
                try:
                    name, file = next(files, (None, None))
                    content = file.content(MAX_PHOTO_BYTES) if file is not None and name in missing else None
                except _ERRORS:  # what was read up to here is good
                    why = DAMAGED
                    break
                if name is None:
                    break
                if content is not None:
                    keeping.append(threads.submit(keep_all, missing.pop(name), content))
                if len(keeping) > WAITING_PHOTOS:
                    keeping.popleft().result()
            for done in keeping:
                done.result()
        for items in missing.values():
            if not stop():
                keep_all(items, why)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except _ERRORS as error:
            raise ArchiveUnreadable(
                "This archive is no TAR, or it is damaged, as after a download that broke off. Pack or download it "
                f"again. Received: {self.path.name}"
            ) from error


class _File:
    """One file of the archive, as long as the reading has not gone on."""

    def __init__(self, reader: "_Reader", entry: tarfile.TarInfo) -> None:
        self.reader = reader
        self.entry = entry

    def content(self, max_bytes: int) -> bytes | Failure:
        if self.entry.size > max_bytes:
            return TOO_LARGE
        self.reader.allowed = self.entry.offset_data + self.entry.size
        self.reader.seek(self.entry.offset_data)
        content = self.reader.read(self.entry.size)
        if len(content) < self.entry.size:
            raise tarfile.ReadError("the last file breaks off")
        return content


class _Reader:
    """What tarfile reads from: never backwards, and never further than allowed, so that no header fills the memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.position = 0  # gzip would count it anew each time it is asked
        self.allowed = MAX_HEADER_BYTES
        self.latest = b""  # what was read last

    def read(self, size: int) -> bytes:
        if size < 0 or self.position + size > self.allowed:
            raise tarfile.ReadError("a header has no end")
        self.latest = self.file.read(size)
        self.position += len(self.latest)
        return self.latest

    def seek(self, position: int) -> int:
        if not self.position <= position <= self.allowed:
            raise tarfile.ReadError("a header leads elsewhere")
        if position != self.position:
            self.position = self.file.seek(position)
        return self.position

    def tell(self) -> int:
        return self.position


def _files(path: Path) -> Generator[tuple[str, _File], None, None]:
    """The files in their order, each checked; what has been read is let go of.

    Raises:
        ArchiveUnsafe: a name that leads out of the archive, a link, a device, or far too much in it.
        NotFound: there is no such file.
        and one of `_ERRORS`: it is damaged.
    """
    if not path.is_file():
        raise NotFound(f"There is no such file. Received: {path}")
    with path.open("rb") as packed, _unpacked(packed) as unpacked:
        reader = _Reader(unpacked)
        with tarfile.TarFile(fileobj=cast(Any, reader), encoding="utf-8", errors="surrogateescape") as archive:
            count, end, packed_bytes = 0, -1, path.stat().st_size
            while (entry := archive.next()) is not None:
                cast(Any, archive).members.clear()  # tarfile remembers every file
                count += 1
                if entry.size < 0 or archive.offset <= end:
                    raise tarfile.ReadError("a size is below zero")
                end = archive.offset
                check_count(count, path, so_far=True)
                check_size(end, packed_bytes, path, so_far=True)
                _check_entry(entry, path)
                if entry.isreg():
                    yield entry.name.replace("\\", "/").removeprefix("./"), _File(reader, entry)
                reader.allowed = end + MAX_HEADER_BYTES
            if any(reader.latest):  # neither the blocks of zeros that end a TAR, nor the end of the file
                raise tarfile.ReadError("a header is damaged")


@contextmanager
def _unpacked(packed: IO[bytes]) -> Iterator[IO[bytes]]:
    start = packed.read(2)
    packed.seek(0)
    if start != _GZIP:
        yield packed
        return
    with gzip.GzipFile(fileobj=packed) as file:
        yield cast(IO[bytes], file)


def _check_entry(entry: tarfile.TarInfo, path: Path) -> None:
    check_name(entry.name, path)
    if entry.issym() or entry.islnk():
        raise link_refused(entry.name, path)
    if not (entry.isreg() or entry.isdir()) or entry.issparse():
        raise ArchiveUnsafe(
            f"The archive holds something that is no plain file, such as a device ({entry.name}). It is not opened; "
            f"pack the photos themselves. Received: {path.name}"
        )
