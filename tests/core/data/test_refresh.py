"""The same source on a later day: only what is new is fetched, what changed is seen first, the test part stays."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from core import jobs, trash
from core.data import refresh, store
from core.data.difference import Change, Difference
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.status_table import statuses
from core.errors import DatasetUnfinished, JobActive, NotFound, SourceNotUnderstood
from tests.conftest import class_folders, picture
from tests.core.data.test_making import made
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("at_once")


@dataclass
class Sheet:
    """A table of a shop's photos that somebody keeps on editing."""

    shop: Shop
    rows: list[list[str]] = field(default_factory=list)

    def add(self, name: str, label: str, seed: int, **facts: object) -> None:
        etag = facts.pop("etag", f'"{seed}"')
        self.rows.append([self.shop.put(f"/{name}.jpg", picture(seed), etag=etag, **facts), label])

    def save(self, above: int = 0) -> str:
        """Puts the table into the shop, below some blank lines."""
        text = io.StringIO()
        csv.writer(text).writerows([[]] * above + [["photo", "kind"], *self.rows])
        return self.shop.put("/table.csv", text.getvalue().encode(), content_type="text/csv")


@pytest.fixture
def sheet(shop: Shop) -> Sheet:
    """24 photos of two classes."""
    sheet = Sheet(shop)
    for seed in range(24):
        sheet.add(f"p{seed}", ("dress", "hat")[seed % 2], seed)
    return sheet


@pytest.fixture
def dataset(sheet: Sheet) -> store.Dataset:
    dataset = made({"kind": "table", "address": sheet.save()}, "Spring")
    sheet.shop.asked.clear()
    return dataset


def looked(dataset: store.Dataset) -> tuple[store.Dataset, Difference]:
    draft = store.load_dataset(refresh.start_refresh(dataset.id))
    assert jobs.state(draft.job_dir).status == "done", jobs.state(draft.job_dir).message + jobs.log_tail(draft.job_dir)
    return draft, refresh.find_difference(draft)


def rows_of(changes: tuple[Change, ...]) -> list[int]:
    return [change.row for change in changes]


def test_nothing_changed_is_found_without_fetching_a_photo(sheet: Sheet, dataset: store.Dataset) -> None:
    draft, found = looked(dataset)
    assert found.is_empty
    assert sheet.shop.given() == ["/table.csv"]
    assert sum(status == 304 for _, _, status in sheet.shop.asked) == 24
    assert draft.fingerprint == dataset.fingerprint
    np.testing.assert_array_equal(load_pixels(draft, MADE_WITH_PX), load_pixels(dataset, MADE_WITH_PX))


def test_every_change_is_reported_with_its_row_and_only_new_photos_are_fetched(
    sheet: Sheet, dataset: store.Dataset
) -> None:
    shop = sheet.shop
    sheet.rows[3][1] = "cap"
    shop.put("/p4.jpg", picture(100), etag='"100"')
    del shop.shelves["/p5.jpg"]
    del sheet.rows[6]
    for seed in (200, 201):
        sheet.add(f"p{seed}", "coat", seed)
    sheet.rows.append([shop.url("/nowhere.jpg"), "coat"])
    sheet.save(above=2)
    draft, found = looked(dataset)
    assert rows_of(found.relabelled) == [7] and (found.relabelled[0].was, found.relabelled[0].label) == ("hat", "cap")
    assert rows_of(found.changed) == [8]
    assert rows_of(found.dead) == [9] and "404" in found.dead[0].reason
    assert rows_of(found.gone) == [8] and found.gone[0].source == shop.url("/p6.jpg")
    assert rows_of(found.new) == [27, 28]
    assert rows_of(found.aside) == [29]
    assert (found.lost, found.found, found.moved) == ((), (), 22)
    assert shop.given() == ["/p200.jpg", "/p201.jpg", "/p4.jpg", "/table.csv"]
    manifest = draft.manifest().set_index("row")
    assert (draft.rows, draft.ok, draft.failed) == (26, 25, 1)
    assert manifest.loc[9, "status"] == "ok", "the photo of a dead address is kept"
    assert draft.photo_path(manifest.loc[9, "content_hash"]).stat().st_nlink == 2, "and takes no room"
    assert statuses(draft)[9][1].startswith("The photo of an earlier day is kept. The address answers 404")
    assert statuses(draft)[7] == ("ok", "")
    assert (load_pixels(draft, MADE_WITH_PX)[manifest["status"] == "ok"].mean((1, 2, 3)) > 10).all()


