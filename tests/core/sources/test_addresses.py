"""Nothing but the public internet is connected to, however an address is written."""

import asyncio
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from core.errors import AddressRefused
from core.sources import addresses, transfer
from core.sources.addresses import PublicResolver, checked_url, is_public
from core.sources.fetching import fetch_photos
from core.sources.items import Item
from core.sources.web import fetch_one
from tests.core.sources.conftest import Host, Kept


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_numbers_of_private_networks_are_refused(host: str) -> None:
    with pytest.raises(AddressRefused, match="private network"):
        checked_url(f"http://{host}:8080/a.jpg", allow_private=False)
    assert checked_url(f"http://{host}/a.jpg", allow_private=True)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "shop.example"])
def test_public_addresses_are_let_through(host: str) -> None:
    assert checked_url(f"https://{host}/a.jpg", allow_private=False)


@pytest.mark.parametrize("name", ["localhost", "2130706433", "0x7f.1", "127.1", "017700000001"])
def test_names_that_resolve_to_this_machine_are_refused(name: str) -> None:
    with pytest.raises(AddressRefused, match="private network"):
        asyncio.run(_resolve(name))


async def _resolve(name: str) -> None:
    await PublicResolver().resolve(name, 80)


@given(st.ip_addresses(v=4))
def test_an_address_in_the_clothes_of_ipv6_is_judged_as_itself(ip: ipaddress.IPv4Address) -> None:
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        assert is_public(ipaddress.IPv6Address(prefix | int(ip))) == is_public(ip)


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_a_row_with_a_private_address_is_refused_and_never_asked(
    name: str, host: Host, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "0")
    port = URL(host.base).port
    fetch_photos([Item(2, f"http://{name}:{port}/photo/1", "dress")], kept, lambda: False)
    assert kept.failure(2).status == "refused"
    # A host of nothing but digits is no name to the HTTP library either.
    words = "no valid address" if name.isdigit() else "private network"
    assert words in kept.failure(2).reason
    assert not host.asked


def test_a_table_at_a_private_address_is_refused(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "0")
    with pytest.raises(AddressRefused, match="Received: http://127"):
        fetch_one(host.url("/table.csv"))


@pytest.mark.parametrize("goal", ["http://127.0.0.2:{port}/photo/1", "//[::1]:{port}/photo/1", "http://10.0.0.1/a.jpg"])
def test_a_redirect_into_a_private_network_is_refused(
    goal: str, host: Host, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "0")
    # For this test 127.0.0.1 stands for the public internet, since a test has no other.
    monkeypatch.setattr(addresses, "is_public", lambda ip: str(ip) == "127.0.0.1")
    first = host.url("/to/there") + "?goal=" + goal.format(port=URL(host.base).port)
    fetch_photos([Item(2, first, "dress"), Item(3, host.url("/photo/1"), "dress")], kept, lambda: False)
    assert kept.failure(2).status == "refused"
    assert "redirects into a private network" in kept.failure(2).reason
    assert isinstance(kept.delivered[3], bytes)
    assert host.asked["/photo/1"] == 1


@pytest.mark.parametrize("goal", ["file:///etc/passwd", "ftp://shop.example/a.jpg", "http://[bad"])
def test_a_redirect_out_of_the_web_fails(goal: str) -> None:
    with pytest.raises(transfer.TransferFailed, match="no address of the web"):
        transfer._next_hop(URL("https://shop.example/a"), goal, allow_private=False)
