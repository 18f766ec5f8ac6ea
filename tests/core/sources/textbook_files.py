"""Small files in the formats of Fashion-MNIST and CIFAR-10. Every class has a shade of its own, so a swap is seen."""

import gzip
import hashlib
import io
import struct
import tarfile
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.sources.published import PublishedFile
from core.sources.textbook import TEXTBOOK_SETS

CIFAR_ORDER = ("data_batch_1", "data_batch_4", "test_batch", "data_batch_2", "data_batch_5", "data_batch_3")


def shade(class_index: int) -> int:
    return 10 + 24 * class_index


def grey_photo(class_index: int, number: int) -> NDArray[np.uint8]:
    """28 × 28 with the class's shade in the middle, within patches that no other photo has."""
    patches = np.random.default_rng(number).integers(0, 256, (4, 4), dtype=np.uint8)
    photo = np.kron(patches, np.ones((7, 7), np.uint8))
    photo[7:21, 7:21] = shade(class_index)
    return photo


def colour_photo(class_index: int, number: int) -> NDArray[np.uint8]:
    """32 × 32, red by class, green by number, no blue."""
    photo = np.zeros((32, 32, 3), np.uint8)
    photo[..., 0], photo[..., 1] = shade(class_index), number
    return photo


def idx_photos(classes: Sequence[int], first: int = 0) -> bytes:
    photos = b"".join(grey_photo(each, first + number).tobytes() for number, each in enumerate(classes))
    return struct.pack(">IIII", 0x803, len(classes), 28, 28) + photos


def idx_labels(classes: Sequence[int]) -> bytes:
    return struct.pack(">II", 0x801, len(classes)) + bytes(classes)


def fashion_mnist(train: Sequence[int], test: Sequence[int]) -> dict[str, bytes]:
    """The four files by name."""
    contents = {
        "train-images-idx3-ubyte.gz": idx_photos(train),
        "train-labels-idx1-ubyte.gz": idx_labels(train),
        "t10k-images-idx3-ubyte.gz": idx_photos(test, first=len(train)),
        "t10k-labels-idx1-ubyte.gz": idx_labels(test),
    }
    return {name: gzip.compress(content, mtime=0) for name, content in contents.items()}


def cifar_batch(classes: Sequence[int], first: int = 0) -> bytes:
    return b"".join(
        bytes([each]) + colour_photo(each, first + number).transpose(2, 0, 1).tobytes()
        for number, each in enumerate(classes)
    )


def cifar_10(batches: dict[str, bytes]) -> bytes:
    """The archive, with what else lies in the real one."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, content in {
            "readme.html": b"<html>",
            **{f"{name}.bin": each for name, each in batches.items()},
        }.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file.getvalue()


def whole_cifar_10(classes: Sequence[int]) -> bytes:
    """Every batch with these classes, in an order of its own, as in the real archive."""
    numbered = enumerate(CIFAR_ORDER)
    return cifar_10({name: cifar_batch(classes, place * len(classes)) for place, name in numbered})


def published(name: str, content: bytes) -> PublishedFile:
    return PublishedFile(name, len(content), hashlib.sha256(content).hexdigest())


def published_like(kind: str, contents: dict[str, bytes]) -> tuple[PublishedFile, ...]:
    """What is known of a textbook set's files if these are they."""
    return tuple(published(file.name, contents[file.name]) for file in TEXTBOOK_SETS[kind].files)
