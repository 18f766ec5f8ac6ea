"""One picture under many addresses is found; photos that are only there twice are not."""

import json
import time
from pathlib import Path

import pandas as pd
import pytest

from core.__main__ import main
from core.data.placeholders import Placeholder, find_placeholders
from tests.conftest import picture
from tests.shop import open_shop


def manifest(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Rows of (content hash, address, label); the first is row 2, as below a header."""
    frame = pd.DataFrame(rows, columns=["content_hash", "source", "label"], dtype="string")
    frame["row"] = range(2, len(rows) + 2)
    frame["status"] = frame["content_hash"].notna().map({True: "ok", False: "unreachable"})
    frame.loc[frame["content_hash"].notna() & frame.duplicated(["content_hash", "label"]), "status"] = "duplicate"
    return frame


def shown(picture: str, count: int, *labels: str) -> list[tuple[str, str, str]]:
    return [(picture, f"https://shop.example/{picture}-{n}.jpg", labels[n % len(labels)]) for n in range(count)]


def test_a_picture_under_many_addresses_is_found_with_rows_and_labels() -> None:
    rows = [*shown("good", 1, "hat"), *shown("gone", 3, "hat", "bag"), (pd.NA, "https://shop.example/dead.jpg", "hat")]
    assert find_placeholders(manifest(*rows)) == [Placeholder("gone", (3, 4, 5), 3, ("bag", "hat"))]


@pytest.mark.parametrize(("count", "labels", "found"), [(2, 2, 0), (3, 2, 1), (3, 1, 0), (4, 1, 0), (5, 1, 1)])
def test_under_one_name_it_takes_more_addresses_than_under_several(count: int, labels: int, found: int) -> None:
    assert len(find_placeholders(manifest(*shown("x", count, *["hat", "bag"][:labels])))) == found


def test_one_address_in_many_rows_and_the_same_file_in_an_archive_are_only_duplicates() -> None:
    same = [("x", "https://shop.example/x.jpg", label) for label in ("hat", "bag", "coat", "skirt")]
    files = [("y", f"dress/{n}.jpg", label) for n, label in enumerate(("hat", "bag", "coat", "skirt"))]
    assert find_placeholders(manifest(*same, *files)) == []


def test_the_ones_with_most_addresses_come_first_and_say_what_they_mean() -> None:
    found = find_placeholders(manifest(*shown("a", 3, "hat", "bag"), *shown("b", 1200, "hat")))
    assert [placeholder.content_hash for placeholder in found] == ["b", "a"]
    assert found[0].sentence() == (
        "1,200 addresses show one and the same picture. Hosts do that for photos that are gone."
    )
    assert ", under 2 names." in found[1].sentence()
    assert found[1].said_rows() == "rows 2 to 4"


def test_100_000_rows_take_no_time() -> None:
    pairs = [(f"p{n}", f"https://shop.example/{side}/{n}.jpg", "hat") for n in range(45_000) for side in "ab"]
    rows = manifest(*pairs, *shown("gone", 10_000, "hat", "bag"))
    began = time.process_time()
    assert [placeholder.num_addresses for placeholder in find_placeholders(rows)] == [10_000]
    assert time.process_time() - began < 3  # 0.4 s on a calm machine


def test_the_command_line_reports_them_with_their_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_shop() as shop:
        gone = [shop.put(f"/gone/{n}.jpg", picture(0)) for n in range(4)]
        good = [shop.put(f"/{n}.jpg", picture(n + 1)) for n in range(8)]
        rows = [f"{address},{'hat' if n % 2 else 'bag'}" for n, address in enumerate([*good, *gone])]
        (tmp_path / "list.csv").write_text("\n".join(["photo,kind", *rows]))
        assert main(["dataset", "add", str(tmp_path / "list.csv"), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    (found,) = made["placeholders"]
    assert (found["rows"], found["num_addresses"], found["labels"]) == ([10, 11, 12, 13], 4, ["bag", "hat"])
    assert main(["dataset", "show", made["id"]]) == 0
    assert "rows 10 to 13: 4 addresses show one and the same picture, under 2 names." in capsys.readouterr().out
