"""What goes wrong while people watch: a killed worker, a killed server, a sheet that is not shared."""

import http.server
import os
import re
import signal
import threading
import time

import pytest
from playwright.sync_api import expect

from core import jobs
from core.data import store
from core.training import runs, starting
from core.training.recipe import Recipe
from tests.browser.test_journey import settled
from tests.conftest import class_folders
from tests.core.test_jobs import until, worker_pid

pytestmark = pytest.mark.browser


@pytest.fixture
def long_run(server, tmp_path, monkeypatch):
    """A training in the server's workspace that goes on for longer than any test watches."""
    monkeypatch.setenv("FITTING_ROOM_HOME", str(server.home))
    folder = class_folders(tmp_path / "photos", {"dress": 120, "hat": 120})
    dataset_id = store.start_dataset({"kind": "folder", "path": str(folder)}, "Mine")
    assert jobs.wait(store.load_dataset(dataset_id).job_dir, 60).status == "done"
    run = runs.load_run(starting.start_run(dataset_id, Recipe(epochs=500, image_size_px=32, patience=0)))
    until(lambda: len(jobs.events(run.job_dir, "epoch")) >= 2, 120)
    yield run
    jobs.request_stop(run.job_dir)
    jobs.wait(run.job_dir, 30)


def test_a_killed_worker_is_said_within_two_seconds_and_can_go_on(server, page, long_run):
    page.goto(f"{server.url}/train?run={long_run.id}")
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    settled(page)  # somebody is watching: the libraries of a page's first figures are loaded
    took_s = [seconds_to_be_told(page, long_run)]
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    page.get_by_role("button", name="Go on from round").click()
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    while min(took_s) >= 3 and len(took_s) < 3:  # 2 s promised, another for a busy test machine, which may stand still
        took_s.append(seconds_to_be_told(page, long_run))
        page.get_by_role("button", name="Go on from round").click()
        expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    assert min(took_s) < 3
    page.get_by_role("button", name="Stop and keep the best").click()
    expect(page.get_by_role("button", name="See the results")).to_be_visible(timeout=60_000)


def seconds_to_be_told(page, run) -> float:
    """Kills the worker of a run, and waits until the page says so."""
    os.kill(worker_pid(run.job_dir), signal.SIGKILL)
    killed_at = time.monotonic()
    expect(page.get_by_role("heading", name="It broke off")).to_be_visible()
    return time.monotonic() - killed_at


def test_a_killed_server_loses_nothing(server, page, long_run):
    page.goto(f"{server.url}/train")
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    server.kill()
    before = len(jobs.events(long_run.job_dir, "epoch"))
    until(lambda: len(jobs.events(long_run.job_dir, "epoch")) > before)
    server.start()
    page.goto(f"{server.url}/train")
    expect(page.get_by_role("button", name="Stop and keep the best")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Round .* of 500"))).to_be_visible()


class PrivateSheet(http.server.BaseHTTPRequestHandler):
    """Answers as Google does for a sheet that is not shared."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Sign in</title>")

    def log_message(self, *_: object) -> None:
        pass


def test_a_sheet_that_is_not_shared_gets_its_advice_and_local_files_are_not_shown(server, page, tmp_path):
    private = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PrivateSheet)
    threading.Thread(target=private.serve_forever, daemon=True).start()
    try:
        page.goto(f"{server.url}/dataset?dataset=new")
        link = f"http://127.0.0.1:{private.server_port}/spreadsheets/d/abc/export?format=csv"
        page.get_by_role("textbox", name="Google Sheet or CSV").fill(link)
        page.get_by_role("button", name="Have a look").click()
        expect(page.get_by_test_id("stAlert")).to_contain_text(re.compile("private|sign-in|web page"))
    finally:
        private.shutdown()
        private.server_close()
    secret = tmp_path / "secret.csv"
    secret.write_text("image,label\nhttp://127.0.0.1/a.jpg,password\n")
    page.goto(f"{server.url}/dataset?dataset=new&look={secret}")
    settled(page)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_text("password")).to_have_count(0)
