"""Photos packed as numbers: what is in the files, and what is wrong with them."""

import gzip
import io
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ArchiveUnreadable
from core.sources.items import Failure
from core.sources.packed import KEEPING_THREADS, Packed, PackedSource, read_cifar, read_idx
from tests.core.sources.conftest import Kept
from tests.core.sources.textbook_files import (
    CIFAR_ORDER,
    cifar_10,
    cifar_batch,
    colour_photo,
    grey_photo,
    idx_labels,
    idx_photos,
    shade,
    whole_cifar_10,
)

NAMES = [f"class {index}" for index in range(10)]


def idx_source(folder: Path, photos: bytes, labels: bytes) -> PackedSource:
    (folder / "photos.gz").write_bytes(photos)
    (folder / "labels.gz").write_bytes(labels)
    return PackedSource(lambda: read_idx("train", folder / "photos.gz", folder / "labels.gz"), NAMES)


def cifar_source(folder: Path, archive: bytes) -> PackedSource:
    (folder / "a.tar.gz").write_bytes(archive)
    return PackedSource(lambda: read_cifar(folder / "a.tar.gz"), NAMES)


def pixels(delivered: bytes | Failure) -> np.ndarray:
    assert isinstance(delivered, bytes)
    with Image.open(io.BytesIO(delivered)) as image:
        assert image.format == "PNG"
        return np.asarray(image)


def test_an_idx_photo_comes_dot_for_dot_and_with_its_own_label(tmp_path: Path, kept: Kept) -> None:
    classes = [3, 0, 9, 9, 5, 1]
    source = idx_source(tmp_path, gzip.compress(idx_photos(classes)), gzip.compress(idx_labels(classes)))
    items = source.items()
    assert [item.label for item in items] == [NAMES[index] for index in classes]
    assert (items[4].row, items[4].source, items[4].part) == (5, "train/00004", "train")
    source.deliver(items[::-1], kept, lambda: False)
    assert set(kept.times.values()) == {1} and len(kept.times) == 6
    for number, class_index in enumerate(classes):
        np.testing.assert_array_equal(pixels(kept.delivered[number + 1]), grey_photo(class_index, number))


def test_a_cifar_photo_has_its_colours_its_label_and_its_part_whatever_the_order_of_the_batches(
    tmp_path: Path, kept: Kept
) -> None:
    classes = [7, 2, 0]
    source = cifar_source(tmp_path, whole_cifar_10(classes))
    items = source.items()
    assert [item.part for item in items] == [name.partition("_")[0].replace("data", "train") for name in
                                             CIFAR_ORDER for _ in classes]  # fmt: skip
    assert items[6].source == "test_batch/00000"
    source.deliver(items[4:], kept, lambda: False)
    assert sorted(kept.times) == list(range(5, 19))
    for item in items[4:]:
        class_index = classes[(item.row - 1) % 3]
        assert item.label == NAMES[class_index]
        np.testing.assert_array_equal(pixels(kept.delivered[item.row]), colour_photo(class_index, item.row - 1))


GOOD_PHOTOS, GOOD_LABELS = gzip.compress(idx_photos([1, 2, 3])), gzip.compress(idx_labels([1, 2, 3]))


@pytest.mark.parametrize(
    ("photos", "labels", "how"),
    [
        (GOOD_PHOTOS[:-20], GOOD_LABELS, "cannot be unpacked"),
        (gzip.compress(idx_photos([1, 2, 3])[:-1]), GOOD_LABELS, "ends too early"),
        (gzip.compress(b"\0\0\x08"), GOOD_LABELS, "ends too early"),
        (GOOD_LABELS, GOOD_LABELS, "begins with 0x00000801 instead of 0x00000803"),
        (GOOD_PHOTOS, gzip.compress(idx_labels([1, 2])), "3 photos, and labels.gz 2 labels"),
        (gzip.compress(struct.pack(">IIII", 0x803, 3, 2**31, 28)), GOOD_LABELS, "28 × 2147483648 pixels"),
        (GOOD_PHOTOS, gzip.compress(idx_labels([1, 10, 3])), "label 10"),
        (b"<!doctype html>", GOOD_LABELS, "cannot be unpacked"),
    ],
    ids=["cut", "short", "no header", "labels", "one label less", "header", "label", "page"],
)
def test_damaged_idx_files_are_named_with_what_is_wrong(tmp_path: Path, photos: bytes, labels: bytes, how: str) -> None:
    with pytest.raises(ArchiveUnreadable, match=how):
        idx_source(tmp_path, photos, labels).items()


@pytest.mark.parametrize(
    ("archive", "how"),
    [
        (whole_cifar_10([1, 2])[:-300], "cannot be unpacked|ends too early"),
        (cifar_10({"data_batch_1": cifar_batch([1])}), "1 batches of 6"),
        (cifar_10({name: cifar_batch([1])[:-1] for name in CIFAR_ORDER}), "middle of a photo"),
        (b"no archive", "cannot be unpacked"),
    ],
    ids=["cut", "one batch", "half a photo", "no archive"],
)
def test_a_damaged_cifar_archive_is_named_with_what_is_wrong(tmp_path: Path, archive: bytes, how: str) -> None:
    with pytest.raises(ArchiveUnreadable, match=how):
        cifar_source(tmp_path, archive).items()


def test_fewer_photos_are_spread_over_parts_and_classes(tmp_path: Path) -> None:
    source = cifar_source(tmp_path, whole_cifar_10(list(range(10))))
    for photos in (6, 25, 59):
        source.photos = photos
        items = source.items()
        assert len(items) == photos
        assert abs(sum(item.part == "test" for item in items) - photos / 6) < 1
    source.photos = 1000
    assert len(source.items()) == 60


def test_photos_that_are_there_no_more_are_said(tmp_path: Path, kept: Kept) -> None:
    source = idx_source(tmp_path, GOOD_PHOTOS, GOOD_LABELS)
    items = source.items()
    idx_source(tmp_path, gzip.compress(idx_photos([1])), gzip.compress(idx_labels([1])))
    with pytest.raises(ArchiveUnreadable, match="2 photos that were in it"):
        source.deliver(items, kept, lambda: False)


class Counting:
    """A pack without an end that counts what was taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    def __call__(self) -> Iterator[Packed]:
        for _ in range(10**6):
            self.taken += 1
            yield Packed("train/0", "train", 0, np.full((28, 28), shade(0), np.uint8))


def test_no_more_photos_are_taken_than_are_kept_and_a_stop_is_heard(kept: Kept) -> None:
    read = Counting()
    source = PackedSource(read, NAMES, photos=None)
    short = Counting()
    items = PackedSource(lambda: (packed for packed, _ in zip(short(), range(500), strict=False)), NAMES).items()
    ahead = []

    def keep(item: object, content: object) -> None:
        ahead.append(read.taken - len(kept.times))
        kept(item, content)  # type: ignore[arg-type]

    source.deliver(items, keep, lambda: len(kept.times) >= 200)
    assert max(ahead) <= 2 * KEEPING_THREADS
    assert 200 <= len(kept.times) < 200 + KEEPING_THREADS


def test_what_keep_raises_ends_the_delivery(tmp_path: Path) -> None:
    source = idx_source(tmp_path, GOOD_PHOTOS, GOOD_LABELS)

    def keep(item: object, content: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        source.deliver(source.items(), keep, lambda: False)
