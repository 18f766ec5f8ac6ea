"""The Dataset page: what is in the photos, one after the other, as the network sees them, and shared out anew."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.data import mends
from core.data.quality import measures, measuring
from core.data.store import Dataset, load_dataset
from core.model.size_of_test import what_it_allows
from tests.pages.conftest import Open, press, troubles, words
from ui import photos


@pytest.fixture
def measured(dataset: Dataset) -> Dataset:
    """As a check leaves it."""
    measuring.take_measures(dataset, photos.rows(dataset).page(0, dataset.ok)["content_hash"].tolist())
    measures.take_means(dataset)
    return dataset


def in_gallery(app: AppTest) -> list[int]:
    return [int(each.key.rpartition("_")[2]) for each in app.button if str(each.key).startswith("photo_all_")]


def test_before_a_check_it_says_what_one_would_show(open_page: Open, dataset: Dataset) -> None:
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == [] and "Once the photos are checked" in words(app)
    assert "on average" not in words(app)


def test_each_class_on_average_leads_to_its_photos(open_page: Open, measured: Dataset) -> None:
    app = open_page("dataset", dataset=measured.id, mended="yes")
    said = words(app)
    assert troubles(app) == [] and "Each class on average" in said
    assert "24 smaller photos are blown up" in said
    shoes = next(each for each in app.button if str(each.key).startswith("photo_mean_") and "shoes" in each.label)
    app = shoes.click().run()
    rows = measured.manifest()
    assert app.query_params["class"] == "shoes" and len(in_gallery(app)) == 8
    assert set(rows["label"].iloc[in_gallery(app)]) == {"shoes"}


def test_what_was_measured_follows_the_mends(open_page: Open, measured: Dataset) -> None:
    gone = measured.manifest().query("status == 'ok' and label != 'dress'").index
    mends.exclude(measured, gone.tolist())
    app = open_page("dataset", dataset=measured.id)
    assert troubles(app) == [] and "8 smaller photos" in words(app)
    assert [each.label for each in app.button if str(each.key).startswith("photo_mean_")] == [":small[:gray[dress]]"]


def test_from_one_photo_to_the_next_of_its_class_and_back(open_page: Open, dataset: Dataset) -> None:
    app = open_page("dataset", dataset=dataset.id, **{"class": "shirt"})
    shirts = in_gallery(app)
    app = app.button(key=f"photo_all_{shirts[0]}").click().run()
    assert app.button(key="photo_before").disabled
    app = app.button(key="photo_next").click().run()
    assert app.query_params["photo"] == str(shirts[1])
    app = app.button(key="photo_before").click().run()
    assert troubles(app) == [] and app.query_params["photo"] == str(shirts[0])
    app.query_params["photo"] = str(shirts[-1])
    assert app.run().button(key="photo_next").disabled


def test_a_photo_is_seen_as_the_network_sees_it_and_its_slider_is_that_of_the_training(
    open_page: Open, dataset: Dataset
) -> None:
    app = open_page("dataset", dataset=dataset.id, photo="3")
    assert [each.key for each in app.slider if each.key.startswith("knob_")] == []
    app.session_state["what_it_sees"] = True
    app = app.run()
    assert app.slider(key="knob_augment_compact").value == 1.0
    app = app.slider(key="knob_augment_compact").set_value(2.0).run()
    app = press(app, "Teach with that much")
    assert troubles(app) == [] and app.slider(key="knob_augment_compact").value == 2.0


def test_a_photo_that_is_left_out_is_not_seen_by_the_network(open_page: Open, dataset: Dataset) -> None:
    mends.exclude(dataset, 3)
    app = open_page("dataset", dataset=dataset.id, photo="3")
    assert troubles(app) == [] and "what_it_sees" not in [each.proto.id for each in app.get("expander")]
    assert "Left out. It was" in "\n".join(each.value for each in app.markdown)


def test_it_says_what_its_test_can_tell_and_who_gave_the_parts(open_page: Open, dataset: Dataset) -> None:
    tested = dataset.parts["test"]
    assert f"With {tested} test photos" in what_it_allows(tested) and what_it_allows(tested) in words(
        open_page("dataset", dataset=dataset.id)
    )
    path = dataset.folder / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"given": ["test"]}), "utf-8")
    app = open_page("dataset", dataset=dataset.id)
    assert "What tests it is as your source gave it." in words(app)
    assert "Keep what tests it as the source gave it" in [each.label for each in app.toggle]


@pytest.mark.usefixtures("at_once")
def test_photos_are_shared_out_anew_and_that_is_undone(open_page: Open, dataset: Dataset) -> None:
    before = dataset.parts
    app = open_page("dataset", dataset=dataset.id)
    [test, watch] = [each for each in app.slider if each.key.startswith("share_")]
    assert test.disabled and not watch.disabled
    app = share_out(app)
    now = load_dataset(dataset.id)
    assert troubles(app) == [] and now.parts["test"] == 12 and "in another part now" in words(app)
    assert "tested on **12** that it never saw" in words(app)
    app = app.button(key="undo_divided").click().run()
    assert load_dataset(dataset.id).parts == before and "in another part now" not in words(app)


@pytest.mark.usefixtures("at_once")
def test_what_was_undone_elsewhere_is_not_said_to_be_as_it_was(open_page: Open, dataset: Dataset) -> None:
    app = share_out(open_page("dataset", dataset=dataset.id))
    assert "in another part now" in words(app)
    mends.undo(dataset, mends.acts(dataset)[0].at)
    said = words(app.run())
    assert "in another part now" not in said and "shared out like that already" not in said


@pytest.mark.usefixtures("at_once")
def test_a_name_given_meanwhile_is_not_undone_with_it(
    open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.dividing.divide", lambda *_: mends.relabel(dataset, 0, "boots"))
    app = share_out(open_page("dataset", dataset=dataset.id))
    assert load_dataset(dataset.id).mends.photos[0].label == "boots" and troubles(app) == []
    assert "They were shared out like that already." in words(app)
    assert "undo_divided" not in [each.key for each in app.button]


def share_out(app: AppTest) -> AppTest:
    """Half of them for the test."""
    app = next(each for each in app.toggle if each.key.startswith("keep_test")).set_value(False).run()
    app = next(each for each in app.slider if each.key.startswith("share_test")).set_value(50).run()
    return press(app, "Share them out")


def test_too_much_held_back_cannot_be_asked_for(open_page: Open, dataset: Dataset) -> None:
    app = open_page("dataset", dataset=dataset.id)
    app = next(each for each in app.toggle if each.key.startswith("keep_test")).set_value(False).run()
    for slider in [each for each in app.slider if each.key.startswith("share_")]:
        slider.set_value(50)
    app = app.run()
    assert app.button(key="start_divide").disabled and "hold back 90 of 100 at most" in words(app)
    for slider in [each for each in app.slider if each.key.startswith("share_")]:
        slider.set_value(45)
    app = app.run()
    assert not app.button(key="start_divide").disabled and "too little is left to learn from" not in words(app)
