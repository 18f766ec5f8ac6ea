"""The Models page: what each card says, what can be done with a model, and the link to its Predict page."""

import base64
import io
import re

import pytest
from PIL import Image

from core.data import mends, store
from core.files import read_json, write_json
from core.model.bundle import Model, load_model
from core.model.card import own_words
from core.settings import load_settings
from tests.pages.conftest import Open, add_model, make_run, press, troubles, unfold, words
from ui import models_list, sharing, strips


def another(dataset: store.Dataset, run_id: str, /, **facts: object) -> Model:
    run_dir = make_run(dataset, run_id, "done")
    add_model(run_dir, dataset)
    path = run_dir / "model" / "model.json"
    write_json(path, {**read_json(path), **facts})
    return load_model(run_id)


def test_a_card_says_how_good_how_large_how_fast_and_of_which_photos(open_page: Open, model: Model) -> None:
    speed = {"ended": {"ms": 7.2, "created_at": model.created_at}}
    from core.machine import machine

    write_json(load_settings().cache_dir / "speed.json", {machine(): speed})
    app = open_page("models")
    assert troubles(app) == []
    assert "Right on **87 of 100**, give or take 12" in words(app)
    assert "3 kinds, from Wardrobe" in words(app) and "dress, shirt and shoes" in words(app).replace("\\", "")
    version = str(model.dataset["fingerprint"])[:6]
    assert f"Classic, 30 seconds, today, 0.0 MB, 7 ms a photo, version {version}" in words(app).replace("\\", "")


def test_versions_line_up_the_newest_first_with_what_changed(
    open_page: Open, model: Model, dataset: store.Dataset
) -> None:
    other = another(dataset, "other", recipe={**model.recipe, "epochs": 25}, created_at=model.created_at + 9)
    app = open_page("models")
    assert [heading.value for heading in app.header] == [r"Wardrobe \<b\>\*one\*\<\/b\>"]
    assert [each.value for each in app.subheader] == [other.name, model.name]
    assert "Two taught with these photos, the newest first." in words(app)
    assert "Since Model ended: rounds 10 → 25; right about as often" in words(app)


def test_those_of_one_dataset_are_shown_alone_also_after_a_reload(
    open_page: Open, model: Model, dataset: store.Dataset
) -> None:
    another(dataset, "other", dataset={**model.dataset, "id": "gone", "name": "Hats"})
    app = open_page("models")
    assert len(app.subheader) == 2
    app = app.button_group(key="of").set_value("gone").run()
    assert [each.value for each in app.subheader] == ["Model other"]
    assert app.query_params["of"] in ("gone", ["gone"])
    assert [each.value for each in open_page("models", of="gone").subheader] == ["Model other"]
    assert len(open_page("models", of="nothing").subheader) == 2


def test_a_dataset_is_shown_from_its_first_page_whatever_page_another_was_on(
    open_page: Open, model: Model, dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_list, "A_PAGE", 2)
    for number in range(3):
        another(dataset, f"hat-{number}", dataset={**model.dataset, "id": "gone", "name": "Hats"})
    for number in range(2):
        another(dataset, f"other-{number}", created_at=model.created_at - number - 1)
    app = open_page("models", of=dataset.id)
    app.session_state[f"models_page_{dataset.id}"] = 2
    assert len(app.run().subheader) == 1
    app = app.button_group(key="of").set_value("gone").run()
    assert troubles(app) == [] and len(app.subheader) == 2


def test_those_from_elsewhere_stand_together_and_none_is_a_version_of_another(
    open_page: Open, model: Model, dataset: store.Dataset
) -> None:
    for number in range(2):
        about = {"id": "", "name": "elsewhere", "fingerprint": f"import-{number}", "photos": 0}
        another(dataset, f"brought-{number}", dataset=about, recipe={"name": "imported"})
    app = open_page("models")
    [pills] = app.get("button_group")
    assert [option.content for option in pills.proto.options] == [
        r"From elsewhere :gray[2]",
        r"Wardrobe \<b\>\*one\*\<\/b\> :gray[1]",
    ]
    assert "Since Model brought" not in words(app) and "the newest first" not in words(app)


