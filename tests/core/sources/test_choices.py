"""What may be chosen of a table: its sheet, and the columns of parts and groups; and labels that are merged."""

import io
from pathlib import Path

import openpyxl
import pytest

from core.errors import ColumnNotFound, SheetNotFound, SourceError, TableEmpty, TableUnreadable
from core.sources import open_source
from core.sources.sheets import Table
from core.sources.tables import read_table

LABELS = ["dress", "shirt", "pants"] * 8
PHOTOS = [f"https://shop.example/photos/{n}.jpg" for n in range(24)]
SKUS = [f"AB-{n // 2}" for n in range(24)]


def _read(tmp_path: Path, *columns: list[str]) -> Table:
    path = tmp_path / "clothes.csv"
    path.write_text("\n".join(map(",".join, zip(["photo", *PHOTOS], ["kind", *LABELS], *columns, strict=True))))
    return read_table(path)


def _book(tmp_path: Path, **sheets: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name.startswith("Hidden"):
            sheet.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    (tmp_path / "book.xlsx").write_bytes(content.getvalue())
    return tmp_path / "book.xlsx"


def _rows(label: str) -> list[list[str]]:
    return [["photo", "label"], *([photo, label] for photo in PHOTOS[:3])]


@pytest.mark.parametrize("header", ["split", "data_set", "Usage", "x"])
def test_parts_in_any_case_are_guessed_and_taken(header: str, tmp_path: Path) -> None:
    said = ["Train", "TRAINING ", "val", "Valid", "validation", "dev", "test", "Testing"] * 3
    table = _read(tmp_path, [header, *said])
    meant = ["train", "train", *["validation"] * 4, "test", "test"] * 3
    assert (table.part_column, table.label_column) == (header, "kind")
    assert [item.part for item in table.items()] == meant
    assert {item.part for item in table.items(part_column="")} == {None}
    assert table.survey().parts == {"train": 6, "validation": 12, "test": 6}


def test_an_odd_part_is_left_to_chance_and_counted(tmp_path: Path) -> None:
    table = _read(tmp_path, ["split", *["train", "test", "holdout", ""] * 6])
    assert [item.part for item in table.items()][:4] == ["train", "test", None, None]
    survey = table.survey()
    assert (survey.parts, survey.odd_parts) == ({"train": 6, "test": 6}, {"holdout": 6})
    assert (survey.rows, survey.classes) == (24, {"dress": 8, "pants": 8, "shirt": 8})
    assert _read(tmp_path, ["note", *["train", "test", "nice", ""] * 6]).part_column is None


def test_a_part_column_may_be_named_or_be_the_label(tmp_path: Path) -> None:
    table = _read(tmp_path, ["split", *["train", "test"] * 12], ["mine", *["test", "train"] * 12])
    assert [item.part for item in table.items(part_column="MINE")][:2] == ["test", "train"]
    named = table.items(label_column="split")
    assert [(item.label, item.part) for item in named][:2] == [("train", None), ("test", None)]
    with pytest.raises(ColumnNotFound, match="no column “fold”"):
        table.items(part_column="fold")


@pytest.mark.parametrize("header", ["SKU", "product id", "itemId", "Article-No.", "style_code", "parent sku"])
def test_groups_are_guessed_by_name_and_content(header: str, tmp_path: Path) -> None:
    table = _read(tmp_path, [header, *SKUS])
    assert (table.group_column, table.label_column) == (header, "kind")
    assert [item.group for item in table.items()] == SKUS
    assert {item.group for item in table.items(group_column="")} == {None}
    assert (table.survey().groups, table.survey(group_column="").groups) == (12, 0)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("SKU", [f"AB-{n}" for n in range(24)]),  # each its own: nothing belongs together
        ("product id", ["7"] * 24),  # all one: nothing could be held back
        ("product type", SKUS),
        ("colour", SKUS),
        ("row id", SKUS),
    ],
)
def test_what_is_no_group_is_not_guessed_but_may_be_named(header: str, cells: list[str], tmp_path: Path) -> None:
    table = _read(tmp_path, [header, *cells])
    assert table.group_column is None
    assert [item.group for item in table.items(group_column=header)] == cells


def test_of_several_groups_the_widest_is_taken_and_an_empty_cell_is_none(tmp_path: Path) -> None:
    table = _read(tmp_path, ["sku", *SKUS], ["product id", *[f"{n // 4}" for n in range(20)], *[""] * 4])
    assert table.group_column == "product id"
    assert [item.group for item in table.items()][16:] == ["4"] * 4 + [None] * 4


def test_the_first_sheet_is_read_or_one_by_name(tmp_path: Path) -> None:
    path = _book(tmp_path, Hidden=_rows("no"), Spring=_rows("dress"), Autumn=_rows("coat"))
    table = read_table(path)
    assert (table.sheets, table.sheet) == (("Spring", "Autumn"), "Spring")
    assert {item.label for item in table.items()} == {"dress"}
    for name, label in (("Autumn", "coat"), (" autumn", "coat"), ("Hidden", "no")):
        assert {item.label for item in read_table(path, sheet=name).items()} == {label}
    with pytest.raises(SheetNotFound, match=r"no sheet “Winter”. There are: “Spring”, “Autumn”"):
        read_table(path, sheet="Winter")


def test_an_empty_sheet_names_the_others(tmp_path: Path) -> None:
    path = _book(tmp_path, Cover=[["Our clothes"]], Spring=_rows("dress"), Autumn=_rows("coat"))
    with pytest.raises(TableEmpty, match="“Cover”; the file has others to choose: “Spring”, “Autumn”"):
        read_table(path)


def test_a_table_without_sheets_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("photo,label\nx.jpg,dress\n")
    with pytest.raises(SheetNotFound, match="Only an Excel file has sheets"):
        read_table(tmp_path / "a.csv", sheet="Spring")
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(500))
    with pytest.raises(TableUnreadable, match="a password"):
        read_table(tmp_path / "a.xlsx")


def test_a_spec_says_it_all(tmp_path: Path) -> None:
    rows = [["a", "b", "c", "d", "e"], *([photo, "x", " T shirts", "dev", "1"] for photo in PHOTOS[:4])]
    path = _book(tmp_path, First=_rows("no"), Second=rows)
    spec = {"kind": "table", "address": str(path), "base_dir": str(tmp_path), "sheet": "Second"}
    spec |= {"image_column": "a", "label_column": "c", "part_column": "d", "group_column": "e"}
    items = open_source({**spec, "merge": {"T shirts": "t-shirt"}}).items()
    assert {(item.label, item.part, item.group) for item in items} == {("t-shirt", "validation", "1")}
    assert {item.part for item in open_source({**spec, "part_column": ""}).items()} == {None}
    with pytest.raises(SourceError):
        open_source({**spec, "sheet": "Third"}).items()
