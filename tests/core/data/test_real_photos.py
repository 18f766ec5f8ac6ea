"""The archive of real photos, where it is at hand: every one of its photos is read."""

import os
from pathlib import Path

import pytest

from tests.core.data.test_making import made

ARCHIVE = Path(
    os.environ.get("FITTING_ROOM_PHOTOS", Path(__file__).parents[4] / "shared" / "data" / "clothing-photos.zip")
)


@pytest.mark.skipif(not ARCHIVE.exists(), reason="the archive of real photos is not at hand (FITTING_ROOM_PHOTOS)")
def test_all_photos_of_the_clothing_dataset_are_read_and_its_own_split_is_kept():
    dataset = made({"kind": "archive", "path": str(ARCHIVE)})
    assert (dataset.rows, dataset.ok, dataset.failed) == (3409, 3409, 0)
    assert len(dataset.classes) == 10 and dataset.classes["t-shirt"] == 876
    assert dataset.parts["validation"] == 341 and dataset.parts["train"] + dataset.parts["test"] == 3068
    assert abs(dataset.parts["test"] / 3068 - 0.2) < 0.005
