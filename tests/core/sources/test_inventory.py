"""Archives and folders with a table that names their photos."""

import io
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ClassesNotFound, ColumnNotFound
from core.sources import open_source
from core.sources.archives import survey
from core.sources.choice import Choice
from core.sources.inventory import Files
from core.sources.items import Failure
from tests.core.sources.conftest import PHOTO, Kept

LABELS = ["dress", "shirt", "hat"] * 4
PATHS = [f"photos/{'ab'[n % 2]}/{n}.jpg" for n in range(12)]
ROWS = [["file", "kind"], *map(list, zip(PATHS, LABELS, strict=True))]


def _csv(rows: list[list[str]], delimiter: str = ",") -> bytes:
    return "\n".join(map(delimiter.join, rows)).encode()


def _xlsx(rows: list[list[str]]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def _photos(paths: list[str]) -> dict[str, bytes]:
    return {path: PHOTO + path.encode() for path in paths}


def _held(tmp_path: Path, files: dict[str, bytes], kind: str = "zip") -> dict[str, str]:
    """The spec of what holds these files."""
    path = tmp_path / f"held.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    elif kind == "tgz":
        with tarfile.open(path, "w:gz") as tar:
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    else:
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        return {"kind": "folder", "path": str(path)}
    return {"kind": "archive", "path": str(path)}


@pytest.mark.parametrize("kind", ["zip", "tgz", "folder"])
@pytest.mark.parametrize("root", ["", "wrapper/of all/"])
@pytest.mark.parametrize("table", ["labels.csv", "labels.tsv", "Labels.XLSX"])
def test_the_labels_of_a_table_in_it_are_taken(kind: str, root: str, table: str, tmp_path: Path, kept: Kept) -> None:
    content = _xlsx(ROWS) if table.endswith("XLSX") else _csv(ROWS, "\t" if table.endswith("tsv") else ",")
    files = {f"{root}{path}": photo for path, photo in _photos([*PATHS, "photos/a/other.jpg"]).items()}
    files |= {f"{root}README.txt": b"hello", f"{root}{table}": content}
    spec = _held(tmp_path, files, kind)
    items = open_source(spec).items()
    open_source(spec).deliver(items, kept, lambda: False)  # as when a making goes on
    assert [(item.row, item.source, item.label) for item in items] == [
        (row, root + path, label) for row, (path, label) in enumerate(zip(PATHS, LABELS, strict=True), start=2)
    ]
    assert kept.delivered == {item.row: files[item.source] for item in items}
    seen = survey(Path(spec["path"]))
    assert (seen.photos, seen.classes, seen.ignored) == (12, {"dress": 4, "hat": 4, "shirt": 4}, 2)
    assert (seen.table_path, seen.missing) == (root + table, 0)
    assert seen.table is not None and seen.table.columns == ["file", "kind"]


@pytest.mark.parametrize("kind", ["zip", "tgz", "folder"])
def test_rows_whose_file_is_missing_or_unclear_say_so(kind: str, tmp_path: Path, kept: Kept) -> None:
    rows = [
        *ROWS,
        ["gone.jpg", "hat"],
        ["twin.jpg", "hat"],
        ["", "hat"],
        ["photos/a/twin.jpg", ""],
        ["../0.jpg", "hat"],
    ]
    files = _photos([*PATHS, "photos/a/twin.jpg", "photos/b/twin.jpg"])
    spec = _held(tmp_path, {**files, "labels.csv": _csv(rows)}, kind)
    source = open_source(spec)
    items = source.items()
    source.deliver(items, kept, lambda: False)
    assert kept.times == dict.fromkeys(range(2, 19), 1)
    failures = [kept.failure(row) for row in range(14, 19)]
    assert [each.status for each in failures] == ["unreachable", "no_address", "no_address", "no_label", "unreachable"]
    assert "names this photo, but it is not there" in failures[0].reason
    assert "2 photos are called twin.jpg. Write the folder too, as in photos/a/twin.jpg" in failures[1].reason
    assert [item.source for item in items[12:]] == ["gone.jpg", "twin.jpg", "", "photos/a/twin.jpg", "../0.jpg"]
    seen = survey(Path(spec["path"]))
    assert (seen.missing, seen.ignored) == (4, 1)


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("top/dress/1.jpg", "top/dress/1.jpg"),
        ("dress/1.jpg", "top/dress/1.jpg"),
        ("dress\\1.jpg", "top/dress/1.jpg"),
        ("./dress/1.jpg", "top/dress/1.jpg"),
        ("DRESS/1.JPG", "top/dress/1.jpg"),
        ("1.jpg", "top/dress/1.jpg"),
        ("dress/1", "top/dress/1.jpg"),
        ("C:\\Users\\me\\dress\\1.jpg", "top/dress/1.jpg"),
        ("/content/data/dress/1.jpg", "top/dress/1.jpg"),
        (unicodedata.normalize("NFC", "Mütze.png"), unicodedata.normalize("NFD", "top/hat/Mütze.png")),
        ("a.jpg", "top/a.jpg"),  # beside the table, rather than in a folder
        ("X.jpg", "top/hat/X.jpg"),  # in the same capitals
        ("shirt/1.jpg", None),  # another folder than the one there is
        ("2.jpg", None),
        ("ress/1.jpg", None),
        ("", None),
        ("https://shop.example/9.jpg", None),
    ],
)
def test_what_a_cell_names(cell: str, path: str | None) -> None:
    hat = unicodedata.normalize("NFD", "top/hat/Mütze.png")
    files = Files(["top/dress/1.jpg", hat, "top/a.jpg", "top/hat/a.jpg", "top/hat/X.jpg", "top/dress/x.jpg"], "top/")
    found = files.find(cell)
    assert found == path or (path is None and isinstance(found, Failure))


