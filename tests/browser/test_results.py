"""People click a square of the matrix, rename a photo behind it, see the numbers change, and take it back."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.data import mends
from core.model import bundle
from core.model.exams import About
from tests.pages.conftest import add_model, make_dataset, make_exam, make_run

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(server, tmp_path, monkeypatch):
    """24 drawings that a model was asked about; it took two dresses for shirts."""
    monkeypatch.setenv("FITTING_ROOM_HOME", str(server.home))
    dataset = make_dataset("Wardrobe", tmp_path / "source", per_class=8)
    add_model(make_run(dataset, "ended", "done"), dataset)
    rows = dataset.manifest()
    first, second = rows.index[(rows["label"] == "dress") & (rows["status"] == "ok")][:2]
    about = About("test", dataset.name, dataset.id, dataset.fingerprint, "test")
    make_exam(bundle.load_model("ended"), dataset, about, {first: ("shirt", 0.9), second: ("shirt", 0.7)})
    return dataset


def middle_of(page: Page, row: int, column: int) -> tuple[float, float]:
    """Where on the screen a square of the matrix is."""
    area = page.locator(".st-key-confusion .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    return box["x"] + (column + 0.5) * box["width"] / 3, box["y"] + (row + 0.5) * box["height"] / 3


def tap(page: Page, x: float, y: float) -> None:
    """A finger on a screen that can be touched."""
    fingers = page.context.new_cdp_session(page)
    fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def close(page: Page) -> None:
    """Closes the dialog. A page that is being drawn anew may miss the key, as it would miss a person's."""
    dialog = page.get_by_role("dialog")
    for _ in range(5):
        page.keyboard.press("Escape")
        try:
            return expect(dialog).to_have_count(0, timeout=4000)
        except AssertionError:
            continue
    expect(dialog).to_have_count(0)


def test_a_photo_behind_a_square_is_renamed_and_back(server, page, dataset):
    page.goto(f"{server.url}/results")
    expect(page.get_by_role("heading", name="Right on 92 of 100 photos")).to_be_visible()
    expect(page.locator(".st-key-confusion .textpoint").first).to_be_visible()
    expect(page.locator(".st-key-reliability .nsewdrag").first).to_be_attached()  # nothing moves any more
    x, y = middle_of(page, 0, 1)
    page.mouse.move(x, y)
    expect(page.locator(".st-key-confusion .hoverlayer")).to_contain_text("dress, named shirt: 2 of 8")
    page.mouse.click(x, y)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 of 8 photos of dress, the surest first")).to_be_visible()
    expect(dialog.locator("img")).to_have_count(2)

    close(page)
    page.mouse.click(x, y)  # the same square again
    dialog.get_by_text("90%").click()
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog.get_by_text("1 of 7 photos of dress")).to_be_visible()
    expect(dialog.locator("img")).to_have_count(1)
    expect(page.get_by_text("Right on 96 of 100 photos")).to_be_visible()
    assert [mend.label for mend in mends.load_mends(dataset.folder).values()] == ["shirt"]

    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.locator("img")).to_have_count(2)
    expect(page.get_by_text("Right on 92 of 100 photos")).to_be_visible()
    assert not mends.load_mends(dataset.folder)

    close(page)
    tap(page, *middle_of(page, 2, 2))  # a finger was never over it before
    expect(dialog.get_by_text("8 of 8 photos of shoes")).to_be_visible()
    close(page)
    tap(page, *middle_of(page, 0, 1))
    dialog.get_by_text("70%").click()
    dialog.get_by_role("button", name="Open in Dataset").click()
    expect(page).to_have_url(re.compile(rf"/dataset\?dataset={dataset.id}&photo=\d+$"))
