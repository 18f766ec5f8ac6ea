"""A dataset made in chunks: what it would be row by row, whoever makes it and however often that breaks off."""

import hashlib
import os
import shutil
import signal
from collections import Counter
from multiprocessing import active_children
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from core.data import finishing, making, rounds, store, visits
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.errors import FittingRoomError
from core.files import write_json
from core.settings import load_settings
from core.work import Stopped
from tests.conftest import class_folders, picture
from tests.jobs import working
from tests.shop import Shop

PER_CHUNK = 7


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "ROWS_PER_CHUNK", PER_CHUNK)


@pytest.fixture
def catalogue(shop: Shop, tmp_path: Path) -> Path:
    """Photos, twins, kin, groups, given parts, and rows that fail, in a Parquet file."""
    rows = []
    for number in range(40):
        content = picture(number % 33, 60, 70)  # the last seven are twins of the first
        label = ("dress", "hat ", "  two  words")[number % 3 if number < 33 else number % 33 % 3 if number < 37 else 0]
        address = shop.put(f"/{number}.jpg", content, etag=f'"{number}"')
        rows.append(
            (address, label, "test" if number % 9 == 4 else "", f"article {number // 2}" if number < 8 else None)
        )
    rows += [(shop.url("/none.jpg"), "hat", "", None), ("", "hat", "", None), (rows[0][0], "", "", None)]
    rows.append((shop.put("/page.jpg", b"<html>", content_type="text/html"), "dress", "", None))
    columns = ["photo", "kind", "split", "sku"]
    path = tmp_path / "catalogue.parquet"
    pd.DataFrame(rows, columns=columns).to_parquet(path, row_group_size=10)
    return path


def planned(dataset_id: str, source: dict[str, object]) -> store.Dataset:
    """A dataset whose making nobody has started."""
    folder = load_settings().datasets_dir / dataset_id
    write_json(folder / "dataset.json", {"name": "Mine", "source": source, "created_at": 0.0})
    return store.load_dataset(dataset_id)


def made(dataset_id: str, source: dict[str, object], on: str | None = None) -> store.Dataset:
    dataset = planned(dataset_id, source)
    with working(dataset.job_dir) as work:
        making.make(work, dataset_id, on)
    return store.load_dataset(dataset_id)


def assert_same(one: store.Dataset, other: store.Dataset) -> None:
    assert one.finished and other.finished
    assert_frame_equal(one.as_made(), other.as_made())
    assert (load_pixels(one, MADE_WITH_PX) == load_pixels(other, MADE_WITH_PX)).all()
    for fact in ("fingerprint", "rows", "ok", "duplicates", "failed", "classes", "parts", "given"):
        assert getattr(one, fact) == getattr(other, fact), fact
    assert visits.read(one.folder) == visits.read(other.folder)
    assert _left(one) == _left(other)


def _left(dataset: store.Dataset) -> set[str]:
    return {path.name for path in dataset.folder.iterdir()} - {"job"}


