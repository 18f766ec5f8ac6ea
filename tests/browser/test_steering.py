"""People steer a training: pause, go on, look under the hood, stop, and run it again with other knobs."""

import re

import pytest
from playwright.sync_api import expect

from core import jobs
from core.data import store
from core.training import runs, starting
from core.training.recipe import usual
from tests.browser.test_journey import settled
from tests.conftest import class_folders
from tests.core.test_jobs import until

pytestmark = pytest.mark.browser
FOLD = 900  # pixels: what a laptop shows
ABOVE = """
(fold) => {
    const photos = [...document.querySelectorAll("[data-testid=stMain] img")];
    return photos.length == 8 && photos.every((photo) => photo.complete && photo.getBoundingClientRect().bottom < fold);
}
"""
WITHIN = """
() => {
    const main = document.querySelector("[data-testid=stMain]");
    return innerWidth == 390 && main.scrollWidth <= main.clientWidth;
}
"""


@pytest.fixture
def watched_run(server, tmp_path, monkeypatch):
    """A training in the server's workspace with eight photos to guess, that goes on until somebody stops it."""
    monkeypatch.setenv("FITTING_ROOM_HOME", str(server.home))
    classes = {label: 60 for label in ("dress", "hat", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt")}
    folder = class_folders(tmp_path / "photos", classes, width=32)
    dataset_id = store.start_dataset({"kind": "folder", "path": str(folder)}, "Mine")
    assert jobs.wait(store.load_dataset(dataset_id).job_dir, 60).status == "done"
    run = runs.load_run(starting.start_run(dataset_id, usual("classic", epochs=900, image_size_px=16, patience=0)))
    until(lambda: len(jobs.events(run.job_dir, "epoch")) >= 2, 120)
    yield run
    jobs.request_stop(run.job_dir)
    jobs.wait(run.job_dir, 30)


def test_a_training_is_steered(server, page, watched_run):
    page.goto(f"{server.url}/train")
    guesses = page.get_by_role("heading", name="What it says now")
    expect(guesses).to_be_visible()
    expect(page.locator("[data-testid=stMain] img")).to_have_count(8)
    page.wait_for_function(ABOVE, arg=FOLD)  # news, curves and photos are above the fold

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name=re.compile("^Paused in round"))).to_be_visible()
    before = len(jobs.events(watched_run.job_dir, "batch"))
    page.wait_for_timeout(800)  # it would tell of three batches
    assert len(jobs.events(watched_run.job_dir, "batch")) - before <= 1
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name=re.compile("^Right on"))).to_be_visible()
    until(lambda: len(jobs.events(watched_run.job_dir, "batch")) > before + 2)

    page.get_by_text("Under the hood").click()
    expect(page.locator(".layers [role=row]").first).to_be_visible()
    expect(page.get_by_text("Weighs it all").first).to_be_visible()
    fits_a_phone(page)
    page.get_by_role("button", name="Stop and keep the best").click()
    page.get_by_role("button", name="Run again with …").click()

    expect(page.get_by_role("heading", name="How should it learn?")).to_be_visible()
    settled(page)
    page.get_by_text("Adjust the recipe").click()
    rounds = page.locator("input[aria-label*=epochs]")
    expect(rounds).to_have_value("900")
    rounds.fill("0")
    rounds.press("Enter")
    expect(page.get_by_text("a whole number from 1 to 1000")).to_be_visible()
    expect(page.get_by_role("button", name="Start learning")).to_be_disabled()
    rounds.fill("20")
    rounds.press("Enter")
    expect(page.get_by_text("Changed: rounds.")).to_be_visible()
    expect(page.get_by_role("button", name="Start learning")).to_be_enabled()
    fits_a_phone(page)


def fits_a_phone(page):
    """Waits until nothing sticks out to the right on a phone: figures take a moment to follow."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(WITHIN)
    page.set_viewport_size({"width": 1280, "height": FOLD})
