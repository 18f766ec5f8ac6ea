"""Answers survive a reload with their photos, and only the newest batches stay."""

from concurrent.futures import ThreadPoolExecutor

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
    monkeypatch.setattr(answers, "KEPT_AT_LEAST_S", -1.0)
    saved = [answers.save_batch("m", "Model", [], []) for _ in range(5)]
    assert len(list(load_settings().answers_dir.iterdir())) == 3
    assert answers.load_batch(saved[-1].id)


def test_in_front_of_a_room_nobodys_answers_of_the_last_hour_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "KEPT_BATCHES", 3)
    kept = [answers.save_batch("model", "Model", [], []).id for _ in range(6)]
    assert [answers.load_batch(batch_id).id for batch_id in kept] == kept


def test_many_visitors_may_throw_the_same_old_answers_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "KEPT_BATCHES", 1)
    monkeypatch.setattr(answers, "KEPT_AT_LEAST_S", -1.0)
    with ThreadPoolExecutor(8) as visitors:
        asking = [visitors.submit(_asked_and_forgotten) for _ in range(80)]
    assert [each.exception() for each in asking] == [None] * 80


def _asked_and_forgotten() -> None:
    root = answers.load_settings().answers_dir
    folder = root / answers.new_id("answers")
    folder.mkdir(parents=True)
    answers.write_json(folder / "answers.json", {})
    answers._forget_old(root)
