"""A demo: strangers look, press all there is, try addresses of their own and ask, and nothing on the disk changes."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from core import read_only
from core.files import read_json, write_json
from core.model import bundle
from core.model.bundle import BUNDLED_DIR as MODELS
from core.model.exams import About
from core.sources.garments import draw
from core.trash import move_to_trash
from tests.browser.conftest import Server
from tests.browser.test_journey import drop, jpeg, settled
from tests.core.test_read_only import digest
from tests.pages.conftest import make_dataset, make_exam, make_run

pytestmark = pytest.mark.browser

TOKEN = "a token of 24 characters"
BUTTONS = """
(press) => {
    const there = [...document.querySelectorAll("button")].filter((button) => button.offsetParent && !button.disabled
        && button.closest("[data-testid=stMain], [data-testid=stDialog], [data-testid=stPopoverBody]")
        && !button.closest("[data-testid=stFileUploader], [data-testid=stDataFrame], .js-plotly-plot"));
    const words = there.map((button) => button.innerText.trim().split("\\n")[0]);
    if (press) there[words.indexOf(press)].click();
    return words.filter((each) => each);
}
"""
KEEPING = {"Delete", "Rename", "Keep", "Leave out", "Undo", "Undo all", "Use this one", "Start learning", "Make it"}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """In a workspace with a dataset, two trainings, a model that was asked, a mend, and something in the trash."""
    home = tmp_path / "home"
    monkeypatch.setenv("FITTING_ROOM_HOME", str(home))
    dataset = make_dataset("Wardrobe", tmp_path / "wardrobe", per_class=5)
    made = make_run(dataset, "ended", "done") / "model"
    make_run(dataset, "broken", "died")
    shutil.copytree(MODELS / "garments", made)
    facts = read_json(made / "model.json")
    about = {"id": dataset.id, "name": dataset.name, "fingerprint": dataset.fingerprint, "photos": dataset.ok}
    write_json(made / "model.json", {**facts, "name": "Mine", "dataset": about})
    test = About("test", dataset.name, dataset.id, dataset.fingerprint, "", "test")
    make_exam(bundle.load_model("ended"), dataset, test, {1: ("shirt", 0.8)})
    write_json(home / "runs" / "gone" / "config.json", {})
    move_to_trash(home / "runs" / "gone")
    monkeypatch.setenv(read_only.VARIABLE, "1")
    monkeypatch.setenv("FITTING_ROOM_API_TOKEN", TOKEN)
    running = Server(home)
    yield running
    running.kill()


def test_nothing_that_a_stranger_does_changes_anything(server: Server, page: Page) -> None:
    before, along = digest(server.home), digest(MODELS)
    token = next((server.home / "trash").iterdir()).name
    seen: set[str] = set()
    for address in ("", "dataset", "train", "results?run=ended", "models"):
        press_all(page, f"{server.url}/{address}", seen)
    assert {"Results", "Card", "Other photos", "Take away"} <= seen
    assert not seen & KEEPING

    for address in (
        *("dataset?dataset=new", "dataset?photo=3&mended=yes&finding=blurred"),
        *("train?run=ended", "train?run=broken", f"models?undo={token}"),
    ):
        page.goto(f"{server.url}/{address}")
        expect(page.get_by_text(read_only.SENTENCE)).to_have_count(1)
        assert not KEEPING & set(buttons(page)), address

    page.goto(f"{server.url}/predict?model=garments")
    expect(page.get_by_text("Ask about one of these.")).to_be_visible()
    settled(page)
    drop(page, "my dress.jpg", jpeg(draw("dress", 12, 400)))
    expect(page.locator(".bars .top span").first).to_have_text("dress")
    settled(page)
    expect(page.get_by_role("button", name="That's wrong")).to_have_count(0)
    page.get_by_role("button", name="Why?").click()
    expect(page.get_by_role("heading", name="What would change its mind")).to_be_visible()
    page.reload()
    expect(page.locator(".bars").first).to_be_visible()

    photo = {"photo": ("dress.jpg", io.BytesIO(jpeg(draw("dress", 12, 400))), "image/jpeg")}
    told = requests.post(
        f"{server.url}/api/predict", files=photo, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30
    )
    assert told.status_code == 200 and json.loads(told.text)[0]["label"]
    assert digest(server.home) == before and digest(MODELS) == along


def press_all(page: Page, address: str, seen: set[str]) -> None:
    """Presses every button of a page, also those that a press has brought, each word once in all."""
    page.goto(address)
    expect(page.get_by_text(read_only.SENTENCE)).to_be_visible()
    there = page.url
    while new := [words for words in buttons(page) if words not in seen]:
        seen.add(new[0])
        page.evaluate(BUTTONS, new[0])
        buttons(page)
        if page.url != there or page.get_by_test_id("stDialog").count():
            page.goto(address)
            expect(page.get_by_text(read_only.SENTENCE)).to_be_visible()


def buttons(page: Page) -> list[str]:
    """What the buttons say, once no more of them come."""
    before, now = None, []
    for _ in range(20):
        settled(page)
        before, now = now, page.evaluate(BUTTONS, "")
        if now and now == before:
            break
        page.wait_for_timeout(120)
    return now