def test_what_was_tested_on_stays_what_it_was(sheet: Sheet, dataset: store.Dataset) -> None:
    before = dataset.manifest().set_index("source")["part"]
    saved_again = next(address for address, part in before.items() if part == "test")
    sheet.shop.put(saved_again.removeprefix(sheet.shop.base), picture(100), etag='"100"')
    sheet.rows[3][1] = "cap"
    sheet.rows.reverse()
    for seed in range(200, 230):
        sheet.add(f"p{seed}", "dress" if seed < 210 else "coat", seed)
    sheet.save()
    draft, _ = looked(dataset)
    after = draft.manifest().set_index("source")
    assert (after.loc[before.index, "part"] == before).all()
    new_of = {label: set(after.loc[after["label"].eq(label) & ~after.index.isin(before.index), "part"])
              for label in ("dress", "coat")}  # fmt: skip
    assert new_of == {"dress": {"train", "validation"}, "coat": {"train", "validation", "test"}}


def test_a_dead_address_is_reported_once_and_found_again_when_it_answers(sheet: Sheet, dataset: store.Dataset) -> None:
    shelf = sheet.shop.shelves.pop("/p5.jpg")
    sheet.add("late", "hat", 300)
    late = sheet.shop.shelves.pop("/late.jpg")
    sheet.save()
    draft, found = looked(dataset)
    assert (rows_of(found.dead), rows_of(found.aside)) == ([7], [26])
    refresh.accept(draft.id)
    again, found = looked(store.load_dataset(draft.id))
    assert found.is_empty
    refresh.drop(again.id)
    sheet.shop.shelves |= {"/p5.jpg": shelf, "/late.jpg": late}
    sheet.shop.asked.clear()
    _, found = looked(store.load_dataset(draft.id))
    assert rows_of(found.found) == [7, 26] and not found.dead
    assert sheet.shop.given() == ["/late.jpg", "/table.csv"]


