"""A making that is killed at any moment loses no finished photo, leaves nothing half, fetches only what is missing."""

import hashlib
import json
from collections import Counter

import pytest

from core import jobs
from core.data import photo, store
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.files import write_json
from core.settings import load_settings
from tests.conftest import picture
from tests.core.data.dying import MOMENTS
from tests.shop import Shop

ROWS = 40


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_it_loses_nothing_and_fetches_only_what_is_missing(moment: str, shop: Shop) -> None:
    photos = {f"/{number}.jpg": picture(number, 80, 100) for number in range(ROWS)}
    table = ["photo,kind", *(f"{shop.put(path, photos[path])},{('dress', 'hat')[len(path) % 2]}" for path in photos)]
    address = shop.put("/table.csv", "\n".join(table).encode(), content_type="text/csv")
    dataset = _planned(address)

    jobs.start(dataset.job_dir, "tests.core.data.dying:make", {"dataset_id": dataset.id, "moment": moment})
    assert jobs.wait(dataset.job_dir, 60).status == "died", jobs.log_tail(dataset.job_dir)
    lines = dataset.folder / "rows.jsonl"
    before = [json.loads(line) for line in lines.read_bytes().split(b"\n")[:-1] if line] if lines.exists() else []
    _nothing_is_half(dataset)
    finished = {f"/{row['row'] - 2}.jpg" for row in before}
    assert len(finished) >= (0 if "pixels" in moment else 10)

    store.resume_dataset(dataset.id)
    done = jobs.wait(dataset.job_dir, 60)
    made = store.load_dataset(dataset.id)
    assert (made.finished, made.rows, made.ok, made.failed) == (True, ROWS, ROWS, 0), done.message
    manifest = made.manifest()
    assert manifest["content_hash"].tolist() == [hashlib.sha256(content).hexdigest() for content in photos.values()]
    _nothing_is_half(made)
    pixels = load_pixels(made, MADE_WITH_PX)
    assert all(
        (pixels[row] == photo.to_pixels(content, MADE_WITH_PX)).all() for row, content in enumerate(photos.values())
    )
    given = Counter(shop.given())
    assert all(given[path] == 1 for path in finished), "a photo that was kept came again"
    assert given.keys() >= photos.keys()


def _planned(address: str) -> store.Dataset:
    """A dataset whose making nobody has started yet."""
    folder = load_settings().datasets_dir / "mine"
    write_json(
        folder / "dataset.json",
        {"name": "Mine", "source": {"kind": "table", "address": address}, "created_at": 0.0},
    )
    return store.load_dataset("mine")


def _nothing_is_half(dataset: store.Dataset) -> None:
    """Whatever stands under the name of a photo is that photo, whole."""
    for path in dataset.folder.glob("photos/*/*.jpg"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem  # these photos hold no metadata to be dropped
