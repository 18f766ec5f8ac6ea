"""Many photos from hosts that behave well and badly: every row comes, as bytes or with its reason."""

import threading
import time
from pathlib import Path

import pytest

from core.errors import AddressRefused, DownloadFailed, LinkNotSupported, NotAnImage, PhotoTooLarge
from core.sources.fetching import Limits, fetch_photos
from core.sources.items import Item
from core.sources.web import download, fetch_one, fetch_photo
from tests.core.sources.conftest import PHOTO, Host, Kept

QUICKLY = Limits(backoff_s=0.02)
IMPATIENTLY = Limits(timeout_s=2.0, backoff_s=0.02)
DRIP_S = 10.0  # that `/drip` takes


def _items(host: Host, *paths: str) -> list[Item]:
    return [Item(row, host.url(path), "dress") for row, path in enumerate(paths, start=2)]


def _never() -> bool:
    return False


def test_every_row_comes_exactly_once(host: Host, kept: Kept) -> None:
    paths = [f"/photo/{n}" if n % 3 else "/status/404" for n in range(300)]
    fetch_photos(_items(host, *paths), kept, _never)
    assert kept.times == dict.fromkeys(range(2, 302), 1)
    assert sum(delivered == PHOTO for delivered in kept.delivered.values()) == 200


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/status/404", "unreachable", "404: there is nothing there any more"),
        ("/status/403", "unreachable", "not open to everybody"),
        ("/status/418", "unreachable", "Open it in a browser"),
        ("/page/shop", "not_an_image", "a web page, not a picture"),
        ("/empty", "not_an_image", "0 bytes"),
        ("/drip", "unreachable", "longer than 2 seconds"),
        ("/hops/6", "unreachable", "redirects more than 5 times"),
        ("/round/and-round", "unreachable", "redirects more than 5 times"),
        ("/to/x?goal=ftp://shop.example/a.jpg", "unreachable", "no address of the web"),
        ("/status/500", "unreachable", "trouble of its own"),
        ("/closed", "unreachable", "429: too many requests"),
        ("/to/x?goal=https://accounts.google.com/signin", "unreachable", "it is private"),
    ],
)
def test_a_bad_address_becomes_a_failed_row_with_its_reason(
    path: str, status: str, words: str, host: Host, kept: Kept
) -> None:
    fetch_photos(_items(host, path, "/photo/good"), kept, _never, IMPATIENTLY if path == "/drip" else QUICKLY)
    assert kept.failure(2).status == status
    assert words in kept.failure(2).reason
    assert kept.delivered[3] == PHOTO


@pytest.mark.parametrize("path", ["/photo/1", "/mislabelled", "/hops/5", "/to/x?goal=/photo/1", "/shaky/1"])
def test_what_turns_out_well_is_kept(path: str, host: Host, kept: Kept) -> None:
    fetch_photos(_items(host, path), kept, _never, QUICKLY)
    assert kept.delivered == {2: PHOTO}


@pytest.mark.parametrize("path", ["/heavy/3000000", "/heavy-unsaid/3000000", "/endless", "/boasting", "/bomb"])
def test_more_than_the_limit_is_not_read(path: str, host: Host, kept: Kept) -> None:
    limits = Limits(max_bytes=1_000_000)
    began = time.monotonic()
    fetch_photos(_items(host, path), kept, _never, limits)
    assert kept.failure(2).status == "too_large"
    assert time.monotonic() - began < limits.timeout_s / 2
    assert host.asked[path] == 1


def test_a_host_that_asks_to_wait_is_waited_for(host: Host, kept: Kept) -> None:
    fetch_photos(_items(host, "/busy/1", "/photo/2", "/photo/3"), kept, _never)
    assert list(kept.delivered.values()).count(PHOTO) == 3
    first, second = (at for path, at in host.asked_at if path == "/busy/1")
    assert 1.0 <= second - first < 5.0


def test_a_host_is_asked_gently_first_and_fully_soon(host: Host, kept: Kept) -> None:
    fetch_photos(_items(host, *["/together/8"] * 9), kept, _never)
    assert host.most_at_once == 8
    fetch_photos(_items(host, *[f"/crowd/{n}" for n in range(300)]), kept, _never)
    assert 32 <= host.most_at_once <= 64


def test_a_host_that_complains_is_asked_less(host: Host, kept: Kept) -> None:
    paths = [f"/shaky/{n}" for n in range(40)]
    fetch_photos(_items(host, *paths), kept, _never, Limits(backoff_s=0.05))
    assert host.most_at_once <= 8
    assert all(delivered == PHOTO for delivered in kept.delivered.values())


def test_a_dead_host_is_left_alone_and_the_others_go_on(host: Host, kept: Kept) -> None:
    dead = [Item(row, f"http://127.0.0.1:9/{row}.jpg", "dress") for row in range(2, 202)]
    alive = [Item(row, host.url(f"/photo/{row}"), "dress") for row in range(202, 222)]
    fetch_photos([*dead, *alive], kept, _never, QUICKLY)
    assert all(kept.delivered[item.row] == PHOTO for item in alive)
    reasons = [kept.failure(item.row).reason for item in dead]
    assert sum("failed many times in a row" in reason for reason in reasons) > 150
    assert all("does not take connections" in reason for reason in reasons)


