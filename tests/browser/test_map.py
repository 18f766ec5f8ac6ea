"""People draw the map of a dataset, draw around its dots, and click one."""

import contextlib
import re

import pytest
from playwright.sync_api import TimeoutError, expect

from core import jobs
from core.data import store
from core.model import mapping
from tests.conftest import class_folders

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(server, tmp_path, monkeypatch):
    monkeypatch.setenv("FITTING_ROOM_HOME", str(server.home))
    folder = class_folders(tmp_path / "photos", {"dress": 20, "hat": 20}, width=32)
    dataset_id = store.start_dataset({"kind": "folder", "path": str(folder)}, "Mine")
    made = store.load_dataset(dataset_id)
    assert jobs.wait(made.job_dir, 60).status == "done"
    return store.load_dataset(dataset_id)


def test_a_map_is_drawn_and_picked_from(server, page, dataset):
    page.goto(f"{server.url}/dataset")
    page.get_by_role("button", name="Draw the map").click()
    expect(page.get_by_text("is being drawn").or_(page.get_by_text("Each dot is a photo")).first).to_be_visible()
    page.reload()  # the job knows nothing of it
    expect(page.get_by_text("Each dot is a photo")).to_be_visible(timeout=60_000)
    assert mapping.map_path(dataset).exists()

    chart = page.locator(".st-key-dataset_map")
    area = chart.locator(".nsewdrag")
    area.scroll_into_view_if_needed()
    expect(chart.locator(".annotation-text").first).to_be_visible()
    chart.locator("[data-title='Box Select']").click()
    box = area.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] - 2, steps=5)
    page.mouse.up()
    expect(page.get_by_role("heading", name="40 photos: 20 dresses and 20 hats")).to_be_visible()

    nothing_is_picked = page.get_by_text("Click a dot to see its photo")
    for _ in range(5):  # two clicks of a busy machine may come too late after one another to be one
        page.mouse.dblclick(box["x"] + 2, box["y"] + 2)
        with contextlib.suppress(TimeoutError):
            nothing_is_picked.wait_for(timeout=4_000)
            break
    expect(nothing_is_picked).to_be_visible()
    chart.locator("[data-title='Pan']").click()
    point = chart.locator(".point").last.bounding_box()
    page.mouse.move(point["x"] + point["width"] / 2 + 1, point["y"] + point["height"] / 2)
    expect(chart.locator(".hoverlayer")).to_contain_text(re.compile("dress|hat"))
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_role("heading", name=re.compile("^One photo, labelled (dress|hat)$"))).to_be_visible()
