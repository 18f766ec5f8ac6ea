"""Which addresses may be connected to: the public internet and nothing else, unless the settings say otherwise.

A name is judged by what it resolves to, at the moment of connecting, so a name that changes its mind in between
(DNS rebinding) or a redirect gains nothing.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from core.errors import AddressRefused, LinkNotSupported

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address inside an IPv6 one


def checked_url(address: str, allow_private: bool) -> URL:
    """Parses an address and refuses what can be refused before its name is resolved.

    Raises:
        LinkNotSupported: neither http nor https, or no valid address.
        AddressRefused: the host is written as a number, of a private or reserved network.
    """
    try:
        url = URL(address)
        host = url.host or ""
    except ValueError as error:
        raise LinkNotSupported("This is no valid address.") from error
    if url.scheme not in ("http", "https") or not host:
        raise LinkNotSupported("Only addresses that begin with http:// or https:// can be fetched.")
    if not allow_private:
        try:
            ip = ipaddress.ip_address(host.split("%")[0])
        except ValueError:
            return url  # a name: the resolver judges it (also "2130706433" and "0x7f.1", which it reads as numbers)
        if not is_public(ip):
            raise refusal(host)
    return url


def is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address belongs to the public internet, also when it is an IPv4 address in IPv6's clothes."""
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if int(ip) >> 32 == 0 or ip.is_site_local:  # ::a.b.c.d, long abandoned
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def refusal(host: str) -> AddressRefused:
    """The error for a host of a private network."""
    return AddressRefused(
        f"{host} belongs to a private network and is not fetched. Use an address that everybody on the internet can "
        "open."
    )


class PublicResolver(AbstractResolver):
    """Resolves names, and passes on only public addresses."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `AddressRefused` when a name has no public address, `OSError` when it has none at all."""
        found = await self._resolver.resolve(host, port, family)
        public = [entry for entry in found if is_public(ipaddress.ip_address(entry["host"].split("%")[0]))]
        if not public:
            raise refusal(host)
        return public

    async def close(self) -> None:
        await self._resolver.close()
