"""ZIPs and folders of class folders: what they mean, and which are not opened."""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ArchiveUnreadable, ArchiveUnsafe, ClassesNotFound, NotFound
from core.sources import holding
from core.sources.archives import ArchiveSource, FolderSource, survey
from core.sources.items import Source
from core.sources.layout import arrange
from tests.core.sources.conftest import PHOTO, Kept

NAMES = st.text("abcdeXYZ-_ é", min_size=1, max_size=8).filter(lambda name: name.strip() == name)


def _zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _meaning(*paths: str) -> list[tuple[str, str, str | None]]:
    return [(item.source, item.label, item.part) for item in arrange(paths).items]


def test_class_folders_are_labels() -> None:
    assert _meaning("shirt/2.jpg", "dress/1.JPG", "dress/old/3.png") == [
        ("dress/1.JPG", "dress", None),
        ("dress/old/3.png", "dress", None),
        ("shirt/2.jpg", "shirt", None),
    ]


@pytest.mark.parametrize("wrapper", ["", "master/", "a/b/c/", "train/"])
def test_folders_that_only_wrap_are_seen_through(wrapper: str) -> None:
    paths = [f"{wrapper}{path}" for path in ("dress/1.jpg", "dress/2.jpg", "shirt/1.jpg")]
    assert [label for _, label, _ in _meaning(*paths, "README.md", f"{wrapper}LICENSE")] == ["dress", "dress", "shirt"]


def test_a_single_class_is_no_wrapper() -> None:
    assert [label for _, label, _ in _meaning("dress/1.jpg", "dress/2.jpg", "dress/red/3.jpg")] == ["dress"] * 3


@pytest.mark.parametrize(("folder", "part"), [("val", "validation"), ("Valid", "validation"), ("Test", "test")])
def test_folders_of_parts_are_the_split(folder: str, part: str) -> None:
    found = _meaning("m/train/dress/1.jpg", "m/train/shirt/1.jpg", f"m/{folder}/dress/2.jpg", "m/notes.txt")
    assert sorted(found) == sorted(
        [
            ("m/train/dress/1.jpg", "dress", "train"),
            ("m/train/shirt/1.jpg", "shirt", "train"),
            (f"m/{folder}/dress/2.jpg", "dress", part),
        ]
    )


def test_a_class_may_be_called_test() -> None:
    assert {label for _, label, _ in _meaning("test/1.jpg", "exam/2.jpg")} == {"test", "exam"}


def test_files_of_the_system_and_archives_are_ignored_and_counted() -> None:
    found = arrange(
        ["d/1.jpg", "s/1.jpg", "__MACOSX/d/._1.jpg", "d/.DS_Store", "d/Thumbs.db", "more.zip", "d/x.tar.gz", "LICENSE"]
    )
    assert ([item.source for item in found.items], found.ignored) == (["d/1.jpg", "s/1.jpg"], 6)


def test_what_lies_in_a_class_folder_is_a_row_and_a_stray_photo_has_no_label() -> None:
    assert _meaning("dress/1.jpg", "dress/notes.txt", "shirt/noname", "stray.jpg") == [
        ("dress/1.jpg", "dress", None),
        ("dress/notes.txt", "dress", None),
        ("shirt/noname", "shirt", None),
        ("stray.jpg", "", None),
    ]


@pytest.mark.parametrize("paths", [[], ["a.txt", "dress/readme.md"], ["1.jpg", "2.jpg"], ["photos/.hidden.jpg"]])
def test_without_class_folders_the_layout_is_explained(paths: list[str]) -> None:
    with pytest.raises(ClassesNotFound, match=r"dress/1\.jpg"):
        arrange(paths)


@given(st.dictionaries(NAMES, st.integers(1, 4), min_size=2, max_size=5), st.lists(NAMES, max_size=3), st.booleans())
def test_no_file_is_lost_whatever_the_names(classes: dict[str, int], wrappers: list[str], with_parts: bool) -> None:
    stem = "".join(f"{wrapper}/" for wrapper in wrappers)
    parts = ["train/", "test/"] if with_parts else [""]
    paths = [f"{stem}{part}{name}/{n}.jpg" for part in parts for name, count in classes.items() for n in range(count)]
    found = arrange(reversed(paths))
    assert [item.source for item in found.items] == sorted(paths)
    assert [item.row for item in found.items] == list(range(1, len(paths) + 1))
    assert {item.label for item in found.items} == {" ".join(name.split()) for name in classes}
    assert arrange(paths) == found


FILES = {
    "master/train/dress/1.jpg": PHOTO,
    "master/train/shirt/2.jpg": PHOTO + b"2",
    "master/validation/dress/kurz-ä.jpg": PHOTO + b"3",
    "master/train/dress/note.txt": b"not a photo",
    "master/train/dress/empty.jpg": b"",
    "master/stray.jpg": PHOTO,
    "master/README.md": b"# Photos",
    "__MACOSX/master/._x": b"x",
}


