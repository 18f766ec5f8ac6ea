"""Findings are as of now: what was mended, or called fine, is gone; what was taken back is there again."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from core.data import mends
from core.data.quality import copies, remedies
from core.data.quality.finding import KINDS, REMEDIES, Finding, Kind
from core.data.quality.found import Quality, load_quality
from core.data.store import Dataset, load_dataset
from core.errors import RemedyImpossible
from core.files import write_json

Named = Callable[[int], str]


def quality_of(dataset: Dataset) -> Quality:
    quality = load_quality(load_dataset(dataset.id))
    assert quality is not None
    return quality


def finding(dataset: Dataset, kind: Kind) -> Finding:
    return next(each for each in quality_of(dataset).findings if each.kind == kind)


def kinds(dataset: Dataset) -> list[str]:
    return [each.kind for each in quality_of(dataset).findings]


@pytest.mark.parametrize("kind", ["near_duplicates", "blurred", "leaks", "two_labels"])
def test_what_a_remedy_mends_is_gone_and_its_undo_brings_it_back(dataset: Dataset, kind: Kind) -> None:
    before = quality_of(dataset)
    remedy = "keep_one" if kind == "two_labels" else REMEDIES[kind][0]
    was = remedies.apply(dataset, finding(dataset, kind), remedy)
    assert len(was) == 1 and kind not in kinds(dataset)
    mends.put_back(dataset, was)
    assert quality_of(dataset) == before


def test_of_a_leak_the_photo_of_the_test_stays(dataset: Dataset, named: Named) -> None:
    left_out = remedies.apply(dataset, finding(dataset, "leaks"), "keep_one")
    assert [named(position) for position in left_out] == ["train/dress/1.jpg"]


def test_two_copies_in_the_test_both_stay(dataset: Dataset) -> None:
    leak = finding(dataset, "leaks").groups[0]
    in_test = [*map(int, dataset.as_made().query("part == 'test'").index)]
    other = next(position for position in in_test if position not in leak)
    wider = Finding("leaks", ((leak[0], other, leak[1]),), (1.0,))
    assert [*remedies.apply(dataset, wider, "keep_one")] == [leak[1]]


def test_a_moved_copy_leaks_no_more_and_is_a_near_duplicate(dataset: Dataset) -> None:
    leak = finding(dataset, "leaks").groups[0]
    remedies.apply(dataset, finding(dataset, "leaks"), "move")
    assert "leaks" not in kinds(dataset)
    assert sorted(leak) in [sorted(group) for group in finding(dataset, "near_duplicates").groups]
    assert load_dataset(dataset.id).manifest().loc[[*leak], "part"].tolist() == ["test", "test"]


def test_two_labels_want_to_be_told_which_is_right(dataset: Dataset) -> None:
    contradiction = finding(dataset, "two_labels")
    assert contradiction.labels == (None,)
    with pytest.raises(RemedyImpossible, match="Choose one"):
        remedies.apply(dataset, contradiction, "relabel")
    remedies.apply(dataset, contradiction, "relabel", label="dress")
    assert "two_labels" not in kinds(dataset)
    assert {*contradiction.groups[0]} in [{*group} for group in finding(dataset, "near_duplicates").groups]


def test_a_remedy_of_another_kind_is_refused(dataset: Dataset) -> None:
    with pytest.raises(RemedyImpossible, match="leave_out"):
        remedies.apply(dataset, finding(dataset, "blurred"), "move")


def test_labels_that_look_alike_become_one(dataset: Dataset) -> None:
    shoes = [*map(int, dataset.as_made().query("label == 'shoes' and status == 'ok'").index[:4])]
    mends.relabel(dataset, shoes, "Shoe")
    alike = finding(dataset, "labels_alike")
    assert alike.classes == ("shoes", "Shoe") and alike.facts["photos"]["Shoe"] == 4
    before = remedies.apply(load_dataset(dataset.id), alike, "merge")
    assert sorted(before) == shoes and "labels_alike" not in kinds(dataset)
    mends.put_back(dataset, before)
    assert load_dataset(dataset.id).classes["Shoe"] == 4
    was = load_dataset(dataset.id).classes
    for label, gone in (("footwear", {"shoes", "Shoe"}), ("Shoe", {"shoes"})):
        before = remedies.apply(load_dataset(dataset.id), alike, "merge", label=label)
        now = load_dataset(dataset.id).classes
        assert now == {"dress": was["dress"], label: was["shoes"] + 4}
        assert len(before) == sum(was[each] for each in gone)
        mends.put_back(dataset, before)


def test_what_is_fine_is_not_brought_up_again_until_that_is_taken_back(dataset: Dataset) -> None:
    before = quality_of(dataset)
    for kind in ("blurred", "near_duplicates", "small_classes", "exact_duplicates"):
        found = finding(dataset, kind)
        remedies.dismiss(dataset, found)
        assert kind not in kinds(dataset)
        remedies.undismiss(dataset, found)
        assert quality_of(dataset) == before


def test_one_group_of_several_can_be_fine(dataset: Dataset) -> None:
    remedies.apply(dataset, finding(dataset, "leaks"), "move")
    both = finding(dataset, "near_duplicates")
    remedies.dismiss(dataset, both, [1])
    assert finding(dataset, "near_duplicates").groups == both.groups[:1]


def test_suspects_of_a_training_join_as_long_as_they_bear_the_label(dataset: Dataset) -> None:
    rows = dataset.as_made()
    doubted = [
        {
            "position": at,
            "content_hash": rows["content_hash"][at],
            "label": rows["label"][at],
            "said": said,
            "score": score,
        }
        for at, said, score in ((3, "coat", 0.7), (4, "hat", 0.9))
    ]
    said = {"run": "run-1", "name": "First", "at": 1.0, "of": dataset.fingerprint, "photos": doubted}
    write_json(dataset.folder / "suspects.json", said)
    found = finding(dataset, "suspects")
    assert (found.groups, found.sure, found.labels) == (((4,), (3,)), (0.9, 0.7), ("hat", "coat"))
    assert found.facts["name"] == "First"
    remedies.apply(dataset, found, "relabel", [0])
    assert finding(dataset, "suspects").groups == ((3,),)
    assert load_dataset(dataset.id).mends.photos[4].label == "hat"
    acts = len(mends.acts(dataset))
    remedies.apply(dataset, found, "relabel")
    assert "suspects" not in kinds(dataset) and len(mends.acts(dataset)) == acts + 1
    write_json(dataset.folder / "suspects.json", said | {"of": "other photos"})
    assert "suspects" not in kinds(dataset)


def rows_of(*photos: tuple[str, str, int]) -> pd.DataFrame:
    rows = pd.DataFrame(photos, columns=["label", "part", "width"])
    return rows.assign(status="ok", height=10)


def test_of_copies_the_one_of_the_test_then_of_most_labels_then_the_largest_is_first() -> None:
    rows = rows_of(("a", "train", 9), ("b", "train", 5), ("b", "train", 7), ("c", "test", 1))
    leaks, two_labels = copies.findings_of([copies.Copies((0, 1, 2, 3), 1.0)], rows)
    assert (leaks.kind, leaks.groups) == ("leaks", ((3, 2, 1, 0),)) and leaks.facts == {"in_test": 1}
    assert (two_labels.kind, two_labels.labels) == ("two_labels", ("b",))
    rows.loc[3, "status"] = "excluded"
    rows.loc[[1, 2], "label"] = "a"
    (near,) = copies.findings_of([copies.Copies((0, 1, 2, 3), 1.0)], rows)
    assert (near.kind, near.groups) == ("near_duplicates", ((0, 2, 1),))


def test_findings_come_worst_first_and_survive_being_written(dataset: Dataset) -> None:
    findings = quality_of(dataset).findings
    places = [KINDS.index(each.kind) for each in findings]
    assert places == sorted(places)
    assert [Finding.from_json(each.to_json()) for each in findings] == [*findings]
    assert replace(findings[0], kind="suspects").photos == 2
