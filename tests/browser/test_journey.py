"""The whole way in a real browser: hand over a ZIP, teach, watch, reload, and ask by dropping a photo.

That nothing is fetched from elsewhere is asserted of every journey, by the fixture `context`.
"""

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from core.sources.garments import draw

pytestmark = pytest.mark.browser

CLASSES = ("dress", "pants", "shoes", "t-shirt")
DROP = """
(target, files) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of files) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name, {type: "image/jpeg"}));
    }
    for (const kind of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}
"""


POINTS = """
() => [...document.querySelectorAll(".js-plotly-plot")]
    .flatMap((plot) => plot.data).reduce((sum, trace) => sum + (trace.x ? trace.x.length : 0), 0)
"""


def jpeg(image: Image.Image) -> bytes:
    content = io.BytesIO()
    image.save(content, "JPEG")
    return content.getvalue()


def zip_of_drawings(path: Path, drawings: int) -> Path:
    """Class folders of drawings, each turned four ways since drawing takes long, and a text called a photo."""
    with zipfile.ZipFile(path, "w") as archive:
        for index in range(drawings):
            label = CLASSES[index % len(CLASSES)]
            drawn = draw(label, 1000 + index, 100, 100)
            for degrees in (0, 90, 180, 270):
                archive.writestr(f"wardrobe/{label}/{index:04}-{degrees}.jpg", jpeg(drawn.rotate(degrees)))
        archive.writestr("wardrobe/dress/notes.jpg", "these are only words")
    return path


def settled(page: Page) -> None:
    """Waits until the server has nothing more to say."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def choose(page: Page, url: str, archive: Path) -> None:
    """Hands over a file of this computer where a new dataset begins.

    By the address, since a click on the tab runs the page again, and Streamlit forgets where the file is to go when
    somebody chooses it in that very moment.
    """
    page.goto(f"{url}/dataset?dataset=new&way_in=From+this+computer")
    chooser = page.get_by_test_id("stFileUploader").locator("input[type=file]")
    expect(chooser).to_have_count(1)
    settled(page)
    chooser.set_input_files(archive)


def drop(page: Page, name: str, content: bytes) -> None:
    drop_all(page, {name: content})


def drop_all(page: Page, files: dict[str, bytes]) -> None:
    coded = [[name, base64.b64encode(content).decode()] for name, content in files.items()]
    page.get_by_test_id("stFileUploaderDropzone").first.evaluate(DROP, coded)


def test_a_stranger_teaches_it_and_asks(server, page, tmp_path):
    choose(page, server.url, zip_of_drawings(tmp_path / "my-wardrobe.zip", 80))
    expect(page.get_by_role("heading", name="Is this what you meant?")).to_be_visible()
    settled(page)
    expect(page.get_by_text("321 photos")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()

    expect(page.get_by_role("heading", name="My wardrobe")).to_be_visible()
    expect(page.get_by_text("320 photos").first).to_be_visible()
    page.get_by_text(re.compile("1 row set aside")).last.click()
    page.get_by_role("button", name="Teach with these").click()
    page.get_by_test_id("stButtonGroup").get_by_text("Classic").click()
    settled(page)
    page.get_by_role("button", name="Start learning").click()

    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length == 2")
    page.wait_for_function(f"({POINTS})() > {page.evaluate(POINTS)}")
    address = page.url
    assert "run=" in address
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("Right on|started|learning|Learning")).first).to_be_visible()
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_text("What it sa").first).to_be_visible()
    other.close()

    expect(page.get_by_role("button", name="See the results")).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="See the results").click()
    expect(page.get_by_role("heading", name=re.compile(r"Right on \d+ of 100 photos"))).to_be_visible()
    page.get_by_role("button", name="Ask it").click()
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    settled(page)

    drop(page, "my pants.jpg", jpeg(draw("pants", 5, 400)))
    expect(page.locator(".bars").first).to_be_visible()
    expect(page.locator(".bars > div")).to_have_count(3)
    settled(page)
    drop(page, "not really.jpg", b"words, only words")
    expect(page.get_by_role("heading", name="Could not be read")).to_be_visible()
    expect(page.locator(".bars").first).to_be_visible()

    settled(page)
    shot = Image.open(io.BytesIO(page.locator(".bars").first.screenshot())).convert("RGB")
    colours = {colour for _, colour in shot.getcolors(1 << 20)}
    assert {(0x2F, 0x4F, 0x9E), (0xC9, 0x83, 0x00)} & colours, "the leading bar is indigo or ochre"
    page.reload()
    expect(page.locator(".bars").first).to_be_visible()
    for path in ("", "models"):
        page.goto(f"{server.url}/{path}")
        settled(page)


def test_who_has_taught_nothing_asks_the_model_that_came_along(server, page):
    page.goto(server.url)
    page.get_by_role("button", name="Try it now").click()
    expect(page.get_by_role("heading", name="What is it?")).to_be_visible()
    settled(page)
    drop(page, "my dress.jpg", jpeg(draw("dress", 12, 400)))
    expect(page.locator(".bars").first).to_be_visible()
    expect(page.locator(".bars .top span").first).to_have_text("dress")
    page.goto(f"{server.url}/models")
    page.get_by_role("button", name="Card").first.click()
    expect(page.get_by_role("heading", name="Where it fails")).to_be_visible()
    expect(page.get_by_role("dialog").locator("img").first).to_be_visible()


def test_the_first_address_after_a_start_may_be_any_page(server, page):
    page.goto(f"{server.url}/results")
    expect(page.get_by_test_id("stSidebarNav").get_by_text("Predict")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(r"Right on \d+ of 100 photos"))).to_be_visible()
    assert page.title().startswith(("Fitting Room", "Results"))
