"""`model`: as somebody uses it from the command line."""

import pytest

from core.data import mends
from core.data.store import load_dataset
from core.model import bundle
from core.model.bundle import load_model
from core.training import runs


def test_one_is_shown_with_its_speed_and_what_has_changed_in_its_photos(said, trained_home, capsys):
    shown = said("model", "show", trained_home.run_id)
    assert shown["ms_a_photo"] > 0 and shown["moved_on"] is None and shown["in_use"]
    assert shown["machine"] and shown["test"]["photos"] == 12
    mends.relabel(load_dataset(trained_home.dataset_id), 0, "hat")
    shown = said("model", "show", trained_home.run_id)
    assert (shown["moved_on"]["renamed"], shown["moved_on"]["added"]) == (1, 0)


def test_it_gets_a_name_and_a_note_and_is_put_in_use(said, trained_home, bundled):
    assert said("model", "rename", trained_home.run_id, "Squares")["name"] == "Squares"
    assert "\n# Squares\n" in (load_model(trained_home.run_id).folder / "card.md").read_text("utf-8")
    assert said("model", "note", "garments", "for", "the", "tour")["note"] == "for the tour"
    assert said("model", "use", "garments")["in_use"] and bundle.default_model().id == "garments"
    assert next(each["id"] for each in said("model", "list")) == trained_home.run_id


def test_a_deleted_one_comes_back_and_its_training_stays(said, refused, trained_home):
    token = said("model", "delete", trained_home.run_id)["trash"]
    assert said("models") == [] and len(said("runs")) == 1
    assert said("model", "restore", token)["id"] == trained_home.run_id
    assert "not in the trash" in refused("model", "restore", token)


def test_its_card_is_written_and_what_people_say_on_it_is_changed_from_a_file(
    said, refused, trained_home, tmp_path, capsys
):
    words = tmp_path / "words.md"
    assert said("model", "card", trained_home.run_id, "--words", "--to", str(words))["words"]["limits"] == ""
    words.write_text(words.read_text("utf-8").replace("wrong\n", "wrong\n\nDark squares.\n"), "utf-8")
    to = tmp_path / "card.md"
    found = said("model", "card", trained_home.run_id, "--edit", str(words), "--to", str(to))
    assert found["words"]["limits"] == "Dark squares." and to.read_text("utf-8") == found["card"]
    assert (
        "### Where it may be wrong\n\n> Dark squares.\n" in found["card"] and "on 12 photos it never" in found["card"]
    )
    words.write_text("Hello", "utf-8")
    assert "Received above the first of them" in refused("model", "card", trained_home.run_id, "--edit", str(words))
    words.write_bytes(b"\xff\xfe")
    assert "no text in UTF-8" in refused("model", "card", trained_home.run_id, "--edit", str(words))


@pytest.mark.usefixtures("pretending")
def test_it_is_taught_again_with_its_photos_as_they_are_today(said, trained_home):
    mends.exclude(load_dataset(trained_home.dataset_id), 0)
    found = said("model", "retrain", trained_home.run_id)
    run = runs.load_run(found["run"])
    assert run.id != trained_home.run_id and run.recipe == runs.load_run(trained_home.run_id).recipe
    assert (run.folder / "corrections.jsonl").exists()
