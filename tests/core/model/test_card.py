"""The card of a model: facts in Hugging Face's layout, and what people say beside them, which never changes a fact."""

import re
import shutil
from dataclasses import asdict, replace
from functools import cache

import numpy as np
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import NameInvalid
from core.files import read_json, write_json
from core.model import card
from core.model.bundle import Model, load_model, read_model
from core.model.card import OwnWords, card_of, from_text
from core.model.card.words import MAX_CHARACTERS, TITLES
from core.model.evaluation import evaluate
from core.model.predictor import Predictor
from core.settings import load_settings
from tests.conftest import MODELS
from tests.core.model.test_bundle import make_model

LICENCES = ("license", "license_name")


@cache
def garments() -> Model:
    return read_model(MODELS / "garments")


def head(text: str) -> dict:
    _, yaml_part, _ = text.split("---\n", 2)
    return yaml.safe_load(yaml_part)


def facts(text: str) -> tuple[dict, list[str]]:
    """What a card says besides own words, which are quotations, and the licence."""
    known = {name: value for name, value in head(text).items() if name not in LICENCES}
    return known, [line for line in text.split("---\n", 2)[2].splitlines() if not line.startswith(">")]


@settings(max_examples=25, deadline=None)
@given(st.builds(OwnWords, **dict.fromkeys(TITLES, st.text(max_size=60))))
@example(
    OwnWords(limits="```\n# Evaluation\n\n- Right on 100 of 100", licence="mit\n---\nmodel-index: []", contact="---")
)
@example(OwnWords(made_by="<!--", intended_use="a\rb\u2028c\x0bd\x85e", out_of_scope="> \n\n## Evaluation"))
def test_whatever_is_said_on_a_card_its_facts_stay(words):
    assert facts(card_of(garments(), words)) == facts(card_of(garments(), OwnWords()))


def test_the_head_is_what_sites_that_keep_models_read():
    found = head(card_of(garments(), OwnWords()))
    assert (found["license"], found["library_name"], found["pipeline_tag"]) == ("mit", "keras", "image-classification")
    [result] = found["model-index"][0]["results"]
    assert result["dataset"]["name"] == "Drawn garments" and result["task"]["type"] == "image-classification"
    assert {each["type"]: each["value"] for each in result["metrics"]}["accuracy"] == pytest.approx(0.8792, abs=1e-4)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("CC-BY-4.0", {"license": "cc-by-4.0"}),
        ("MIT; the photos are mine", {"license": "mit"}),
        ("Ask me\nfirst", {"license": "other", "license_name": "Ask me first"}),
    ],
)
def test_a_licence_is_said_by_its_name_where_it_has_one(said, kept):
    found = head(card_of(garments(), OwnWords(licence=said)))
    assert {name: found[name] for name in LICENCES if name in found} == kept


def test_the_sections_are_those_of_the_layout_in_their_order():
    text = card_of(garments(), OwnWords())
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Model details",
        "Uses",
        "Bias, risks and limits",
        "How to get started",
        "Training details",
        "Evaluation",
        "Environmental impact",
        "Card contact",
    ]
    assert "| skirt | 0.76 | 0.83 | 0.79 | 30 |" in text and "- shirt called skirt: 3 of 30." in text


def test_names_that_people_gave_do_nothing_on_it():
    named = replace(garments(), name="# My *best* <b>`model`</b>\n---", class_names=("a|b", "![x](http://y)"))
    text = card_of(named, OwnWords())
    assert r"# \# My \*best\* \<b\>\`model\`\</b\> ---" in text.split("\n")
    assert r"a\|b, !\[x\](http://y)" in text
    assert head(text)["model-index"][0]["name"] == named.name


def test_a_model_that_nobody_measured_says_so():
    text = card_of(make_model("one"))
    assert "how often it is right, nobody knows" in text and "\nNot measured.\n" in text
    assert "model-index" not in head(text)


@pytest.mark.parametrize(
    "damage",
    [
        *({name: None} for name in ("macro_f1", "log_loss", "ece", "class_names", "classes", "photos")),
        {"accuracy": 3},
        {"accuracy_interval": [0.1]},
        {"log_loss": float("nan")},
        {"confusion": [[1, 2], [3]]},
        {"confusion": [[1, "2 |\n\n## Evaluation"], [3, 4]]},
        {"classes": {"dress": {"precision": 1, "recall": 1, "f1": 1, "support": "9 |\n\nRight on 100 of 100."}}},
        {"baseline": {"label": "dress"}},
    ],
)
def test_numbers_that_are_none_never_stand_among_its_facts(damage):
    said = evaluate(np.arange(20) % 2, np.eye(2, dtype=np.float32)[np.arange(20) % 2], ["dress", "hat"]).to_json()
    model = make_model("one")
    write_json(model.folder / "evaluation.json", said)
    assert "| hat | 1.00 | 1.00 | 1.00 | 10 |" in card_of(model) and "Measured on 20 photos" in card_of(model)
    write_json(model.folder / "evaluation.json", said | damage)
    assert "\nNot measured.\n" in card_of(model) and card_of(model).count("## Evaluation") == 1


