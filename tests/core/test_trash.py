"""The trash: gone at once, back on request, for a month."""

import time

import pytest

from core import trash
from core.errors import NotFound
from core.files import read_json, write_json
from core.settings import load_settings


def test_a_deleted_folder_comes_back_with_all_it_held(tmp_path):
    folder = tmp_path / "runs" / "one"
    write_json(folder / "inside" / "facts.json", [1, 2])
    token = trash.move_to_trash(folder)
    assert not folder.exists()
    assert trash.restore(token) == folder
    assert read_json(folder / "inside" / "facts.json") == [1, 2]
    with pytest.raises(NotFound, match="not in the trash any more"):
        trash.restore(token)


def test_what_took_its_place_is_not_overwritten(tmp_path):
    path = tmp_path / "facts.json"
    write_json(path, "old")
    token = trash.move_to_trash(path)
    write_json(path, "new")
    with pytest.raises(NotFound, match="Something new"):
        trash.restore(token)
    path.unlink()
    trash.restore(token)
    assert read_json(path) == "old"


def test_it_comes_back_only_as_what_it_was_taken_for(tmp_path):
    folder = tmp_path / "series" / "a"
    folder.mkdir(parents=True)
    token = trash.move_to_trash(folder)
    with pytest.raises(NotFound, match="none of the runs"):
        trash.restore(token, "runs")
    assert trash.restore(token, "series") == folder


def test_after_a_month_it_is_gone_for_good(tmp_path, monkeypatch):
    for name in ("old", "recent", "new"):
        write_json(tmp_path / name, name)
    old = trash.move_to_trash(tmp_path / "old")
    now = time.time()
    monkeypatch.setattr(trash.time, "time", lambda: now + 29 * 24 * 3600)
    recent = trash.move_to_trash(tmp_path / "recent")
    monkeypatch.setattr(trash.time, "time", lambda: now + 31 * 24 * 3600)
    trash.move_to_trash(tmp_path / "new")
    with pytest.raises(NotFound):
        trash.restore(old)
    assert trash.restore(recent) == tmp_path / "recent"


def test_the_export_of_a_model_goes_with_it_for_good(monkeypatch):
    settings = load_settings()
    places = {"brought": settings.models_dir / "brought", "taught": settings.runs_dir / "taught" / "model"}
    for model_id, folder in places.items():
        folder.mkdir(parents=True)
        write_json(settings.exports_dir / model_id / "export.json", {})
        trash.move_to_trash(folder)
    assert {path.name for path in settings.exports_dir.iterdir()} == set(places), "it can still come back"
    places["brought"].mkdir()  # another one has its place by now
    later = time.time() + 31 * 24 * 3600
    monkeypatch.setattr(trash.time, "time", lambda: later)
    write_json(settings.home / "any", {})
    trash.move_to_trash(settings.home / "any")
    assert [path.name for path in settings.exports_dir.iterdir()] == ["brought"]


@pytest.mark.parametrize("token", ["", "..", "../runs", "a/b"])
def test_a_token_is_no_path(token, tmp_path):
    write_json(
        load_settings().trash_dir.parent / "runs" / "origin.json", {"path": str(tmp_path / "x"), "deleted_at": 0}
    )
    with pytest.raises(NotFound):
        trash.restore(token)


def test_deleting_what_is_gone_leaves_nothing_behind(tmp_path):
    with pytest.raises(NotFound):
        trash.move_to_trash(tmp_path / "nothing")
    assert list(load_settings().trash_dir.iterdir()) == []
