"""A catalogue is read a piece at a time, and gives the rows that a small table of the same content gives."""

import csv
import io
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.errors import ColumnNotFound, NotFound, TableEmpty, TableUnreadable
from core.sources import spec_from_text
from core.sources.catalogue import Catalogue, CatalogueSource
from core.sources.cells import read_rows, rows_of_file
from core.sources.tables import TableSource

CELLS = st.text(st.sampled_from('ab ,;\n"=é\t'), max_size=6)
ADDRESS = "https://shop.example/{}.jpg"


def written(path: Path, rows: list[tuple[object, ...]], columns: list[str]) -> Path:
    pd.DataFrame(rows, columns=columns).to_parquet(path, row_group_size=3)
    return path


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-16"]))
def test_a_text_file_read_row_by_row_is_what_it_is_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], encoding: str
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    content = text.getvalue().encode(encoding)
    assume(content.strip())
    path = tmp_path_factory.mktemp("text") / "rows.csv"
    path.write_bytes(content)
    assert list(rows_of_file(path)) == read_rows(content)


def test_a_large_text_file_has_the_rows_and_numbers_of_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "Our catalogue",
        "",
        "photo;kind;split;sku",
        *(f"{ADDRESS.format(n)};dress  {n % 3};val;a{n // 2}" for n in range(30)),
    ]
    lines.insert(9, ";;;")
    path = tmp_path / "shop.csv"
    path.write_bytes("\n".join(lines).encode("cp1252"))
    small = TableSource(str(path), base_dir=str(tmp_path)).items()
    source = CatalogueSource(path)
    assert [item for batch in source.batches(4) for item in batch] == small == source.items()
    assert source.labels() == {f"dress {n}": 10 for n in range(3)} and small[0].row == 4 and small[-1].row == 34
    assert spec_from_text(str(path))[0]["kind"] == "table"
    monkeypatch.setattr("core.sources.catalogue.MAX_TABLE_BYTES", 100)
    assert spec_from_text(str(path)) == ({"kind": "catalogue", "path": str(path)}, "Shop")


def test_a_folder_of_parquet_files_is_one_catalogue_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for part in ("b", "a"):
        rows = [(ADDRESS.format(f"{part}{n}"), f" {n % 2} ", n % 2, [n], b"x") for n in range(5)]
        written(folder / f"{part}.parquet", rows, ["url", "label", "class", "list", "bytes"])
    spec, name = spec_from_text(str(folder))
    assert (spec["kind"], name) == ("catalogue", "Parts")
    items = CatalogueSource(folder, merge={"1": "one"}).items()
    assert [item.source for item in items[:6]] == [
        ADDRESS.format(each) for each in ("a0", "a1", "a2", "a3", "a4", "b0")
    ]
    assert [item.row for item in items] == list(range(1, 11)) and [item.label for item in items[:3]] == [
        "0",
        "one",
        "0",
    ]
    assert Catalogue(folder).num_rows == 10 and "list" not in Catalogue(folder).head.columns


def test_cells_of_any_kind_become_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "photo": pa.array([ADDRESS.format(1), None, "https://shop.example/3.jpg ", ADDRESS.format(4)]),
            "category": pa.array(["dress", "hat", None, "hat"]).dictionary_encode(),
            "style id": pa.array([7, 7, None, 8], pa.int32()),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    items = CatalogueSource(tmp_path / "t.parquet").items()
    assert [(item.source, item.label, item.group) for item in items] == [
        (ADDRESS.format(1), "dress", "7"),
        ("", "hat", "7"),
        (ADDRESS.format(3), "", None),
        (ADDRESS.format(4), "hat", "8"),
    ]


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 and no more")
    pq.write_table(pa.table({"list": pa.array([[1], [2]])}), tmp_path / "lists.parquet")
    for path, error in {
        tmp_path / "gone.parquet": NotFound,
        damaged: TableUnreadable,
        tmp_path / "lists.parquet": ColumnNotFound,
        written(tmp_path / "empty.parquet", [], ["photo", "kind"]): TableEmpty,
        written(tmp_path / "no-photos.parquet", [("a", "b")] * 3, ["one", "two"]): ColumnNotFound,
    }.items():
        with pytest.raises(error):
            CatalogueSource(path).items()
