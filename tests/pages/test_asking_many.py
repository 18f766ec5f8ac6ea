"""Many photos on the Predict page: handed over in every way, answered by a job, looked at as photos or as a table."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from core.model import corrections
from core.model.answers import load_batch
from core.model.bundle import Model
from tests.conftest import picture
from tests.pages.conftest import Open, Oracle, press, troubles, words
from tests.shop import Shop


@pytest.fixture
def jobs_at_once(at_once: None, model: Model, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that is asked about many in this process."""
    monkeypatch.setattr("core.model.asking.load_predictor", Oracle)
    return model


def hand_over(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    given = [(name, content, "application/octet-stream") for name, content in files]
    return app.file_uploader[0].set_value(given).run()


def archive(photos: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("bad.jpg", b"%PDF-1.4")
        for number in range(photos):
            packed.writestr(f"{number:03}.jpg", picture(number))
    return content.getvalue()


def test_an_archive_is_answered_by_a_job_and_counted(open_page: Open, jobs_at_once: Model) -> None:
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("some.zip", archive(14)))
    assert troubles(app) == []
    assert "15 photos: 14 sure, one unreadable" in words(app)
    assert [head.value for head in app.subheader][-1] == "Could not be read"
    batch = load_batch(app.query_params["answers"])
    assert batch.name == "some.zip" and len(batch.answers) == 15
    again = open_page("predict", model=jobs_at_once.id, answers=batch.id)
    assert "15 photos: 14 sure, one unreadable" in words(again)


def test_more_photos_than_anybody_waits_for_are_a_job_too(open_page: Open, jobs_at_once: Model) -> None:
    app = open_page("predict", model=jobs_at_once.id)
    app = hand_over(app, *((f"{number % 60}.jpg", picture(number)) for number in range(61)))
    assert troubles(app) == []
    batch = load_batch(app.query_params["answers"])
    assert batch.source is not None and len(batch.answers) == 61 and all(batch.photos)


@pytest.mark.parametrize("by_link", [True, False])
def test_a_sheet_is_fetched_and_its_rows_keep_their_numbers(
    by_link: bool, open_page: Open, jobs_at_once: Model, shop: Shop
) -> None:
    rows = "".join(f"{shop.put(f'/{number}.jpg', picture(number))}\n" for number in range(14))
    table = f"photo\n{rows}{shop.url('/gone.jpg')}\n".encode()
    app = open_page("predict", model=jobs_at_once.id)
    if by_link:
        link = shop.put("/list.csv", table, content_type="text/csv")
        next(box for box in app.text_input if "Google Sheet" in box.label).set_value(link)
        app = press(app, "Ask")
    else:
        app = hand_over(app, ("list.csv", table))
    assert troubles(app) == []
    assert [answer.row for answer in load_batch(app.query_params["answers"]).answers] == list(range(2, 17))


def test_a_table_among_photos_or_in_an_archive_gives_them_their_rows(open_page: Open, jobs_at_once: Model) -> None:
    table = ("list.csv", b"file\n2.jpg\n0.jpg\n")
    loose = [(f"{number}.jpg", picture(number)) for number in range(3)]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, each in (*loose, table):
            packed.writestr(name, each)
    for files in ([*loose, table], [("some.zip", content.getvalue())]):
        app = hand_over(open_page("predict", model=jobs_at_once.id), *files)
        assert troubles(app) == []
        batch = load_batch(app.query_params["answers"])
        assert [(answer.row, answer.photo) for answer in batch.answers] == [(2, "2.jpg"), (3, "0.jpg"), (None, "1.jpg")]


def test_of_several_columns_of_photos_another_can_be_taken(open_page: Open, jobs_at_once: Model, shop: Shop) -> None:
    rows = "".join(f"{shop.put(f'/{n}.jpg', picture(n))},{shop.put(f'/b{n}.jpg', picture(n + 9))}\n" for n in range(3))
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("list.csv", f"photo,back\n{rows}".encode()))
    first = app.query_params["answers"]
    choice = app.selectbox(key=f"photo_column_{first}")
    assert choice.options == ["photo", "back"]
    app = choice.set_value("back").run()
    assert troubles(app) == []
    batch = load_batch(app.query_params["answers"])
    assert batch.id != first and [answer.photo for answer in batch.answers] == [
        shop.url(f"/b{n}.jpg") for n in range(3)
    ]
    assert app.selectbox(key=f"photo_column_{batch.id}").options == ["back", "photo"]


