"""Photos packed as bare numbers, without any file of their own: IDX files, and the binary batches of CIFAR.

They are read as streams from beginning to end: no more than one photo is in memory for each thread that keeps.
"""

import gzip
import struct
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from core.errors import ArchiveUnreadable
from core.sources.items import Item, Keep, Part, Stop

KEEPING_THREADS = 2
IDX_LABELS, IDX_PHOTOS = 0x0801, 0x0803  # unsigned bytes in one dimension, and in three
MAX_SIDE_PX = 1024  # of a photo in an IDX file: a header that says more is damaged
CIFAR_SIDE_PX = 32
CIFAR_PARTS: dict[str, Part] = {
    **{f"data_batch_{number}.bin": "train" for number in range(1, 6)},
    "test_batch.bin": "test",
}


@dataclass(frozen=True)
class Packed:
    """One photo as it is packed."""

    place: str  # where it lies, for people: "train/00012"
    part: Part
    class_index: int
    pixels: NDArray[np.uint8]  # (H, W) grey or (H, W, 3) RGB


class PackedSource:
    """Packed photos, all or so many of them; its rows are numbered in the order in which they are packed."""

    def __init__(
        self, read: Callable[[], Iterator[Packed]], class_names: Sequence[str], photos: int | None = None
    ) -> None:
        self.read = read
        self.class_names = class_names
        self.photos = photos

    def items(self) -> list[Item]:
        """One item for each photo; fewer than all are spread evenly, so that parts and classes keep their shares.

        Raises:
            ArchiveUnreadable: a file is damaged.
        """
        items = [
            Item(row, packed.place, self.class_names[packed.class_index], packed.part)
            for row, packed in enumerate(self._checked(), start=1)
        ]
        if self.photos is None or self.photos >= len(items):
            return items
        few, all_ = self.photos, len(items)
        return [item for index, item in enumerate(items) if (index + 1) * few // all_ > index * few // all_]

    def deliver(self, items: Sequence[Item], keep: Keep, stop: Stop) -> None:
        """Reads in one go and keeps in threads, each photo as a PNG.

        Raises:
            ArchiveUnreadable: a file is damaged.
        """
        wanted = {item.row: item for item in items}
        found = ((wanted.pop(row), packed) for row, packed in enumerate(self._checked(), start=1) if row in wanted)
        taking, ended = threading.Lock(), threading.Event()

        def work() -> None:
            try:
                while not ended.is_set() and not stop():
                    with taking:
                        pair = next(found, None) if wanted else None
                    if pair is None:
                        return
                    keep(pair[0], _as_png(pair[1].pixels))
            except BaseException:
                ended.set()
                raise

        with ThreadPoolExecutor(KEEPING_THREADS, "keep") as threads:
            for done in [threads.submit(work) for _ in range(KEEPING_THREADS)]:
                done.result()
        if wanted and not stop():
            raise _damaged("The download", f"{len(wanted):,} photos that were in it are there no more")

    def _checked(self) -> Iterator[Packed]:
        for packed in self.read():
            if packed.class_index >= len(self.class_names):
                raise _damaged(packed.place, f"it has a label {packed.class_index}, and there are no such classes")
            yield packed


def read_idx(part: Part, photos: Path, labels: Path) -> Iterator[Packed]:
    """The photos of two IDX files, one with the photos and one with their labels, both packed with gzip.

    Source of the format: https://yann.lecun.org/exdb/mnist, "the IDX file format".

    Raises:
        ArchiveUnreadable: a file is damaged, or the two do not belong together.
    """
    with _readable(photos) as photo_stream, _readable(labels) as label_stream:
        count, height, width = _idx_header(photo_stream, photos, IDX_PHOTOS, 3)
        (label_count,) = _idx_header(label_stream, labels, IDX_LABELS, 1)
        if count != label_count:
            raise _damaged(photos.name, f"it holds {count:,} photos, and {labels.name} {label_count:,} labels")
        if not (0 < height <= MAX_SIDE_PX and 0 < width <= MAX_SIDE_PX):
            raise _damaged(photos.name, f"its header says {width} × {height} pixels")
        for index in range(count):
            (class_index,) = _exactly(label_stream, 1, labels)
            pixels = np.frombuffer(_exactly(photo_stream, height * width, photos), np.uint8)
            yield Packed(f"{part}/{index:05d}", part, class_index, pixels.reshape(height, width))


def read_cifar(archive: Path) -> Iterator[Packed]:
    """The photos of CIFAR-10's binary version, in the order in which its batches lie in the archive.

    A record is a label, then all red, all green and all blue (https://www.cs.toronto.edu/~kriz/cifar.html).

    Raises:
        ArchiveUnreadable: the archive is damaged, or holds no batches.
    """
    record_bytes = 1 + 3 * CIFAR_SIDE_PX**2
    found = 0
    with _readable_tar(archive) as tar:
        for member in tar:
            name = PurePosixPath(member.name).name
            batch = tar.extractfile(member) if name in CIFAR_PARTS and member.isfile() else None
            if batch is None:
                continue
            if member.size % record_bytes:
                raise _damaged(archive.name, f"{name} ends in the middle of a photo")
            for index in range(member.size // record_bytes):
                record = np.frombuffer(_exactly(batch, record_bytes, archive), np.uint8)
                planes = record[1:].reshape(3, CIFAR_SIDE_PX, CIFAR_SIDE_PX)
                place = f"{name.removesuffix('.bin')}/{index:05d}"
                yield Packed(place, CIFAR_PARTS[name], int(record[0]), np.ascontiguousarray(planes.transpose(1, 2, 0)))
            found += 1
    if found != len(CIFAR_PARTS):
        raise _damaged(archive.name, f"it holds {found} batches of {len(CIFAR_PARTS)}")


def _idx_header(stream: IO[bytes], path: Path, magic: int, dimensions: int) -> list[int]:
    """What an IDX file says it holds: its lengths, each four bytes, after a number that names the kind."""
    begin = int.from_bytes(_exactly(stream, 4, path), "big")
    if begin != magic:
        raise _damaged(path.name, f"it begins with 0x{begin:08x} instead of 0x{magic:08x}")
    return list(struct.unpack(f">{dimensions}I", _exactly(stream, 4 * dimensions, path)))


def _exactly(stream: IO[bytes], num_bytes: int, path: Path) -> bytes:
    content = stream.read(num_bytes)
    if len(content) < num_bytes:
        raise _damaged(path.name, "it ends too early")
    return content


@contextmanager
def _readable(path: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(path) as stream:
            yield cast(IO[bytes], stream)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path.name, "it cannot be unpacked") from error


@contextmanager
def _readable_tar(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r|gz") as tar:
            yield tar
    except (EOFError, gzip.BadGzipFile, zlib.error, tarfile.TarError) as error:
        raise _damaged(path.name, "it cannot be unpacked") from error


def _damaged(name: str, how: str) -> ArchiveUnreadable:
    return ArchiveUnreadable(f"{name} is damaged: {how}. Resume: it is then checked, and fetched again if need be.")


def _as_png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG that is not compressed: the same bytes, so the same hashes and split, whatever library is installed.

    Source: https://www.w3.org/TR/png-3, sections 5 and 11.2.
    """
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + pixels[0].size), np.uint8)  # each row begins with its filter: 0, none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