def test_in_chunks_of_any_number_it_is_what_it_would_be_row_by_row(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = {"kind": "catalogue", "path": str(catalogue)}
    at_once = made("at-once", source)
    assert (at_once.rows, at_once.duplicates, at_once.failed) == (44, 5, 4)
    for per_chunk in (3, 100):
        monkeypatch.setattr(rounds, "ROWS_PER_CHUNK", per_chunk)
        assert_same(made(f"of-{per_chunk}", source, "one"), at_once)


def test_files_of_this_machine_are_made_in_chunks_too(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos", {"dress": 6, "hat": 5})
    source = {"kind": "archive", "path": shutil.make_archive(str(tmp_path / "packed"), "zip", folder)}
    assert_same(made("zip-chunks", source, "one"), made("zip", source))
    os.rename(folder / "hat" / "000.png", os.fsencode(folder / "hat") + b"/\xff.png")
    (folder / "hat" / "words.jpg").write_text("not a photo at all")
    source = {"kind": "folder", "path": str(folder)}
    assert_same(made("folder-chunks", source, "one"), made("folder", source))
    drawn = made("drawn", {"kind": "garments", "photos": 10, "width_px": 64, "seed": 3}, "one")
    assert (drawn.rows, drawn.ok) == (10, 10)


def test_stopped_it_repeats_no_more_than_the_chunk_in_flight(catalogue: Path, shop: Shop) -> None:
    source = {"kind": "catalogue", "path": str(catalogue)}
    at_once = made("at-once", source)
    shop.asked.clear()
    dataset = planned("mine", source)
    with working(dataset.job_dir) as work:
        shop.on_visit = lambda: (dataset.job_dir / "stop").touch() if len(shop.given()) >= 10 else None
        with pytest.raises(Stopped):
            making.make(work, "mine", "one")
    (dataset.job_dir / "stop").unlink()
    shop.on_visit = lambda: None
    assert len([*(dataset.folder / "rounds" / "000" / "parts").glob("[0-9]*")]) == 2
    assert all(path.exists() for path in making.latest_photos(dataset, 5))
    before = Counter(shop.given())
    assert before.total() == 2 * PER_CHUNK
    with working(dataset.job_dir) as work:
        making.make(work, "mine", "one")
    assert_same(store.load_dataset("mine"), at_once)
    assert max(Counter(shop.given()).values()) == 1, "a photo that was kept came again"


def test_a_pool_leaves_the_same_bytes_as_one_process_also_if_a_worker_is_killed(
    catalogue: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = {"kind": "catalogue", "path": str(catalogue)}
    killed: list[int] = []

    def kill_one() -> None:
        if len(shop.given()) >= 12 and not killed and (children := active_children()):
            killed.append(children[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    monkeypatch.setattr("core.data.making_in_chunks.shutil.rmtree", lambda *_, **__: None)
    alone = made("one", source, "one")
    shop.asked.clear()
    shop.on_visit = kill_one
    by_pool = made("pool", source, "pool")
    assert_same(by_pool, alone)
    assert _bytes_of(by_pool) == _bytes_of(alone) and len(_bytes_of(alone)) == 7
    given = Counter(shop.given())
    assert killed and given.total() - len(given) <= 2 * PER_CHUNK, "more than what was in flight came again"


def _bytes_of(dataset: store.Dataset) -> list[bytes]:
    return [path.read_bytes() for path in sorted((dataset.folder / "rounds" / "000" / "parts").iterdir())]


def test_a_photo_that_could_not_be_fetched_is_tried_again_when_it_goes_on(
    catalogue: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = {"kind": "catalogue", "path": str(catalogue)}
    at_once = made("at-once", source)
    shop.asked.clear()
    for path in ("/3.jpg", "/20.jpg", "/21.jpg"):
        shop.shelves[path].status = 404
    dataset = planned("mine", source)
    with working(dataset.job_dir) as work:
        with monkeypatch.context() as broken, pytest.raises(FittingRoomError):
            broken.setattr("core.data.making_in_chunks.settle", _full)
            making.make(work, "mine", "one")
        for path in ("/3.jpg", "/20.jpg", "/21.jpg"):
            shop.shelves[path].status = 200
        making.make(work, "mine", "one")
    assert_same(store.load_dataset("mine"), at_once)
    assert max(Counter(shop.given()).values()) == 1


def _full(*_: object, **__: object) -> set[str]:
    raise FittingRoomError("Something is in the way.")


def test_a_large_dataset_keeps_its_manifest_in_parts_and_the_order_of_its_gallery(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = {"kind": "catalogue", "path": str(catalogue)}
    small = made("small", source)
    monkeypatch.setattr(finishing, "LARGE_ROWS", 40)
    monkeypatch.setattr(finishing, "PART_ROWS", 16)
    for name, on in (("large", "one"), ("row-by-row", None)):
        large = made(name, source, on)
        assert large.is_large and not small.is_large and not (large.folder / "manifest.parquet").exists()
        parts = sorted((large.folder / "manifest").iterdir())
        assert [len(pd.read_parquet(path)) for path in parts] == [16, 16, 12]
        assert_frame_equal(large.as_made(), small.as_made())
        assert large.fingerprint == small.fingerprint
        gallery = pd.read_parquet(large.gallery_path)
        manifest = large.as_made()
        assert sorted(gallery["position"]) == manifest.index[manifest["status"] == "ok"].tolist()
        assert gallery["content_hash"].tolist() == manifest.loc[gallery["position"], "content_hash"].tolist()


def test_the_fingerprint_is_that_of_its_lines_in_order() -> None:
    lines = [("b" * 64, "Ärmel\U0001f457", "test"), ("a" * 64, "z", "train"), ("a" * 64, "Z\u00ff", "train")]
    good = pd.DataFrame(lines, columns=["content_hash", "label", "part"], dtype="string")
    expected = "\n".join(sorted("\t".join(line) for line in lines))
    assert finishing._fingerprint(good) == hashlib.sha256(expected.encode()).hexdigest()
