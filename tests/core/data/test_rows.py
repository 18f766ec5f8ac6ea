"""The rows of a dataset, small and large: the same rows laid on the disk both ways give the same answers."""

import hashlib
import shutil

import pandas as pd
import pytest

from core.commands import datasets, doubting, mending, refreshing
from core.data import finishing, mends, refresh, status_table, store
from core.data.large_rows import LargeRows
from core.data.mend_layer import EXCLUDED
from core.data.rows import rows_of
from core.data.small_rows import SmallRows
from core.errors import DatasetDamaged, NotFound, SourceNotUnderstood
from core.files import write_json
from core.settings import load_settings

ROWS, PART, GROUP = 230, 60, 16  # in four parts, and row groups that end elsewhere than pages
LABELS = ["coat", "dress", "o'hat"]


def table() -> pd.DataFrame:
    """Rows of which some failed, two are the same photo under two labels, and two are copies of their first."""
    numbers = range(ROWS)
    hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in numbers]
    rows = {
        "row": [number + 2 for number in numbers],
        "source": [f"https://photos.example/{number}.jpg" for number in numbers],
        "label": [LABELS[number % 7 % 3] for number in numbers],
        "status": ["unreachable" if number % 50 == 7 else "ok" for number in numbers],
        "reason": ["=It did not answer." if number % 50 == 7 else None for number in numbers],
        "content_hash": [None if number % 50 == 7 else each for number, each in enumerate(hashes)],
        "perceptual_hash": None,
        "width": [100 + number for number in numbers],
        "height": 200,
        "bytes": 1000,
        "group": hashes,
        "part": [
            None if number % 50 == 7 else ("train", "test", "train", "validation")[number % 4] for number in numbers
        ],
    }
    found = pd.DataFrame(rows).astype(store.MANIFEST_COLUMNS)
    found.loc[[132, 133], "content_hash"] = hashes[1], hashes[2]
    found.loc[[200, 201], ["content_hash", "label", "status", "reason", "part"]] = [
        [hashes[place], LABELS[place % 7 % 3], "duplicate", "As an earlier one.", None] for place in (5, 6)
    ]
    return found


@pytest.fixture
def both(workspace, monkeypatch):
    """The same dataset twice: small, and large."""
    for name in ("small", "large"):
        folder = load_settings().datasets_dir / name
        source = {"kind": "table", "address": "https://photos.example/table.csv"}
        write_json(folder / "dataset.json", {"name": name.title(), "source": source, "created_at": 1.0})
        if name == "large":
            monkeypatch.setattr(finishing, "LARGE_ROWS", ROWS - 1)
            monkeypatch.setattr(finishing, "PART_ROWS", PART)
            monkeypatch.setattr(finishing, "ROW_GROUP", GROUP)
        finishing.finish(folder, table())
        shutil.rmtree(folder / "pixels", ignore_errors=True)
    monkeypatch.setattr("core.data.small_rows.load_pixels", lambda *args: None)  # there are no photos
    monkeypatch.setattr("core.data.small_rows.let_go", lambda *args: None)
    return store.load_dataset("small"), store.load_dataset("large")


def answers(dataset):
    """What the rows of a dataset answer to every question."""
    rows = rows_of(dataset)
    pages = [rows.page(start, start + 24) for start in range(0, ROWS + 24, 48)]
    pages += [rows.page(5, 29, label, part) for label in ["dress", "scarf"] for part in (None, "train")]
    some = [ROWS - 1, 0, 61, 61, 15, 16, -1, ROWS, 7]
    return {
        "large": rows.__class__,
        "pages": [page.reset_index(drop=True).to_dict("records") for page in pages],
        "numbers": [rows.number(), rows.number("dress"), rows.number(part="test"), rows.number("scarf", "test")],
        "places": [rows.place(position, label) for position in range(0, ROWS, 23) for label in (None, "dress")],
        "at": rows.at(some, ["row", "label", "status", "part"]).to_dict("index"),
        "made": rows.at(some, ["row", "label"], mended=False).to_dict("index"),
        "order": rows.at(some, ["row"]).index.tolist(),
        "none": rows.at([], ["row", "label"]).columns.tolist(),
        "counts": rows.counts().to_dict("index"),
        "named": rows.named(["dress", "scarf"]),
        "holding": rows.holding([hashlib.sha256(str(each).encode()).hexdigest() for each in (1, 5, 999)]),
        "aside": rows.aside(4).to_dict("index"),
        "row": [rows.position_of(row) for row in (2, 63, 1, ROWS + 2)],
        "hashes": [sorted(each for some in rows.hashes(part) for each in some) for part in (None, "validation")],
        "sample": rows.sample(ROWS).sort_index().to_dict("index"),
        "megapixels": round(rows.megapixels(), 9),
    }


