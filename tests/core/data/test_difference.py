"""What became of each row between two looks at a source."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.difference import Difference, difference

ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["dress", "hat"]), st.booleans()), max_size=12
)  # address, label, whether there is a photo


def manifest(*rows: tuple[str, str, str], first: int = 2) -> pd.DataFrame:
    """Rows of address, label and photo ("" for none)."""
    columns = ["source", "label", "content_hash"]
    frame = pd.DataFrame(rows, columns=columns).astype("string")
    frame["row"] = range(first, first + len(rows))
    frame["status"] = frame["content_hash"].ne("").map({True: "ok", False: "unreachable"}).astype("string")
    frame["reason"] = frame["status"].map({"ok": "", "unreachable": "404"}).astype("string")
    return frame.replace({"content_hash": {"": pd.NA}})


def drawn(rows: list[tuple[str, str, bool]]) -> pd.DataFrame:
    return manifest(*((address, label, f"photo {address}" if has else "") for address, label, has in rows))


def told(found: Difference) -> dict[str, list[int]]:
    return {name: [change.row for change in getattr(found, name)]
            for name in ("new", "aside", "relabelled", "gone", "dead", "lost", "changed", "found")
            if getattr(found, name)}  # fmt: skip


def test_each_kind_of_change_is_told_with_its_row():
    old = manifest(("a", "dress", "1"), ("b", "dress", "2"), ("c", "hat", "3"), ("d", "hat", ""), ("e", "hat", "5"))
    new = manifest(("x", "hat", "9"), ("a", "hat", "1"), ("b", "dress", "7"), ("d", "hat", "4"), ("e", "hat", ""),
                   ("y", "hat", ""))  # fmt: skip
    found = difference(old, new)
    assert told(found) == {
        "new": [2], "relabelled": [3], "changed": [4], "found": [5], "lost": [6], "aside": [7], "gone": [4],
    }  # fmt: skip
    assert (found.relabelled[0].was, found.relabelled[0].label) == ("dress", "hat")
    assert (found.gone[0].source, found.lost[0].reason, found.aside[0].reason) == ("c", "404", "404")


def test_a_dead_address_is_told_once_and_again_when_it_is_found():
    rows = manifest(("a", "dress", "1"), ("b", "hat", "2"))
    assert told(difference(rows, rows, {}, {3: "404"})) == {"dead": [3]}
    assert difference(rows, rows, {3: "404"}, {3: "404"}).is_empty
    assert told(difference(rows, rows, {3: "404"}, {})) == {"found": [3]}


def test_rows_that_only_moved_are_counted_and_nothing_else():
    rows = [("a", "dress", "1"), ("b", "hat", "2"), ("c", "hat", "3")]
    assert difference(manifest(*rows), manifest(*rows, first=5)) == Difference(moved=3)
    assert difference(manifest(*rows), manifest(*reversed(rows))) == Difference(moved=2)
    elsewhere = [(f"new host {address}", label, key) for address, label, key in rows]
    assert difference(manifest(*rows), manifest(*elsewhere)) == Difference(moved=3)


def test_the_same_address_under_two_names_keeps_them_apart():
    old = manifest(("a", "dress", "1"), ("a", "hat", "1"))
    assert told(difference(old, manifest(("a", "hat", "1"), ("a", "dress", "1")))) == {}
    assert told(difference(old, manifest(("a", "hat", "1"), ("a", "hat", "1"), ("a", "dress", "1")))) == {"new": [3]}


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_nothing_differs_from_itself(rows):
    assert difference(drawn(rows), drawn(rows)).is_empty


@settings(max_examples=25, deadline=None)
@given(ROWS, ROWS)
def test_rows_that_came_and_went_account_for_the_numbers(old, new):
    found = difference(drawn(old), drawn(new))
    assert len(new) - len(old) == len(found.new) + len(found.aside) - len(found.gone)
