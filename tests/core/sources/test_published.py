"""Files of which size and digest are known: fetched once, gone on with, and never used when they are others."""

import asyncio
from pathlib import Path

import pytest

from core.errors import AddressRefused, DownloadFailed
from core.sources.published import PublishedFile, fetch_published
from tests.core.sources.conftest import Host
from tests.core.sources.textbook_files import published

CONTENT = bytes(range(256)) * 8000


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries a person's patience is worth more than a test's."""
    sleep = asyncio.sleep
    monkeypatch.setattr(asyncio, "sleep", lambda seconds: sleep(min(seconds, 0.05)))


def whole(folder: Path, name: str, content: bytes) -> None:
    assert (folder / name).read_bytes() == content
    assert sorted(path.name for path in folder.iterdir()) == [".lock", name]


def test_files_are_fetched_once_and_progress_is_of_all_of_them(host: Host, tmp_path: Path) -> None:
    host.answers |= {"/a.gz": b"x" * 400_000, "/b.gz": b"y" * 600_000}
    files = [(host.url(f"/{name}"), published(name, host.answers[f"/{name}"])) for name in ("a.gz", "b.gz")]
    seen: list[tuple[str, int, int]] = []
    for _ in range(2):
        paths = fetch_published(files, tmp_path / "cache", lambda *told: seen.append(told))
    assert [path.read_bytes()[:1] for path in paths] == [b"x", b"y"]
    assert host.asked == {"/a.gz": 1, "/b.gz": 1}
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[0] == ("download", 0, 1_000_000) and seen[-1] == ("download", 1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("what", "content"),
    [("changed", b"!" + CONTENT[1:]), ("cut off", CONTENT[:-1]), ("longer", CONTENT + b"x"), ("a page", b"<html>")],
)
def test_another_file_than_the_published_one_is_refused_and_leaves_nothing(
    what: str, content: bytes, host: Host, tmp_path: Path
) -> None:
    host.answers["/a.gz"] = content
    with pytest.raises(DownloadFailed, match=r"not a\.gz as it was published \(2,048,000 bytes, SHA-256"):
        fetch_published([(host.url("/a.gz"), published("a.gz", CONTENT))], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    assert host.asked["/a.gz"] == 1


def test_much_more_than_expected_is_not_fetched_to_its_end(host: Host, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="or more"):
        fetch_published([(host.url("/heavy-unsaid/30000000"), published("a.gz", CONTENT))], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_a_connection_that_breaks_off_is_taken_up(host: Host, tmp_path: Path) -> None:
    host.answers["content"] = CONTENT
    fetch_published([(host.url("/broken"), published("a.gz", CONTENT))], tmp_path)
    whole(tmp_path, "a.gz", CONTENT)
    assert host.asked["/broken"] == 2


def test_a_stopped_download_goes_on_where_it_was(host: Host, tmp_path: Path) -> None:
    host.answers["content"] = CONTENT
    files = [(host.url("/broken"), published("a.gz", CONTENT))]

    def stop(stage: str, done: int, total: int) -> None:
        if done:
            raise AddressRefused("stopped")

    with pytest.raises(AddressRefused, match="stopped"):
        fetch_published(files, tmp_path, stop)
    came = (tmp_path / ".a.gz.part").stat().st_size
    assert 0 < came < len(CONTENT)
    seen: list[int] = []
    fetch_published(files, tmp_path, lambda stage, done, total: seen.append(done))
    assert seen[0] == came and min(seen) == came
    whole(tmp_path, "a.gz", CONTENT)


@pytest.mark.parametrize("left", [b"wrong", CONTENT[:-1] + b"!", CONTENT + b"more", CONTENT])
def test_what_an_earlier_download_left_does_no_harm(left: bytes, host: Host, tmp_path: Path) -> None:
    host.answers["content"] = CONTENT
    (tmp_path / ".a.gz.part").write_bytes(left)
    host.asked["/broken"] = 0
    fetch_published([(host.url("/broken"), published("a.gz", CONTENT))], tmp_path)
    whole(tmp_path, "a.gz", CONTENT)
    if left == CONTENT:
        assert host.asked["/broken"] == 0


def test_a_file_that_was_damaged_on_the_disk_is_fetched_again(host: Host, tmp_path: Path) -> None:
    host.answers["/a.gz"] = CONTENT
    (tmp_path / "a.gz").write_bytes(CONTENT[:-1] + b"!")
    fetch_published([(host.url("/a.gz"), published("a.gz", CONTENT))], tmp_path)
    whole(tmp_path, "a.gz", CONTENT)


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="does not take connections"):
        fetch_published([("http://127.0.0.1:9/a.gz", PublishedFile("a.gz", 1, ""))], tmp_path)
