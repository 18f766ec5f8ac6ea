"""Mends of a dataset: the last word counts wherever it is read, everything can be taken back, and nothing is lost."""

import hashlib
import json
from pathlib import Path

import pytest

from core import jobs
from core.data import mends, refresh, store
from core.data.extending import extend
from core.data.mend_layer import EXCLUDED, keep, last_words, mends_of
from core.data.pixels import load_pixels
from core.data.status_table import statuses
from core.errors import NameInvalid, NotFound, SplitInvalid
from tests.conftest import picture
from tests.core.data.test_extending import named


@pytest.fixture
def dataset(dataset_home):
    return store.load_dataset(dataset_home.dataset_id)


def test_the_last_word_about_a_photo_counts_and_can_be_taken_back(dataset):
    assert mends.load_mends(dataset.folder) == {}
    mends.relabel(dataset, 3, " winter   hat ")
    mends.exclude(dataset, 5)
    mends.exclude(dataset, 3)
    mends.relabel(dataset, 3, "pants")
    found = mends.load_mends(dataset.folder)
    assert {position: mend.label for position, mend in found.items()} == {3: "pants", 5: None}
    made = dataset.as_made().iloc[3]
    assert (found[3].content_hash, found[3].was, found[3].part) == (made["content_hash"], "dress", made["part"])
    mends.take_back(dataset, 5)
    mends.relabel(dataset, 3, "dress")  # as it was made: that is no mend
    assert mends.load_mends(dataset.folder) == {} and sorted(last_words(dataset.folder)) == [3, 5]
    mends.relabel(dataset, 5, " winter   hat ")
    assert mends.load_mends(dataset.folder)[5].label == "winter hat"


def test_whoever_reads_the_dataset_reads_it_as_mended_and_the_files_stay_as_they_were(dataset):
    before, kept = dataset.manifest(), (dataset.folder / "manifest.parquet").read_bytes()
    mends.relabel(dataset, [0, 1], "tent")
    mends.exclude(dataset, 2)
    now = store.load_dataset(dataset.id)
    rows = now.manifest()
    assert rows["label"].iloc[:4].tolist() == ["tent", "tent", "dress", "dress"]
    assert (rows["status"].iat[2], rows["reason"].iat[2], rows["part"].isna().tolist()) == (
        *(EXCLUDED, "Somebody left it out."),
        [position == 2 for position in range(len(rows))],
    )
    assert rows["part"].drop(2).equals(before["part"].drop(2)), "a photo keeps its part"
    assert now.classes == {"dress": 13, "hat": 16, "pants": 16, "shoes": 16, "tent": 2} and now.ok == 63
    assert now.parts == {part: int((rows["part"] == part).sum()) for part in dataset.parts}
    assert now.rows == now.ok + now.duplicates + now.failed + now.mends.excluded
    assert now.as_made().equals(before) and (dataset.folder / "manifest.parquet").read_bytes() == kept
    assert now.fingerprint == dataset.fingerprint and now.version != dataset.version == dataset.fingerprint
    before_all = mends.take_all_back(now)
    assert store.load_dataset(dataset.id).manifest().equals(before)
    mends.put_back(now, before_all)
    assert store.load_dataset(dataset.id).manifest().equals(rows)


def test_a_class_whose_photos_all_moved_is_gone_and_a_new_one_is_said(dataset):
    rows = dataset.manifest()
    hats = rows.index[rows["label"] == "hat"].tolist()
    mends.relabel(dataset, hats[1:], "cap")
    mends.exclude(dataset, hats[0])
    now = store.load_dataset(dataset.id)
    assert now.class_names == ["cap", "dress", "pants", "shoes"]
    assert (now.mends.arisen(now.classes), now.mends.vanished(now.classes)) == (["cap"], ["hat"])


def test_a_photo_that_is_there_under_that_name_already_is_left_out(dataset_home, tmp_path):
    for label in ("dress", "hat"):
        (tmp_path / "twins" / label).mkdir(parents=True)
        for seed in (0, 1, 2) if label == "dress" else (2, 3, 4):
            (tmp_path / "twins" / label / f"{seed}.jpg").write_bytes(picture(seed))
    made = store.start_dataset({"kind": "folder", "path": str(tmp_path / "twins")}, "Twins")
    assert jobs.wait(store.load_dataset(made).job_dir, 60).status == "done"
    dataset = store.load_dataset(made)
    rows = dataset.manifest()
    [twin] = rows.index[(rows["label"] == "hat") & (rows["source"] == "hat/2.jpg")]
    mends.relabel(dataset, twin, "dress")
    now = store.load_dataset(made)
    assert now.classes == {"dress": 3, "hat": 2} and now.mends.photos[twin].label is None


def test_what_is_left_out_can_still_be_looked_at(dataset):
    mends.exclude(dataset, 5)
    pixels = load_pixels(store.load_dataset(dataset.id), 24)
    assert pixels[5].any(), "it may be taken back"


def test_a_line_that_was_cut_loses_only_itself(dataset):
    mends.exclude(dataset, 1)
    with (dataset.folder / mends.FILE).open("ab") as file:
        file.write(b'\n{"position": 2, "label": null, "conte')
    mends.exclude(dataset, 4)
    assert sorted(mends.load_mends(dataset.folder)) == [1, 4]


