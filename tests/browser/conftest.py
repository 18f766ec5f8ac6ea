"""A real server and a real browser for the journeys."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


class Server:
    """The app on a free port of 127.0.0.1, with a workspace of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Starts the server, also once more after it was killed, and waits until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true"]
        command += [f"--server.port={self.port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
        environment = {**os.environ, "FITTING_ROOM_HOME": str(self.home), "FITTING_ROOM_ALLOW_PRIVATE_HOSTS": "1"}
        environment["FITTING_ROOM_CHECK_BY_ITSELF"] = "0"  # a check beside the page would only make it wait
        environment["KERAS_HOME"] = str(self.home / "keras")  # no backbone is here, whatever the machine has
        with (self.home.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).close()
                return
            except OSError:
                assert time.monotonic() < deadline, (self.home.parent / "server.log").read_text()
                time.sleep(0.1)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "home")
    yield running
    running.kill()


@pytest.fixture(scope="module")  # no longer: while Playwright runs, other tests cannot run an event loop
def browser() -> Iterator[Browser]:
    """Chromium or Chrome: of the system, or Playwright's own. Without one these tests fail, and say how to get one."""
    with sync_playwright() as playwright:
        found = next((path for name in NAMES if (path := shutil.which(name))), None) or (
            str(MAC) if MAC.exists() else None
        )
        if found is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail("No browser found. Install Chrome or Chromium, or run: .venv/bin/playwright install chromium")
        expect.set_options(timeout=30_000)  # the first page of a server loads its libraries, on a busy machine slowly
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A window of its own. Whatever a test does in it, nothing may be fetched from elsewhere than the server."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(60_000)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    opened.close()
    strangers = [url for url in asked if not url.startswith((f"{server.url}/", "data:", "blob:"))]
    assert asked and not strangers


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
