"""Photos to be asked about: no labels, no class folders, and the sheet's own numbers."""

import zipfile
from pathlib import Path

import pytest

from core.errors import ColumnNotFound, PhotosNotFound, SourceNotUnderstood
from core.sources.bare import open_bare, spec_of_link, spec_of_path
from core.sources.items import Failure
from tests.conftest import picture
from tests.shop import Shop


def delivered(spec: dict) -> dict[int, bytes | Failure]:
    """By row, what a source delivers of all its items."""
    source, found = open_bare(spec), {}
    source.deliver(source.items(), lambda item, content: found.__setitem__(item.row, content), lambda: False)
    return found


def test_an_archive_gives_every_photo_wherever_it_lies_and_nothing_else(tmp_path: Path):
    names = ["b.jpg", "a/deep/er/c.PNG", "a.jpg", "notes.txt", ".hidden.jpg", "__MACOSX/a.jpg", "inner.zip"]
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, picture(number))
    spec = spec_of_path(tmp_path / "some.zip")
    assert spec is not None
    assert [item.source for item in open_bare(spec).items()] == ["a.jpg", "a/deep/er/c.PNG", "b.jpg"]
    assert delivered(spec) == {1: picture(2), 2: picture(1), 3: picture(0)}
    source = open_bare(spec)
    assert [source.number(item) for item in source.items()] == [None] * 3 and source.columns() == []


def test_a_folder_without_photos_says_so(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(PhotosNotFound, match="no photos in it"):
        open_bare({"kind": "folder", "path": str(tmp_path)}).items()


def test_a_sheet_needs_no_labels_and_keeps_its_own_numbers(shop: Shop):
    good = shop.put("/1.jpg", picture(1))
    table = shop.put("/list.csv", f"photo\n{good}\n\n{shop.url('/gone.jpg')}\n".encode(), content_type="text/csv")
    spec = spec_of_link(table)
    assert spec is not None
    source = open_bare(spec)
    assert [source.number(item) for item in source.items()] == [2, 4]
    found = delivered(spec)
    assert found[2] == picture(1)
    assert isinstance(found[4], Failure) and found[4].status == "unreachable"
    assert sorted(found) == [2, 4]


def packed(place: Path, files: dict[str, bytes]) -> dict:
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return {"kind": "archive", "path": str(place)}


def test_a_table_in_an_archive_gives_order_and_row_numbers_and_what_it_does_not_name_comes_after(tmp_path: Path):
    table = "sku,file\n7,b.jpg\n8,gone.jpg\n\n9,photos/a.JPG\n10,\n"
    files = {"photos/a.jpg": picture(0), "photos/b.jpg": picture(1), "photos/c.jpg": picture(2), "c/d.jpg": picture(3)}
    spec = packed(tmp_path / "some.zip", {**files, "list.csv": table.encode()})
    source, found = open_bare(spec), delivered(spec)
    items = source.items()
    assert [(source.number(item), item.source) for item in items] == [
        *((2, "photos/b.jpg"), (3, "gone.jpg"), (5, "photos/a.jpg"), (6, "")),
        *((None, "c/d.jpg"), (None, "photos/c.jpg")),
    ]
    gone, nothing = found.pop(3), found.pop(6)
    assert isinstance(gone, Failure) and "names this photo, but it is not there" in gone.reason
    assert isinstance(nothing, Failure) and "names no photo" in nothing.reason
    assert [found[item.row] for item in items if item.row in found] == [picture(each) for each in (1, 0, 3, 2)]


def test_a_table_in_a_folder_needs_no_labels_and_may_call_photos_by_their_ids(tmp_path: Path):
    for number in range(3):
        (tmp_path / f"{100 + number}.jpg").write_bytes(picture(number))
    (tmp_path / "list.csv").write_text("id,price\n102,3\n100,4\n101,5\n")
    spec = spec_of_path(tmp_path)
    assert spec is not None
    assert [(item.row, item.source) for item in open_bare(spec).items()] == [
        *((2, "102.jpg"), (3, "100.jpg"), (4, "101.jpg")),
    ]


def test_two_tables_or_one_of_something_else_leave_the_photos_in_their_own_order(tmp_path: Path):
    files = {"b.jpg": picture(0), "a.jpg": picture(1), "prices.csv": b"size,price\nXL,3\nM,4\n"}
    source = open_bare(packed(tmp_path / "one.zip", files))
    assert [(source.number(item), item.source) for item in source.items()] == [(None, "a.jpg"), (None, "b.jpg")]
    two = packed(tmp_path / "two.zip", {**files, "1.csv": b"file\nb.jpg\n", "2.csv": b"file\nb.jpg\n"})
    assert [item.source for item in open_bare(two).items()] == ["a.jpg", "b.jpg"]
    with pytest.raises(ColumnNotFound, match="leave only one"):
        open_bare({**two, "image_column": "file"}).items()


def test_of_two_columns_that_name_photos_the_chosen_one_counts(tmp_path: Path):
    table = b"front,back\n1.jpg,2.jpg\n3.jpg,4.jpg\n"
    spec = packed(tmp_path / "some.zip", {**{f"{n}.jpg": picture(n) for n in range(1, 5)}, "list.csv": table})
    items = open_bare({**spec, "image_column": "Back"}).items()
    assert [item.source for item in items] == ["2.jpg", "4.jpg", "1.jpg", "3.jpg"]


def test_columns_that_could_hold_photos_are_told_the_one_that_is_taken_first(shop: Shop):
    rows = "".join(f"{n},http://s.example/f{n}.jpg,http://s.example/b{n}.jpg\n" for n in range(9))
    table = shop.put("/list.csv", f"name,photo,back\n{rows}".encode(), content_type="text/csv")
    spec = {"kind": "table", "address": table}
    assert open_bare(spec).columns() == ["photo", "back"]
    chosen = open_bare({**spec, "image_column": "back"})
    assert chosen.columns() == ["back", "photo"] and chosen.items()[0].source == "http://s.example/b0.jpg"
    one = shop.put("/one.csv", b"name,photo\nx,http://s.example/1.jpg\n", content_type="text/csv")
    assert open_bare({"kind": "table", "address": one}).columns() == []


def test_a_table_without_addresses_says_which_columns_there_are(shop: Shop):
    table = shop.put("/list.csv", b"name,price\ncoat,3\nhat,4\n", content_type="text/csv")
    with pytest.raises(ColumnNotFound, match="“name”, “price”"):
        open_bare({"kind": "table", "address": table}).items()


@pytest.mark.parametrize(
    ("link", "is_table"),
    [
        ("https://docs.google.com/spreadsheets/d/abc123/edit#gid=0", True),
        (" https://shop.example/list.CSV?x=1 ", True),
        ("https://shop.example/coat.jpg", False),
        ("coat.csv", False),
    ],
)
def test_links_to_tables_are_known_by_their_look(link: str, is_table: bool):
    assert (spec_of_link(link) is not None) == is_table


def test_what_is_no_photo_source_is_refused():
    with pytest.raises(SourceNotUnderstood, match="garments"):
        open_bare({"kind": "garments"})
