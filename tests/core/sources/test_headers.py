"""Sheets with titles, notes and hidden rows above the header: where the header is, and which rows are photos."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sources.headers import framed
from core.sources.tables import read_table

PHOTOS = [f"https://shop.example/photos/{n}.jpg" for n in range(12)]
NAMES = ["dress", "shirt", "pants"] * 4
BODY = [[photo, name] for photo, name in zip(PHOTOS, NAMES, strict=True)]


def _found(*above: list[str], body: list[list[str]] = BODY) -> tuple[list[str], int | None, list[int]]:
    frame, header_row = framed([*above, *body])
    return list(frame.columns), header_row, list(frame.index)


@pytest.mark.parametrize(
    "noise",
    [
        [["My clothes"]],
        [["Photos of the autumn collection, taken by all of us between March and October, see the second sheet"]],
        [["My clothes", ""], [], ["Please do not sort this sheet.", ""], []],
        [["https://shop.example/catalogue", ""], []],
        [["Exported:", "2024-05-01"], []],
        [["", "Autumn"], ["2024", ""]],
        [[], [], []],
    ],
)
@pytest.mark.parametrize("header", [["image_url", "label"], ["Ansicht", "Was"], ["", "label"]])
def test_a_header_is_found_below_titles_and_notes(noise: list[list[str]], header: list[str]) -> None:
    columns, header_row, rows = _found(*noise, header)
    assert columns == [header[0] or "Column A", header[1]]
    assert header_row == len(noise) + 1
    assert rows == list(range(len(noise) + 2, len(noise) + 14))


def test_rows_without_a_photo_below_the_header_stay_rows() -> None:
    for gap in ([["", "dress"]], [["n/a", "dress"], ["", "shirt"]]):
        columns, header_row, rows = _found(["Title"], ["image_url", "label"], *gap)
        assert (columns, header_row) == (["image_url", "label"], 2)
        assert rows == list(range(3, 15 + len(gap)))


def test_of_two_header_rows_the_one_that_names_more_columns_is_taken() -> None:
    body = [[str(n), "red", *row] for n, row in enumerate(BODY)]
    columns, header_row, _ = _found(["Article", "", "Photo", ""], ["id", "colour", "url", "kind"], body=body)
    assert (columns, header_row) == (["id", "colour", "url", "kind"], 2)


def test_a_header_that_comes_again_is_still_the_header() -> None:
    columns, header_row, rows = _found(["Title"], ["photo", "label"], *BODY[:3], ["photo", "label"], body=BODY[3:])
    assert (columns, header_row, len(rows)) == (["photo", "label"], 2, 13)


def test_a_sheet_without_a_header_begins_with_its_photos() -> None:
    assert _found() == (["Column A", "Column B"], None, list(range(1, 13)))
    assert _found(["My clothes"], []) == (["Column A", "Column B"], None, list(range(3, 15)))
    columns, header_row, rows = _found(["", "dress"])
    assert (columns, header_row, rows) == (["Column A", "Column B"], None, list(range(1, 14)))


@given(
    st.lists(st.sampled_from([[], [""], ["My clothes"], ["A note on what follows"], ["2024"]]), max_size=5),
    st.lists(st.tuples(st.sampled_from([*PHOTOS, ""]), st.sampled_from(NAMES)), min_size=1, max_size=20),
)
def test_no_row_below_a_header_is_lost(noise: list[list[str]], body: list[tuple[str, str]]) -> None:
    rows = [[PHOTOS[0], "dress"], *map(list, body)]
    columns, header_row, numbers = _found(*noise, ["image_url", "label"], body=rows)
    assert (columns, header_row) == (["image_url", "label"], len(noise) + 1)
    assert numbers == list(range(len(noise) + 2, len(noise) + 2 + len(rows)))


def test_hidden_rows_and_merged_cells_above_the_header_of_an_excel_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Our wardrobe"
    sheet.merge_cells("A1:C2")
    sheet["A4"], sheet["B4"] = "internal", "img, cls"
    sheet.row_dimensions[4].hidden = True
    for place, name in enumerate(["photo", "name", "kind"], start=1):
        sheet.cell(6, place, name)
    for number, (photo, name) in enumerate(zip(PHOTOS, NAMES, strict=True)):
        for place, cell in enumerate([photo, f"Lovely thing {number}", name], start=1):
            sheet.cell(7 + number, place, cell)
    sheet.row_dimensions[9].hidden = True
    content = io.BytesIO()
    book.save(content)
    (tmp_path / "a.xlsx").write_bytes(content.getvalue())
    table = read_table(tmp_path / "a.xlsx")
    assert (table.columns, table.header_row) == (["photo", "name", "kind"], 6)
    assert [(item.row, item.label) for item in table.items()] == list(enumerate(NAMES, start=7))
