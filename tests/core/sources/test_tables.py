"""Sheets, CSV and XLSX files as people make them, and what is said about those that cannot be used."""

import io
import random
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import (
    ColumnNotFound,
    DownloadFailed,
    LinkNotSupported,
    NotFound,
    SheetNotShared,
    SourceNotUnderstood,
    TableEmpty,
    TableUnreadable,
)
from core.sources import open_source, spec_from_text
from core.sources.cells import read_rows
from core.sources.tables import Table, read_table
from tests.core.sources.conftest import PHOTO, SIGN_IN, Host, Kept

PHOTOS = [f"https://shop.example/photos/{n}.jpg" for n in range(12)]
LABELS = ["dress", "shirt", "pants"] * 4
CSV = "image_url,label\n" + "".join(f"{photo},{label}\n" for photo, label in zip(PHOTOS, LABELS, strict=True))
SHEET = "https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0"


def _read(tmp_path: Path, content: bytes | str, name: str = "clothes.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def _xlsx(rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.create_sheet("Second").append(["not", "this"])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_and_delimiter_of_a_spreadsheet_is_read(encoding: str, delimiter: str, tmp_path: Path) -> None:
    text = CSV.replace("dress", "Kleid für Büro").replace(",", delimiter)
    table = _read(tmp_path, text.encode(encoding))
    assert (table.columns, table.image_column, table.label_column) == (["image_url", "label"], "image_url", "label")
    items = table.items()
    assert [item.source for item in items] == PHOTOS
    assert items[0].label == "Kleid für Büro"
    assert [item.row for item in items] == list(range(2, 14))


def test_blank_rows_are_left_out_and_row_numbers_stay_those_of_the_sheet(tmp_path: Path) -> None:
    text = f'photo,label\n\n,\n{PHOTOS[0]},"dress,\nred"\n ,  \n{PHOTOS[1]},shirt\n\n'
    assert [(item.row, item.label) for item in _read(tmp_path, text).items()] == [(4, "dress, red"), (6, "shirt")]


def test_rows_without_address_or_label_stay_rows(tmp_path: Path) -> None:
    items = _read(tmp_path, f"{CSV}{PHOTOS[0]},\n,dress\n").items()
    assert [(item.row, item.source, item.label) for item in items[-2:]] == [(14, PHOTOS[0], ""), (15, "", "dress")]


def test_a_table_without_a_header_starts_at_row_1(tmp_path: Path) -> None:
    table = _read(tmp_path, CSV.partition("\n")[2])
    assert table.columns == ["Column A", "Column B"]
    assert [item.row for item in table.items()] == list(range(1, 13))


def test_columns_are_guessed_from_what_stands_in_them(tmp_path: Path) -> None:
    rows = [
        f"{n},https://shop.example/article/{n},Lovely thing no. {n},{('S', 'M')[n % 2]},{label},{photo},https://shop.example/logo.png"
        for n, (photo, label) in enumerate(zip(PHOTOS, LABELS, strict=True))
    ]
    table = _read(tmp_path, "id,page,title,size,articleType,x,y\n" + "\n".join(rows))
    assert (table.image_column, table.label_column) == ("x", "articleType")


def test_named_columns_win_whatever_their_case(tmp_path: Path) -> None:
    table = _read(tmp_path, "Photo,A,B\n" + "\n".join(f"{photo},dress,{n % 2}" for n, photo in enumerate(PHOTOS)))
    assert table.items("photo", "B")[1].label == "1"
    with pytest.raises(ColumnNotFound, match=r"no column “colour”. There are: “Photo”, “A”, “B”"):
        table.items(None, "colour")


def test_columns_without_names_or_with_the_same_one_can_be_told_apart(tmp_path: Path) -> None:
    table = _read(tmp_path, f"label,label,,\n{PHOTOS[0]},dress,extra,\n")
    assert table.columns == ["label", "label (2)", "Column C"]


def test_an_excel_file_is_read_from_its_first_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [["photo", "size", "label"], [f'=IMAGE("{PHOTOS[0]}", 1)', 38.0, "dress"], [None] * 3]
    rows += [[f'=HYPERLINK("{PHOTOS[1]}","see")', 40.5, "shirt"]]
    table = _read(tmp_path, _xlsx(rows), "clothes.xlsx")
    assert [(item.row, item.source, item.label) for item in table.items()] == [
        (2, PHOTOS[0], "dress"),
        (4, PHOTOS[1], "shirt"),
    ]
    assert table.rows["size"].tolist() == ["38", "40.5"]


def test_formulas_in_a_csv_are_read_out(tmp_path: Path) -> None:
    text = f'photo;label\n"=IMAGE(""{PHOTOS[0]}"")";dress\n"=HYPERLINK(""{PHOTOS[1]}"";""x"")";shirt\n'
    assert [item.source for item in _read(tmp_path, text).items()] == PHOTOS[:2]


@pytest.mark.parametrize("content", ["", "\n\n", "image_url,label\n", "image_url,label\n,\n", "\ufeff"])
def test_an_empty_table_says_what_it_takes(content: str, tmp_path: Path) -> None:
    with pytest.raises(TableEmpty, match=r"Received: .*clothes.csv"):
        _read(tmp_path, content)


def test_a_table_without_a_usable_column_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ColumnNotFound, match=r"photo addresses.*There are: “id”, “label”"):
        _read(tmp_path, "id,label\n1,dress\n2,dress\n3,shirt\n").items()
    names = "".join(f"{photo},Lovely thing no. {n}\n" for n, photo in enumerate(PHOTOS))
    with pytest.raises(ColumnNotFound, match=r"labels.*There are: “photo”, “title”"):
        _read(tmp_path, "photo,title\n" + names).items()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(500), "old kind"),
        (b"PK\x03\x04" + bytes(500), "damaged"),
        (b"%PDF-1.7\n%\xe2\xe3", "no table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no table"),
    ],
)
def test_files_that_are_no_tables_say_what_to_give(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable, match=words):
        _read(tmp_path, content)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=6), max_size=4)))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_spreadsheet_writes_comes_back(rows: list[list[str]]) -> None:
    import csv

    written = io.StringIO()
    header = ["photo", "label", "note"]
    csv.writer(written).writerows([header] * 60 + rows)
    read = read_rows(written.getvalue().encode("utf-8-sig"))
    expected = [[cell.strip() for cell in row] for row in rows]
    assert [row for row in read[60:] if any(row)] == [row for row in expected if any(row)]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_unreadable(content: bytes) -> None:
    try:
        rows = read_rows(content)
    except TableUnreadable:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row)


