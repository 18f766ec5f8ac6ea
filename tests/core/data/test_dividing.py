"""No copy crosses the split: neither when a dataset is made, nor when it is divided anew, which can be undone."""

import io
import shutil
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from core import jobs
from core.data import mends, store
from core.data.dividing import divide, job_dir, start_divide
from core.data.kin import find_kin
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.split import Shares
from core.errors import SplitInvalid
from core.files import read_json, write_json
from tests.conftest import picture

PHOTOS = 20  # of each class; every other one is there twice
HALVES = Shares(test=0.3, validation=0.2)


def saved_again(content: bytes) -> bytes:
    copy = io.BytesIO()
    image = Image.open(io.BytesIO(content))
    image.resize((image.width * 4 // 5, image.height * 4 // 5)).save(copy, "JPEG", quality=60)
    return copy.getvalue()


def folder_with_copies(root: Path) -> Path:
    for seed, label in enumerate(("dress", "hat")):
        folder = root / label
        folder.mkdir(parents=True)
        for number in range(PHOTOS):
            content = picture(1000 * seed + number)
            (folder / f"{number:02}.jpg").write_bytes(content)
            if number % 2:
                (folder / f"{number:02} again.jpg").write_bytes(saved_again(content))
    return root


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, str]:
    """A workspace with a dataset, and the id of that."""
    home, photos = tmp_path_factory.mktemp("copies"), tmp_path_factory.mktemp("photos")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(home))
        dataset_id = store.start_dataset({"kind": "folder", "path": str(folder_with_copies(photos))}, "Copies")
        assert jobs.wait(store.load_dataset(dataset_id).job_dir, 60).status == "done"
    return home, dataset_id


@pytest.fixture
def dataset(workspace, made) -> store.Dataset:
    shutil.copytree(made[0], workspace, dirs_exist_ok=True)
    return store.load_dataset(made[1])


def families(dataset: store.Dataset) -> list[list[int]]:
    found = find_kin(load_pixels(dataset, MADE_WITH_PX), dataset.as_made().index)
    assert len(found) == PHOTOS
    return found


def crossing(dataset: store.Dataset) -> list[list[int]]:
    parts = dataset.manifest()["part"]
    return [family for family in families(dataset) if parts.iloc[family].nunique() > 1]


def test_no_copy_crosses_the_split_of_a_new_dataset(dataset):
    assert crossing(dataset) == []
    rows = dataset.manifest()
    for _, parts in rows.groupby("label")["part"]:
        assert Counter(parts) == {"train": 19, "test": 6, "validation": 5}  # of 30: 64, 20 and 16 of 100, to the photo


def test_divided_anew_copies_stay_together_and_it_can_be_undone_on_any_later_day(dataset):
    before = dataset.manifest()["part"]
    divide(dataset, HALVES, keep_test=False)
    now = store.load_dataset(dataset.id)
    assert crossing(now) == []
    for _, parts in now.manifest().groupby("label")["part"]:
        assert Counter(parts) == {"train": 15, "test": 9, "validation": 6}
    assert now.parts == {"train": 30, "test": 18, "validation": 12}
    assert now.version != dataset.version and now.fingerprint == dataset.fingerprint
    [act] = mends.acts(now)
    moved = len(now.mends.photos)
    assert (act.moved, act.standing, act.relabelled, act.excluded) == (moved, moved, 0, 0)
    was = mends.undo(now, act.at)
    back = store.load_dataset(dataset.id)
    assert back.manifest()["part"].equals(before) and back.mends.photos == {} and back.version == dataset.version
    mends.put_back(back, was)
    assert store.load_dataset(dataset.id).manifest().equals(now.manifest())
    divide(store.load_dataset(dataset.id), HALVES, keep_test=False)
    assert mends.acts(dataset) == [act], "the same seed, the same split"
    divide(store.load_dataset(dataset.id), HALVES, seed=8, keep_test=False)
    assert len(mends.acts(dataset)) == 2


