"""A page shows a photo as a training would see it."""

import numpy as np
import pytest

from core.data import store
from core.data.photo import to_pixels
from core.errors import DatasetDamaged, NotFound
from core.training.preview import preview
from core.training.recipe import Recipe

VARIED = Recipe(image_size_px=40, augment=1.0)


@pytest.fixture
def dataset(dataset_home) -> store.Dataset:
    return store.load_dataset(dataset_home.dataset_id)


def test_first_the_photo_as_it_is_then_varied_each_time_otherwise(dataset):
    hashes = dataset.manifest()["content_hash"]
    pictures = preview(dataset, VARIED, row=5)
    assert [picture.shape for picture in pictures] == [(40, 40, 3)] * 6
    assert (pictures[0] == to_pixels(dataset.photo_path(hashes[5]).read_bytes(), 40)).all()
    assert len({picture.tobytes() for picture in pictures}) == 6
    assert not (dataset.folder / "pixels" / "40.npy").exists()  # a page waits for one photo, not for all


def test_it_repeats_itself_and_the_seed_brings_others(dataset):
    first, again, other = (preview(dataset, VARIED, count=3, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first[1:], other[1:])
    longer = preview(dataset, VARIED, count=5, seed=1)
    assert np.array_equal(longer[:3], first)


def test_unvaried_all_are_alike(dataset):
    pictures = preview(dataset, Recipe(image_size_px=32), count=3, row=0)
    assert (np.array(pictures) == pictures[0]).all()


@pytest.mark.parametrize("row", [-1, 64])
def test_no_photo_there_is_said(dataset, row):
    with pytest.raises(NotFound, match=f"row={row}"):
        preview(dataset, VARIED, row=row)


def test_a_photo_that_is_gone_is_said(dataset):
    dataset.photo_path(dataset.manifest()["content_hash"][0]).unlink()
    with pytest.raises(DatasetDamaged, match=r"gone: .*Make the dataset again"):
        preview(dataset, VARIED, row=0)
