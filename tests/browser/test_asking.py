"""People drop many photos on Predict, put a wrong answer right, ask why, show it to a room, and drop what is odd."""

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from core.data.photo import FORMATS  # opens HEIC, which Pillow alone does not
from core.data.store import photo_path
from core.model import corrections
from core.model.answers import load_batch
from core.settings import load_settings
from core.sources.garments import draw
from tests.browser.test_journey import drop_all, jpeg, settled

pytestmark = pytest.mark.browser

HEADER = ["photo", "label", "probability", "sure", "unlike", "dress", "hat"]
TO_THE_LABEL = {"x": 84 + 65, "y": 36 + 36}  # pixels, from the corner of the table into its first row
WARM = """
(image) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const hand = canvas.getContext("2d");
    hand.drawImage(image, 0, 0);
    const values = hand.getImageData(0, 0, canvas.width, canvas.height).data;
    let warm = 0;
    for (let place = 0; place < values.length; place += 4) warm += values[place] - values[place + 2] > 60;
    return warm / (values.length / 4);
}
"""
WHOLE = """
() => {
    const shown = [...document.querySelectorAll("[data-testid=stMain] img")];
    return shown.every((image) => image.complete && image.naturalWidth > 0);
}
"""


@pytest.fixture
def asking(server, page: Page, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Predict, with the model that comes along, in the server's workspace."""
    monkeypatch.setenv("FITTING_ROOM_HOME", str(server.home))
    page.goto(f"{server.url}/predict")
    expect(page.get_by_text("Ask about one of these.")).to_be_visible()
    settled(page)
    return page


def test_many_photos_are_sorted_out_put_right_and_taken_along(asking: Page) -> None:
    labels = ("dress", "pants", "shoes")
    drop_all(asking, {f"{place:02}.jpg": jpeg(draw(labels[place % 3], 300 + place, 160)) for place in range(15)})
    expect(asking.get_by_text(re.compile("^15 photos: "))).to_be_visible()
    cards = asking.locator(".bars")
    expect(cards).to_have_count(15)
    for pill in (re.compile(r"^Sure · \d+$"), re.compile(r"^shoes · \d+$")):
        chosen = asking.get_by_test_id("stButtonGroup").locator("button").filter(has_text=pill)
        number = int(chosen.inner_text().partition("·")[2])
        assert 1 < number < 15
        chosen.click()
        expect(cards).to_have_count(number)
        if "shoes" in pill.pattern:
            expect(asking.locator(".bars > :first-child > :first-child")).to_have_text(["shoes"] * number)
        chosen.click()
        expect(cards).to_have_count(15)
    rows = list(taken_along(asking))
    assert rows[0][: len(HEADER)] == HEADER and rows[0][-1] == "error"
    assert [row[0] for row in rows[1:]] == [f"{place:02}.jpg" for place in range(15)]

    asking.get_by_test_id("stButtonGroup").get_by_text("Table", exact=True).click()
    table = asking.get_by_test_id("stDataFrame")
    expect(table.locator("canvas").first).to_be_visible()
    settled(asking)
    table.click(position=TO_THE_LABEL)
    asking.keyboard.press("Enter")
    expect(asking.locator("#portal input")).to_be_focused()  # the menu of the classes
    asking.keyboard.type("skirt")
    asking.keyboard.press("Enter")
    expect(asking.get_by_role("heading", name="What it was told")).to_be_visible()
    [said] = corrections.list_corrections()
    assert (said.photo, said.said, said.label) == ("00.jpg", "dress", "skirt")


def test_why_shows_where_it_looked_what_is_like_it_and_what_would_change_its_mind(asking: Page) -> None:
    drop_all(asking, {"my dress.jpg": jpeg(draw("dress", 13, 200))})
    expect(asking.locator(".bars")).to_have_count(1)
    settled(asking)
    [answer] = load_batch(parse_qs(urlsplit(asking.url).query)["answers"][0]).answers
    kept_dir = load_settings().datasets_dir / "taught"
    for content_hash, label in answer.similar:
        place = photo_path(kept_dir, content_hash)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(jpeg(draw(label, 1, 100)))
    asking.get_by_role("button", name="Why?").click()
    why = asking.get_by_role("dialog")
    heat = why.get_by_alt_text("my dress.jpg, with what counts for dress in warm colours")
    expect(heat).to_be_visible()
    expect(why.get_by_text(re.compile(r"With the warmest tenth .* dress goes from .* to"))).to_be_visible()
    expect(why.get_by_text("most like this photo are")).to_be_visible()
    expect(why.get_by_alt_text(re.compile("^It learned: "))).to_have_count(5)
    expect(why.get_by_role("heading", name="What would change its mind")).to_be_visible()
    expect(why.get_by_alt_text(re.compile("^It would say "))).not_to_have_count(0)
    settled(asking)
    assert heat.evaluate(WARM) > 0.005, "some of a blue dress is orange"
    why.get_by_role("slider").press("Home")
    asking.wait_for_function(f"(image) => image.complete && ({WARM})(image) == 0", arg=heat.element_handle())


def test_a_room_is_shown_samples_without_a_sidebar_and_everything_is_cleared_at_once(server, page: Page) -> None:
    page.goto(f"{server.url}/predict?demo=yes")
    expect(page.get_by_text("Drawings", exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    page.get_by_role("button", name="This one").first.click()
    expect(page.locator(".bars")).to_have_count(1)
    expect(page.get_by_role("heading", name=re.compile("very likely|Probably|Between|Not sure|Unlike"))).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    page.get_by_role("button", name="Start over").click()
    expect(page.locator(".bars")).to_have_count(0)
    expect(page.get_by_test_id("stFileUploader")).to_be_visible()
    assert "answers" not in page.url and "demo=yes" in page.url


def test_what_is_odd_gets_its_answer_or_its_reason_and_the_page_stays_whole(asking: Page) -> None:
    drop_all(asking, odd_photos())
    expect(asking.get_by_text(re.compile("^13 photos: "))).to_be_visible()
    expect(asking.locator(".bars")).to_have_count(len(READ) + len(ANY))
    expect(asking.get_by_role("heading", name="Could not be read")).to_have_count(len(REASONS))
    settled(asking)
    asking.wait_for_function(WHOLE)
    for trouble in ("stException", "stAlert"):
        expect(asking.get_by_test_id(trouble)).to_have_count(0)
    expect(asking.get_by_test_id("stSidebarNav")).to_be_visible()
    header, *rows = taken_along(asking)
    said = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert {name: said[name]["label"] for name in READ} == dict.fromkeys(READ, "dress")
    assert all(said[name]["label"] and not said[name]["error"] for name in ANY)
    for name, reason in REASONS.items():
        assert not said[name]["label"] and reason in said[name]["error"], name
        expect(asking.get_by_text(reason).first).to_be_visible()


READ = ("phone.heic", "new.avif", "moving.gif", "turned.jpg", "cut-out.png", "print.jpg")
ANY = ("dot.png", "scan.png")
REASONS = {
    "wall.png": "144 megapixels",
    "empty.jpg": "0 bytes",
    "page.jpg": "This is a PDF",
    "half.jpg": "breaks off",
    "notes.jpg": "This is a text file",
}


def odd_photos() -> dict[str, bytes]:
    """A dress in every odd kind of picture, and what is none."""
    dress = draw("dress", 12, 400)
    turned, cut_out = Image.Exif(), dress.convert("RGBA")
    turned[0x0112] = 6
    cut_out.putpixel((0, 0), (0, 0, 0, 0))
    grey = np.asarray(dress.convert("L"), np.uint16) * 257
    assert {"HEIF", "AVIF"} <= {*FORMATS}
    return {
        "phone.heic": saved(dress, "HEIF"),
        "new.avif": saved(dress, "AVIF"),
        "moving.gif": saved(dress, "GIF", save_all=True, append_images=[draw("shoes", 1, 400)]),
        "turned.jpg": saved(dress.rotate(90, expand=True), "JPEG", exif=turned),
        "cut-out.png": saved(cut_out, "PNG"),
        "print.jpg": saved(dress.convert("CMYK"), "JPEG"),
        "dot.png": saved(Image.new("RGB", (1, 1), "red"), "PNG"),
        "scan.png": saved(Image.fromarray(grey), "PNG"),
        "wall.png": saved(Image.new("1", (12_000, 12_000)), "PNG"),
        "empty.jpg": b"",
        "page.jpg": b"%PDF-1.7 \x00",
        "half.jpg": (whole := saved(dress, "JPEG"))[: len(whole) // 2],
        "notes.jpg": b"only words",
    }


def saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, image_format, **options)
    return content.getvalue()


def taken_along(page: Page) -> Iterator[list[str]]:
    """The rows of the table that a person saves."""
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").click()
    page.keyboard.press("Escape")
    yield from csv.reader(io.StringIO(download.value.path().read_text("utf-8")))