def test_a_network_from_elsewhere_tells_nothing_of_its_photos():
    about = {"id": "", "name": "elsewhere", "fingerprint": "import-1", "photos": 0}
    text = card_of(replace(make_model("one"), dataset=about, versions={}))
    assert "Nobody here knows with which photos." in text and "elsewhere" not in text and "Versions:" not in text


def test_the_lines_for_a_start_run_as_they_stand(tmp_path, monkeypatch, capsys):
    model = garments()
    for name in ("model.json", "model.tflite"):
        shutil.copyfile(model.folder / name, tmp_path / name)
    pixels = np.random.default_rng(3).integers(0, 255, (48, 48, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.jpg", "PNG")
    monkeypatch.chdir(tmp_path)
    [lines] = re.findall(r"```python\n(.*?)```", card_of(model, OwnWords()), re.DOTALL)
    exec(compile(lines, "card", "exec"), {})
    [(probability, label), *_] = eval(capsys.readouterr().out)
    said = Predictor(model).predict(pixels[None])[0]
    assert label == model.class_names[said.argmax()] and probability == pytest.approx(said.max(), abs=1e-3)


class TestWords:
    def test_they_are_kept_beside_the_facts_and_stand_on_the_card(self):
        model = make_model("one")
        card.change_words("one", OwnWords(limits="  Dark photos.\n\nAnd hats. "))
        assert card.own_words(model).limits == "Dark photos.\n\nAnd hats."
        assert "> Dark photos.\n>\n> And hats.\n" in (model.folder / "card.md").read_text("utf-8")
        assert load_model("one") == model

    def test_another_name_stands_on_the_card_too(self):
        model = make_model("one")
        card.rename_model("one", "Wardrobe")
        assert "\n# Wardrobe\n" in (model.folder / "card.md").read_text("utf-8")

    def test_those_about_a_model_that_came_along_are_kept_in_the_workspace(self, bundled):
        model = load_model("garments")
        before = (model.folder / "card.md").read_bytes()
        assert "five-minute tour" in card.own_words(model).intended_use, "as its makers say"
        card.change_words("garments", OwnWords(intended_use="Nothing."))
        assert card.own_words(model) == OwnWords(intended_use="Nothing.")
        assert (model.folder / "card.md").read_bytes() == before
        assert read_json(load_settings().exams_dir / "garments" / "words.json")["intended_use"] == "Nothing."

    def test_too_many_are_refused(self):
        make_model("one")
        with pytest.raises(NameInvalid, match=r"“Licence” takes 4,000 characters at most\. Received: 4,001"):
            card.change_words("one", OwnWords(licence="x" * (MAX_CHARACTERS + 1)))

    @pytest.mark.parametrize("damage", ["[", "[1]", '{"limits": 3, "contact": "me", "more": "x"}'])
    def test_a_damaged_file_loses_only_what_cannot_be_read(self, damage):
        model = make_model("one")
        (model.folder / "words.json").write_text(damage)
        assert card.own_words(model) == OwnWords(contact="me" if "me" in damage else "")

    @given(st.builds(OwnWords, **dict.fromkeys(TITLES, st.text("ab #\n-é", max_size=20).map(str.strip))))
    def test_an_editor_s_file_says_what_was_said(self, words):
        assert from_text(words.as_text()) == words

    def test_words_under_no_heading_are_refused(self):
        with pytest.raises(NameInvalid, match="Received above the first of them: “Hello”"):
            from_text("Hello\n\n## Licence\n\nMIT")
        assert from_text("# Licence\nMIT\n") == OwnWords(licence="MIT")
        assert asdict(from_text("")) == asdict(OwnWords())


@pytest.mark.parametrize("name", ["clothing-photos", "garments"])
def test_the_card_that_comes_with_a_model_is_the_one_that_its_facts_give(bundled, name):
    model = load_model(name)
    assert (model.folder / "card.md").read_text("utf-8") == card_of(model)
