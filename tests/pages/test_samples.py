"""A sample whose download did not come: the drawn one is offered, and borrowing it again goes on with what is there."""

import time
from typing import Any

import pytest

from core.data import store
from core.files import write_json
from core.settings import load_settings
from tests.pages.conftest import Open, press, troubles, words

WHY = "The clothing photos could not be downloaded. The host does not answer."
Begun = list[tuple[str, Any]]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Begun:
    """What was started or gone on with, instead of doing it."""
    found: Begun = []

    def start(spec: dict[str, Any], name: str) -> str:
        found.append(("start", spec["kind"]))
        return half_made("drawn", spec["kind"]).id

    monkeypatch.setattr("ui.tour.start_dataset", start)
    monkeypatch.setattr("ui.tour.resume_dataset", lambda dataset_id: found.append(("resume", dataset_id)))
    return found


def half_made(dataset_id: str, kind: str, status: str = "failed", opened: bool = False) -> store.Dataset:
    """A dataset whose making ended early; `opened` says that it was known already what is in it."""
    folder = load_settings().datasets_dir / dataset_id
    write_json(folder / "dataset.json", {"name": "Clothes", "source": {"kind": kind}, "created_at": time.time()})
    write_json(folder / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    write_json(folder / "job" / "end.json", {"status": status, "message": WHY, "at": 2.0})
    if opened:
        write_json(folder / "items.json", [])
    return store.load_dataset(dataset_id)


def test_one_click_takes_the_drawn_clothes_and_the_other_can_come_back(open_page: Open, begun: Begun) -> None:
    app = open_page("dataset", dataset=half_made("clothes", "clothing-photos").id)
    assert "could not be downloaded" in troubles(app)[0]
    assert "Its photos could not be had." in words(app)
    app = press(app, "Take the drawn clothes instead")
    assert begun == [("start", "garments")]
    assert app.query_params["dataset"] == "drawn"
    assert [each.id for each in store.list_datasets()] == ["drawn"]
    app = press(app, "Undo")
    assert {each.id for each in store.list_datasets()} == {"clothes", "drawn"}


@pytest.mark.parametrize(
    ("kind", "status", "opened"),
    [
        ("clothing-photos", "stopped", False),
        ("clothing-photos", "failed", True),
        ("garments", "failed", False),
        ("table", "failed", False),
    ],
)
def test_nothing_else_that_broke_off_offers_them(
    kind: str, status: str, opened: bool, open_page: Open, begun: Begun
) -> None:
    app = open_page("dataset", dataset=half_made("clothes", kind, status, opened).id)
    buttons = {button.label for button in app.button}
    assert "Go on" in buttons and "Take the drawn clothes instead" not in buttons


def test_borrowing_again_goes_on_with_the_one_that_broke_off(open_page: Open, begun: Begun) -> None:
    half_made("clothes", "clothing-photos")
    app = open_page("dataset", dataset="new")
    app = app.button(key="borrow_clothing-photos").click().run()
    assert begun == [("resume", "clothes")]
    assert app.query_params["dataset"] == "clothes"
