"""Which labels are offered to be made one, and which never."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sources.items import Item
from core.sources.labels import Merge, as_mapping, merged, merges, tidy

WORDS = [
    "t-shirt",
    "T Shirts",
    "T_SHIRT",
    "tshirts",
    "shirt",
    "shirts",
    "Ｓhirt",
    "short",
    "shorts",
    "dress",
    "Dresses",
]
WORDS += [
    "hoodie",
    "hoodies",
    "hoody",
    "scarf",
    "scarves",
    "box",
    "boxes",
    "Mütze",
    "mu\u0308tze",
    "size 1 2",
    "size 12",
]
LABELS = st.one_of(st.sampled_from(WORDS), st.text("aAbsSyefv -_é\u0301\u00a01²", min_size=1, max_size=8))


@pytest.mark.parametrize(
    "labels",
    [
        ["T-Shirt", "t-shirt ", "T shirts", "tshirt", "T_SHIRT", "t\u2010shirt", "T-\u200bShirt", "Ｔ-Shirt"],
        ["dress", "dresses", "Dress", " DRESS"],
        ["Mütze", "mu\u0308tze"],
        ["hoodie", "hoodies"],
        ["accessory", "Accessories"],
        ["scarf", "scarves"],
        ["watch", "watches"],
        ["winter coat", "Winter  coats", "winter-coat"],
    ],
)
def test_the_same_word_written_otherwise_is_offered(labels: list[str]) -> None:
    (offer,) = merges({label: number for number, label in enumerate(labels)})
    assert offer.target == labels[-1]
    assert sorted(offer.labels) == sorted(labels[:-1])


@pytest.mark.parametrize(
    "labels",
    [
        ["shirt", "t-shirt"],
        ["short", "shorts", "short sleeve"],
        ["swim shorts", "swim short"],
        ["pant", "pants"],
        ["glass", "glasses", "sunglass", "sunglasses"],
        ["cloth", "clothes"],
        ["skirt", "skort", "shirt"],
        ["dress", "address"],
        ["cap", "cape", "capes".upper()[:3] + "_x"],
        ["x", "xs", "xxs", "s", "size s", "size"],
        ["size 1 2", "size 12"],
        ["-1", "1", "0"],
        ["-", "_", "/", "+"],
        ["suit", "suites"],
        ["Mutze", "Mütze"],
        ["", " ", "\t"],
    ],
)
def test_different_words_are_not_offered(labels: list[str]) -> None:
    assert merges(dict.fromkeys(labels, 3)) == []


def test_the_commonest_spelling_is_the_target_and_the_largest_offer_comes_first() -> None:
    offers = merges({"coat": 4, "coats": 9, "Bag": 40, "bags": 2, "bag": 3, "hat": 100})
    assert offers == [Merge("Bag", ("bag", "bags")), Merge("coats", ("coat",))]


@given(st.dictionaries(LABELS, st.integers(0, 50), max_size=30))
def test_taken_offers_leave_no_further_ones(labels: dict[str, int]) -> None:
    offers = merges(labels)
    mapping = as_mapping(offers)
    touched = [label for offer in offers for label in (offer.target, *offer.labels)]
    assert len(touched) == len(set(touched))
    assert set(touched) <= set(labels)
    assert all(labels[offer.target] >= max(labels[label] for label in offer.labels) for offer in offers)
    left: dict[str, int] = {}
    for label, photos in labels.items():
        left[mapping.get(label, label)] = left.get(mapping.get(label, label), 0) + photos
    assert merges(left) == []
    assert {mapping.get(mapping.get(label, label), mapping.get(label, label)) for label in labels} == set(left)


@given(st.lists(LABELS, min_size=2, max_size=12, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_the_labels_does_not_matter(labels: list[str], random: object) -> None:
    shuffled = labels.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merges(dict.fromkeys(shuffled, 1)) == merges(dict.fromkeys(labels, 1))


@given(st.text("abcdeXY é", min_size=1, max_size=8).filter(tidy))
def test_case_blanks_and_unicode_form_never_part_a_label(label: str) -> None:
    spellings = {label, label.upper(), f" {label}  ", unicodedata.normalize("NFD", label)}
    offers = merges(dict.fromkeys(spellings, 1))
    assert len(offers) == (len(spellings) > 1)


def test_a_merge_renames_once_and_leaves_the_rest() -> None:
    items = [Item(row, "x.jpg", label, "test", "g") for row, label in enumerate(["coats", "coat", "hat", ""], start=1)]
    found = merged(items, {" coats ": "coat", "coat": "Coat"})
    assert [item.label for item in found] == ["coat", "Coat", "hat", ""]
    assert [(item.row, item.part, item.group) for item in found] == [(row, "test", "g") for row in range(1, 5)]
    assert merged(items, None) == items
