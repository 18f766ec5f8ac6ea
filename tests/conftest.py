"""What all tests share: a workspace of their own, and small pictures."""

import io
import time
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.files import write_json
from core.model.bundle import BUNDLED_DIR as MODELS
from core.work import Work, run
from tests.jobs import working
from tests.shop import Shop, open_shop

WAITING, WORKING = ("tests/browser/",), ("tests/workshop/", "tests/core/training/")  # the slowest files


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several processes share the files between them: the slowest first, those that wait beside those that compute."""
    files = list(dict.fromkeys(item.nodeid.split("::")[0] for item in items))
    waiting, working = ([file for file in files if file.startswith(kind)] for kind in (WAITING, WORKING))
    slowest = [file for pair in zip_longest(waiting, working) for file in pair if file]
    order = {file: place for place, file in enumerate(dict.fromkeys([*slowest, *files]))}
    items.sort(key=lambda item: order[item.nodeid.split("::")[0]])


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace without the models that come with the app (`bundled` brings them back).

    Private addresses are allowed, since the test servers live on one; nobody stands by, and nothing is checked unasked.
    """
    home = tmp_path / "workspace"
    monkeypatch.setattr("core.model.bundle.BUNDLED_DIR", tmp_path / "no-models")
    monkeypatch.setenv("FITTING_ROOM_HOME", str(home))
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "1")
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "0")
    monkeypatch.setenv("FITTING_ROOM_CHECK_BY_ITSELF", "0")
    return home


@pytest.fixture
def bundled(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the models that come with the app."""
    monkeypatch.setattr("core.model.bundle.BUNDLED_DIR", MODELS)
    return MODELS


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A web shop with nothing in it."""
    with open_shop() as shop:
        yield shop


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done in this process, before their start returns."""

    def start(
        job_dir: Path, target: str, arguments: dict[str, Any], queue: str | None = None, cluster: str | None = None
    ) -> None:
        for leftover in ("stop", "end.json"):
            (job_dir / leftover).unlink(missing_ok=True)
        job = {"target": target, "arguments": arguments, "queue": queue, "started_at": time.time()}
        write_json(job_dir / "job.json", job)
        run(job_dir)

    monkeypatch.setattr("core.jobs.start", start)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """What a work function gets."""
    with working(tmp_path / "job") as work:
        yield work


def picture(seed: int, width: int = 40, height: int = 48, image_format: str = "JPEG", mode: str = "RGB") -> bytes:
    """A small picture of coloured patches, different for each seed."""
    patches = np.random.default_rng(seed).integers(0, 255, (4, 4, 3), dtype=np.uint8)
    image = Image.fromarray(patches).resize((width, height), Image.Resampling.BILINEAR).convert(mode)
    content = io.BytesIO()
    image.save(content, image_format)
    return content.getvalue()


def class_folders(root: Path, classes: dict[str, int], width: int = 40) -> Path:
    """A folder of class folders; each class has a colour of its own, so that it can be learned."""
    for index, (label, count) in enumerate(sorted(classes.items())):
        (root / label).mkdir(parents=True, exist_ok=True)
        hue = np.eye(3)[index % 3] * 180 + 20 * (index // 3)
        for number in range(count):
            noise = np.random.default_rng([index, number]).normal(0, 25, (width, width, 3))
            Image.fromarray(np.clip(hue + noise + 20, 0, 255).astype(np.uint8)).save(root / label / f"{number:03}.png")
    return root
