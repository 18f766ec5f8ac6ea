"""The split: stratified, seeded, leak-safe."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.data.split import Shares, given_parts, kept_together, split_again, split_parts, split_rest

LABELS = st.lists(st.sampled_from(["dress", "hat", "skirt"]), min_size=1, max_size=80)


def split(labels, groups=None, given_parts=None, seed=7):
    groups = groups or [str(number) for number in range(len(labels))]
    return split_parts(labels, groups, given_parts or [None] * len(labels), seed)


def test_the_shares_are_the_courses():
    parts = split(["dress"] * 500 + ["hat"] * 300)
    assert Counter(parts) == {"train": 512, "validation": 128, "test": 160}
    assert Counter(parts[:500])["test"] == 100


@given(LABELS, st.integers(0, 5))
def test_every_class_with_three_photos_is_in_all_parts_and_none_is_without_training(labels, seed):
    parts = split(labels, seed=seed)
    assert parts == split(labels, seed=seed)
    for label, count in Counter(labels).items():
        mine = {part for part, other in zip(parts, labels, strict=True) if other == label}
        assert "train" in mine
        assert count < 3 or mine == {"train", "validation", "test"}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), min_size=1, max_size=60))
def test_a_group_stays_on_one_side(rows):
    groups = [str(group) for _, group in rows]
    parts = split([label for label, _ in rows], groups)
    for group in set(groups):
        assert len({part for part, other in zip(parts, groups, strict=True) if other == group}) == 1


def test_given_parts_are_honoured_and_the_missing_one_is_taken_from_training():
    labels = ["dress"] * 120
    parts = split(labels, given_parts=["train"] * 100 + ["validation"] * 20)
    assert parts[100:] == ["validation"] * 20
    assert Counter(parts[:100]) == {"train": 80, "test": 20}
    complete = ["train"] * 80 + ["validation"] * 20 + ["test"] * 20
    assert split(labels, given_parts=complete) == complete


def test_a_photo_without_a_part_goes_where_its_group_is():
    given_parts = ["train"] * 10 + ["validation", "test", None, None, None]
    groups = [*map(str, range(10)), "a", "b", "b", "a", "c"]
    assert split(["dress"] * 15, groups, given_parts)[10:] == ["validation", "test", "test", "validation", "train"]


def test_a_source_that_calls_everything_test_gives_no_split():
    assert set(split(["dress"] * 20, given_parts=["test"] * 20)) == {"train", "validation", "test"}


def test_another_seed_gives_another_split():
    assert split(["dress"] * 50) != split(["dress"] * 50, seed=8)


def again(labels, before, groups=None, given_parts=None, seed=7):
    groups = groups or [str(number) for number in range(len(labels))]
    return split_again(labels, groups, given_parts or [None] * len(labels), before, seed)


BEFORE = ["train"] * 64 + ["validation"] * 16 + ["test"] * 20


@given(
    st.lists(st.sampled_from(["dress", "hat", "coat"]), max_size=60),
    st.lists(st.integers(0, 90), min_size=160, max_size=160),
)
def test_what_had_a_part_keeps_it_and_only_a_new_class_adds_to_the_test(new_labels, groups):
    labels = ["dress", "hat"] * 50 + new_labels
    before = BEFORE + [None] * len(new_labels)
    keys = [f"old {number}" for number in range(100)] + [f"new {each}" for each in groups[: len(new_labels)]]
    parts = again(labels, before, keys)
    assert parts[:100] == BEFORE
    assert parts == again(labels, before, keys)
    fresh = {key for key, label in zip(keys[100:], new_labels, strict=True) if label == "coat"}
    assert all(key in fresh for key, part in zip(keys[100:], parts[100:], strict=True) if part == "test")
    for key in {*keys}:
        assert len({part for part, other in zip(parts, keys, strict=True) if other == key}) == 1


def test_new_photos_of_a_known_class_are_shared_between_learning_and_watching():
    parts = again(["dress"] * 150, BEFORE + [None] * 50)
    assert Counter(parts[100:]) == {"train": 40, "validation": 10}
    one_by_one = again(["dress"] * 101, [*BEFORE, None])
    assert one_by_one[100] == "train"


def test_a_class_that_is_new_is_split_like_any():
    parts = again(["dress"] * 100 + ["coat"] * 50, BEFORE + [None] * 50)
    assert Counter(parts[100:]) == {"train": 32, "validation": 8, "test": 10}


def test_a_new_photo_follows_its_group_even_into_the_test_and_else_the_source():
    groups = [*map(str, range(100)), "99", "99", "x", "0"]
    given_parts = [None] * 100 + ["train", None, "test", "test"]
    assert again(["dress"] * 104, BEFORE + [None] * 4, groups, given_parts)[100:] == ["test", "test", "test", "train"]


def test_what_was_too_little_for_a_test_is_split_anew():
    labels = ["dress"] * 50
    assert again(labels, ["train", "train"] + [None] * 48) == split(labels)


GROUPED = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4)), max_size=20)
KIN = st.lists(st.lists(st.integers(0, 59), min_size=2, max_size=3), max_size=8)


@given(GROUPED, KIN, st.integers(0, 5))
def test_neither_kin_nor_groups_cross_and_the_shares_are_met_to_the_photo(of_groups, kin, seed):
    labels, groups = ["a", "b"] * 30, [f"alone {number}" for number in range(60)]
    for number, (label, size) in enumerate(of_groups):
        labels += [label] * size
        groups += [f"group {number}"] * size
    kin = [
        [place - place % 2 + first % 2 for place in family] for family in kin for first in family[:1]
    ]  # of one class
    keys = kept_together(groups, kin)
    parts = split(labels, keys, seed=seed)
    for together in (*kin, *([at for at, group in enumerate(groups) if group == key] for key in {*groups})):
        assert len({parts[at] for at in together}) == 1
    for label in "ab":
        mine = Counter(part for part, other in zip(parts, labels, strict=True) if other == label)
        assert abs(mine["test"] - 0.2 * mine.total()) <= 1
        assert abs(mine["validation"] - 0.16 * mine.total()) <= 1


def test_groups_of_several_classes_are_shared_out_too():
    labels = ["dress", "hat", "skirt"] * 50
    groups = [str(at // 3) for at in range(150)]  # an outfit of each
    parts = split(labels, groups)
    for label in set(labels):
        mine = Counter(part for part, other in zip(parts, labels, strict=True) if other == label)
        assert mine == {"train": 32, "test": 10, "validation": 8}


def test_where_no_first_come_fits_the_groups_that_do_are_looked_for():
    groups = [str(at) for at, size in enumerate([6] * 9 + [4] * 4 + [5] * 6) for _ in range(size)]
    parts = split(["dress"] * 100, groups)
    assert Counter(parts) == {"train": 64, "test": 20, "validation": 16}


def test_kin_bring_their_groups_together():
    assert kept_together(["c", "a", "c", "d", "e"], [[0, 1], [3, 2]]) == ["a", "a", "a", "a", "e"]
    assert kept_together(["c", "a"], []) == ["c", "a"]


def test_what_stays_stays_and_brings_its_groups_along():
    labels, groups = ["dress"] * 100, [str(at // 2) for at in range(100)]
    kept = ["test" if at % 2 and at < 20 else None for at in range(100)]
    parts = split_rest(labels, groups, kept, 7, Shares(test=0.5, validation=0.4))
    assert Counter(parts[:20]) == {"test": 20}
    assert Counter(parts[20:]) == {"train": 40, "validation": 40}


def test_the_parts_that_a_source_gives_are_known():
    assert given_parts([None, "test", "test"]) == {"test"} and given_parts(["train", "validation"]) == {
        *("train", "validation")
    }
    assert given_parts([None]) == given_parts([]) == given_parts(["test", "validation"]) == set()