def test_addresses_that_always_break_off_at_the_end_of_a_list_do_not_speak_for_their_host(
    host: Host, kept: Kept
) -> None:
    host.answers["content"] = bytes(100_000)
    bad = [path for number in range(12) for path in (f"/broken/{number}", f"/status/500?{number}")]
    began = time.monotonic()
    fetch_photos(_items(host, "/photo/1", *bad), kept, _never, Limits(backoff_s=0.02))
    assert time.monotonic() - began < 12.0  # less than a network may be away
    for row, path in enumerate(bad, start=3):
        assert ("in the middle" if "broken" in path else "answers 500") in kept.failure(row).reason


def test_a_name_that_does_not_exist_says_so(kept: Kept) -> None:
    fetch_photos([Item(2, "http://nowhere.invalid/a.jpg", "dress")], kept, _never, QUICKLY)
    assert kept.failure(2).reason == "There is no host named nowhere.invalid. Check the address."


def test_other_kinds_of_links_are_refused(kept: Kept) -> None:
    links = ["https://drive.google.com/drive/folders/1AbC", "file:///etc/passwd"]
    fetch_photos([Item(row, link, "x") for row, link in enumerate(links)], kept, _never)
    assert [kept.failure(row).status for row in (0, 1)] == ["refused", "refused"]


def test_stop_ends_it_soon(host: Host, kept: Kept) -> None:
    began = time.monotonic()
    fetch_photos(_items(host, *["/drip"] * 200), kept, lambda: time.monotonic() - began > 0.3)
    assert time.monotonic() - began < DRIP_S / 2


def test_what_is_under_way_at_a_stop_is_kept(host: Host, kept: Kept) -> None:
    fetch_photos(_items(host, *[f"/photo/{n}" for n in range(3000)]), kept, lambda: len(kept.delivered) > 50)
    assert 50 < len(kept.delivered) == sum(host.asked.values()) < 3000


def test_what_keep_raises_comes_out(host: Host) -> None:
    def keep(item: Item, delivered: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fetch_photos(_items(host, *["/photo/1"] * 100), keep, _never)


def test_photos_do_not_pile_up_before_a_slow_keep(host: Host) -> None:
    lock, done = threading.Lock(), [0]

    def keep(item: Item, delivered: object) -> None:
        time.sleep(0.004)
        with lock:
            done[0] += 1
            behind.append(sum(host.asked.values()) - done[0])

    behind: list[int] = []
    fetch_photos(_items(host, *[f"/photo/{n}" for n in range(400)]), keep, _never)
    assert done[0] == 400
    assert max(behind) <= 64 + 64 + 2


def test_a_drive_photo_behind_a_form_comes_as_its_thumbnail(
    host: Host, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DRIVE_URL", host.base)
    host.answers["/uc"] = b"<!DOCTYPE html><html>Can't scan this file for viruses</html>"
    link = Item(2, "https://drive.google.com/file/d/1AbC/view", "dress")
    fetch_photos([link], kept, _never)
    assert kept.failure(2).status == "unreachable"
    host.answers["/thumbnail"] = PHOTO
    fetch_photos([link], kept, _never)
    assert kept.delivered[2] == PHOTO


def test_one_photo_comes_as_bytes_or_as_an_error_that_names_the_link(host: Host) -> None:
    assert fetch_photo(host.url("/photo/1")) == PHOTO
    with pytest.raises(NotAnImage, match=r"web page.*Received: http"):
        fetch_photo(host.url("/page/shop"))
    with pytest.raises(PhotoTooLarge, match="more than the 1 MB"):
        fetch_photo(host.url("/heavy/3000000"), max_bytes=2**20)
    with pytest.raises(DownloadFailed, match="404") as caught:
        fetch_photo(host.url("/status/404"))
    assert caught.value.http_status == 404
    with pytest.raises(LinkNotSupported):
        fetch_photo("ftp://host.example/a.jpg")


def test_one_file_is_tried_again_where_that_helps(host: Host) -> None:
    assert fetch_one(host.url("/shaky/1")).content == PHOTO
    assert host.asked["/shaky/1"] == 3


def test_a_download_goes_on_where_it_broke(host: Host, tmp_path: Path) -> None:
    host.answers["content"] = bytes(range(256)) * 8000
    seen: list[tuple[str, int, int]] = []
    download(host.url("/broken"), tmp_path / "a.zip", 10**7, lambda *told: seen.append(told))
    assert (tmp_path / "a.zip").read_bytes() == host.answers["content"]
    assert seen[-1] == ("download", 2_048_000, 2_048_000)
    assert host.asked["/broken"] == 2


def test_a_download_leaves_nothing_behind_when_it_ends_early(host: Host, tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise AddressRefused("stopped")

    with pytest.raises(AddressRefused):
        download(host.url("/heavy/3000000"), tmp_path / "a.zip", 10**7, stop)
    with pytest.raises(DownloadFailed, match="more than the 1 MB"):
        download(host.url("/heavy-unsaid/3000000"), tmp_path / "a.zip", 10**6)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["http://a..b/x.jpg", "http://.b/x.jpg", f"http://{'a' * 70}.invalid/", "http://ex ample/"]
)
def test_a_host_that_cannot_be_looked_up_is_a_failed_row(address: str, kept: Kept) -> None:
    fetch_photos([Item(2, address, "dress")], kept, _never, QUICKLY)
    assert kept.failure(2).status in ("refused", "unreachable")
