"""Corrections from the command line: keep, list, take back, and learn."""

from pathlib import Path
from typing import Any

import pytest

from core.model import corrections
from core.model.bundle import default_model
from core.training import teaching
from core.training.before_after import BeforeAfter, Score
from tests.conftest import picture
from tests.core.commands.conftest import Said
from tests.core.conftest import Home


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "mine.png"
    path.write_bytes(picture(1, image_format="PNG"))
    return str(path)


def test_a_photo_is_asked_about_and_kept_with_its_name(said: Said, trained_home: Home, photo: str) -> None:
    added = said("corrections", "add", photo, "HAT")
    assert (added["number"], added["photo"], added["label"]) == (1, "mine.png", "hat")
    assert added["said"] in ("dress", "hat", "pants", "shoes") and 0 < added["probability"] <= 1
    assert added["model_id"] == trained_home.run_id
    assert said("corrections", "list") == [added]
    assert said("corrections", "remove", "1")["removed"] == added["id"]
    assert said("corrections", "list") == []


def test_what_cannot_be_kept_is_said(refused: Any, trained_home: Home, photo: str, tmp_path: Path) -> None:
    assert "no such file" in refused("corrections", "add", str(tmp_path / "none.jpg"), "hat")
    (tmp_path / "scan.jpg").write_bytes(b"%PDF-1.4")
    assert "This is a PDF" in refused("corrections", "add", str(tmp_path / "scan.jpg"), "hat")
    assert "1 to 60 characters" in refused("corrections", "add", photo, " ")
    assert "Received: 1" in refused("corrections", "remove", "1")
    assert "Nobody has corrected it" in refused("corrections", "learn")


@pytest.mark.parametrize("use", [False, True])
def test_learning_says_before_and_after(
    use: bool, said: Said, trained_home: Home, photo: str, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = Score(12, 9, 11, 3, 1, {"hat": (3, 5, 6), "dress": (6, 6, 6)})

    def work(work: object, teaching_id: str) -> None:
        teaching.change(
            teaching_id,
            dataset_id=trained_home.dataset_id,
            run_id=trained_home.run_id,
            result=BeforeAfter(score, score, 1).to_json(),
        )

    monkeypatch.setattr("core.training.relearning.work", work)
    said("corrections", "add", photo, "hat")
    done = said("corrections", "learn", *(["--use"] if use else []))
    assert done["test"]["before"] == 9 and done["test"]["after"] == 11 and done["tested"] == 1
    assert done["run"] == trained_home.run_id and done["in_use"] is use
    model = default_model()
    assert model is not None and teaching.list_teachings(model.id)[0].decision == ("used" if use else "kept")
    assert len(corrections.list_corrections()) == 1, "what it was told stays"
