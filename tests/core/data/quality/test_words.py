"""Findings in words that are true of them, and the health of a dataset in three to five sentences."""

from dataclasses import replace

import pytest

from core.data.quality import classes, words
from core.data.quality.finding import KINDS, Finding, Kind
from core.data.quality.found import Quality, load_quality
from core.data.store import Dataset

WELL = Quality((), 0.0, 1.0, 100, "")
FACTS = {"rows": 3, "in_test": 1, "times": 7.4, "photos": {"hat": 2, "coat": 15}, "more": {"hat": 18, "coat": 5}}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_for_one_and_for_many(kind: Kind) -> None:
    one = Finding(kind, ((1, 2),), (0.95,), classes=("hat", "coat"), facts=FACTS)
    many = replace(one, groups=((1, 2), (3, 4)), sure=(1.0, 0.6))
    for finding in (one, many):
        assert words.title(finding) and words.sentence(finding).endswith((".", "!"))
        assert not {"None", "{", "  "} & {*words.sentence(finding).split(" ")}
    if kind in ("leaks", "two_labels", "near_duplicates"):
        assert words.sentence(one).startswith("One picture ") and words.sentence(many).startswith("2 pictures ")
        assert "That is certain." in words.sentence(one) and "1 of 2 are certain" in words.sentence(many)


def test_it_is_said_how_many_more_photos_would_do() -> None:
    (small, *_) = classes.findings_of({"hat": 2, "coat": 15, "dress": 30})
    assert small.kind == "small_classes" and "Add 18 more of “hat”, 5 more of “coat”." in words.sentence(small)


def test_a_class_is_far_bigger_from_five_times_on() -> None:
    assert [each.kind for each in classes.findings_of({"hat": 20, "coat": 100})] == []
    (found,) = classes.findings_of({"hat": 20, "coat": 120, "dress": 40})
    assert found.classes == ("coat", "hat") and "6 times" in words.sentence(found)


def test_labels_by_the_thousand_are_no_classes() -> None:
    assert classes.findings_of({f"label {number}": 1 for number in range(3000)}) == []
    assert classes.findings_of({}) == []


def test_health_is_three_to_five_sentences_worst_first(dataset: Dataset) -> None:
    quality = load_quality(dataset)
    assert quality is not None
    said = words.health(quality, dataset)
    assert 3 <= len(said) <= 5
    assert said[0].startswith("One picture of the test is also among") and "several labels" in said[1]
    for findings in (quality.findings[:1], quality.findings[-3:], quality.findings[-1:]):
        assert 3 <= len(words.health(replace(WELL, findings=findings), dataset)) <= 5


def test_a_dataset_that_is_well_is_said_to_be_so(dataset: Dataset) -> None:
    said = words.health(WELL, dataset)
    assert said[0] == f"All {dataset.ok} photos are well, as far as a program can see." and len(said) == 3
    assert "it takes two" in words.health(WELL, replace(dataset, classes={"dress": 3}))[-1]
