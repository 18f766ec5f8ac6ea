"""The clothing photos' download: taken up where it broke off, checked, and refused when it is something else."""

import asyncio
import time
from pathlib import Path

import pytest

from core.__main__ import main
from core.data import store
from core.errors import DownloadFailed
from core.sources.samples import clothing_photos
from tests.core.sources.conftest import PHOTO, Host
from tests.core.sources.test_archives import _zip


class Ended(Exception):
    """What a making that was cancelled raises."""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries a person's patience is worth more than a test's."""
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: sleep(min(seconds, 0.05)))


@pytest.fixture
def archive(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The archive, at an address that breaks off in its middle the first time."""
    files = {f"master/dress/{number}.jpg": PHOTO + bytes([number]) * 20_000 for number in range(40)}
    content = _zip(tmp_path / "a.zip", files, 0).read_bytes()
    host.answers["content"] = content
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", host.url("/broken"))
    return content


def end_at_half(stage: str, done: int, total: int) -> None:
    if done > total / 3 > 0:
        raise Ended


def part(workspace: Path) -> Path:
    return workspace / "cache" / ".clothing-photos.zip.part"


def test_a_connection_that_breaks_off_is_taken_up(archive: bytes, host: Host) -> None:
    assert clothing_photos().read_bytes() == archive
    assert host.asked["/broken"] == 2


def test_a_making_that_was_ended_goes_on_where_it_was(archive: bytes, workspace: Path) -> None:
    with pytest.raises(Ended):
        clothing_photos(end_at_half)
    came = part(workspace).stat().st_size
    assert 0 < came < len(archive)
    seen: list[int] = []
    assert clothing_photos(lambda stage, done, total: seen.append(done)).read_bytes() == archive
    assert came < min(seen) and seen[-1] == len(archive)
    assert not part(workspace).exists()


@pytest.mark.parametrize("left", [b"of another time" * 99, b"longer" * 300_000])
def test_what_another_archive_left_does_no_harm(left: bytes, archive: bytes, host: Host, workspace: Path) -> None:
    part(workspace).parent.mkdir(parents=True)
    part(workspace).write_bytes(left)
    host.answers["/plain.zip"] = archive
    assert clothing_photos().read_bytes() == archive


def test_a_whole_download_that_was_not_put_in_place_is_not_fetched_again(
    archive: bytes, host: Host, workspace: Path
) -> None:
    part(workspace).parent.mkdir(parents=True)
    part(workspace).write_bytes(archive)
    assert clothing_photos().read_bytes() == archive
    assert host.asked["/broken"] == 0


@pytest.mark.parametrize("what", ["a changed byte", "cut off", "a page"])
def test_wrong_bytes_are_not_used(
    what: str, archive: bytes, host: Host, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = len(archive) // 2
    wrong = {"a changed byte": archive[:middle] + b"!" + archive[middle + 1 :], "cut off": archive[:middle]}
    host.answers["/wrong.zip"] = wrong.get(what, b"<!doctype html><html>Sign in to the Wi-Fi</html>")
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", host.url("/wrong.zip"))
    with pytest.raises(DownloadFailed, match=r"no archive, or damaged.*sample:garments"):
        clothing_photos()
    assert [path.name for path in (workspace / "cache").iterdir()] == [".lock"]
    assert host.asked["/wrong.zip"] == 1


def test_a_slow_download_can_be_ended_at_once(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", host.url("/drip"))
    began = time.monotonic()

    def end(stage: str, done: int, total: int) -> None:
        raise Ended

    with pytest.raises(Ended):
        clothing_photos(end)
    assert time.monotonic() - began < 5  # half of what the host would take


def test_nobody_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", "http://127.0.0.1:9/a.zip")
    with pytest.raises(DownloadFailed, match=r"does not take connections.*sample:garments"):
        clothing_photos()


def test_the_command_line_names_the_drawn_sample_and_keeps_nothing(
    host: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FITTING_ROOM_CLOTHING_PHOTOS_URL", host.url("/status/404"))
    assert main(["dataset", "add", "sample:clothing-photos"]) == 1
    assert "sample:garments" in capsys.readouterr().err
    assert store.list_datasets() == []
