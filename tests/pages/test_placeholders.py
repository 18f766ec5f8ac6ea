"""The page of a dataset shows the one picture that many addresses answer with."""

from core.data import store
from core.data.store import Dataset
from tests.pages.conftest import Open, troubles, words


def with_one_picture(dataset: Dataset, rows: int) -> None:
    """Makes it the dataset of a sheet whose first rows of each class show the same picture."""
    manifest = dataset.manifest()
    manifest["source"] = "https://shop.example/" + manifest["row"].astype(str) + ".jpg"
    good = manifest[manifest["status"] == "ok"]
    chosen = good.groupby("label").head(rows).index
    manifest.loc[chosen, "content_hash"] = good["content_hash"].iloc[0]
    store.finish(dataset.folder, manifest)


def test_the_picture_is_shown_with_its_rows_and_names(open_page: Open, dataset: Dataset) -> None:
    with_one_picture(dataset, 2)
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == []
    assert r"6 addresses show one and the same picture\, under 3 names" in words(app)
    assert "named dress, shirt and shoes" in words(app)


def test_photos_that_differ_say_nothing(open_page: Open, dataset: Dataset) -> None:
    with_one_picture(dataset, 0)
    assert "one and the same picture" not in words(open_page("dataset", dataset=dataset.id))
