"""From dropping photos on the Predict page to bars that a person sees, in a real browser.

python -m benchmarks.dropping
"""

import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.places import machine, spread, unpacked_photos
from benchmarks.server import web_server

PORT = 8163
ROUNDS = {1: 15, 50: 5}  # by number of photos dropped at once
BROWSERS = ("chromium", "google-chrome", "chromium-browser")


def main() -> str:
    """Drops photos again and again and returns the section."""
    files = sorted(unpacked_photos(Path(tempfile.gettempdir()) / "fitting-room-benchmark").glob("validation/*/*.jpg"))
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"FITTING_ROOM_HOME": home, "FITTING_ROOM_STANDBY": "0"}
        with web_server(PORT), sync_playwright() as playwright:
            launched = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = launched.new_page(viewport={"width": 1280, "height": 900})
            _dropped(page, files[:1])  # the first visitor loads the model
            rows = []
            for number, rounds in ROUNDS.items():
                starts = range(1, 1 + rounds * number, number)
                seconds = [_dropped(page, (files + files)[start : start + number]) for start in starts]
                rows.append(f"| {number} | {spread([1000 * each for each in seconds], 0)} ms |\n")
            launched.close()
    return (
        f"**Dropping photos** on the Predict page, most of them 400×533 JPEG, asking the clothing model, until a "
        f"browser shows the bars; the app is warm ({machine()}).\n\n"
        "| photos at once | median (range) |\n|---|---|\n" + "".join(rows)
    )


def _dropped(page: Page, files: Sequence[Path]) -> float:
    """Seconds from handing over the files to the bars of all that a page shows."""
    page.goto(f"http://127.0.0.1:{PORT}/predict")
    field = page.locator("input[type=file]").first
    field.wait_for(state="attached")
    page.wait_for_timeout(1000)  # the page comes to rest
    shown = min(len(files), 24)
    began = time.perf_counter()
    field.set_input_files(list(files))
    page.locator(".bars").nth(shown - 1).wait_for(state="visible")
    return time.perf_counter() - began


if __name__ == "__main__":
    print(main())