def mended(dataset):
    """Photos renamed, left out and moved, each word as a person would say it."""
    mends.relabel(dataset, [0, 61, 3], "scarf")
    mends.exclude(dataset, [4, 119, 120])
    mends.move(dataset, [8, 180], "validation")
    mends.relabel(dataset, 1, str(dataset.as_made()["label"].iat[132]))  # which its twin bears: it is left out
    return store.load_dataset(dataset.id)


def test_a_large_dataset_answers_as_a_small_one_of_the_same_rows(both):
    small, large = map(answers, both)
    assert (small.pop("large"), large.pop("large")) == (SmallRows, LargeRows)
    assert small == large and both[1].is_large and len([*both[1].manifest_dir.iterdir()]) == 4
    assert small["order"] == [ROWS - 1, 0, 61, 15, 16, 7] and both[0].fingerprint == both[1].fingerprint
    assert [len(page) for page in small["pages"][:6]] == [24] * 5 + [0]


def test_mends_lie_over_the_rows_of_both(both):
    before = answers(both[1])
    datasets_now = [mended(each) for each in both]
    small, large = map(answers, datasets_now)
    small.pop("large"), large.pop("large")
    assert small == large != before
    now = datasets_now[1]
    assert now.mends.photos[1].label is None, "its twin has that name"
    assert rows_of(now).number() == now.ok and rows_of(now).at([4], ["status", "part"]).iloc[0].tolist()[0] == EXCLUDED
    assert {label: int(parts.sum()) for label, parts in rows_of(now).counts().iterrows()} == now.classes
    with pytest.raises(NotFound, match="position 7"):
        mends.exclude(now, [9, 7])
    mends.take_all_back(now)
    again = answers(store.load_dataset("large"))
    assert again == before


def test_the_verbs_that_look_read_no_whole_manifest(both, monkeypatch, tmp_path):
    large = mended(both[1])
    monkeypatch.setattr(store.Dataset, "as_made", None)
    told, text = datasets.show(options(id="large"))
    assert told["rows"] == ROWS and "row 9: =It did not answer." in text
    told, text = mending.show(options(id="large", acts=False))
    assert [each["row"] for each in told["mends"]][:3] == [2, 3, 5] and "row 2: coat → scarf" in text
    chosen = {"finding": None, "remedy": None, "undo": False, "exclude": True, "move_to": None, "label": None}
    told, _ = mending.mend(options(id="large", photo=102, **chosen))
    assert told["position"] == 100 and told["mend"]["label"] is None
    write_json(large.folder / "suspects.json", {"of": large.fingerprint, "photos": [suspect(large, 62)]})
    assert [each["row"] for each in doubting.show(options(id="large"))[0]["photos"]] == [64]
    file = tmp_path / "rows.csv"
    refreshing.status(options(id="large", csv=str(file)))
    lines = file.read_text("utf-8-sig").splitlines()
    assert len(lines) == ROWS + 1 and lines[8].endswith(",unreachable,'=It did not answer.")
    assert lines[5].endswith(f",{EXCLUDED},Somebody left it out.")


def test_what_a_large_one_cannot_is_said(both):
    with pytest.raises(NotFound, match="Name a file"):
        refreshing.status(options(id="large", csv=None))
    assert not refresh.can_refresh(both[1]) and not status_table.has_table(both[1])
    with pytest.raises(SourceNotUnderstood, match="up to 100,000"):
        refresh.start_refresh("large")
    (both[1].manifest_dir / "000001.parquet").write_bytes(b"")
    (both[1].folder / "gallery.parquet").unlink()
    for ask in (lambda: rows_of(both[1]).at([70], ["row"]), lambda: rows_of(both[1]).page(0, 5)):
        with pytest.raises(DatasetDamaged):
            ask()


def suspect(dataset, position):
    made = rows_of(dataset).at([position], ["content_hash", "label"]).iloc[0].to_dict()
    return {"position": position, "score": 0.9, "said": "coat", "was": made["label"], **made}


def options(**given):
    return type("Options", (), {"refuse": None, **given})()
