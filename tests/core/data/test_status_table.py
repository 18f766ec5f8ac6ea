"""The table that a dataset was made of, with what became of each row, line for line as it was."""

import csv
import io
import zipfile

import openpyxl
import pytest

from core.data import store
from core.data.status_table import has_table, status_csv
from core.errors import NotFound
from core.sources import spec_from_text
from tests.conftest import class_folders, picture
from tests.core.data.test_making import made

pytestmark = pytest.mark.usefixtures("at_once")

TABLE = """Photos of spring,,,
,,,
photo,kind,=price,note
0.jpg,dress,=1+1,"two
lines"

gone.jpg,hat,-5,
2.jpg,hat
2.jpg,hat,3,again
"""


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(picture(number))
    return tmp_path


def lines_of(dataset: store.Dataset) -> list[list[str]]:
    return list(csv.reader(io.StringIO(status_csv(dataset), newline="")))


def test_line_i_is_row_i_of_the_sheet_with_status_and_reason_beside_it(folder):
    (folder / "table.csv").write_text(TABLE)
    dataset = made(spec_from_text(str(folder / "table.csv"))[0])
    lines = lines_of(dataset)
    assert [line[:4] for line in lines] == [
        ["Photos of spring", "", "", ""],
        ["", "", "", ""],
        ["photo", "kind", "'=price", "note"],
        ["0.jpg", "dress", "'=1+1", "two\nlines"],
        ["", "", "", ""],
        ["gone.jpg", "hat", "'-5", ""],
        ["2.jpg", "hat", "", ""],
        ["2.jpg", "hat", "3", "again"],
    ]
    assert [line[4] for line in lines] == ["", "", "status", "ok", "", "unreachable", "ok", "duplicate"]
    assert lines[5][5] == "There is no such file beside the table." and "row 7" in lines[7][5]
    assert dataset.manifest()["row"].tolist() == [4, 6, 7, 8]


def test_columns_that_were_pasted_back_are_written_anew(folder):
    rows = ["photo,kind,status,reason", "0.jpg,dress,unreachable,gone", "1.jpg,hat,ok,", "2.jpg,hat,ok,"]
    (folder / "table.csv").write_text("\n".join(rows))
    dataset = made({**spec_from_text(str(folder / "table.csv"))[0], "label_column": "kind"})
    assert lines_of(dataset) == [row.split(",") for row in (rows[0], "0.jpg,dress,ok,", *rows[2:])]


def test_a_table_in_an_archive_is_kept_too_and_so_is_an_excel_sheet(folder):
    book = openpyxl.Workbook()
    for row in (["Spring"], [], ["photo", "kind"], ["0.jpg", "dress"], ["none.jpg", "hat"], ["1.jpg", "hat"]):
        book.active.append(row)
    book.save(folder / "list.xlsx")
    with zipfile.ZipFile(folder / "all.zip", "w") as packed:
        for name in ("list.xlsx", "0.jpg", "1.jpg"):
            packed.write(folder / name, name)
    for source in ({"kind": "archive", "path": str(folder / "all.zip")}, spec_from_text(str(folder / "list.xlsx"))[0]):
        lines = lines_of(made(source))
        assert [line[2] for line in lines] == ["", "", "status", "ok", "unreachable", "ok"]


def test_what_was_made_of_no_table_says_so(tmp_path):
    dataset = made({"kind": "folder", "path": str(class_folders(tmp_path / "a", {"dress": 3, "hat": 3}))})
    assert not has_table(dataset)
    with pytest.raises(NotFound, match="not made of a table"):
        status_csv(dataset)
