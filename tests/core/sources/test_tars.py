"""TAR archives: read as a stream, handed on photo by photo, and refused where they are not what they say."""

import gzip
import io
import random
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ArchiveUnreadable, ArchiveUnsafe, ClassesNotFound, NotFound, SourceNotUnderstood
from core.sources import holding, open_source, spec_from_text, tars
from core.sources.archives import ArchiveSource, survey
from core.sources.items import Failure, Item
from tests.core.sources.conftest import PHOTO, Kept
from tests.core.sources.test_archives import FILES, assert_delivered_once

CLASSES = {"dress/1.jpg": PHOTO, "shirt/2.jpg": PHOTO + b"2"}


def _tar(path: Path, files: dict[str, bytes], change: Callable[[tarfile.TarInfo], None] | None = None) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix != ".tar" else "w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            if change:
                change(entry)
            archive.addfile(entry, io.BytesIO(content))
    return path


def _strange(entry_type: bytes, name: str = "dress/odd.jpg", goal: str = "") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = entry_type, goal
        archive.addfile(entry)
    return content.getvalue()


@pytest.mark.parametrize("name", ["My_photos.tar", "My_photos.tar.gz", "my-photos.TGZ"])
def test_every_file_of_a_tar_is_delivered_once(name: str, tmp_path: Path, kept: Kept) -> None:
    path = _tar(tmp_path / name, {f"./{each}": content for each, content in FILES.items()})
    spec, suggested = spec_from_text(str(path))
    assert (spec, suggested) == ({"kind": "archive", "path": str(path)}, "My photos")
    source = open_source(spec)
    assert_delivered_once(source, path, kept)


def test_a_delivery_that_goes_on_needs_only_what_is_missing(tmp_path: Path, kept: Kept) -> None:
    path = _tar(tmp_path / "a.tgz", {f"dress/{n:03}.jpg": PHOTO + bytes([n]) for n in range(100)})
    missing = random.Random(1).sample(ArchiveSource(path).items(), 9)
    ArchiveSource(path).deliver([*missing, Item(200, "dress/gone.jpg", "dress")], kept, lambda: False)
    assert kept.times == {**{item.row: 1 for item in missing}, 200: 1}
    assert all(kept.delivered[item.row] == PHOTO + bytes([item.row - 1]) for item in missing)
    assert kept.failure(200).status == "damaged"


def test_names_without_utf_8_and_very_long_ones_are_read(tmp_path: Path, kept: Kept) -> None:
    long = "dress/" + "a" * 180 + "/" + "ü" * 60 + ".jpg"
    path = _tar(tmp_path / "a.tar", {long: PHOTO, "shirt/M\udcfctze.jpg": PHOTO + b"2"})
    source = ArchiveSource(path)
    items = source.items()
    source.deliver(items, kept, lambda: False)
    assert [item.source for item in items] == [long, "shirt/M\udcfctze.jpg"]
    assert list(kept.delivered.values()) == [PHOTO, PHOTO + b"2"]


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "dress/../../evil.jpg", "/etc/evil.jpg", "C:/evil.jpg", "d\\..\\x.jpg"]
)
def test_a_tar_whose_names_leave_it_is_not_opened(name: str, tmp_path: Path) -> None:
    path = _tar(tmp_path / "a.tar.gz", {"dress/1.jpg": PHOTO, name: PHOTO})
    with pytest.raises(ArchiveUnsafe, match=r"land outside.*Received: a\.tar\.gz"):
        survey(path)