def test_forty_models_come_a_few_at_a_time(open_page: Open, model: Model, dataset: store.Dataset) -> None:
    for number in range(12):
        another(dataset, f"other-{number}", created_at=model.created_at - number - 1)
    app = open_page("models")
    assert app.title[0].value == "13 models, one in use"
    assert len(app.subheader) == 12 and app.subheader[0].value == "Model ended"


def test_a_model_whose_photos_have_changed_says_so_and_is_taught_again(
    open_page: Open, model: Model, dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "since." not in words(open_page("models"))
    mends.relabel(dataset, [0, 1], "shoes")
    mends.exclude(dataset, 2)
    app = open_page("models")
    said = "Taught with the photos as they were today; 2 were renamed and 1 was taken out since."
    assert said in words(app)
    monkeypatch.setattr("core.training.starting._start_job", lambda folder: None)
    app = press(app, "Teach again with the photos of today")
    [new] = [path.parent for path in load_settings().runs_dir.glob("*/config.json") if path.parent.name != "ended"]
    assert read_json(new / "config.json")["recipe"] == model.recipe and app.query_params["run"] in (
        new.name,
        [new.name],
    )


def test_it_gets_a_name_and_a_note(open_page: Open, model: Model) -> None:
    app = unfold(open_page("models"), "more_ended")
    app.text_input[0].set_value("For the shop")
    app.text_area[0].set_value("Good with *hats*")
    app = press(app, "Keep")
    assert troubles(app) == [] and app.subheader[0].value == "For the shop"
    assert r"*Good with \*hats\**" in words(app)
    assert load_model("ended").note == "Good with *hats*"


def test_the_card_shows_typed_words_before_they_are_kept(open_page: Open, model: Model) -> None:
    app = press(open_page("models"), "Card")
    assert troubles(app) == []
    app.text_area(key="word_limits_ended").set_value("Dark ![spy](http://spy) photos")
    app = press(app, "Card")  # AppTest closes dialogs between two runs
    shown = "\n".join(element.value for element in app.markdown)
    assert "> Dark [spy](http://spy) photos" in shown and "not kept yet" in shown
    assert own_words(model).limits == ""
    app.button(key="keep_words_ended").click()
    app = press(app, "Card")
    assert troubles(app) == [] and own_words(model).limits == "Dark ![spy](http://spy) photos"


def test_whoever_opens_a_link_is_told_whose_model_it_is_and_what_it_was_taught(open_page: Open, model: Model) -> None:
    write_json(model.folder / "words.json", {"made_by": "Ana_s team.\nAnd others"})
    app = open_page("predict", model="ended")
    assert troubles(app) == []
    assert re.search(
        r"\*\*Model ended\*\* .* by Ana\\_s team .* right on 87 of 100 .* taught today with 24 photos", words(app)
    )


def test_a_link_is_handed_out_also_where_phones_find_nothing(open_page: Open, model: Model) -> None:
    app = open_page("models")
    assert not app.code, "nothing is looked up before somebody asks"
    app = unfold(app, "more_ended")
    assert troubles(app) == []
    assert app.code[0].value.endswith("?model=ended")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://192.0.2.7:8501/models?of=x", "http://192.0.2.7:8501/predict?model=m"),
        ("https://rooms.example/fitting/models", "https://rooms.example/fitting/predict?model=m"),
        ("http://[::1]:8501/", "http://[::1]:8501/predict?model=m"),
    ],
)
def test_a_link_has_the_host_that_the_address_bar_has(url: str, link: str) -> None:
    assert sharing.address(sharing.predict_page(url), "m") == link


def test_a_strip_is_one_picture_that_shows_the_page_between_its_photos() -> None:
    kept = io.BytesIO()
    Image.new("RGB", (30, 40), "#ff0000").save(kept, "JPEG")
    address = strips.joined([kept.getvalue()] * 5)
    strip = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGBA")
    assert strip.getpixel((100, 130))[0] > 240 and strip.getpixel((100, 130))[3] == 255
    assert strip.getpixel((204, 130))[3] == 0 and strip.getpixel((0, 0))[3] == 0
    assert strip.size == (1036, 267)
