"""The app as it is started: it opens a browser, answers programs beside its pages, and loads no training library."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.conftest import picture

ROOT = Path(__file__).parents[3]


def test_the_apps_server_opens_a_browser_answers_programs_beside_its_pages_and_stays_light(
    workspace: Path, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=false"]
    noted = tmp_path / "opened"
    browser = f"{sys.executable} -c \"import sys; open('{noted}', 'w').write(sys.argv[1])\" %s"
    environment = {**os.environ, "FITTING_ROOM_API_TOKEN": "secret", "BROWSER": browser}
    process = subprocess.Popen(
        [*command, f"--server.port={port}", "--server.address=127.0.0.1"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 120
        while True:
            try:
                health = requests.get(f"{base}/api/health", timeout=60)
                break
            except requests.ConnectionError:
                assert time.monotonic() < deadline and process.poll() is None, "the server did not start"
                time.sleep(0.1)
        assert health.json()["model"] == "clothing-photos"
        answered = requests.post(
            f"{base}/api/predict",
            headers={"Authorization": "Bearer secret"},
            files=[("photo", ("dress.jpg", picture(1)))],
            timeout=60,
        )
        assert answered.json()[0]["label"]
        while not (noted.exists() and noted.read_text()):
            assert time.monotonic() < deadline, "no browser was opened"
            time.sleep(0.05)
        assert noted.read_text() == f"http://127.0.0.1:{port}/"
        page = requests.get(f"{base}/predict", timeout=60)
        assert "text/html" in page.headers["content-type"]
        loaded = Path(f"/proc/{process.pid}/maps")
        if not loaded.exists():
            pytest.skip("what a process has loaded is read where Linux tells it")
        assert "litert" in loaded.read_text()
        assert not [name for name in ("libtensorflow", "sklearn", "cv2") if name in loaded.read_text()]
    finally:
        process.kill()
        process.wait()
