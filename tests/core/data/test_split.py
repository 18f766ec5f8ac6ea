"""The split: stratified, seeded, leak-safe."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.data.split import split_parts

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
