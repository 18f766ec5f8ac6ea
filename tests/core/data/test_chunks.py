"""What is made of the photos of a dataset in chunks is what is made of them at once."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data import chunks, pixels, store
from core.data.pixels import load_pixels
from core.data.quality import measures, measuring
from core.data.store import Dataset
from core.errors import DatasetDamaged
from core.jobs import Stopped
from tests.core.conftest import Home

SIZE_PX = 20


@pytest.fixture
def dataset(dataset_home: Home) -> Dataset:
    return store.load_dataset(dataset_home.dataset_id)


@pytest.fixture
def in_chunks(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on nothing is done at once; one process does the chunks, of ten photos each."""

    def begin() -> None:
        monkeypatch.setattr(pixels, "SPREAD_FROM", 1)
        monkeypatch.setattr(pixels, "CHUNK_BYTES", 10 * 3 * SIZE_PX**2)
        monkeypatch.setattr(measuring, "SPREAD_FROM", 1)
        monkeypatch.setattr(measuring, "PER_CHUNK", 10)
        monkeypatch.setattr(chunks, "carrier", lambda: "one")

    return begin


def stopping(after: int) -> Callable[[], None]:
    """A look whether to stop that wants it after so many."""
    looks = iter(range(after))

    def look() -> None:
        if next(looks, None) is None:
            raise Stopped

    return look


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The photos that were read."""
    seen: list[str] = []
    ask = Dataset.photo_path

    def remembered(self: Dataset, content_hash: str) -> Path:
        seen.append(content_hash)
        return ask(self, content_hash)

    monkeypatch.setattr(Dataset, "photo_path", remembered)
    return seen


def test_pixels_are_the_same_and_a_stop_costs_no_chunk_that_is_done(
    dataset: Dataset, in_chunks: Callable[[], None], read: list[str]
):
    at_once = np.array(load_pixels(dataset, SIZE_PX))
    path = dataset.folder / "pixels" / f"{SIZE_PX}.npy"
    before = path.read_bytes()
    path.unlink()
    read.clear()
    in_chunks()
    with pytest.raises(Stopped):
        load_pixels(dataset, SIZE_PX, check_stop=stopping(4))
    assert len(read) == 30 and not path.exists()
    told: list[tuple[int, int]] = []
    made = load_pixels(dataset, SIZE_PX, lambda done, total: told.append((done, total)))
    np.testing.assert_array_equal(made, at_once)
    assert told[0] == (30, 64) and told[-1] == (64, 64) and len(read) == len(set(read)) == 64
    assert np.load(path).dtype == np.uint8 and len(before) == 128 + made.size
    assert sorted(each.name for each in path.parent.iterdir()) == [f"{SIZE_PX}.npy", "32.npy"]


def test_rows_without_a_photo_are_black_and_chunks_of_other_photos_are_not_taken(
    dataset: Dataset, in_chunks: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    in_chunks()
    with pytest.raises(Stopped):
        load_pixels(dataset, SIZE_PX, check_stop=stopping(3))
    manifest = dataset.as_made()
    manifest.loc[5, "status"] = "duplicate"
    manifest.to_parquet(dataset.folder / "manifest.parquet", index=False)
    made = load_pixels(dataset, SIZE_PX)
    assert [row for row in range(len(made)) if not made[row].any()] == [5]


def test_a_photo_that_is_gone_is_said_and_what_is_done_stays(dataset: Dataset, in_chunks: Callable[[], None]):
    gone = dataset.photo_path(dataset.as_made()["content_hash"][25])
    kept = gone.rename(gone.with_suffix(".aside"))
    in_chunks()
    with pytest.raises(DatasetDamaged, match=gone.name):
        load_pixels(dataset, SIZE_PX)
    assert len([*(dataset.folder / "pixels" / f"{SIZE_PX}.chunks" / "parts").iterdir()]) == 2
    kept.rename(gone)
    assert load_pixels(dataset, SIZE_PX).shape == (64, SIZE_PX, SIZE_PX, 3)


def test_measures_are_the_same_and_a_stop_costs_no_chunk_that_is_done(
    dataset: Dataset, in_chunks: Callable[[], None], read: list[str]
):
    rows = dataset.as_made()
    hashes = rows["content_hash"].tolist()
    dataset.photo_path(hashes[7]).unlink()
    assert measuring.take_measures(dataset, hashes) == [hashes[7]]
    at_once = measures.measures_of(dataset, rows)
    shutil.rmtree(dataset.folder / "quality")
    read.clear()
    in_chunks()
    with pytest.raises(Stopped):
        measuring.take_measures(dataset, hashes, check_stop=stopping(4))
    assert len(read) == 30
    assert measuring.take_measures(dataset, hashes) == [hashes[7]]
    made = measures.measures_of(dataset, rows)
    assert at_once is not None and made is not None
    pd.testing.assert_frame_equal(made, at_once, check_exact=True)
    assert len(made) == 63 and len(read) == 64
    assert [each.name for each in (dataset.folder / "quality").iterdir()] == ["measures.parquet"]
