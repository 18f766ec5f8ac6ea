"""A large folder, chosen in a real browser: it arrives whole and at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import picture

pytestmark = pytest.mark.browser


def test_a_large_folder_arrives_in_one_piece_with_its_table_and_without_junk(server, page, tmp_path):
    root = tmp_path / "Mein Schrank"
    lines = ["photo,kind"]
    for number in range(130):  # above what is sent file by file
        label = ("dress", "shoes")[number % 2]
        place = root / "pictures" / ("deep-" * 25 + "ä") / f"{number}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(picture(number))
        lines.append(f"{place.relative_to(root)},{label}")
    (root / "list.csv").write_text("\n".join(lines), "utf-8")
    for junk in (".DS_Store", "notes.txt", "pictures/Thumbs.db"):
        (root / junk).write_bytes(b"x")
    page.goto(f"{server.url}/dataset?dataset=new&way_in=From+this+computer")
    page.get_by_text("A folder", exact=True).click()
    expect(page.get_by_role("button", name="Upload directories")).to_be_visible()
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    expect(page.locator("input[type=file]")).to_have_count(1)  # the other uploader is gone
    page.locator("input[type=file]").set_input_files(root)
    expect(page.get_by_role("heading", name="Is this what you meant?")).to_be_visible()
    expect(page.get_by_text(re.compile("130 photos in 2 classes"))).to_be_visible()
    assert len(sent) == 1
    kept = [path for path in (server.home / "uploads").rglob("*") if path.is_file()]
    assert len(kept) == 131


@pytest.mark.parametrize("among", ["Files", "A folder"])
def test_a_folder_that_is_dropped_keeps_its_folders(server, page, tmp_path, among):
    root = tmp_path / "wardrobe"
    for number in range(12):
        place = root / ("train", "test")[number // 8] / ("dress", "shoes")[number % 2] / f"{number}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(picture(number))
    (root / "train" / ".DS_Store").write_bytes(b"x")
    page.goto(f"{server.url}/dataset?dataset=new&way_in=From+this+computer")
    page.get_by_text(among, exact=True).click()
    zone = page.get_by_test_id("stFileUploaderDropzone")
    said = re.compile("Upload directories$" if among == "A folder" else "Upload$")
    expect(zone.locator("button")).to_have_text([said])  # this one alone: the other uploader is gone
    middle = zone.bounding_box()
    place = {"x": middle["x"] + middle["width"] / 2, "y": middle["y"] + middle["height"] / 2}
    dragged = {"items": [], "files": [str(root)], "dragOperationsMask": 1}
    hand = page.context.new_cdp_session(page)
    for what in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": what, **place, "data": dragged})
    expect(page.get_by_role("heading", name="Is this what you meant?")).to_be_visible()
    expect(page.get_by_text(re.compile("12 photos in 2 classes"))).to_be_visible()
    expect(page.get_by_text(re.compile("its own split: 4 test and 8 train"))).to_be_visible()
