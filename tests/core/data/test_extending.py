"""A dataset made of another and of named photos: the test part stays, named photos are learned from."""

import io
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from core import jobs
from core.data import extending, store
from core.data.dividing import divide
from core.data.extending import KNOWN, TESTED, Named, extend
from core.data.photo import to_stored
from core.data.pixels import load_pixels
from core.data.split import Shares
from core.data.store import Dataset, delete_dataset, list_datasets, load_dataset
from core.errors import DatasetTooSmall
from core.files import read_json, write_json
from core.sources import garments
from tests.conftest import picture
from tests.core.conftest import Home


@pytest.fixture
def base(dataset_home: Home) -> Dataset:
    """64 photos of four classes."""
    return load_dataset(dataset_home.dataset_id)


def named(folder: Path, content: bytes, label: str, name: str = "mine.jpg") -> Named:
    stored = to_stored(content)
    path = folder / f"{sha256(stored).hexdigest()}.jpg"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(stored)
    return Named(path, path.stem, name, label)


def photo_of(base: Dataset, part: str) -> tuple[pd.Series, bytes]:
    """A row of a part, and its photo as the dataset keeps it."""
    rows = base.manifest()
    row = rows[(rows["part"] == part) & (rows["label"] == "dress")].iloc[0]
    return row, base.photo_path(row["content_hash"]).read_bytes()


def rows_of(dataset: Dataset, part: str) -> list[tuple[str, str, str]]:
    rows = dataset.manifest()
    rows = rows[(rows["status"] == "ok") & (rows["part"] == part)]
    return sorted(zip(rows["content_hash"], rows["label"], rows["source"], strict=True))


def test_named_photos_are_only_learned_from_and_the_test_part_is_frozen(base: Dataset, tmp_path: Path) -> None:
    new = [named(tmp_path / "told", picture(seed), label) for seed, label in ((1, "dress"), (2, "scarf"), (3, "scarf"))]
    before = rows_of(base, "test"), rows_of(base, "validation"), rows_of(base, "train")
    made = extend(base, new, "Corrected", {"model": "m"})
    assert rows_of(made, "test") == before[0] and rows_of(made, "validation") == before[1]
    added = {(each.content_hash, each.label, "mine.jpg") for each in new}
    assert set(rows_of(made, "train")) == {*before[2], *added}
    assert made.classes == {**base.classes, "dress": 17, "scarf": 2}
    assert made.source == {"kind": "corrections", "dataset": base.id, "told": 3, "model": "m"}
    assert load_dataset(base.id).fingerprint == base.fingerprint != made.fingerprint, "the old one stays"
    assert (made.rows, made.ok) == (base.rows + 3, base.ok + 3)


def test_the_parts_that_the_source_gave_are_given_in_the_new_one_too(base: Dataset, tmp_path: Path) -> None:
    facts = read_json(base.folder / "dataset.json")
    write_json(base.folder / "dataset.json", facts | {"given": ["test", "validation"]})
    made = extend(load_dataset(base.id), [named(tmp_path / "told", picture(1), "hat")], "Corrected", {})
    assert made.given == ("test", "validation")
    divide(made, Shares(), seed=9)
    assert rows_of(load_dataset(made.id), "validation") == rows_of(base, "validation")


def test_photos_are_shared_with_the_old_one_and_outlive_it(base: Dataset, tmp_path: Path) -> None:
    new = named(tmp_path / "told", picture(1), "hat")
    made = extend(base, [new], "Corrected", {})
    row, _ = photo_of(base, "test")
    assert made.photo_path(row["content_hash"]).samefile(base.photo_path(row["content_hash"]))
    delete_dataset(base.id)
    new.path.unlink()
    rows = made.manifest()
    good = rows[rows["status"] == "ok"]
    assert all(made.photo_path(content_hash).exists() for content_hash in good["content_hash"])
    pixels = load_pixels(made, 32)
    assert len(pixels) == len(rows) and (pixels[good.index].reshape(len(good), -1).max(axis=1) > 0).all()


