"""`dataset status` and `dataset refresh`, with jobs in processes of their own."""

import csv

import pytest

from core.data.store import list_datasets, load_dataset
from tests.conftest import picture
from tests.core.commands.conftest import Said
from tests.shop import Shop


def put_table(shop: Shop, rows: list[str]) -> str:
    return shop.put("/table.csv", "\n".join(["photo,kind", *rows]).encode(), content_type="text/csv")


@pytest.fixture
def rows(shop: Shop) -> list[str]:
    return [f"{shop.put(f'/{seed}.jpg', picture(seed))},{('dress', 'hat')[seed % 2]}" for seed in range(12)]


def test_changes_are_shown_first_and_taken_when_asked(shop: Shop, rows: list[str], said: Said) -> None:
    added = said("dataset", "add", put_table(shop, [*rows, f"{shop.url('/none.jpg')},hat"]), "--name", "Spring")
    dataset_id = added["id"]
    assert set(added["failures"][0]) == {"row", "source", "status", "reason"}

    new = shop.put("/new.jpg", picture(100))
    put_table(shop, [f"{new},hat", *rows[1:]])
    shop.asked.clear()
    found = said("dataset", "refresh", dataset_id)
    assert [change["row"] for change in found["new"]] == [2] and [change["row"] for change in found["gone"]] == [2, 14]
    assert (found["accepted"], found["id"]) == (False, dataset_id) and found["draft"]
    assert shop.given() == ["/new.jpg", "/table.csv"]
    assert [dataset["id"] for dataset in said("dataset", "list")] == [dataset_id]

    shop.asked.clear()
    taken = said("dataset", "refresh", dataset_id, "--accept")
    assert (taken["accepted"], taken["id"], shop.asked) == (True, found["draft"], [])
    assert load_dataset(taken["id"]).name == "Spring" and len(list_datasets()) == 2

    nothing = said("dataset", "refresh", taken["id"])
    assert nothing["draft"] is None and not any(nothing[kind] for kind in ("new", "gone", "dead", "relabelled"))


def test_a_source_that_is_gone_says_why_and_leaves_nothing_behind(shop: Shop, rows: list[str], said, refused) -> None:
    dataset_id = said("dataset", "add", put_table(shop, rows))["id"]
    del shop.shelves["/table.csv"]
    assert "404" in refused("dataset", "refresh", dataset_id)
    assert "Nothing was found" in refused("dataset", "refresh", dataset_id, "--drop")
    assert len(list_datasets()) == 1


def test_the_status_of_each_row_is_written_beside_the_table(shop: Shop, rows: list[str], said, tmp_path) -> None:
    dataset_id = said("dataset", "add", put_table(shop, [*rows, "nothing,hat"]))["id"]
    file = tmp_path / "status.csv"
    told = said("dataset", "status", dataset_id, "--csv", str(file))
    assert told["file"] == str(file) and told["rows"][-1]["status"] == "no_address"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = list(csv.reader(lines))
    assert table[0] == ["photo", "kind", "status", "reason"] and table[13][2] == "no_address"
