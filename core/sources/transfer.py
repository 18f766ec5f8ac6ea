"""One address of the web, fetched within its limits of bytes, seconds and redirects."""

import asyncio
import contextlib
import functools
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import certifi
from yarl import URL

from core.errors import AddressRefused, LinkNotSupported
from core.settings import load_settings
from core.sources.addresses import PublicResolver, checked_url
from core.sources.items import Version
from core.sources.mishaps import TransferFailed, answered, in_words, refuse_beyond

MAX_REDIRECTS = 5
CONNECT_TIMEOUT_S = 10.0
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64; FittingRoom/0.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
)
ACCEPT = "image/webp,image/jpeg,image/png,image/*;q=0.9,text/csv;q=0.9,*/*;q=0.8"
SIGN_IN_HOSTS = ("accounts.google.com", "login.microsoftonline.com", "login.live.com")
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_MODIFIED = 304
_NO_HEAD = (405, 501)  # answers of hosts that know no HEAD, and so are alive
_NO_HEAD_PERHAPS = (400, 403)  # those of some that would answer to GET
MAX_SIGN_CHARACTERS = 200  # of a tag or a date; longer ones are not remembered
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Fetched:
    """What an address answered."""

    content: bytes
    content_type: str  # without its parameters, lower case
    address: str  # where it came from in the end
    file_name: str  # what the server calls it, or ""
    version: Version


@dataclass(frozen=True)
class Web:
    """The way to the web, for many transfers."""

    session: aiohttp.ClientSession
    allow_private: bool


@contextlib.asynccontextmanager
async def open_web() -> AsyncIterator[Web]:
    """Connects to public addresses only (or wherever the settings allow) and keeps no cookies."""
    allow_private = load_settings().allow_private_hosts
    connector = aiohttp.TCPConnector(
        limit=0,  # `core.sources.fetching` paces each host
        ttl_dns_cache=300,
        resolver=None if allow_private else PublicResolver(),
        ssl=_certificates(),
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": USER_AGENT, "Accept": ACCEPT},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
    ) as session:
        yield Web(session, allow_private)


async def fetch(web: Web, address: str, max_bytes: int, timeout_s: float) -> Fetched:
    """Fetches what is at an address.

    Args:
        max_bytes: more than that is not read.
        timeout_s: for everything together: connecting, redirects, the last byte.

    Raises:
        TransferFailed: no answer, or not one that can be used.
        AddressRefused, LinkNotSupported: an address, or the goal of a redirect, that is not fetched.
    """
    with in_words(timeout_s):
        async with asyncio.timeout(timeout_s), _opened(web, address) as response:
            return await _read(response, max_bytes)


async def fetch_if_changed(
    web: Web, address: str, known: Version, max_bytes: int, timeout_s: float
) -> Fetched | Version:
    """Asks whether an address still shows what it showed before, and fetches it only if it does not.

    Args:
        known: what the host said of it then. Without a tag or a date in it, only the head is asked for first.
        max_bytes, timeout_s: as `fetch`.

    Returns:
        What is there now; or, when that is what was there before, its version as it is told now.

    Raises:
        as `fetch`.
    """
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    headers = {name: sign for name, sign in conditions.items() if sign}
    with in_words(timeout_s):
        async with asyncio.timeout(timeout_s):
            if not headers:
                try:
                    async with _opened(web, address, method="HEAD") as head:
                        now = _version(head)
                        # With nothing to compare it counts as the same, as long as it answers. A page in the place
                        # of a photo may say that it is gone: that is looked at.
                        says_nothing = None in (known.length, now.length) and head.content_type.lower() != "text/html"
                        if says_nothing or known.is_still(now):
                            return now
                except TransferFailed as failure:
                    if failure.http_status in _NO_HEAD:
                        return known
                    if failure.http_status not in _NO_HEAD_PERHAPS:
                        raise
            async with _opened(web, address, headers) as response:
                if response.status == _NOT_MODIFIED:
                    return known
                if known.is_still(_version(response)):
                    return _version(response)  # leaving without reading on ends the connection
                return await _read(response, max_bytes)


