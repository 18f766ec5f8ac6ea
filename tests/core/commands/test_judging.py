"""`evaluate`, `decide`, `compare` and `stress`, as somebody types them."""

import shutil
from pathlib import Path

import pytest

from core.files import read_json, write_json
from core.model import bundle
from core.model.exams import exams_dir, list_exams
from tests.conftest import class_folders
from tests.core.commands.conftest import Said
from tests.core.conftest import Home


@pytest.fixture
def home(trained_home: Home, at_once: None) -> Home:
    return trained_home


def twin(home: Home) -> str:
    """A copy of the model, saved under another name."""
    folder = home.path / "models" / "twin"
    shutil.copytree(home.path / "runs" / home.run_id / "model", folder)
    write_json(folder / "model.json", {**read_json(folder / "model.json"), "name": "Twin"})
    return "twin"


def test_a_model_is_evaluated_on_its_own_photos_other_ones_and_folders(home: Home, tmp_path: Path, said: Said):
    own = said("evaluate", home.run_id)
    assert own == said("evaluate", home.run_id, home.dataset_id)
    assert (own["photos"], own["exam"]["kind"], own["exam"]["dataset"]) == (12, "test", home.dataset_id)
    assert own["accuracy"] == bundle.load_model(home.run_id).test["accuracy"]
    watched = said("evaluate", home.run_id, "--part", "validation")
    assert (watched["exam"]["kind"], watched["known"]) == ("validation", 12)
    folder = class_folders(tmp_path / "photos", {"dress": 3, "hat": 2, "umbrella": 4})
    found = said("evaluate", home.run_id, str(folder))
    assert (found["photos"], found["left_out"]) == (5, {"not taught: umbrella": 4})
    assert found["without_photos"] == ["pants", "shoes"]


def test_it_is_said_in_words_what_to_think_of_it(home: Home, tmp_path: Path, capsys):
    from core.__main__ import main

    folder = class_folders(tmp_path / "photos", {"dress": 3, "umbrella": 4})
    assert main(["evaluate", home.run_id, str(folder)]) == 0
    told = capsys.readouterr().out
    for words in ("of 3 photos of photos", "left out, not taught: umbrella: 4", "no photo of: shoes", "Brier score"):
        assert words in told
    assert main(["evaluate", home.run_id, "--part", "validation"]) == 0
    assert "may seem better here than it is" in capsys.readouterr().out


def test_a_threshold_is_looked_at_saved_and_taken_back(home: Home, said: Said, refused):
    now = said("decide", home.run_id)
    assert (now["sure"], now["saved"], now["exam"], now["photos"]) == (0.9, False, "test", 12)
    assert now["on_validation"]["photos"] == 12
    lowest = said("decide", home.run_id, "--right", "0.5", "--save")
    assert lowest["right"] >= 0.5 * lowest["alone"] and lowest["saved"]
    assert bundle.load_model(home.run_id).thresholds.sure == lowest["sure"] == said("decide", home.run_id)["sure"]
    assert lowest["fitted"]["sure"] == 0.9
    at = said("decide", home.run_id, "--sure", "0.6")
    assert at["sure"] == 0.6 and at["alone"] + at["to_person"] == 12
    assert said("decide", home.run_id, "--undo")["sure"] == 0.9 == bundle.load_model(home.run_id).thresholds.sure
    assert "above 0, up to 1" in refused("decide", home.run_id, "--right", "1.5")
    assert "above 0, up to 1" in refused("decide", home.run_id, "--sure", "0", "--save")


def test_two_models_are_compared_on_photos_that_neither_has_learned_from(home: Home, said: Said, refused):
    same = said("compare", home.run_id, twin(home))
    assert (same["photos"], same["gained"], same["lost"], same["chance"]) == (12, [], [], 1.0)
    facts = home.path / "models" / "twin" / "model.json"
    write_json(facts, {**read_json(facts), "dataset": {"id": "", "name": "Others", "fingerprint": "", "photos": 3}})
    found = said("compare", "twin", home.run_id)
    assert (found["models"], found["photos"]) == (["twin", home.run_id], 12)
    assert f"{home.dataset_id}-test" in list_exams(bundle.load_model("twin"))
    write_json(facts, {**read_json(facts), "dataset": {"id": "", "name": "Others", "fingerprint": "", "photos": 3}})
    assert "no dataset" in refused("compare", home.run_id, "twin", "unheard-of")
    watched = bundle.load_model(home.run_id)
    path = exams_dir(watched) / "test" / "answers.parquet"
    shutil.copyfile(exams_dir(watched) / "validation" / "answers.parquet", path)
    assert "has learned from 12 of" in refused("compare", home.run_id, home.run_id)


def test_a_model_is_put_to_stress(home: Home, said: Said, capsys):
    from core.__main__ import main

    found = said("stress", home.run_id)
    assert found["photos"] == 12 and len(found["right"]) == 10
    assert said("stress", home.run_id) == found
    assert main(["stress", home.run_id]) == 0
    assert found["sentence"] in capsys.readouterr().out


def test_a_model_without_photos_of_its_own_says_what_to_name(bundled, refused):
    for arguments in (["evaluate", "garments"], ["decide", "garments"], ["stress", "garments"]):
        assert "did not come with it" in refused(*arguments)
