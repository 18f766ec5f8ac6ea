"""A dataset with every fault that can be planted, made and checked once; each test gets a copy of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from core.data.quality import checking
from core.data.store import Dataset, load_dataset
from core.settings import load_settings
from core.sources import garments
from tests.jobs import make, working

SIDE_PX = 144
DRAWN = 6  # of each of two classes to learn from; one of each to be tested on


def check(dataset: Dataset) -> None:
    """Checks a dataset in this process."""
    with working(checking.job_dir(dataset)) as work:
        checking.work(work, dataset.id)


def plant(root: Path) -> None:
    """Photos to learn from and to be tested on, and among them: copies, and photos spoiled in every way."""
    drawn: dict[str, Image.Image] = {}
    for part, seeds in (("train", range(DRAWN)), ("validation", [50]), ("test", [60])):
        for label in ("dress", "shoes"):
            (root / part / label).mkdir(parents=True)
            for seed in seeds:
                drawn[f"{label}{seed}"] = photo = garments.draw(label, seed, SIDE_PX)
                photo.save(root / part / label / f"{seed}.jpg", quality=92)
    train = root / "train"
    drawn["dress0"].resize((100, 133)).save(train / "dress" / "again.jpg", quality=60)
    drawn["dress1"].save(root / "test" / "dress" / "leak.jpg", quality=70)
    drawn["dress2"].save(train / "shoes" / "other-label.jpg", quality=70)
    shutil.copy(train / "shoes" / "3.jpg", train / "shoes" / "exact.jpg")
    garments.draw("shoes", 10, SIDE_PX).filter(ImageFilter.GaussianBlur(2)).save(train / "shoes" / "blurred.jpg")
    ImageEnhance.Brightness(garments.draw("shoes", 11, SIDE_PX)).enhance(0.2).save(train / "shoes" / "dark.jpg")
    ImageEnhance.Brightness(garments.draw("dress", 7, SIDE_PX)).enhance(9).save(train / "dress" / "bright.jpg")
    noise = np.random.default_rng(0).normal((90, 120, 40), 3, (SIDE_PX, SIDE_PX, 3))
    Image.fromarray(noise.astype(np.uint8)).save(train / "dress" / "empty.jpg", quality=70)
    garments.draw("shoes", 8, 64).resize((40, 52)).save(train / "shoes" / "tiny.png")
    garments.draw("dress", 9, SIDE_PX).resize((300, 80)).save(train / "dress" / "wide.png")
    (train / "shoes" / "broken.jpg").write_bytes(b"\xff\xd8\xff no photo")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the dataset."""
    root = tmp_path_factory.mktemp("planted")
    plant(root / "photos")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(root / "home"))
        dataset = make("planted", root / "photos")
        check(dataset)
        return dataset.folder


@pytest.fixture
def dataset(planted: Path, workspace: Path) -> Dataset:
    """The dataset, checked."""
    shutil.copytree(planted, load_settings().datasets_dir / "planted")
    return load_dataset("planted")


@pytest.fixture
def named(dataset: Dataset) -> Callable[[int], str]:
    """The file in the source that a position in the manifest is of."""
    sources = dataset.as_made(["source"])["source"]
    return lambda position: "/".join(Path(str(sources.iat[position])).parts[-3:])
