"""Photos that are known already: their hosts are asked whether they are still the same, and only others are fetched."""

import pytest

from core.sources.fetching import Limits, ask_photos, fetch_photos
from core.sources.items import Failure, Item, Version
from tests.conftest import picture
from tests.core.sources.conftest import Host, Kept
from tests.shop import Shop

PHOTO, OTHER = picture(1), picture(2, 80, 80)
DAY, LATER = "Mon, 02 Mar 2026 10:00:00 GMT", "Tue, 03 Mar 2026 10:00:00 GMT"
QUICKLY = Limits(backoff_s=0.02)


def _never() -> bool:
    return False


def asked_again(address: str, known: Version, kept: Kept) -> bytes | Failure | None:
    ask_photos([Item(2, address, "dress")], {2: known}, kept, _never, QUICKLY)
    assert kept.times[2] == 1
    return kept.delivered[2]


@pytest.mark.parametrize(
    "signs", [{"etag": '"v1"'}, {"last_modified": DAY}, {"etag": '"v1"', "last_modified": DAY}, {}]
)
def test_a_fetched_photo_tells_its_version_and_is_then_asked_for_without_its_bytes(
    signs: dict[str, object], shop: Shop, kept: Kept
) -> None:
    address = shop.put("/a.jpg", PHOTO, **signs)
    heard: dict[int, Version] = {}
    fetch_photos([Item(2, address, "dress")], Kept(), _never, heard=lambda item, version: heard.update({2: version}))
    assert heard[2].length == len(PHOTO)
    assert asked_again(address, heard[2], kept) is None
    assert shop.answers("/a.jpg")[1:] == (
        [("GET", 304)] if signs.keys() & {"etag", "last_modified"} else [("HEAD", 200)]
    )


@pytest.mark.parametrize(
    ("known", "now"),
    [
        (Version('"v1"', DAY), {"etag": '"v1"'}),
        (Version('W/"v1"'), {"etag": '"v1"'}),
        (Version('"v1"', DAY), {"etag": '"of another machine"', "last_modified": DAY}),
        (Version('"v1"', length=len(PHOTO)), {}),
    ],
)
def test_who_ignores_the_condition_but_shows_the_same_signs_is_not_read(
    known: Version, now: dict[str, object], shop: Shop, kept: Kept
) -> None:
    address = shop.put("/a.jpg", PHOTO, minds_conditions=False, hangs=True, **now)
    assert asked_again(address, known, kept) is None
    assert shop.answers("/a.jpg") == [("GET", 200)]


@pytest.mark.parametrize(
    ("known", "now"),
    [
        (Version('"v1"', DAY), {"etag": '"v2"', "last_modified": LATER}),
        (Version('"v1"', length=7), {"etag": '"v1"', "minds_conditions": False}),
        (Version(length=7), {}),
        (Version(length=7), {"head_status": 403}),
    ],
)
def test_another_photo_is_fetched(known: Version, now: dict[str, object], shop: Shop, kept: Kept) -> None:
    assert asked_again(shop.put("/a.jpg", OTHER, **now), known, kept) == OTHER


@pytest.mark.parametrize("refusal", [405, 501])
def test_a_host_that_knows_no_head_counts_as_alive(refusal: int, shop: Shop, kept: Kept) -> None:
    assert asked_again(shop.put("/a.jpg", PHOTO, head_status=refusal), Version(), kept) is None
    assert shop.answers("/a.jpg") == [("HEAD", refusal)]


@pytest.mark.parametrize("known", [Version('"v1"'), Version(), Version(length=len(PHOTO))])
def test_what_is_gone_is_told_with_its_reason(known: Version, shop: Shop, kept: Kept) -> None:
    gone = asked_again(shop.url("/a.jpg"), known, kept)
    assert isinstance(gone, Failure) and "404: there is nothing there any more" in gone.reason


@pytest.mark.parametrize("known", [Version('"v1"'), Version()])
def test_a_page_in_the_place_of_a_photo_is_no_photo(known: Version, shop: Shop, kept: Kept) -> None:
    address = shop.put("/a.jpg", b"<!doctype html><p>Sold out", content_type="text/html")
    sold_out = asked_again(address, known, kept)
    assert isinstance(sold_out, Failure) and sold_out.status == "not_an_image"


def test_asking_follows_redirects_and_judges_each(host: Host, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_again(host.url("/to/x?goal=/photo/1"), Version(), kept) is None
    private = asked_again(host.url("/to/x?goal=ftp://example.com/a.jpg"), Version(), Kept())
    assert isinstance(private, Failure) and "no address of the web" in private.reason
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "0")
    refused = asked_again(host.url("/photo/1"), Version('"v1"'), Kept())
    assert isinstance(refused, Failure) and refused.status == "refused"


def test_a_host_is_asked_as_gently_as_it_is_fetched_from(host: Host, kept: Kept) -> None:
    items = [Item(row, host.url(f"/together/8?{row}"), "dress") for row in range(9)]
    ask_photos(items, {item.row: Version() for item in items}, kept, _never)
    assert host.most_at_once == 8
    assert list(kept.delivered.values()) == [None] * 9


def test_where_nothing_can_be_compared_an_answer_will_do(shop: Shop, kept: Kept) -> None:
    assert asked_again(shop.put("/a.jpg", PHOTO, says_length=False), Version(length=100), kept) is None
    assert shop.answers("/a.jpg") == [("HEAD", 200)]