def test_a_look_that_was_stopped_goes_on_and_asks_nothing_twice(
    sheet: Sheet, dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(200, 208):
        sheet.add(f"p{seed}", "dress", seed)
    sheet.save()

    def stop_after(requests: int) -> Callable[[], None]:
        def look() -> None:
            if len(sheet.shop.asked) >= requests and (draft := refresh.draft_of(dataset.id)):
                (draft.job_dir / "stop").touch()

        return look

    monkeypatch.setattr("core.sources.fetching.TICK_S", 0.005)
    dead = sheet.shop.shelves.pop("/p0.jpg")  # for a moment only
    for requests in (10, 28):
        sheet.shop.on_visit = stop_after(requests)
        draft = store.load_dataset(refresh.start_refresh(dataset.id))
        assert jobs.state(draft.job_dir).status == "stopped" and not draft.finished
        with pytest.raises(DatasetUnfinished):
            refresh.accept(draft.id)
        sheet.shop.shelves["/p0.jpg"] = dead
    sheet.shop.on_visit = lambda: None
    again, found = looked(dataset)
    assert again.id == draft.id and len(found.new) == 8 and not found.dead
    assert sheet.shop.answers("/table.csv") == [("GET", 200)]
    asked_twice = len(sheet.shop.asked) - len({path for _, path, _ in sheet.shop.asked})
    assert asked_twice <= 2 * 8, "at most what was under way when it was stopped"
    assert (draft.folder / "manifest.parquet").exists() and not (draft.folder / "rows.jsonl").exists()


def test_taking_the_changes_keeps_the_name_and_the_earlier_dataset(sheet: Sheet, dataset: store.Dataset) -> None:
    sheet.add("p200", "dress", 200)
    sheet.save()
    draft, _ = looked(dataset)
    assert [each.id for each in store.list_datasets()] == [dataset.id], "no list shows a draft"
    refresh.accept(draft.id)
    now, before = store.load_dataset(draft.id), store.load_dataset(dataset.id)
    assert (now.name, now.ok, now.refreshes) == ("Spring", 25, "")
    assert before.name.startswith("Spring (until ") and before.fingerprint == dataset.fingerprint
    assert {each.id for each in store.list_datasets()} == {now.id, before.id}
    with pytest.raises(NotFound, match="taken over already"):
        refresh.accept(draft.id)


def test_leaving_it_leaves_it_and_can_be_undone(sheet: Sheet, dataset: store.Dataset) -> None:
    sheet.add("p200", "dress", 200)
    sheet.save()
    draft, _ = looked(dataset)
    token = refresh.drop(draft.id)
    assert refresh.draft_of(dataset.id) is None and store.load_dataset(dataset.id) == dataset
    trash.restore(token)
    assert refresh.draft_of(dataset.id) == draft


def test_a_dataset_that_is_deleted_takes_its_draft_with_it(
    sheet: Sheet, dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, _ = looked(dataset)
    with monkeypatch.context() as working:
        working.setattr(jobs, "state", lambda job_dir: jobs.JobState("running" if job_dir == draft.job_dir else "done"))
        with pytest.raises(JobActive, match="looked for right now"):
            store.delete_dataset(dataset.id)
    store.delete_dataset(dataset.id)
    with pytest.raises(NotFound):
        store.load_dataset(draft.id)


def test_a_sheet_that_turned_private_gives_its_sentence_and_loses_nothing(
    shop: Shop, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", shop.base)
    sheet.save()
    shop.shelves["/spreadsheets/d/abc/export"] = shop.shelves["/table.csv"]
    dataset = made({"kind": "table", "address": "https://docs.google.com/spreadsheets/d/abc/edit#gid=0"}, "Spring")
    shop.put("/spreadsheets/d/abc/export", b"<!doctype html><title>Sign in", content_type="text/html")
    draft = store.load_dataset(refresh.start_refresh(dataset.id))
    state = jobs.state(draft.job_dir)
    assert state.status == "failed" and "this sheet is private" in state.message
    assert store.load_dataset(dataset.id) == dataset
    shop.shelves["/spreadsheets/d/abc/export"] = shop.shelves["/table.csv"]
    assert looked(dataset)[1].is_empty, "shared again, the same look goes on"


def test_columns_that_came_later_do_not_change_which_ones_are_meant(sheet: Sheet, dataset: store.Dataset) -> None:
    rows = [[address, label, "label", "ok", ""] for address, label in sheet.rows]
    text = io.StringIO()
    csv.writer(text).writerows([["photo", "kind", "label", "status", "reason"], *rows])
    sheet.shop.put("/table.csv", text.getvalue().encode(), content_type="text/csv")
    assert looked(dataset)[1].is_empty


def test_the_same_address_in_two_rows_belongs_to_each(sheet: Sheet) -> None:
    sheet.rows += [[sheet.rows[0][0], "dress"], [sheet.rows[1][0], "dress"]]
    dataset = made({"kind": "table", "address": sheet.save()}, "Spring")
    assert (dataset.ok, dataset.duplicates) == (25, 1)
    sheet.rows.reverse()
    sheet.rows.append([sheet.rows[-1][0], "dress"])
    sheet.save()
    draft, found = looked(dataset)
    assert (draft.ok, draft.duplicates) == (25, 2)
    assert rows_of(found.new) == [28] and not (found.relabelled or found.gone)


def test_a_folder_is_read_again_and_a_photo_in_another_folder_is_relabelled(tmp_path) -> None:
    folder = class_folders(tmp_path / "mine", {"dress": 6, "hat": 6})
    dataset = made({"kind": "folder", "path": str(folder)}, "Mine")
    (folder / "dress" / "000.png").rename(folder / "hat" / "moved.png")
    (folder / "dress" / "001.png").unlink()
    (folder / "hat" / "002.png").write_bytes(picture(1, image_format="PNG"))
    (folder / "hat" / "new.png").write_bytes(picture(2, image_format="PNG"))
    draft, found = looked(dataset)
    assert [(change.was, change.label) for change in found.relabelled] == [("dress", "hat")]
    assert [change.source for change in found.gone] == ["dress/001.png"]
    assert [change.source for change in found.changed] == ["hat/002.png"]
    assert [change.source for change in found.new] == ["hat/new.png"]
    assert draft.ok == 12


@pytest.mark.parametrize("source", [{"kind": "garments", "photos": 9, "width_px": 64, "seed": 7}, None])
def test_what_cannot_change_is_not_looked_at_again(source, tmp_path) -> None:
    folder = class_folders(tmp_path / "mine", {"dress": 3, "hat": 3})
    dataset = made(source or {"kind": "folder", "path": str(folder)})
    folder.rename(tmp_path / "elsewhere")
    assert not refresh.can_refresh(dataset)
    with pytest.raises(SourceNotUnderstood, match="nothing to look at"):
        refresh.start_refresh(dataset.id)


def test_a_dataset_of_before_is_asked_about_by_the_head_alone(sheet: Sheet, dataset: store.Dataset) -> None:
    for name in ("visits.parquet", "table.json"):
        (dataset.folder / name).unlink()
    _, found = looked(dataset)
    assert found.is_empty
    assert sheet.shop.given() == ["/table.csv"]
    assert sum(method == "HEAD" for method, _, _ in sheet.shop.asked) == 24