def test_a_sheet_is_read_through_its_link(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", host.base)
    host.answers["/spreadsheets/d/1AbC/export"] = CSV.encode()
    table = read_table(SHEET)
    assert (table.name, len(table.rows)) == ("Google Sheet", 12)


@pytest.mark.parametrize("answer", ["/sign-in", "/status/401", "/status/403", "https://accounts.google.com/signin"])
def test_a_private_sheet_says_how_to_share_it(answer: str, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    if answer == "/sign-in":
        host.answers["/spreadsheets/d/1AbC/export"] = SIGN_IN.encode()
        monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", host.base)
    else:
        monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", f"{host.base}/to/x?goal={answer}&rest=")
    with pytest.raises(SheetNotShared, match="Share → General access → Anyone with the link → Viewer"):
        read_table(SHEET)


def test_a_link_that_gives_no_table_says_why(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", host.base)
    with pytest.raises(DownloadFailed, match="There is no sheet behind this link"):
        read_table(SHEET)
    with pytest.raises(DownloadFailed, match="404"):
        read_table(host.url("/status/404"))
    with pytest.raises(TableUnreadable, match="a web page, not a table"):
        read_table(host.url("/page/shop"))
    with pytest.raises(TableEmpty):
        read_table(host.url("/empty"))
    with pytest.raises(LinkNotSupported):
        read_table("ftp://shop.example/a.csv")


def test_typed_text_never_opens_a_file_of_the_server(tmp_path: Path, workspace: Path) -> None:
    for text in ("/etc/passwd", "../../etc/passwd", str(tmp_path / "a.csv"), ""):
        with pytest.raises(SourceNotUnderstood, match="This is no link"):
            read_table(text)
    upload = workspace / "uploads" / "u1" / "clothes.csv"
    upload.parent.mkdir(parents=True)
    upload.write_text(CSV)
    assert len(read_table(str(upload)).rows) == 12
    with pytest.raises(NotFound):
        read_table(str(upload) + "x")


def test_a_table_file_delivers_photos_beside_it_and_behind_links(host: Host, tmp_path: Path, kept: Kept) -> None:
    (tmp_path / "secret.jpg").write_bytes(PHOTO)
    folder = tmp_path / "shop"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "1.jpg").write_bytes(PHOTO)
    (folder / "photos" / "away.jpg").symlink_to(tmp_path / "secret.jpg")
    cells = ["photos/1.jpg", "photos\\1.jpg", "../secret.jpg", str(tmp_path / "secret.jpg"), "photos/away.jpg"]
    cells += ["photos/gone.jpg", "", host.url("/photo/1"), host.url("/status/404"), "photos"]
    (folder / "table.csv").write_text("photo,label\n" + "\n".join(f"{cell},dress" for cell in cells) + "\nx.jpg,\n")
    spec, name = spec_from_text(str(folder / "table.csv"))
    source = open_source(spec)
    source.deliver(source.items(), kept, lambda: False)
    assert name == "Table"
    assert sorted(kept.times.values()) == [1] * 11
    assert [row for row, content in sorted(kept.delivered.items()) if content == PHOTO] == [2, 3, 9]
    failed = {row: kept.failure(row).status for row in (4, 5, 6, 7, 8, 10, 11, 12)}
    assert failed == {
        4: "refused", 5: "refused", 6: "refused", 7: "unreachable", 8: "no_address", 10: "unreachable",
        11: "unreachable", 12: "no_label",
    }  # fmt: skip


def test_an_uploaded_table_reads_no_files(workspace: Path, kept: Kept) -> None:
    upload = workspace / "uploads" / "clothes.csv"
    upload.parent.mkdir(parents=True)
    upload.write_text("photo,label\nclothes.csv,dress\n/etc/hosts,shirt\n")
    spec = {"kind": "table", "address": str(upload), "image_column": "photo", "label_column": "label"}
    source = open_source(spec)
    source.deliver(source.items(), kept, lambda: False)
    assert [kept.failure(row).status for row in (2, 3)] == ["no_address", "no_address"]


def test_a_delivery_that_goes_on_needs_only_what_is_missing(host: Host, kept: Kept) -> None:
    rows = "".join(f"{host.url(f'/photo/{n}')},{label}\n" for n, label in enumerate(LABELS))
    host.answers["/table.csv"] = f"photo,label\n{rows}".encode()
    spec, _ = spec_from_text(host.url("/table.csv"))
    items = open_source(spec).items()
    missing = random.Random(1).sample(items, 5)
    open_source(spec).deliver(missing, kept, lambda: False)
    assert kept.times == {item.row: 1 for item in missing}