def test_what_cannot_be_mended_is_said(dataset):
    for position in (-1, len(dataset.manifest())):
        with pytest.raises(NotFound, match=rf"position {position}"):
            mends.exclude(dataset, [0, position])
    with pytest.raises(NameInvalid, match="1 to 60 characters"):
        mends.relabel(dataset, 0, "  ")
    assert mends.load_mends(dataset.folder) == {}


def test_the_mends_of_a_day_can_be_kept_elsewhere(dataset, tmp_path):
    mends.relabel(dataset, 0, "tent")
    keep(tmp_path, mends_of(dataset.folder).photos.values())
    mends.relabel(dataset, 0, "cave")
    assert "tent" in store.load_dataset(dataset.id, tmp_path).classes
    assert "cave" in store.load_dataset(dataset.id).classes
    (tmp_path / "none").mkdir()
    assert store.load_dataset(dataset.id, tmp_path / "none").classes == dataset.classes


def test_a_photo_is_moved_to_another_part_and_keeps_it_when_it_is_renamed(dataset):
    learned = dataset.manifest().query("part == 'train'").index.tolist()[:3]
    mends.move(dataset, learned, "test")
    mends.relabel(dataset, learned[0], "tent")
    mends.exclude(dataset, learned[1])
    now = store.load_dataset(dataset.id)
    rows = now.manifest()
    assert [rows["part"].iat[at] for at in (learned[0], learned[2])] == ["test", "test"]
    assert now.parts == rows["part"].value_counts().to_dict() and now.parts["test"] == dataset.parts["test"] + 2
    assert (now.mends.moved, now.mends.relabelled, now.mends.excluded) == (2, 1, 1)
    assert (now.mends.arisen(now.classes), now.mends.vanished(now.classes)) == (["tent"], [])
    keep(dataset.folder / "photos", now.mends.photos.values())  # as a run keeps them
    assert store.load_dataset(dataset.id, dataset.folder / "photos").manifest().equals(rows)
    versions = {now.version, dataset.version}
    mends.move(dataset, learned[2], "train")  # as it was made: that is no mend
    versions.add(store.load_dataset(dataset.id).version)
    assert sorted(mends.load_mends(dataset.folder)) == learned[:2] and len(versions) == 3
    with pytest.raises(SplitInvalid, match="Received: “exam”"):
        mends.move(dataset, 0, "exam")


def test_lines_of_earlier_versions_read_as_they_were_meant(dataset):
    made = dataset.as_made().iloc[3]
    facts = {"position": 3, "content_hash": made["content_hash"], "was": "dress", "part": made["part"]}
    line = json.dumps({**facts, "label": "tent", "at": 12.5})
    (dataset.folder / mends.FILE).write_text(line)
    now = store.load_dataset(dataset.id)
    assert (now.classes["tent"], now.parts, now.mends.photos[3].now) == (1, dataset.parts, made["part"])
    assert now.mends.digest == hashlib.sha256(b'[[3, "tent"]]').hexdigest()[:16], "runs know that version by it"
    assert mends.acts(now) == [mends.Act(12.5, relabelled=1, excluded=0, moved=0, standing=1)]