def test_a_test_photo_is_left_out(base: Dataset, tmp_path: Path) -> None:
    _, kept = photo_of(base, "test")
    same = named(tmp_path / "told", kept, "hat")
    made = extend(base, [same, named(tmp_path / "told", picture(1), "hat")], "Corrected", {})
    assert rows_of(made, "test") == rows_of(base, "test")
    told = made.manifest().tail(2)
    assert told["reason"].tolist() == [TESTED, ""] and told["status"].tolist() == ["duplicate", "ok"]
    with pytest.raises(DatasetTooSmall, match="nothing new"):
        extend(base, [same], "Corrected", {})


def test_a_test_photo_that_was_saved_again_is_left_out(workspace: Path, tmp_path: Path) -> None:
    for label in ("dress", "pants"):
        for seed in range(3):
            path = tmp_path / "source" / label / f"{seed}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            garments.draw(label, seed, 120).save(path)
    dataset_id = store.start_dataset({"kind": "folder", "path": str(tmp_path / "source")}, "Drawn")
    assert jobs.wait(load_dataset(dataset_id).job_dir, 60).status == "done"
    base = load_dataset(dataset_id)
    _, kept = photo_of(base, "test")
    again = io.BytesIO()
    with Image.open(io.BytesIO(kept)) as photo:
        photo.resize((90, 120)).save(again, "JPEG", quality=60)
    other = io.BytesIO()
    garments.draw("dress", 9, 120).save(other, "JPEG")
    new = [named(tmp_path / "told", content, "skirt") for content in (again.getvalue(), other.getvalue())]
    made = extend(base, new, "Corrected", {})
    assert made.manifest()["reason"].tolist()[-2:] == [TESTED, ""]


@pytest.mark.parametrize("part", ["train", "validation"])
def test_a_photo_that_is_here_takes_its_new_name_and_is_learned_from(base: Dataset, tmp_path: Path, part: str) -> None:
    row, kept = photo_of(base, part)
    made = extend(base, [named(tmp_path / "told", kept, "hat")], "Corrected", {})
    now = made.manifest()
    now = now[now["content_hash"] == row["content_hash"]]
    assert now["label"].iloc[0] == "hat" and now["part"].iloc[0] == "train"
    assert made.ok == base.ok and made.classes["hat"] == 17 and made.classes["dress"] == 15


def test_a_photo_that_has_its_name_already_stays_as_it_is(base: Dataset, tmp_path: Path) -> None:
    row, kept = photo_of(base, "train")
    new = named(tmp_path / "told", picture(1), "hat")
    made = extend(base, [named(tmp_path / "told", kept, row["label"]), new], "Corrected", {})
    assert made.manifest()["reason"].tolist()[-2:] == [KNOWN, ""]
    assert made.ok == base.ok + 1


def test_named_photos_alone_are_split_as_any(workspace: Path, tmp_path: Path) -> None:
    new = [named(tmp_path / "told", picture(seed), "hat" if seed % 2 else "scarf") for seed in range(12)]
    made = extend(None, new, "Told", {})
    assert made.parts.keys() == {"train", "validation", "test"} and made.ok == 12
    assert made.source["dataset"] == ""


@pytest.mark.parametrize(
    ("labels", "missing"),
    [(["hat"] * 4, "all of them are “hat”"), (["hat"] * 3 + ["scarf"], "2 more of “scarf”")],
)
def test_too_few_alone_says_what_is_missing(workspace: Path, tmp_path: Path, labels: list[str], missing: str) -> None:
    new = [named(tmp_path / "told", picture(seed), label) for seed, label in enumerate(labels)]
    with pytest.raises(DatasetTooSmall, match=missing):
        extend(None, new, "Told", {})
    assert list_datasets() == []


def test_what_breaks_off_leaves_nothing(base: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(extending, "finish", full)
    with pytest.raises(OSError, match="No space"):
        extend(base, [named(tmp_path / "told", picture(1), "hat")], "Corrected", {})
    assert [each.id for each in store.list_datasets()] == [base.id]
    assert [each.name for each in base.folder.parent.iterdir()] == [base.id]