def test_the_test_part_stays_unless_asked_and_draws_what_is_a_copy_of_it(dataset):
    tested = dataset.manifest().query("part == 'test'").index
    family = next(family for family in families(dataset) if family[0] in tested)
    mends.move(dataset, family[1], "train")  # a leak that somebody made
    mends.exclude(dataset, families(dataset)[0][1])
    leaking = store.load_dataset(dataset.id)
    assert crossing(leaking) == [family]
    divide(leaking, Shares(validation=0.3), seed=9)
    now = store.load_dataset(dataset.id)
    assert crossing(now) == []
    assert [*now.manifest().query("part == 'test'").index] == [*tested]
    assert now.parts["validation"] == pytest.approx(0.3 * now.ok, abs=2)


def test_what_was_left_out_goes_with_its_copy(dataset):
    one, other = families(dataset)[0]
    mends.exclude(dataset, other)
    for part in ("test", "validation"):
        mends.move(store.load_dataset(dataset.id), one, part)
        divide(store.load_dataset(dataset.id), HALVES, seed=3, keep_test=False)
    mends.relabel(dataset, other, "dress")
    assert crossing(store.load_dataset(dataset.id)) == []


def test_the_parts_that_the_source_gave_stay_unless_asked(workspace, tmp_path, at_once):
    for part, numbers in {"train": range(30), "test": range(30, 40)}.items():
        for label in ("dress", "hat"):
            (tmp_path / "photos" / part / label).mkdir(parents=True)
            for number in numbers:
                path = tmp_path / "photos" / part / label / f"{number}.jpg"
                path.write_bytes(picture(number + (100 if label == "hat" else 0)))
    dataset = store.load_dataset(store.start_dataset({"kind": "folder", "path": str(tmp_path / "photos")}, "Given"))
    assert dataset.given == ("test", "train")
    tested = dataset.manifest().query("part == 'test'").index
    divide(dataset, Shares(test=0.1, validation=0.4), keep_test=False)
    now = store.load_dataset(dataset.id)
    assert now.manifest().query("part == 'test'").index.equals(tested)
    assert now.parts == {"train": 28, "validation": 32, "test": 20}
    divide(now, Shares(test=0.1, validation=0.4), keep_test=False, keep_given=False)
    assert store.load_dataset(dataset.id).parts == {"train": 40, "validation": 32, "test": 8}


def test_a_dataset_made_before_copies_were_known_of_can_be_divided(dataset):
    facts = {key: value for key, value in read_json(dataset.folder / "dataset.json").items() if key != "given"}
    write_json(dataset.folder / "dataset.json", facts)
    manifest = dataset.as_made()
    manifest["part"] = [("train", "test", "validation")[position % 3] for position in manifest.index]
    manifest.to_parquet(dataset.folder / "manifest.parquet", index=False)
    (dataset.folder / "pixels" / f"{MADE_WITH_PX}.npy").unlink()
    old = store.load_dataset(dataset.id)
    assert old.given == () and crossing(old) != []
    divide(old, Shares())
    assert crossing(store.load_dataset(dataset.id)) == []


def test_it_is_a_job_and_says_what_sizes_are_none(dataset, at_once):
    with pytest.raises(SplitInvalid, match=r"10% of all are left to learn from.* Received: 60% to test it on, 40%"):
        start_divide(dataset.id, Shares(test=0.6, validation=0.4), keep_test=False)
    with pytest.raises(SplitInvalid, match=r"Received: 20% to test it on, 75% to watch it with"):
        start_divide(dataset.id, Shares(test=0.1, validation=0.75))  # what it is tested on stays
    facts = read_json(dataset.folder / "dataset.json")
    write_json(dataset.folder / "dataset.json", facts | {"given": ["validation"]})
    with pytest.raises(SplitInvalid, match=r"Received: 75% to test it on, 17% to watch it with"):
        start_divide(dataset.id, Shares(test=0.75, validation=0.1), keep_test=False)
    write_json(dataset.folder / "dataset.json", facts)
    start_divide(dataset.id, HALVES, keep_test=False)
    assert jobs.state(job_dir(dataset)).status == "done"
    assert store.load_dataset(dataset.id).parts == {"train": 30, "test": 18, "validation": 12}