class TestActs:
    def test_what_is_said_in_one_call_is_one_act_and_can_be_undone_much_later(self, dataset):
        mends.relabel(dataset, [0, 1, 2], "tent")
        mends.exclude(dataset, [2, 3])
        mends.say(dataset, {4: "cave", 5: None})
        mends.move_each(dataset, {0: "test", 6: "validation", 7: "test"})
        here = store.load_dataset(dataset.id)  # as after a restart
        acts = mends.acts(here)
        moved = sum(here.mends.photos[at].moved is not None for at in (0, 6, 7) if at in here.mends.photos)
        counts = [(act.relabelled, act.excluded, act.moved) for act in acts]
        assert counts == [(0, 0, moved), (1, 1, 0), (0, 2, 0), (3, 0, 0)] and moved >= 1
        assert acts[-1].standing == 2, "of the three that became tents, one was left out since"
        before = here.manifest()
        was = mends.undo(here, acts[2].at)
        now = store.load_dataset(dataset.id)
        assert now.manifest()["label"].iloc[:4].tolist() == ["tent", "tent", "tent", "dress"]
        assert now.manifest()["status"].iloc[[2, 3]].tolist() == ["ok", "ok"]
        assert [act.standing for act in mends.acts(now)][2] == 0 and len(mends.acts(now)) == 4, "no act of its own"
        mends.put_back(now, was)
        assert store.load_dataset(dataset.id).manifest().equals(before)
        for act in mends.acts(now):
            mends.undo(now, act.at)
        assert store.load_dataset(dataset.id).manifest().equals(dataset.manifest())

    def test_what_was_said_of_a_photo_since_stays(self, dataset):
        mends.relabel(dataset, [0, 1], "tent")
        mends.relabel(dataset, 1, "cave")
        first = mends.acts(dataset)[-1]
        assert first.standing == 1
        assert sorted(mends.undo(dataset, first.at)) == [0]
        assert store.load_dataset(dataset.id).manifest()["label"].iloc[:2].tolist() == ["dress", "cave"]
        assert mends.undo(dataset, first.at) == {}
        with pytest.raises(NotFound, match="at that moment"):
            mends.undo(dataset, 1.0)

    def test_what_brings_photos_back_to_how_they_were_made_is_an_act_too(self, dataset):
        part = dataset.manifest()["part"].iat[1]
        other = "test" if part != "test" else "train"
        mends.relabel(dataset, 0, "skirt")
        mends.move(dataset, 1, other)
        mends.move(dataset, 1, part)
        last, moved, renamed = mends.acts(dataset)
        assert [(act.moved, act.standing) for act in (last, moved, renamed)] == [(1, 1), (1, 0), (0, 1)]
        was = mends.undo(dataset, last.at)
        now = store.load_dataset(dataset.id).manifest()
        assert (now["label"].iat[0], now["part"].iat[1]) == ("skirt", other)
        mends.put_back(dataset, was)
        mends.take_back(dataset, 0)
        assert [act.standing for act in mends.acts(dataset)] == [1, 0, 0], "what only took back is none"

    def test_a_label_and_a_part_are_undone_each_by_itself(self, dataset):
        mends.exclude(dataset, [0, 1])
        mends.relabel(dataset, 2, "tent")
        parts = dataset.manifest()["part"].tolist()
        moved = {at: "test" if parts[at] != "test" else "train" for at in (0, 2)}
        mends.move_each(dataset, moved)
        move, renaming, leaving_out = mends.acts(dataset)
        assert (move.standing, renaming.standing, leaving_out.standing) == (2, 1, 2)
        assert sorted(mends.undo(dataset, leaving_out.at)) == [0, 1]
        assert sorted(mends.undo(dataset, renaming.at)) == [2]
        now = store.load_dataset(dataset.id)
        assert now.classes == dataset.classes and now.manifest()["part"].iloc[[0, 2]].tolist() == [*moved.values()]
        mends.relabel(now, 2, "cave")
        mends.undo(now, move.at)
        rows = store.load_dataset(dataset.id).manifest()
        assert rows["part"].tolist() == parts and rows["label"].iat[2] == "cave"


class TestTakenOver:
    def test_by_a_dataset_made_anew_of_the_same_source(self, dataset, at_once):
        rows = dataset.as_made()
        mends.relabel(dataset, [0, 20], "tent")
        mends.exclude(dataset, 40)
        mends.move(dataset, 50, {"train": "test"}.get(rows["part"][50], "train"))
        there_now = store.load_dataset(dataset.id).manifest()["part"]
        folder = Path(dataset.source["path"])
        (folder / "apron").mkdir()
        (folder / "apron" / "000.png").write_bytes(picture(1))  # comes first: all others stand elsewhere now
        try:
            draft = refresh.start_refresh(dataset.id)
            found = refresh.find_difference(store.load_dataset(draft))
            assert (len(found.new), found.relabelled, found.gone, found.lost) == (1, (), (), ())
            refresh.accept(draft)
        finally:
            (folder / "apron" / "000.png").unlink()
            (folder / "apron").rmdir()
        now = store.load_dataset(draft)
        there = now.manifest().set_index("content_hash")
        hashes = rows["content_hash"]
        assert [there.at[hashes[position], "label"] for position in (0, 20)] == ["tent", "tent"]
        assert there.at[hashes[40], "status"] == EXCLUDED and len(now.mends.photos) == 3
        assert now.mends.photos.keys() == {1, 21, 41}
        assert there.at[hashes[50], "part"] == there_now[50] != rows["part"][50]

    def test_by_one_with_photos_added_unless_a_photo_is_named_anew(self, dataset, tmp_path):
        rows = dataset.as_made()
        learned = rows.index[rows["part"] == "train"]
        one, other, third = (int(each) for each in learned[:3])
        mends.relabel(dataset, [one, other], "tent")
        mends.exclude(dataset, third)
        base = store.load_dataset(dataset.id)
        content = base.photo_path(rows["content_hash"][other]).read_bytes()
        new = [named(tmp_path / "told", picture(1), "dress"), named(tmp_path / "told", content, "cave")]
        made = extend(base, new, "Corrected", {})
        there = made.manifest()
        assert there["label"].iloc[[one, other]].tolist() == ["tent", "cave"]
        assert there["status"].iat[third] == EXCLUDED and made.photo_path(rows["content_hash"][third]).exists()
        assert sorted(made.mends.photos) == [one, third]
        mends.take_back(made, [one, third])
        assert store.load_dataset(made.id).ok == dataset.ok + 1

    def test_by_the_table_with_the_status_of_each_row(self, dataset):
        mends.relabel(dataset, 0, "tent")
        mends.exclude(dataset, 1)
        found = statuses(store.load_dataset(dataset.id))
        assert [found[row] for row in (1, 2, 3)] == [
            ("ok", "Renamed from “dress” to “tent”."),
            ("excluded", "Somebody left it out."),
            ("ok", ""),
        ]