@given(st.lists(st.text("ab/.é", min_size=1, max_size=6), unique=True), st.text("ab/.é\\:", max_size=8))
def test_what_is_found_is_always_one_of_the_files(paths: list[str], cell: str) -> None:
    found = Files(paths, "").find(cell)
    assert isinstance(found, Failure) or found in paths
    assert all(Files(paths, "").find(path) == path for path in paths)


def test_photos_may_be_named_by_an_id(tmp_path: Path, kept: Kept) -> None:
    rows = [["id", "articleType", "gender"], *([str(n), LABELS[n], "MF"[n % 2]] for n in range(12))]
    files = _photos([f"images/{n}.jpg" for n in range(12)])
    source = open_source(_held(tmp_path, {**files, "styles.csv": _csv(rows)}))
    items = source.items()
    source.deliver(items, kept, lambda: False)
    assert [(item.source, item.label) for item in items] == [(f"images/{n}.jpg", LABELS[n]) for n in range(12)]
    assert kept.delivered == {item.row: files[item.source] for item in items}


def test_columns_parts_groups_and_merges_of_the_table_may_be_chosen(tmp_path: Path) -> None:
    rows = [["file", "kind", "colour", "split", "sku"]]
    rows += [
        [path, LABELS[n], "Red" if n % 2 else "red ", "test" if n > 8 else "train", f"S{n // 2}"]
        for n, path in enumerate(PATHS)
    ]
    spec = _held(tmp_path, {**_photos(PATHS), "labels.csv": _csv(rows)})
    assert {(item.part, item.group) for item in open_source(spec).items()[8:10]} == {("train", "S4"), ("test", "S4")}
    chosen = open_source({**spec, "label_column": "colour", "part_column": "", "merge": {"Red": "red"}}).items()
    assert {(item.label, item.part) for item in chosen} == {("red", None)}
    assert survey(Path(spec["path"]), Choice(label_column="colour")).classes == {"Red": 6, "red": 6}
    with pytest.raises(ColumnNotFound, match=r"no table beside the photos names them.*no column “size”"):
        open_source({**spec, "label_column": "size"}).items()


