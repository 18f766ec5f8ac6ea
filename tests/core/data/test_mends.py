"""Mends of a dataset: the last word counts, everything can be taken back, and a damaged line loses only itself."""

import pytest

from core.data import mends, store
from core.errors import NameInvalid, NotFound


@pytest.fixture
def dataset(dataset_home):
    return store.load_dataset(dataset_home.dataset_id)


def test_the_last_word_about_a_photo_counts_and_can_be_taken_back(dataset):
    assert mends.load_mends(dataset.folder) == {}
    mends.relabel(dataset, 3, " winter   hat ")
    mends.exclude(dataset, 5)
    mends.exclude(dataset, 3)
    mends.relabel(dataset, 3, "dress")
    found = mends.load_mends(dataset.folder)
    assert {position: mend.label for position, mend in found.items()} == {3: "dress", 5: None}
    assert found[3].content_hash == dataset.manifest()["content_hash"].iloc[3]
    mends.take_back(dataset, 5)
    assert list(mends.load_mends(dataset.folder)) == [3]
    mends.relabel(dataset, 5, " winter   hat ")
    assert mends.load_mends(dataset.folder)[5].label == "winter hat"


def test_the_manifest_stays_as_it_was(dataset):
    before = dataset.manifest()
    mends.relabel(dataset, 0, "shoes")
    mends.exclude(dataset, 1)
    assert store.load_dataset(dataset.id).manifest().equals(before)


def test_a_line_that_was_cut_loses_only_itself(dataset):
    mends.exclude(dataset, 1)
    with (dataset.folder / mends.FILE).open("ab") as file:
        file.write(b'\n{"position": 2, "do": "exclude", "conte')
    mends.exclude(dataset, 4)
    assert sorted(mends.load_mends(dataset.folder)) == [1, 4]


def test_what_cannot_be_mended_is_said(dataset):
    for position in (-1, len(dataset.manifest())):
        with pytest.raises(NotFound, match=rf"position {position}"):
            mends.exclude(dataset, position)
    with pytest.raises(NameInvalid, match="1 to 60 characters"):
        mends.relabel(dataset, 0, "  ")