@pytest.mark.parametrize(
    ("entry_type", "words"),
    [
        (tarfile.SYMTYPE, "a link instead of a file"),
        (tarfile.LNKTYPE, "a link instead of a file"),
        (tarfile.CHRTYPE, "no plain file, such as a device"),
        (tarfile.BLKTYPE, "no plain file"),
        (tarfile.FIFOTYPE, "no plain file"),
        (b"Z", "no plain file"),
    ],
)
def test_links_and_devices_are_not_opened(entry_type: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(_strange(entry_type, goal="/etc/passwd"))
    with pytest.raises(ArchiveUnsafe, match=words):
        survey(tmp_path / "a.tgz")


def test_bombs_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _tar(tmp_path / "a.tgz", {f"dress/{n}.jpg": bytes(4 * 1024**2) for n in range(4)})
    with pytest.raises(ArchiveUnsafe, match="100 times its size"):
        survey(path)
    path = _tar(tmp_path / "a.tar", {f"dress/{n}.jpg": PHOTO for n in range(4)})
    monkeypatch.setattr(holding, "MAX_ARCHIVE_ENTRIES", 3)
    with pytest.raises(ArchiveUnsafe, match="more than 3 files"):
        survey(path)
    monkeypatch.setattr(holding, "MAX_ARCHIVE_ENTRIES", 4)
    monkeypatch.setattr(holding, "MAX_ARCHIVE_BYTES", 4 * len(PHOTO))
    with pytest.raises(ArchiveUnsafe, match="2 GB are taken at most"):
        survey(path)


@pytest.mark.parametrize("entry_type", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_would_fill_the_memory_is_not_read(entry_type: bytes, tmp_path: Path) -> None:
    entry = tarfile.TarInfo("dress/1.jpg")
    entry.type, entry.size = entry_type, 900 * 1024**2
    with gzip.open(tmp_path / "a.tgz", "wb", compresslevel=1) as file:
        file.write(entry.tobuf())
        file.write(bytes(50 * 1024**2))
    tracemalloc.start()
    with pytest.raises(ArchiveUnreadable, match="no TAR, or it is damaged"):
        survey(tmp_path / "a.tgz")
    assert tracemalloc.get_traced_memory()[1] < 5 * 1024**2
    tracemalloc.stop()


def test_a_size_below_zero_does_not_turn_in_circles(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("dress/1.jpg")
    header = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = (-1024).to_bytes(12, "big", signed=True)
    header[148:156] = b"%06o\0 " % (256 + sum(header[:148]) + sum(header[156:512]))
    (tmp_path / "a.tar").write_bytes(bytes(header) + bytes(10240))
    with pytest.raises(ArchiveUnreadable, match="damaged"):
        survey(tmp_path / "a.tar")


def test_memory_stays_flat_however_many_files_there_are(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(400_000)
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for number in range(150):
            entry = tarfile.TarInfo(f"dress/{number}.jpg")
            entry.size = len(noise)
            archive.addfile(entry, io.BytesIO(noise))
    source = ArchiveSource(path)
    items = source.items()
    tracemalloc.start()
    source.deliver(items, lambda item, delivered: None, lambda: False)
    assert tracemalloc.get_traced_memory()[1] < 10 * len(noise)  # of 60 MB
    tracemalloc.stop()


@pytest.mark.parametrize("suffix", [".tar", ".tgz"])
def test_a_tar_that_breaks_off_or_is_damaged_says_so(suffix: str, tmp_path: Path) -> None:
    path = _tar(tmp_path / f"a{suffix}", {f"dress/{n}.jpg": random.Random(n).randbytes(20_000) for n in range(5)})
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:100], b"\x1f\x8b no gzip at all", whole[:700] + b"x" * 90_000):
        path.write_bytes(content)
        with pytest.raises(ArchiveUnreadable, match=r"no TAR, or it is damaged.*Received: a\.t"):
            survey(path)
    with gzip.open(path, "wb") as file:
        file.write(b"only,a,table\n" * 1000)
    with pytest.raises(ArchiveUnreadable, match="no TAR"):
        survey(path)
    path.write_bytes(whole)
    assert survey(path).photos == 5
    path.unlink()
    with pytest.raises(NotFound):
        survey(path)


def test_a_header_damaged_in_the_middle_hides_no_photos(tmp_path: Path, kept: Kept) -> None:
    path = _tar(tmp_path / "a.tar", {f"dress/{n}.jpg": bytes([n]) * 3000 for n in range(5)})
    source = ArchiveSource(path)
    items = source.items()
    content = bytearray(path.read_bytes())
    third = content.index(b"dress/2.jpg")
    content[third : third + 20] = b"\xff" * 20
    path.write_bytes(content)
    with pytest.raises(ArchiveUnreadable):
        survey(path)
    source.deliver(items, kept, lambda: False)
    assert [kept.delivered[row] for row in (1, 2)] == [bytes([n]) * 3000 for n in range(2)]
    assert [kept.failure(row).status for row in (3, 4, 5)] == ["damaged"] * 3


def test_a_photo_beyond_20_mb_is_not_read_and_an_empty_tar_has_no_photos(
    tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tars, "MAX_PHOTO_BYTES", len(PHOTO))
    source = ArchiveSource(_tar(tmp_path / "a.tar", CLASSES))
    source.deliver(source.items(), kept, lambda: False)
    assert kept.delivered[1] == PHOTO
    assert kept.failure(2).status == "too_large"
    with pytest.raises(ClassesNotFound, match="no photos in it"):
        survey(_tar(tmp_path / "b.tgz", {}))


def test_a_tar_is_known_by_what_is_in_it_whatever_its_name(tmp_path: Path) -> None:
    path = _tar(tmp_path / "a.tgz", CLASSES)
    assert survey(path.rename(tmp_path / "a.zip")).photos == 2


@pytest.mark.parametrize("name", ["a.rar", "a.7z", "a.tar.xz", "a.tar.bz2"])
def test_other_archives_say_what_to_pack(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(SourceNotUnderstood, match=r"Pack the photos as ZIP or \.tar\.gz"):
        spec_from_text(str(tmp_path / name))


def test_stop_and_errors_end_a_delivery(tmp_path: Path, kept: Kept) -> None:
    source = ArchiveSource(_tar(tmp_path / "a.tgz", {f"dress/{n:03}.jpg": PHOTO for n in range(200)}))
    items = source.items()
    source.deliver(items, kept, lambda: len(kept.delivered) >= 20)
    assert 20 <= len(kept.delivered) <= 30

    def keep(item: Item, delivered: bytes | Failure) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        source.deliver(items, keep, lambda: False)
