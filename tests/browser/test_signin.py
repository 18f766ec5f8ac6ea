"""Two people sign in: each has a workspace that the other never sees, and one opens a model to the other."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from core.data.store import load_dataset
from core.files import read_json, write_bytes, write_json
from core.model.bundle import BUNDLED_DIR as MODELS
from core.model.bundle import load_model
from core.model.report import page_path
from core.settings import at_home
from core.sources.garments import draw
from tests.browser.conftest import Server
from tests.browser.test_journey import choose, drop, jpeg, settled, zip_of_drawings
from tests.pages.conftest import make_run
from tests.provider import open_provider

pytestmark = pytest.mark.browser

ADA, BEN = "Ada Lovelace", "Ben Nevis"
TOKEN = "a token of 24 characters"
PAGES = ("Dataset", "Train", "Results", "Predict", "Models", "Home")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Where people sign in, with a dataset of nobody's from the time before."""
    home = tmp_path / "home"
    monkeypatch.setenv("FITTING_ROOM_HOME", str(home))
    facts = {"name": "Nobody's", "source": {"kind": "drawn"}, "created_at": 1e9}
    write_json(home / "datasets" / "nobodys" / "dataset.json", facts)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("FITTING_ROOM_API_TOKEN", TOKEN)
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "secrets.toml"))
    with open_provider({"1": ADA, "2": BEN}) as provider:
        (tmp_path / "secrets.toml").write_text(provider.secrets)
        running = Server(home)
        yield running
        running.kill()


def test_two_people_see_nothing_of_each_other_but_what_one_opens(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    ada, bens = visitor(browser), visitor(browser)
    ada.goto(f"{server.url}/dataset?dataset=nobodys")
    expect(ada.get_by_role("heading", name="Sign in to your fitting room")).to_be_visible()
    expect(ada.get_by_test_id("stSidebar")).to_have_count(0)
    sign_in(ada, ADA)
    sign_in(bens, BEN, server.url)

    choose(ada, server.url, zip_of_drawings(tmp_path / "adas-coats.zip", 8))
    ada.get_by_role("button", name="Start", exact=True).click()
    expect(ada.get_by_role("heading", name="Adas coats")).to_be_visible()
    expect(ada.get_by_text("32 photos").first).to_be_visible()
    [facts] = server.home.glob("people/*/datasets/*/dataset.json")
    dataset, home = facts.parent.name, facts.parents[2]
    assert [each.name for each in (server.home / "datasets").iterdir()] == ["nobodys"]
    teach(home, dataset)

    for name in PAGES:
        bens.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        bens.wait_for_url(re.compile(rf"/{'' if name == 'Home' else name.lower()}(\?.*)?$"))
        said = shown(bens)
        assert "Adas" not in said and "Nobody's" not in said, name
    for address in (f"dataset?dataset={dataset}", "dataset?dataset=nobodys", "results?run=adas", "predict?model=adas"):
        assert "Not here any more" in words(bens, f"{server.url}/{address}"), address
    adas_report = f"{server.url}/report/adas"
    assert ada.request.get(adas_report).text() == "a report"
    assert bens.request.get(adas_report).status == 404 and requests.get(adas_report, timeout=9).status_code == 404
    told = requests.get(f"{server.url}/api/health", timeout=9).json()
    assert told["status"] == "ok" and told["model"] != "adas"

    words(ada, f"{server.url}/models")
    ada.get_by_test_id("stMain").get_by_role("button", name="More").first.click()
    ada.get_by_label("Your name there").fill("Ada L")
    ada.get_by_role("button", name="Open it to everybody").click()
    expect(ada.get_by_role("button", name="Close it again")).to_be_visible()

    before = kept(home)
    assert "Shared with you" in words(bens, f"{server.url}/models")
    bens.get_by_role("button", name="Ask it").last.click()
    bens.wait_for_url(re.compile(r"/predict\?.*shared=adas"))
    expect(bens.get_by_text("by Ada L")).to_be_visible()
    settled(bens)
    drop(bens, "my dress.jpg", jpeg(draw("dress", 12, 400)))
    expect(bens.locator(".bars .top span").first).to_have_text("dress")
    settled(bens)
    for button in ("That's wrong", "Delete", "Rename", "Why?", "Keep"):
        expect(bens.get_by_role("button", name=button)).to_have_count(0)
    assert kept(home) == before

    settled(ada)
    ada.get_by_role("button", name="Close it again").click()
    expect(ada.get_by_role("button", name="Open it to everybody")).to_be_visible()
    assert "Not here any more" in words(bens, f"{server.url}/predict?shared=adas")

    bens.get_by_role("button", name="Sign out").click()
    expect(bens.get_by_role("heading", name="Sign in to your fitting room")).to_be_visible()
    bens.goto(f"{server.url}/dataset")
    expect(bens.get_by_role("heading", name="Sign in to your fitting room")).to_be_visible()
    expect(bens.get_by_test_id("stSidebar")).to_have_count(0)
    for page in (ada, bens):
        page.context.close()


def visitor(browser: Browser) -> Page:
    """Somebody at a browser of their own."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(60_000)
    return opened.new_page()


def sign_in(page: Page, name: str, url: str | None = None) -> None:
    if url:
        page.goto(url)
    page.get_by_role("button", name="Sign in with Wardrobe").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_test_id("stSidebar").get_by_text(name)).to_be_visible()


def teach(home: Path, dataset: str) -> None:
    """A model of Ada's, with a report, as if she had taught it."""
    made = home / "runs" / "adas" / "model"
    with at_home(home):
        make_run(load_dataset(dataset), "adas", "done")
        shutil.copytree(MODELS / "garments", made)
        write_json(made / "model.json", {**read_json(made / "model.json"), "name": "Adas own", "created_at": 2e9})
        write_bytes(page_path(load_model("adas")), b"a report")


def words(page: Page, address: str) -> str:
    """All that stands on a page once it is all there."""
    page.goto(address)
    expect(page.get_by_test_id("stMain").get_by_role("heading").first).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return shown(page)


def shown(page: Page) -> str:
    """All that stands there by now."""
    settled(page)
    page.wait_for_timeout(150)
    settled(page)
    return page.locator("body").inner_text()


def kept(home: Path) -> dict[str, int]:
    """Every file of a workspace, with when it was written."""
    return {str(path): path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
