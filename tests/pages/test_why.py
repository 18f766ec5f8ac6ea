"""Why it says so, and two models on the same photos: as somebody meets them on the Predict page."""

import io
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.model import corrections, explain
from core.model.answer import Answer
from core.model.answers import save_batch
from core.model.bundle import Model, Thresholds, load_model
from core.model.predictor import Predictor, load_predictor
from core.sources import garments
from tests.conftest import picture
from tests.pages.conftest import Open, press, troubles, words
from ui import answers, beside, why


@pytest.fixture(autouse=True)
def clothing(bundled: Path) -> Model:
    st.cache_data.clear()
    return load_model("clothing-photos")


def asked(open_page: Open, *drawings: tuple[str, int], **address: str) -> AppTest:
    app = open_page("predict", model="clothing-photos", **address)
    files = []
    for label, seed in drawings:
        kept = io.BytesIO()
        garments.draw(label, seed, 200).save(kept, "JPEG")
        files.append((f"{label}-{seed}.jpg", kept.getvalue(), "image/jpeg"))
    app = app.file_uploader[0].set_value(files).run()
    assert troubles(app) == []
    return app


@pytest.fixture
def maps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The classes of which a heat map was computed, in order."""
    computed: list[int] = []

    def counted(predictor: Predictor, pixels: object, class_index: int) -> object:
        computed.append(class_index)
        return explain.heat_map(predictor, pixels, class_index)  # type: ignore[arg-type]

    monkeypatch.setattr(why, "heat_map", counted)
    return computed


def said(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in (*app.markdown, *app.subheader))


class TestWhy:
    def test_it_is_computed_when_somebody_asks_and_kept(
        self, open_page: Open, maps: list[int], clothing: Model
    ) -> None:
        app = asked(open_page, ("dress", 13), ("pants", 8))
        assert maps == []
        app = press(app, "Why?")
        assert troubles(app) == []
        assert maps == [clothing.class_names.index("dress")]
        assert "With the warmest tenth of the photo blurred, dress goes from" in said(app)
        assert "What would change its mind" in said(app)
        app.slider[0].set_value(20)
        app = press(app, "Why?")
        assert app.slider[0].value == 20
        press(asked(open_page, ("dress", 13)), "Why?")
        assert len(maps) == 1, "the same photo, model and class"

    def test_another_class_can_be_looked_for(self, open_page: Open, maps: list[int], clothing: Model) -> None:
        app = press(asked(open_page, ("dress", 13)), "Why?")
        pills = next(group for group in app.button_group if group.label == "What in the photo speaks for")
        other = pills.options[1].split()[0].replace("\\", "")
        pills.set_value(other)
        app = press(app, "Why?")  # AppTest runs whole pages, which closes a dialog
        assert troubles(app) == []
        assert maps[-1] == clothing.class_names.index(other) != maps[0]

    def test_the_photos_it_learned_from_are_shown_where_they_are_kept(
        self, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        app = press(asked(open_page, ("dress", 13)), "Why?")
        before = len(app.get("image"))
        assert "most like this photo are" in said(app), "their names are told in any case"
        garments.draw("dress", 1, 200).save(tmp_path / "kept.jpg")
        monkeypatch.setattr(why, "kept_photo", lambda content_hash, dataset_id: tmp_path / "kept.jpg")
        app = press(app, "Why?")
        assert troubles(app) == []
        assert len(app.get("image")) == before + 5
        assert said(app).count(":small[:gray[") >= 5

    def test_what_was_no_photo_has_no_reason(self, open_page: Open) -> None:
        app = open_page("predict", model="clothing-photos")
        app = app.file_uploader[0].set_value([("scan.jpg", b"%PDF-1.4", "image/jpeg")]).run()
        assert "Could not be read" in said(app)
        assert "Why?" not in [button.label for button in app.button]

    def test_a_photo_that_is_gone_meanwhile_is_no_broken_page(self, open_page: Open, workspace: Path) -> None:
        app = asked(open_page, ("dress", 13))
        for photo in workspace.rglob("00000.jpg"):
            photo.unlink()
        app = press(app, "Why?")
        assert troubles(app) == [] and "it is not kept any more" in said(app)


class TestBeside:
    def test_both_answer_about_each_photo_and_the_other_is_asked_once(
        self, open_page: Open, clothing: Model, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded: list[str] = []
        monkeypatch.setattr(beside, "load_predictor", lambda model: loaded.append(model.id) or load_predictor(model))
        app = asked(open_page, ("dress", 13), ("pants", 8))
        radio = next(radio for radio in app.radio if radio.label == "The same photos for")
        app = radio.set_value("garments").run()
        assert troubles(app) == []
        assert app.query_params["beside"] in ("garments", ["garments"])
        assert len(app.subheader) == 4, "two verdicts a photo"
        assert words(app).count("Drawn garments") == 2 and "They agree about both photos." in words(app)
        app.run()
        assert loaded == ["garments"]

    def test_a_reload_shows_the_same_and_an_unknown_model_is_left_out(self, open_page: Open) -> None:
        app = asked(open_page, ("dress", 13), beside="gone")
        assert len(app.subheader) == 1

    def test_only_the_photos_on_which_they_differ_can_be_shown(
        self, open_page: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def apart_on_the_last(kept: object, model_id: str, made_at: float) -> dict[int, Answer]:
            shares = ({"dress": 0.9, "hat": 0.1}, {"hat": 0.9, "dress": 0.1})
            return {place: Answer("", next(iter(each)), 0.9, True, each) for place, each in enumerate(shares)}

        monkeypatch.setattr(beside, "_asked", apart_on_the_last)
        app = asked(open_page, ("dress", 13), ("pants", 8), beside="garments")
        assert "They agree about one of two photos." in words(app)
        assert len(app.subheader) == 4
        pills = next(group for group in app.button_group if group.label == "Which photos")
        assert pills.options == ["They differ · 1", "They agree · 1"]
        app = pills.set_value(beside.DIFFER).run()
        assert [head.value for head in app.subheader] == [r"Pants\, very likely", r"A hat\, very likely"]

    def test_each_says_why_by_itself_and_is_told_by_itself_what_is_wrong(
        self, open_page: Open, maps: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = Answer("", "skirt", 0.9, True, {"skirt": 0.9, "dress": 0.1})
        monkeypatch.setattr(beside, "_asked", lambda *_: {0: other})
        app = asked(open_page, ("dress", 13), beside="garments")
        _, second = [button for button in app.button if button.label == "Why?"]
        app = second.click().run()
        assert troubles(app) == [] and "skirt goes from" in said(app)
        assert maps == [load_model("garments").class_names.index("skirt")]
        ways = [group for group in app.button_group if group.label == "It's a …"]
        assert ["dress" in way.options for way in ways] == [False, True], "each is offered what it did not say"
        app = ways[1].set_value("dress").run()
        [told] = corrections.list_corrections()
        assert (told.model_id, told.said, told.label) == ("garments", "skirt", "dress")
        assert words(app).count("You said: **dress**") == 1
        assert not [group for group in app.button_group if group.label == "It's a …"]
        app = press(app, "Undo")
        assert troubles(app) == [] and corrections.list_corrections() == []

    def test_of_many_each_is_a_line_a_page_at_a_time_and_bars_are_a_press_away(
        self, open_page: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shares = {"dress": 0.96, "hat": 0.04}
        one = Answer("a.jpg", "dress", 0.96, True, shares)
        odd = Answer("a.jpg", "hat", 0.7, False, {"hat": 0.7, "dress": 0.3}, unlike=True)
        batch = save_batch("clothing-photos", "Clothes", [("a.jpg", picture(seed)) for seed in range(30)], [one] * 30)
        monkeypatch.setattr(beside, "_asked", lambda *_: {place: odd if place % 5 == 0 else one for place in range(30)})
        app = open_page("predict", model="clothing-photos", answers=batch.id, beside="garments")
        assert troubles(app) == [] and not app.subheader
        assert "They agree about 24 of 30 photos." in words(app)
        assert words(app).count(r"**A dress\, very likely** · 96%") == 2 * 24 - 5
        assert words(app).count("**Unlike anything it was taught** · hat 70%") == 5
        pills = next(group for group in app.button_group if group.label == "Which photos")
        app = pills.set_value(beside.DIFFER).run()
        assert words(app).count(r"**A dress\, very likely** · 96%") == 6
        app = next(toggle for toggle in app.toggle if toggle.label == "With bars").set_value(True).run()
        assert troubles(app) == [] and len(app.subheader) == 12


def test_two_models_show_the_same_classes_in_the_same_order() -> None:
    one = Answer("", "a", 0.9, True, {"a": 0.9, "b": 0.06, "c": 0.03, "d": 0.01})
    other = Answer("", "x", 0.8, True, {"x": 0.8, "d": 0.1, "a": 0.1})
    assert beside.classes_in_sight(one, other) == ["a", "b", "c", "d", "x"]
    shown = answers.bars(other, Thresholds(), ["a", "b", "x"])
    assert [line.split("</span>")[0] for line in shown.split("<span>")[1::2]] == ["a", "b", "x"]
    assert "–" in shown, "b is a class that the other does not know"
    assert "<details>" not in shown


def test_the_likeliest_classes_are_in_sight_and_the_others_folded_and_escaped() -> None:
    answer = Answer("", "<b>", 0.999, True, {"<b>": 0.999, "b": 0.0005, "c": 0.0003, "d": 0.0001, "e": 0.0001})
    shown = answers.bars(answer, Thresholds())
    in_sight, folded = shown.split("<details>")
    assert in_sight.count("<i>") == 3 and folded.count("<i>") == 2 and "2 others" in folded
    assert "<b>" not in shown and "&lt;b&gt;" in shown and "&gt;99%" in shown and "&lt;1%" in shown