def test_one_column_of_photos_is_no_choice(open_page: Open, jobs_at_once: Model, shop: Shop) -> None:
    table = f"name,photo\ncoat,{shop.put('/1.jpg', picture(1))}\n".encode()
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("list.csv", table))
    assert not [each for each in app.selectbox if (each.key or "").startswith("photo_column")]


def test_pills_choose_and_the_table_shows_what_is_chosen(open_page: Open, jobs_at_once: Model) -> None:
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("some.zip", archive(60)))
    batch_id = app.query_params["answers"]
    app = app.button_group(key=f"view_{batch_id}").set_value("Table").run()
    assert troubles(app) == []
    table = app.dataframe[0].value
    assert len(table) == 50 and set(table["label"]) == {"dress"} and table["photo"].str.startswith("data:image").all()
    app = app.button_group(key=f"kind_{batch_id}").set_value("unreadable").run()
    [row] = app.dataframe[0].value.to_dict("records")
    assert row["photo"] is None and row["name"].startswith("bad.jpg: This is a PDF.")
    app = app.button_group(key=f"class_{batch_id}").set_value("dress").run()
    assert troubles(app) == [] and "No photo is both." in words(app)


def test_what_somebody_said_stands_in_the_table(open_page: Open, jobs_at_once: Model) -> None:
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("some.zip", archive(14)))
    batch = load_batch(app.query_params["answers"])
    corrections.correct_answer(batch, 3, jobs_at_once, "shirt")
    app = app.button_group(key=f"view_{batch.id}").set_value("Table").run()
    rows = app.dataframe[0].value
    assert rows.loc[rows["kind"] == "you said so", ["label", "name"]].values.tolist() == [
        ["shirt", batch.answers[3].photo]
    ]


def test_what_somebody_said_is_in_the_saved_tables_and_decides_the_folder(
    open_page: Open, jobs_at_once: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Callable[[], Any]] = {}
    monkeypatch.setattr("ui.saving.st.download_button", lambda label, make, **_: made.update({label: make}))
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("some.zip", archive(3)))
    assert made["Table (CSV)"]().splitlines()[0] == "photo,label,probability,sure,unlike,dress,shirt,shoes,error"
    batch = load_batch(app.query_params["answers"])
    corrections.correct_answer(batch, 1, jobs_at_once, "rain coat")
    rows = made["Table (CSV)"]().splitlines()
    assert [row.split(",")[1:3] for row in rows] == [
        ["label", "corrected"],
        ["dress", ""],
        ["dress", "rain coat"],
        ["dress", ""],
        ["", ""],
    ]
    assert openpyxl.load_workbook(io.BytesIO(made["Table (Excel)"]())).active["C3"].value == "rain coat"
    with made["Photos, sorted (ZIP)"]() as content, zipfile.ZipFile(content) as packed:
        assert packed.namelist() == ["dress/000.jpg", "rain coat/001.jpg", "dress/002.jpg", "answers.csv"]


def test_an_archive_among_photos_is_said_and_nothing_is_lost(open_page: Open, jobs_at_once: Model) -> None:
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("some.zip", archive(1)), ("a.jpg", picture(1)))
    assert "by itself" in troubles(app)[0]
    assert "No photo at hand?" in words(app)


@pytest.mark.parametrize(("name", "content"), [("some.zip", b"PK\x03\x04 no"), ("list.csv", b"name\ncoat\n")])
def test_what_cannot_be_read_is_said_with_a_way_to_go_on(
    name: str, content: bytes, open_page: Open, jobs_at_once: Model
) -> None:
    app = hand_over(open_page("predict", model=jobs_at_once.id), (name, content))
    assert "No photo is answered yet" in troubles(app)[0]
    assert "not expect" not in troubles(app)[0]


def test_another_model_is_asked_about_many_by_another_job(
    open_page: Open, jobs_at_once: Model, dataset: object
) -> None:
    from tests.pages.conftest import add_model, make_run

    add_model(make_run(dataset, "other", "done"), dataset)  # type: ignore[arg-type]
    app = hand_over(open_page("predict", model=jobs_at_once.id), ("some.zip", archive(14)))
    first = app.query_params["answers"]
    app = app.radio[0].set_value("other").run()
    second = load_batch(app.query_params["answers"])
    assert second.id != first and second.model_id == "other"
    assert [answer.label for answer in second.answers] == [answer.label for answer in load_batch(first).answers]
