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
    assert not open_bare(spec).numbered


def test_a_folder_without_photos_says_so(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(PhotosNotFound, match="no photos in it"):
        open_bare({"kind": "folder", "path": str(tmp_path)}).items()


def test_a_sheet_needs_no_labels_and_keeps_its_own_numbers(shop: Shop):
    good = shop.put("/1.jpg", picture(1))
    table = shop.put("/list.csv", f"photo\n{good}\n\n{shop.url('/gone.jpg')}\n".encode(), content_type="text/csv")
    spec = spec_of_link(table)
    assert spec is not None and open_bare(spec).numbered
    found = delivered(spec)
    assert found[2] == picture(1)
    assert isinstance(found[4], Failure) and found[4].status == "unreachable"
    assert sorted(found) == [2, 4]


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