def assert_delivered_once(source: ArchiveSource | FolderSource, path: Path, kept: Kept) -> None:
    """Whether every file of `FILES`, as the source at that path has them, came once, or with the reason why not."""
    items = source.items()
    source.deliver(items, kept, lambda: False)
    assert kept.times == dict.fromkeys(range(1, 7), 1)
    for item in items:
        if item.label:
            assert kept.delivered[item.row] == FILES[item.source]
        else:
            assert (item.source, kept.failure(item.row).status) == ("master/stray.jpg", "no_label")
    seen = survey(path)
    assert (seen.photos, seen.classes, seen.ignored) == (6, {"dress": 4, "shirt": 1}, 2)
    assert seen.parts == {"train": 4, "validation": 1}


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_every_file_is_delivered_once(kind: str, tmp_path: Path, kept: Kept) -> None:
    source: Source
    if kind == "zip":
        path = _zip(tmp_path / "a.zip", FILES)
        source = ArchiveSource(path)
    else:
        path = tmp_path / "a"
        for name, content in FILES.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        source = FolderSource(path)
    assert_delivered_once(source, path, kept)


@pytest.mark.parametrize(
    "name",
    ["../evil.jpg", "dress/../../evil.jpg", "/etc/evil.jpg", "C:/evil.jpg", "dress\\..\\..\\x.jpg", "\\\\pc\\c\\x.jpg"],
)
def test_a_zip_whose_names_leave_it_is_not_opened(name: str, tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": PHOTO, name: PHOTO})
    with pytest.raises(ArchiveUnsafe, match=r"land outside.*Received: a\.zip"):
        ArchiveSource(path).items()


def test_a_zip_with_a_link_is_not_opened(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("dress/1.jpg")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ArchiveUnsafe, match="a link instead of a file"):
        survey(tmp_path / "a.zip")


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = _zip(tmp_path / "bomb.zip", {f"dress/{n}.jpg": bytes(4 * 1024**2) for n in range(4)})
    assert path.stat().st_size < 50_000
    with pytest.raises(ArchiveUnsafe, match="100 times its size"):
        survey(path)


def test_too_many_or_too_large_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _zip(tmp_path / "a.zip", {f"dress/{n}.jpg": os.urandom(1000) for n in range(4)})
    monkeypatch.setattr(holding, "MAX_ARCHIVE_ENTRIES", 3)
    with pytest.raises(ArchiveUnsafe, match="holds 4 files; 3"):
        survey(path)
    monkeypatch.setattr(holding, "MAX_ARCHIVE_ENTRIES", 4)
    monkeypatch.setattr(holding, "MAX_ARCHIVE_BYTES", 3999)
    with pytest.raises(ArchiveUnsafe, match="2 GB are taken at most"):
        survey(path)


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path, kept: Kept) -> None:
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": bytes(200_000), "shirt/1.jpg": PHOTO})
    content = path.read_bytes()
    directory = content.rindex(b"PK\x01\x02", 0, content.rindex(b"PK\x01\x02"))
    lie = content[: directory + 24] + struct.pack("<I", 10) + content[directory + 28 :]
    path.write_bytes(lie)
    source = ArchiveSource(path)
    source.deliver(source.items(), kept, lambda: False)
    assert kept.failure(1).status == "damaged"
    assert kept.delivered[2] == PHOTO


def test_a_photo_beyond_20_mb_is_not_read(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "a" / "dress").mkdir(parents=True)
    with (tmp_path / "a" / "dress" / "1.jpg").open("wb") as file:
        file.truncate(21 * 1024**2)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.write(tmp_path / "a" / "dress" / "1.jpg", "dress/1.jpg")
    for source in (ArchiveSource(tmp_path / "a.zip"), FolderSource(tmp_path / "a")):
        source.deliver(source.items(), kept, lambda: False)
        assert kept.failure(1).status == "too_large"


def test_a_damaged_entry_fails_alone(tmp_path: Path, kept: Kept) -> None:
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": PHOTO, "shirt/2.jpg": PHOTO})
    content = bytearray(path.read_bytes())
    content[60:100] = bytes(40)
    path.write_bytes(content)
    source = ArchiveSource(path)
    source.deliver(source.items(), kept, lambda: False)
    assert kept.failure(1).status == "damaged"
    assert kept.delivered[2] == PHOTO


