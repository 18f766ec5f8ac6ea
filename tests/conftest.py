"""What all tests share: a workspace of their own, and small pictures."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.model.bundle import BUNDLED_DIR as MODELS


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace without the models that come with the app (`bundled` brings them back).

    Private addresses are allowed, since the test servers live on one; nobody stands by.
    """
    home = tmp_path / "workspace"
    monkeypatch.setattr("core.model.bundle.BUNDLED_DIR", tmp_path / "no-models")
    monkeypatch.setenv("FITTING_ROOM_HOME", str(home))
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "1")
    monkeypatch.setenv("FITTING_ROOM_STANDBY", "0")
    return home


@pytest.fixture
def bundled(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the models that come with the app."""
    monkeypatch.setattr("core.model.bundle.BUNDLED_DIR", MODELS)
    return MODELS


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