async def fetch_to_file(
    web: Web,
    address: str,
    path: Path,
    max_bytes: int,
    told: Callable[[int, int], None],
    idle_s: float = 30.0,
    goes_on: bool = False,
) -> None:
    """Fetches a large file; a connection that breaks off is taken up where it broke, where the server can do that.

    Args:
        told: hears bytes done and bytes in all (0 when the server does not say).
        idle_s: how long nothing may come.
        goes_on: takes up a file that an earlier download left, whatever it is: for those whose digest is known.

    Raises:
        as `fetch`.
    """
    done, total, tag, tries = path.stat().st_size if goes_on and path.exists() else 0, 0, "", 0
    with path.open("r+b" if done else "wb") as file:
        file.seek(done)
        while True:
            headers = {"Accept-Encoding": "identity"}
            if done and (tag or goes_on):
                headers |= {"Range": f"bytes={done}-"} | ({"If-Range": tag} if tag else {})
            before = done
            try:
                with in_words(idle_s):
                    async with _opened(web, address, headers, idle_s) as response:
                        if response.status != 206:  # from the beginning
                            done, total, tag = 0, response.content_length or 0, response.headers.get("ETag", "")
                            file.truncate(file.seek(0))
                        elif not total:
                            total, tag = done + (response.content_length or 0), response.headers.get("ETag", "")
                        refuse_beyond(max_bytes, total)
                        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                            file.write(chunk)
                            done += len(chunk)
                            refuse_beyond(max_bytes, done)
                            told(done, total)
                return
            except TransferFailed as failure:
                tries = 1 if done > before else tries + 1
                if tries > 3 or not (failure.silent or failure.is_passing):
                    raise
                await asyncio.sleep(failure.retry_after_s or 0.5 * 2**tries)


@contextlib.asynccontextmanager
async def _opened(
    web: Web, address: str, headers: dict[str, str] | None = None, idle_s: float | None = None, method: str = "GET"
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Follows redirects by hand, so that every hop is judged, to an answer of 200 or 206, or of 304 if asked so."""
    url = checked_url(address, web.allow_private)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S, sock_read=idle_s)
    for _ in range(MAX_REDIRECTS + 1):
        asking = web.session.request(method, url, allow_redirects=False, headers=headers, timeout=timeout)
        async with asking as response:
            goal = response.headers.get("Location") if response.status in _REDIRECTS else None
            if goal is None:
                if response.status not in (200, 203, 206) and not (headers and response.status == _NOT_MODIFIED):
                    raise answered(response)
                yield response
                return
        url = _next_hop(url, goal, web.allow_private)
    raise TransferFailed(
        "unreachable", f"The address redirects more than {MAX_REDIRECTS} times. Take the address it ends at."
    )


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> Fetched:
    content = bytearray()
    refuse_beyond(max_bytes, response.content_length or 0)
    async for chunk in response.content.iter_any():
        content += chunk
        refuse_beyond(max_bytes, len(content))
    disposition = response.content_disposition
    file_name = (disposition.filename if disposition else "") or ""
    return Fetched(bytes(content), response.content_type.lower(), str(response.url), file_name, _version(response))


def _version(response: aiohttp.ClientResponse) -> Version:
    etag, last_modified = (
        said if len(said := response.headers.get(name, "")) <= MAX_SIGN_CHARACTERS else ""
        for name in ("ETag", "Last-Modified")
    )
    return Version(etag, last_modified, response.content_length)


def _next_hop(url: URL, goal: str, allow_private: bool) -> URL:
    try:
        hop = checked_url(str(url.join(URL(goal))), allow_private)
    except AddressRefused as error:
        raise AddressRefused(f"The address redirects into a private network. {error}") from error
    except (LinkNotSupported, ValueError) as error:
        raise TransferFailed(
            "unreachable", "The address redirects to something that is no address of the web."
        ) from error
    if hop.host in SIGN_IN_HOSTS:
        raise TransferFailed(
            "unreachable", "The address asks to sign in, so it is private. Share it with anyone who has the link.", 401
        )
    return hop


@functools.lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """The system's authorities (a company may have its own) and Mozilla's (Python on a Mac comes with none)."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