def test_archives_that_cannot_be_read_say_what_to_do(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": PHOTO})
    whole = path.read_bytes()
    directory = whole.index(b"PK\x01\x02")
    locked = bytearray(whole)
    locked[directory + 8] |= 1
    odd = bytearray(whole)
    odd[directory + 10] = 9  # Deflate64
    cases = [(whole[:100], "broke off"), (b"", "no ZIP"), (locked, "password"), (odd, "plain ZIP")]
    for content, words in cases:
        path.write_bytes(content)
        with pytest.raises(ArchiveUnreadable, match=words):
            survey(path)
    with pytest.raises(NotFound):
        survey(tmp_path / "gone.zip")


def test_names_in_other_encodings_are_read_as_meant(tmp_path: Path, kept: Kept) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("XXXXXX/1.jpg", PHOTO)
        archive.writestr("dress\\2.jpg", PHOTO)
    path = tmp_path / "a.zip"
    path.write_bytes(file.getvalue().replace(b"XXXXXX", "Mütze".encode()))
    source = ArchiveSource(path)
    items = source.items()
    source.deliver(items, kept, lambda: False)
    assert [item.label for item in items] == ["Mütze", "dress"]
    assert list(kept.delivered.values()) == [PHOTO, PHOTO]


def test_names_in_the_old_code_page_are_read_as_meant(tmp_path: Path) -> None:
    path = _zip(tmp_path / "a.zip", {"XXXXX/1.jpg": PHOTO, "bag/1.jpg": PHOTO})
    path.write_bytes(path.read_bytes().replace(b"XXXXX", "Mütze".encode("cp437")))
    assert survey(path).classes == {"Mütze": 1, "bag": 1}


def test_a_wrong_checksum_fails_alone(tmp_path: Path, kept: Kept) -> None:
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": PHOTO, "shirt/2.jpg": PHOTO}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[content.index(PHOTO) + len(PHOTO) // 2] ^= 1
    path.write_bytes(content)
    source = ArchiveSource(path)
    source.deliver(source.items(), kept, lambda: False)
    assert kept.failure(1).status == "damaged"
    assert kept.delivered[2] == PHOTO


def test_of_files_with_one_name_the_last_counts_as_when_unpacking(tmp_path: Path, kept: Kept) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        for name, content in [("dress/1.jpg", b"old"), ("shirt/1.jpg", PHOTO), ("dress/1.jpg", PHOTO + b"new")]:
            archive.writestr(name, content)
    source = ArchiveSource(tmp_path / "a.zip")
    source.deliver(source.items(), kept, lambda: False)
    assert list(kept.times.values()) == [1, 1]
    assert kept.delivered[1] == PHOTO + b"new"


def test_the_large_form_of_zip_is_read(tmp_path: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": PHOTO, "shirt/1.jpg": PHOTO})
    monkeypatch.undo()
    assert zipfile.stringEndArchive64Locator in path.read_bytes()
    source = ArchiveSource(path)
    source.deliver(source.items(), kept, lambda: False)
    assert kept.delivered == {1: PHOTO, 2: PHOTO}


def test_an_archive_in_an_archive_is_left_out_and_counted(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.zip", {"hat/1.jpg": PHOTO}).read_bytes()
    path = _zip(tmp_path / "a.zip", {"dress/1.jpg": PHOTO, "shirt/1.jpg": PHOTO, "dress/more.zip": inner})
    assert (survey(path).classes, survey(path).ignored) == ({"dress": 1, "shirt": 1}, 1)


def test_memory_stays_flat_however_large_the_archive_is(tmp_path: Path) -> None:
    noise = os.urandom(400_000)
    path = _zip(tmp_path / "a.zip", {f"dress/{n}.jpg": noise for n in range(150)}, zipfile.ZIP_STORED)
    source = ArchiveSource(path)
    items = source.items()
    tracemalloc.start()
    source.deliver(items, lambda item, delivered: None, lambda: False)
    assert tracemalloc.get_traced_memory()[1] < 10 * len(noise)  # of 60 MB
    tracemalloc.stop()


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "secret.jpg").write_bytes(PHOTO)
    root = tmp_path / "photos"
    for label in ("dress", "shirt"):
        (root / label).mkdir(parents=True)
        (root / label / "1.jpg").write_bytes(PHOTO)
    (root / "dress" / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "dress" / "in.jpg").symlink_to(root / "shirt" / "1.jpg")
    (root / "away").symlink_to(tmp_path)
    source = FolderSource(root)
    items = source.items()
    assert [item.source for item in items] == ["dress/1.jpg", "dress/in.jpg", "shirt/1.jpg"]
    (root / "shirt" / "1.jpg").unlink()
    (root / "shirt" / "1.jpg").symlink_to(tmp_path / "secret.jpg")
    source.deliver(items, kept, lambda: False)
    assert kept.failure(3).status == "refused"


def test_stop_and_errors_end_a_delivery(tmp_path: Path, kept: Kept) -> None:
    path = _zip(tmp_path / "a.zip", {f"dress/{n:03}.jpg": PHOTO for n in range(200)})
    source = ArchiveSource(path)
    items = source.items()
    source.deliver(items, kept, lambda: len(kept.delivered) >= 20)
    assert 20 <= len(kept.delivered) <= 22

    def keep(item: object, delivered: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        source.deliver(items, keep, lambda: False)
