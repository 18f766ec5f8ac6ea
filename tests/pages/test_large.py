"""The page of a large dataset shows what that of a small one shows, and reads no whole manifest for it."""

import pytest

from core.data import finishing, mends
from core.data.store import Dataset, load_dataset
from tests.pages.conftest import Open, troubles


def test_a_large_dataset_is_paged_opened_and_mended(
    open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "LARGE_ROWS", dataset.rows - 1)
    finishing.finish(dataset.folder, dataset.as_made())
    (dataset.folder / "manifest.parquet").unlink()
    monkeypatch.setattr(Dataset, "as_made", None)
    large = load_dataset(dataset.id)
    page = open_page("dataset", dataset=large.id, **{"class": "shirt"})
    assert troubles(page) == [] and large.is_large
    shown = [button.key for button in page.button if str(button.key).startswith("photo_all_")]
    assert len(shown) == large.classes["shirt"] and "1 row set aside" in [each.label for each in page.expander]
    mends.exclude(large, int(shown[0].rpartition("_")[2]))
    page = open_page("dataset", dataset=large.id, **{"class": "shirt", "photo": shown[1].rpartition("_")[2]})
    assert troubles(page) == []
    assert (page.button(key="photo_before").disabled, page.button(key="photo_next").disabled) == (True, False)
    assert len([each for each in page.button if str(each.key).startswith("photo_all_")]) == len(shown) - 1
