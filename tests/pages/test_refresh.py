"""Looking for changes on the dataset's page: what is found is shown first, and taken or left."""

import pytest

from core import jobs
from core.data import refresh, store
from core.data.store import Dataset, list_datasets, load_dataset
from tests.conftest import picture
from tests.pages.conftest import Open, press, troubles, words
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("at_once")


@pytest.fixture
def rows(shop: Shop) -> list[str]:
    return [f"{shop.put(f'/{seed}.jpg', picture(seed))},{('dress', 'hat')[seed % 2]}" for seed in range(12)]


@pytest.fixture
def spring(shop: Shop, rows: list[str], monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A dataset that was made of a Google Sheet, one row of which is dead."""
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", shop.base)
    put_sheet(shop, [*rows, f"{shop.url('/none.jpg')},hat"])
    link = f"{shop.base}/spreadsheets/d/abc/edit#gid=5"
    return load_dataset(store.start_dataset({"kind": "table", "address": link}, "Spring"))


def put_sheet(shop: Shop, rows: list[str]) -> None:
    table = "\n".join(["photo,kind", *rows]).encode()
    shop.put("/spreadsheets/d/abc/export", table, content_type="text/csv")


def test_what_changed_is_shown_with_its_rows_and_taken(
    open_page: Open, shop: Shop, rows: list[str], spring: Dataset
) -> None:
    new = shop.put("/new.jpg", picture(100))
    put_sheet(shop, [f"{new},hat", rows[1].replace(",hat", ",cap"), *rows[2:]])
    app = press(open_page("dataset", dataset=spring.id), "Look for changes")
    assert troubles(app) == []
    assert app.query_params["changes"] == "yes" and app.query_params["dataset"] == spring.id
    assert app.title[0].value == "One new photo, one renamed, two gone"
    assert "hat · row 2" in words(app)
    renamed, gone = (table.value for table in app.dataframe)
    link = f"{shop.base}/spreadsheets/d/abc/edit#gid=5&range=A"
    assert renamed[["Row", "Before", "Now"]].values.tolist() == [[f"{link}3", "hat", "cap"]]
    assert gone["Row"].tolist() == [f"{link}2", f"{link}14"]

    again = open_page("dataset", dataset=spring.id, changes="yes")
    assert again.title[0].value == app.title[0].value, "a reload shows the same"
    app = press(again, "Take the changes")
    assert troubles(app) == []
    now = load_dataset(app.query_params["dataset"])
    assert (now.name, now.ok) == ("Spring", 12) and "changes" not in app.query_params
    assert len(list_datasets()) == 2


def test_nothing_changed_is_said_and_nothing_stays(open_page: Open, spring: Dataset) -> None:
    app = press(open_page("dataset", dataset=spring.id), "Look for changes")
    assert app.title[0].value == "Nothing has changed"
    assert refresh.draft_of(spring.id) is None
    app = press(app, "Back to the photos")
    assert app.title[0].value == "Spring" and "changes" not in app.query_params


def test_changes_wait_on_the_page_and_leaving_them_can_be_undone(
    open_page: Open, shop: Shop, rows: list[str], spring: Dataset
) -> None:
    put_sheet(shop, rows[1:])
    refresh.start_refresh(spring.id)
    app = open_page("dataset", dataset=spring.id)
    assert "Its source was looked at today" in words(app)
    app = press(press(app, "See what changed"), "Leave it as it was")
    assert refresh.draft_of(spring.id) is None
    app = press(app, "Undo")
    assert troubles(app) == [] and refresh.draft_of(spring.id) is not None
    assert app.title[0].value == "Spring", "a draft shows as the dataset that it was made for"
    assert "See what changed" in [button.label for button in app.button]


def test_a_sheet_that_turned_private_is_said_and_can_be_looked_at_again(
    open_page: Open, shop: Shop, rows: list[str], spring: Dataset
) -> None:
    shop.put("/spreadsheets/d/abc/export", b"<!doctype html><title>Sign in", content_type="text/html")
    app = press(open_page("dataset", dataset=spring.id), "Look for changes")
    assert "private" in troubles(app)[0] and "Spring is as it was" in words(app)
    put_sheet(shop, rows)
    app = press(app, "Look again")
    assert app.title[0].value == "One gone"


def test_a_look_that_was_stopped_offers_to_go_on(
    open_page: Open, spring: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopping:
        stopping.setattr("core.work.Work.stop_requested", lambda work: True)
        refresh.start_refresh(spring.id)
    app = press(open_page("dataset", dataset=spring.id), "See why")
    assert "You stopped it" in app.info[0].value
    app = press(app, "Go on")
    assert app.title[0].value == "Nothing has changed"


def test_a_look_under_way_shows_how_far_it_is(
    open_page: Open, spring: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as waiting:
        waiting.setattr("core.jobs.start", lambda *_: None)
        draft = load_dataset(refresh.start_refresh(spring.id))
    monkeypatch.setattr(jobs, "state", lambda job_dir: jobs.JobState("running" if job_dir == draft.job_dir else "done"))
    app = open_page("dataset", dataset=spring.id, changes="yes")
    assert app.title[0].value == "Looking for changes" and "Reading the source" in words(app)
    app = press(app, "Back to the photos")
    assert "is being looked at again" in words(app)


def test_a_sample_offers_no_look(open_page: Open) -> None:
    source = {"kind": "garments", "photos": 12, "width_px": 64, "seed": 7}
    app = open_page("dataset", dataset=store.start_dataset(source, "Drawn"))
    assert "Look for changes" not in [button.label for button in app.button]


def test_rows_set_aside_link_to_the_sheet(open_page: Open, shop: Shop, spring: Dataset) -> None:
    table = open_page("dataset", dataset=spring.id).dataframe[0].value
    assert table["row"].tolist() == [f"{shop.base}/spreadsheets/d/abc/edit#gid=5&range=A14"]