BARE = _csv([["photo", "kind"], *([f"{n}.jpg", label] for n, label in enumerate(LABELS))])
FOLDERS = _photos([f"{label}/{n}.jpg" for n, label in enumerate(LABELS)])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"photo,label\n",
        b"\xd0\xcf\x11\xe0",
        _csv([["name", "stars"], *([label, str(n % 3)] for n, label in enumerate(LABELS))]),
        _csv([["number", "stars"], *([str(n), "good"] for n in range(5))]),
        _csv([["photo", "note"], *([f"{n}.jpg", f"Lovely thing number {n}"] for n in range(12))]),
        _csv([["photo", "kind"], *([f"x{n}.jpg", label] for n, label in enumerate(LABELS))]),
        _csv([["photo", "kind"], *([f"https://shop.example/{n}.jpg", label] for n, label in enumerate(LABELS))]),
    ],
)
def test_other_tables_leave_the_folders_their_say(content: bytes, tmp_path: Path) -> None:
    spec = _held(tmp_path, {**FOLDERS, "notes.csv": content})
    assert [item.source for item in open_source(spec).items()] == sorted(FOLDERS)
    seen = survey(Path(spec["path"]))
    assert (seen.table, seen.ignored, len(seen.classes)) == (None, 1, 3)


def test_a_table_deeper_down_or_hidden_is_no_inventory(tmp_path: Path) -> None:
    rows = _csv([["photo", "kind"], *([path, "all one"] for path in FOLDERS)])
    files = {**FOLDERS, "dress/labels.csv": rows, ".labels.csv": rows, "__MACOSX/._labels.csv": rows}
    assert len({item.label for item in open_source(_held(tmp_path, files)).items()}) == 3


def test_a_table_wins_over_class_folders(tmp_path: Path) -> None:
    rows = _csv([["photo", "kind"], *([path, "ABC"[n % 3]] for n, path in enumerate(FOLDERS))])
    items = open_source(_held(tmp_path, {**FOLDERS, "labels.csv": rows})).items()
    assert {item.label for item in items} == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (
            {"labels.csv": _csv([["photo", "kind"], *([f"x{n}.jpg", "hat"] for n in range(6))])},
            "can be found, as “x0.jpg”. The table names this photo, but it is not there",
        ),
        ({"labels.csv": _csv([["photo"], *([f"{n}.jpg"] for n in range(12))])}, "labels.csv cannot be used. No column"),
        ({"labels.csv": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"}, "labels.csv cannot be used. This file is no table"),
        ({"a.csv": BARE, "b.csv": BARE}, "a.csv and b.csv name photos in it: leave only one"),
    ],
)
def test_without_class_folders_the_trouble_with_a_table_is_said(
    tables: dict[str, bytes], words: str, tmp_path: Path
) -> None:
    files = _photos([path.rpartition("/")[2] for path in PATHS])
    with pytest.raises(ClassesNotFound, match=words):
        open_source(_held(tmp_path, {**files, **tables})).items()


def test_a_table_whose_names_are_all_unclear_says_why(tmp_path: Path) -> None:
    rows = _csv([["photo", "kind"], ["1.jpg", "hat"], ["2.jpg", "dress"]])
    spec = _held(tmp_path, {**_photos(["1.jpg/1.jpg", "a/1.jpg", "a/2.jpg", "b/2.jpg"]), "labels.csv": rows})
    with pytest.raises(ColumnNotFound, match=r"2 photos are called 1\.jpg\. Write the folder too"):
        open_source({**spec, "image_column": "photo"}).items()


def test_a_table_of_many_rows_and_files_of_one_name_is_read_in_time(tmp_path: Path) -> None:
    paths = [f"{n}/photo.jpg" for n in range(20_000)]
    files = Files(paths, "")
    assert [files.find(f"{n}/photo.jpg") for n in range(20_000)] == paths
    assert all(isinstance(files.find(f"x{n}/photo.jpg"), Failure) for n in range(20_000))
