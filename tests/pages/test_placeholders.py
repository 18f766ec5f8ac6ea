"""The page of a dataset shows the one picture that many addresses answer with."""

import time

from core.data.finishing import finish
from core.data.quality.finding import Finding
from core.data.quality.found import Quality, save_quality
from core.data.store import Dataset, load_dataset
from tests.pages.conftest import Open, troubles, words


def with_one_picture(dataset: Dataset, rows: int) -> None:
    """Makes it the dataset of a sheet whose first rows of each class show the same picture."""
    manifest = dataset.manifest()
    manifest["source"] = "https://shop.example/" + manifest["row"].astype(str) + ".jpg"
    good = manifest[manifest["status"] == "ok"]
    chosen = good.groupby("label").head(rows).index
    manifest.loc[chosen, "content_hash"] = good["content_hash"].iloc[0]
    finish(dataset.folder, manifest)


def test_the_picture_is_shown_with_its_rows_and_names(open_page: Open, dataset: Dataset) -> None:
    with_one_picture(dataset, 2)
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == []
    assert r"6 addresses show one and the same picture\, under 3 names" in words(app)
    assert "named dress, shirt and shoes" in words(app)


def test_photos_that_differ_say_nothing(open_page: Open, dataset: Dataset) -> None:
    with_one_picture(dataset, 0)
    assert "one and the same picture" not in words(open_page("dataset", dataset=dataset.id))


def test_after_a_check_they_are_a_finding_with_the_same_words(open_page: Open, dataset: Dataset) -> None:
    with_one_picture(dataset, 2)
    now = load_dataset(dataset.id)
    shown = now.manifest().query("status == 'ok'").groupby("label").head(2).index
    found = Finding("placeholders", tuple((int(each),) for each in shown), (0.95,) * len(shown), facts={"pictures": 1})
    save_quality(now, Quality((found,), time.time(), 1.0, now.ok, now.fingerprint))
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == [] and "one and the same picture" not in words(app)
    app = open_page("dataset", dataset=dataset.id, finding="placeholders")
    assert troubles(app) == []
    assert r"6 addresses show one and the same picture\, under 3 names" in words(app)
