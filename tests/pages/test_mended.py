"""The Dataset page: one photo opened, renamed, left out and made what it was; the line that counts it."""

import pytest
from streamlit.testing.v1 import AppTest

from core.data import mends
from core.data.store import Dataset, load_dataset
from tests.pages.conftest import Open, press, troubles, words


def names(app: AppTest) -> list[str]:
    """What stands under the photos of the gallery."""
    photos = [button for button in app.button if str(button.key).startswith(("photo_all_", "photo_mended_"))]
    return [button.label.removeprefix(":small[:gray[").removesuffix("]]") for button in photos]


def said(app: AppTest) -> str:
    """All that is written, in the view of a photo too."""
    return "\n".join(element.value for element in app.markdown).replace("\\", "")


def test_a_name_opens_its_photo_and_closing_it_leaves_all_as_it_was(open_page: Open, dataset: Dataset) -> None:
    app = open_page("dataset", dataset=dataset.id)
    assert "mended" not in words(app) and [box.label for box in app.selectbox] == []
    first = next(button for button in app.button if str(button.key).startswith("photo_all_"))
    app = first.click().run()
    assert troubles(app) == []
    position = int(str(first.key).rpartition("_")[2])
    row = dataset.manifest().iloc[position]
    assert app.query_params["photo"] == str(position)
    assert (app.selectbox[0].label, app.selectbox[0].value) == ("It shows", row["label"])
    assert app.button(key=f"rename_{position}").disabled, "it has this name already"
    assert f"row {row['row']}" in said(app)
    assert load_dataset(dataset.id).mends.photos == {}


def test_a_photo_is_renamed_and_that_is_undone(open_page: Open, dataset: Dataset) -> None:
    rows = dataset.manifest()
    shirt = int(rows.index[rows["label"] == "shirt"][0])
    app = open_page("dataset", dataset=dataset.id, photo=str(shirt))
    app.selectbox[0].set_value("dress").run()
    app = app.button(key=f"rename_{shirt}").click().run()
    assert troubles(app) == [] and "photo" not in app.query_params
    assert "One photo is renamed from shirt to dress" in words(app)
    assert "1 photo mended: 1 renamed." in words(app)
    assert names(app).count("dress") == 9 and names(app).count("shirt") == 7
    app = press(app, "Undo")
    assert load_dataset(dataset.id).mends.photos == {} and names(app).count("shirt") == 8
    assert "mended" not in words(app)


def test_what_is_left_out_is_counted_shown_and_taken_back(open_page: Open, dataset: Dataset) -> None:
    rows = dataset.manifest()
    [gone, renamed, *_] = (int(each) for each in rows.index[rows["label"] == "shoes"])
    app = open_page("dataset", dataset=dataset.id, photo=str(gone))
    app = app.button(key=f"leave_out_{gone}").click().run()
    assert "23 photos" in words(app) and names(app).count("shoes") == 7
    mends.relabel(dataset, renamed, "<b>boots</b>")
    app = press(app.run(), "Show them")
    assert troubles(app) == [] and app.query_params["mended"] == "yes"
    assert "2 photos mended: 1 renamed, 1 left out. New: \\<b\\>boots\\<\\/b\\>." in words(app)
    assert names(app) == ["\\<b\\>boots\\<\\/b\\>, before shoes", "left out, before shoes"]
    app = app.button(key=f"photo_mended_{gone}").click().run()
    assert "Left out. It was shoes." in said(app) and len(app.selectbox) == 0
    app = app.button(key=f"take_back_{gone}").click().run()
    assert names(app) == ["\\<b\\>boots\\<\\/b\\>, before shoes"] and load_dataset(dataset.id).ok == 24


def test_all_mends_are_undone_at_once_and_that_too_is_undone(open_page: Open, dataset: Dataset) -> None:
    mends.exclude(dataset, [0, 1])
    mends.relabel(dataset, 2, "boots")
    before = mends.load_mends(dataset.folder)
    app = press(open_page("dataset", dataset=dataset.id, mended="yes"), "Undo all")
    assert mends.load_mends(dataset.folder) == {} and "mended" not in app.query_params
    assert "3 photos are as before." in said(app) and "24 photos" in words(app)
    app = press(app, "Undo")
    now = mends.load_mends(dataset.folder)
    assert {position: mend.label for position, mend in now.items()} == {
        position: mend.label for position, mend in before.items()
    }
    assert troubles(app) == [] and "21 photos" not in words(app) and "22 photos" in words(app)


def test_with_all_photos_left_out_there_is_a_way_back(open_page: Open, dataset: Dataset) -> None:
    rows = dataset.manifest()
    mends.exclude(dataset, [int(each) for each in rows.index[rows["status"] == "ok"]])
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == [] and "24 photos mended: 24 left out." in words(app)
    assert app.dataframe[0].value["reason"].tolist() == ["This is a PDF. Save the page as JPEG or PNG."]
    press(app, "Undo all")
    assert load_dataset(dataset.id).ok == 24


@pytest.mark.parametrize("named", ["999", "-1", "x", "9" * 5000, "²"])
def test_an_address_of_no_photo_is_said(open_page: Open, dataset: Dataset, named: str) -> None:
    app = open_page("dataset", dataset=dataset.id, photo=named)
    assert len(troubles(app)) == 1 and "has no photo there" in troubles(app)[0]
    assert "Is it balanced?" in words(app)
