"""Answers survive a reload with their photos, and only the newest batches stay."""

import pytest

from core.errors import NotFound
from core.model import answers
from core.model.answer import Answer
from core.settings import load_settings
from tests.conftest import picture


def good(name: str) -> Answer:
    return Answer(name, "dress", 0.9, True, {"dress": 0.9, "hat": 0.1})


BAD = Answer("bad.jpg", None, None, None, None, "This is a PDF.")


def test_a_batch_is_read_back_as_it_was() -> None:
    saved = answers.save_batch("m", "Model", [("a.jpg", picture(1)), ("bad.jpg", b"%PDF")], [good("a.jpg"), BAD])
    batch = answers.load_batch(saved.id)
    assert batch == saved
    assert batch.answers == (good("a.jpg"), BAD)
    path = batch.photo_path(0)
    assert path is not None and path.read_bytes()[:2] == b"\xff\xd8"
    assert batch.photo_path(1) is None
    assert [name for name, _ in batch.photo_bytes()] == ["a.jpg"]
    assert batch.unreadable() == [BAD]


def test_new_photos_come_before_those_that_are_there() -> None:
    first = answers.save_batch("m", "Model", [("a.jpg", picture(1)), ("bad.jpg", b"")], [good("a.jpg"), BAD])
    both = answers.save_batch("m", "Model", [("b.jpg", picture(2))], [good("b.jpg")], after=first)
    assert [answer.photo for answer in both.answers] == ["b.jpg", "a.jpg", "bad.jpg"]
    old, new = first.photo_path(0), both.photo_path(1)
    assert old is not None and new is not None and new.read_bytes() == old.read_bytes()


@pytest.mark.parametrize("batch_id", ["answers-000000", "../uploads", "", "a/b", "A"])
def test_what_is_not_there_or_leads_elsewhere_is_not_found(batch_id: str) -> None:
    with pytest.raises(NotFound):
        answers.load_batch(batch_id)


def test_only_the_newest_batches_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "KEPT_BATCHES", 3)
    saved = [answers.save_batch("m", "Model", [], []) for _ in range(5)]
    assert len(list(load_settings().answers_dir.iterdir())) == 3
    assert answers.load_batch(saved[-1].id)
