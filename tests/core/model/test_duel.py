"""Two models on the same photos: what flipped, whether that is luck, and no win on photos known by heart."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest  # noqa: TID253

from core.errors import EvaluationError
from core.model import bundle
from core.model.duel import duel, flip_chance
from core.model.exams import Exam, load_exam

NAMES = ("Old", "New")


@pytest.fixture
def exam(trained_home) -> Exam:
    return load_exam(bundle.load_model(trained_home.run_id), "test")


def answering(exam: Exam, right: list[bool]) -> Exam:
    """The same exam with other answers: right, or the next class."""
    labels = exam.photos["label"]
    wrong = labels.map(lambda label: exam.class_names[(exam.class_names.index(label) + 1) % len(exam.class_names)])
    confidence = np.linspace(0.5, 0.9, len(labels))
    return replace(exam, photos=exam.photos.assign(said=labels.where(right, wrong), right=right, confidence=confidence))


def test_flipped_photos_are_named_and_counted(exam):
    before, after = [True] * 6 + [False] * 6, [True] * 5 + [False, False] + [True] * 5
    found = duel(answering(exam, before), answering(exam, after), NAMES)
    assert (found.photos, found.accuracies) == (12, (6 / 12, 10 / 12))
    hashes = exam.photos["content_hash"].tolist()
    assert found.gained["content_hash"].tolist() == hashes[:6:-1], "the surest first"
    assert found.lost["content_hash"].tolist() == [hashes[5]]
    assert (found.gained["other_said"] == found.gained["label"]).all()
    assert (found.lost["said"] == found.lost["label"]).all() and (found.lost["other_said"] != found.lost["said"]).all()
    assert found.chance == flip_chance(5, 1) and found.left_out == {}
    assert found.sentence == (
        "Old is right on 50 of 100 photos, New on 83: New is right on 5 that Old got wrong, and wrong on 1 that it got "
        "right. That may be luck: these photos do not show that either is better."
    )
    assert sum(photos for _, _, photos in found.classes.values()) == 12
    assert [sum(each[place] for each in found.classes.values()) for place in (0, 1)] == [6, 10]


def test_more_than_luck_names_the_better_one(exam):
    few, many = answering(exam, [True] * 2 + [False] * 10), answering(exam, [True] * 12)
    assert duel(few, many, NAMES).sentence.endswith("That is more than luck: New is better on photos like these.")
    assert duel(many, few, NAMES).sentence.endswith("That is more than luck: Old is better on photos like these.")
    same = duel(many, many, ("Coat", "Coat"))
    assert same.sentence == "Coat (first) and Coat (second) are right on the same 12 of 12 photos."
    assert same.chance == 1 and same.to_json()["gained"] == []


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (1, 0), (5, 5), (8, 1), (0, 6), (30, 12), (700, 610)])
def test_luck_is_that_of_a_fair_coin(gained, lost):
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert flip_chance(gained, lost) == pytest.approx(expected)


def test_only_photos_that_both_were_asked_about_count(exam):
    part = replace(exam, photos=exam.photos[:7])
    found = duel(exam, part, NAMES)
    assert (found.photos, found.left_out) == (7, {"only one was asked about them, or taught their class": 5})
    with pytest.raises(EvaluationError, match="share no photo"):
        duel(part, replace(exam, photos=exam.photos[7:]), NAMES)


def test_photos_that_one_knows_by_heart_are_refused_or_left_out_and_said(exam):
    known = replace(exam, photos=exam.photos.assign(known=[True] * 3 + [False] * 9))
    with pytest.raises(EvaluationError, match=r"New has learned from 3 of these 12 photos.*Leave these out"):
        duel(exam, known, NAMES)
    found = duel(exam, known, NAMES, leave_out_known=True)
    assert (found.photos, found.left_out) == (9, {"one has learned from them": 3})
    every = replace(exam, photos=exam.photos.assign(known=True))
    with pytest.raises(EvaluationError, match=r"Old has learned from 12 of these 12 photos.*other photos"):
        duel(every, exam, NAMES, leave_out_known=True)


def test_what_validation_watched_counts_as_known(trained_home):
    watched = load_exam(bundle.load_model(trained_home.run_id), "validation")
    with pytest.raises(EvaluationError, match="has learned from 12"):
        duel(watched, watched, NAMES)
