"""The look before the fetching: everything can be chosen, and what is wrong is said with the sheet's own rows."""

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from core.settings import load_settings
from core.sources import garments
from tests.core.sources.conftest import Host, host, running_host
from tests.pages.conftest import Open, press, troubles, words

__all__ = ["host", "running_host"]
SHEET = "https://docs.google.com/spreadsheets/d/1AbC/edit?gid=7"
LABELS = ["dress", "shirt", "shoes"]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The specs of the datasets that were started."""
    specs: list[dict[str, Any]] = []

    def start(spec: dict[str, Any], name: str) -> str:
        specs.append(spec)
        return "not-there-yet"

    monkeypatch.setattr("ui.preview.start_dataset", start)
    return specs


def _photos(count: int) -> list[list[str]]:
    return [
        [f"https://shop.example/{n}.jpg", LABELS[n % 3], ["train", "test"][n % 2], f"A{n // 2}"] for n in range(count)
    ]


def _upload(name: str, content: bytes) -> str:
    folder = load_settings().uploads_dir / "clothes-1"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    return "clothes-1"


def _csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def _box(app: AppTest, label: str) -> Any:
    return next(box for box in app.selectbox if box.label == label)


def _warnings(app: AppTest) -> str:
    return "\n".join(warning.value for warning in app.warning)


def _starts(app: AppTest) -> bool:
    return not next(button for button in app.button if button.label.startswith("Start")).disabled


def test_everything_guessed_can_be_changed_and_goes_into_the_dataset(open_page: Open, begun: list[dict]) -> None:
    rows = [["Spring stock"], [""], ["photo", "kind", "split", "sku", "mine"]]
    upload = _upload("spring.csv", _csv([*rows, *([*row, f"B{n // 4}"] for n, row in enumerate(_photos(24)))]))
    app = open_page("dataset", dataset="new", upload=upload)
    assert troubles(app) == [] and _warnings(app) == ""
    sentence = words(app)
    assert (
        "**24 rows**, **3 classes**, photos in column *photo*, names in column *kind*. The header is row 3." in sentence
    )
    assert "Column *split* divides them: 12 train and 12 test. By column *sku* they show 12 articles" in sentence
    assert [box.value for box in app.selectbox] == ["photo", "kind", "split", "sku"]
    assert "What you may want to mend" not in sentence
    app = _box(app, "Train or test").select("").run()
    app = _box(app, "One article").select("mine").run()
    assert "divides" not in words(app) and "By column *mine* they show 6 articles" in words(app)
    press(app, "Start fetching")
    address = str(load_settings().uploads_dir / upload / "spring.csv")
    columns = {"image_column": "photo", "label_column": "kind", "part_column": "", "group_column": "mine"}
    assert begun == [{"kind": "table", "address": address, **columns}]


def test_findings_name_rows_of_a_google_sheet_with_links_to_them(
    open_page: Open, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", host.base)
    rows = [["photo", "kind"], *(row[:2] for row in _photos(30))]
    for row in (3, 7, 8, 9, 20, 25, 27):
        rows[row][0] = ""
    rows[4][0] = "https://drive.google.com/drive/folders/1AbC"
    host.answers["/spreadsheets/d/1AbC/export"] = _csv(rows)
    app = open_page("dataset", dataset="new", look=SHEET)
    said = words(app)
    here = f"{host.base}/spreadsheets/d/1AbC/edit#gid=7&range=A"
    assert f"Rows [4]({here}4), [8]({here}8) to [10]({here}10), [21]({here}21) and 2 more." in said
    assert f"Row [5]({here}5)." in said and "upload the ZIP" in said
    assert said.index("7 rows have no photo address") < said.index("Drive")
    assert "https://drive" not in said.replace("\\", "")  # what a cell says makes no link
    assert _starts(app)
    host.answers["/spreadsheets/d/1AbC/export"] = _csv([["photo", "kind"], *(row[:2] for row in _photos(30))])
    app = press(app, "Read it again")
    assert "What you may want to mend" not in words(app) and "30 rows" in words(app)


def test_labels_written_in_several_ways_are_one_class_unless_unticked(open_page: Open, begun: list[dict]) -> None:
    rows = _photos(30)
    rows[0][1], rows[1][1], rows[4][1] = "Dress", "shirts", "shirts"
    app = open_page("dataset", dataset="new", upload=_upload("a.csv", _csv([["photo", "kind", "split", "sku"], *rows])))
    assert "**3 classes**" in words(app)
    assert {box.label.split(" :gray")[0]: box.value for box in app.checkbox} == {
        "**dress** 9, also written *Dress* 1": True,
        "**shirt** 8, also written *shirts* 2": True,
    }
    app = app.checkbox[1].uncheck().run()
    assert "**4 classes**" in words(app)
    press(app, "Start fetching")
    assert begun[0]["merge"] == {"Dress": "dress"}


def test_a_sheet_of_an_excel_file_can_be_chosen_also_where_the_first_is_empty(
    open_page: Open, begun: list[dict]
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Our stock"])
    for name, count in (("Notes", 0), ("Spring", 24)):
        sheet = book.create_sheet(name)
        for row in [["photo", "kind", "split", "sku"], *_photos(count)] if count else [["to do"], ["milk"], ["bread"]]:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    app = open_page("dataset", dataset="new", upload=_upload("book.xlsx", content.getvalue()))
    assert "others to choose: “Notes”, “Spring”" in troubles(app)[0].replace("\\", "") and not _starts(app)
    assert str(load_settings().home) not in troubles(app)[0].replace("\\", "")
    app = _box(app, "Sheet").select("Notes").run()
    assert "holds no photo address" in _warnings(app) and not _starts(app)
    app = _box(app, "Sheet").select("Spring").run()
    assert troubles(app) == [] and _warnings(app) == "" and "24 rows" in words(app)
    app = _box(app, "Sheet").select("Sheet").run()
    assert len(troubles(app)) == 1
    press(_box(app, "Sheet").select("Spring").run(), "Start fetching")
    assert begun[0]["sheet"] == "Spring"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Photo", "Name"], *(["", LABELS[n % 3]] for n in range(12))], "pasted in"),
        ([["note", "owner"], ["milk", "Ann"], ["bread", "Ann"], ["eggs", "Tom"]], "looks like photo addresses"),
        ([["photo", "kind"], *([f"{n}.jpg", LABELS[n % 3]] for n in range(12))], "one ZIP"),
        ([["photo", "kind"], *(["https://photos.app.goo.gl/x", LABELS[n % 3]] for n in range(12))], "upload the ZIP"),
    ],
)
def test_what_leads_to_nothing_cannot_be_started(rows: list[list[str]], said: str, open_page: Open) -> None:
    app = open_page("dataset", dataset="new", upload=_upload("a.csv", _csv(rows)))
    assert troubles(app) == []
    assert said in _warnings(app).replace("\\", "") and not _starts(app)


def test_an_archive_with_a_table_has_the_same_choices(open_page: Open, begun: list[dict]) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        lines = [f"{n}.jpg,{LABELS[n % 3]},{['red', 'blue'][n % 2]}" for n in range(24)]
        archive.writestr("list.csv", "\n".join(["file,kind,colour", *lines]))
        for n in [*range(5), *range(7, 24)]:
            archive.writestr(f"photos/{n}.jpg", _drawn(n))
    upload = _upload("clothes.zip", content.getvalue())
    app = open_page("dataset", dataset="new", upload=upload)
    assert troubles(app) == []
    assert "**24 photos** in **3 classes**. The table *list\\.csv* in it names them" in words(app)
    assert "2 rows have no photo that can be had\\, as “5\\.jpg”" in words(app) and "Rows 7 and 8" in words(app)
    app = _box(app, "Name of what it shows").select("colour").run()
    assert "**2 classes**" in words(app)
    app = _box(app, "File of the photo").select("kind").run()
    assert "None of the photos that it names" in troubles(app)[0] and not _starts(app)
    app = _box(app, "File of the photo").select("file").run()
    press(app, "Start")
    assert begun[0]["label_column"] == "colour" and begun[0]["kind"] == "archive"


def test_class_folders_are_previewed_from_an_archive(open_page: Open, begun: list[dict]) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for n in range(12):
            archive.writestr(f"{('Dress', 'dress', 'shirt')[n % 3]}/{n}.jpg", _drawn(n))
    upload = _upload("clothes.zip", content.getvalue())
    app = open_page("dataset", dataset="new", upload=upload)
    assert "**12 photos** in **2 classes**." in words(app) and len(app.selectbox) == 0
    press(app, "Start")
    path = str(load_settings().uploads_dir / upload / "clothes.zip")
    assert begun == [{"kind": "archive", "path": path, "merge": {"dress": "Dress"}}]


def test_a_folder_on_disk_is_previewed_as_one(tmp_path: Path, begun: list[dict]) -> None:
    for n in range(8):
        place = tmp_path / "clothes" / LABELS[n % 2]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{n}.jpg").write_bytes(_drawn(n))

    def page(path: str) -> None:
        from pathlib import Path

        from ui import preview

        preview.archive(Path(path), "upload-1")

    app = AppTest.from_function(page, args=(str(tmp_path / "clothes"),), default_timeout=60).run()
    assert troubles(app) == [] and "**8 photos** in **2 classes**" in words(app)
    press(app, "Start")
    assert begun == [{"kind": "folder", "path": str(tmp_path / "clothes")}]


def _drawn(seed: int) -> bytes:
    content = io.BytesIO()
    garments.draw(LABELS[seed % 3], seed, 64).save(content, "JPEG")
    return content.getvalue()
