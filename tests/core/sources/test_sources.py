"""Specs, samples and what people type on the command line."""

import io
from pathlib import Path

import pytest
from PIL import Image

from core.errors import DownloadFailed, SourceNotUnderstood
from core.sources import open_source, spec_from_text
from core.sources.samples import SAMPLES
from tests.conftest import class_folders
from tests.core.sources.conftest import Host, Kept
from tests.core.sources.test_archives import FILES, _zip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://docs.google.com/spreadsheets/d/1AbC/edit", "Google Sheet"),
        ("https://shop.example/winter_coats-2024.csv?x=1", "Winter coats 2024"),
        ("https://shop.example/", "Table"),
    ],
)
def test_a_link_is_a_table(text: str, name: str) -> None:
    spec, suggested = spec_from_text(f" {text} ")
    assert spec == {"kind": "table", "address": text, "image_column": None, "label_column": None}
    assert suggested == name


def test_files_and_folders_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = class_folders(tmp_path / "my_clothes", {"dress": 1, "shirt": 1})
    (tmp_path / "a.zip").write_bytes(b"")
    (tmp_path / "Table.XLSX").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert spec_from_text(str(folder)) == ({"kind": "folder", "path": str(folder)}, "My clothes")
    assert spec_from_text("a.zip")[0] == {"kind": "archive", "path": str(tmp_path / "a.zip")}
    table = spec_from_text("Table.XLSX")[0]
    assert (table["kind"], table["address"], table["base_dir"]) == (
        "table",
        str(tmp_path / "Table.XLSX"),
        str(tmp_path),
    )


@pytest.mark.parametrize("text", ["", "gone.csv", "sample:shoes", "notes.docx"])
def test_what_is_none_of_these_is_told_what_there_is(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.docx").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    if not text:
        monkeypatch.chdir(class_folders(tmp_path / "x", {"a": 1}))
    with pytest.raises(SourceNotUnderstood, match="sample:garments"):
        spec_from_text(text or "gone")
    with pytest.raises(SourceNotUnderstood, match="no such kind"):
        open_source({"kind": "video"})


def test_every_sample_is_known_on_the_command_line() -> None:
    for sample in SAMPLES:
        assert spec_from_text(f"sample:{sample.id}") == (sample.spec, sample.name)


def test_drawings_are_the_same_for_the_same_seed_and_in_any_order(kept: Kept) -> None:
    source = open_source({"kind": "garments", "photos": 10, "width_px": 64, "seed": 7})
    items = source.items()
    assert {item.label for item in items[:8]} == {
        "dress", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt",
    }  # fmt: skip
    assert items[0].source.endswith("/00001")
    source.deliver(items, kept, lambda: False)
    again = Kept()
    source.deliver(items[:3:-1], again, lambda: False)
    assert sorted(kept.times.items()) == [(row, 1) for row in range(1, 11)]
    assert all(kept.delivered[row] == content for row, content in again.delivered.items())
    content = kept.delivered[1]
    assert isinstance(content, bytes)
    with Image.open(io.BytesIO(content)) as drawing:
        assert (drawing.format, drawing.width) == ("JPEG", 64)


def test_drawing_stops_when_asked(kept: Kept) -> None:
    source = open_source({"kind": "garments", "photos": 5000, "width_px": 64, "seed": 7})
    source.deliver(source.items(), kept, lambda: len(kept.delivered) > 0)
    assert len(kept.delivered) < 200


def test_the_clothing_photos_are_downloaded_once(
    host: Host, kept: Kept, tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.answers["/master.zip"] = _zip(tmp_path / "a.zip", FILES).read_bytes()
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", host.url("/master.zip"))
    seen: list[tuple[str, int, int]] = []
    for _ in range(2):
        source = open_source({"kind": "clothing-photos"}, lambda *told: seen.append(told))
        source.deliver(source.items(), kept, lambda: False)
    assert host.asked["/master.zip"] == 1
    assert seen[-1][0] == "download"
    assert set(kept.times.values()) == {2}
    assert {path.name for path in (workspace / "cache").iterdir()} == {".lock", "clothing-photos.zip"}


@pytest.mark.parametrize("path", ["/status/404", "/page/moved", "/empty"])
def test_photos_that_cannot_be_downloaded_lead_to_the_drawn_ones(
    path: str, host: Host, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", host.url(path))
    with pytest.raises(DownloadFailed, match=r"drawn garments.*sample:garments"):
        open_source({"kind": "clothing-photos"})
    assert not (workspace / "cache" / "clothing-photos.zip").exists()
