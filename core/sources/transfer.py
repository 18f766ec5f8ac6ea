"""One address of the web, fetched within its limits of bytes, seconds and redirects."""

import asyncio
import contextlib
import functools
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time

import aiohttp
import certifi
from yarl import URL

from core.errors import AddressRefused, LinkNotSupported
from core.settings import load_settings
from core.sources.addresses import PublicResolver, checked_url
from core.sources.items import FailureStatus

MAX_REDIRECTS = 5
CONNECT_TIMEOUT_S = 10.0
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64; FittingRoom/0.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
)
ACCEPT = "image/webp,image/jpeg,image/png,image/*;q=0.9,text/csv;q=0.9,*/*;q=0.8"
SIGN_IN_HOSTS = ("accounts.google.com", "login.microsoftonline.com", "login.live.com")
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK_BYTES = 256 * 1024


class TransferFailed(Exception):
    """Why an address gave no bytes: for the caller to turn into a failed row, or into an error for a person."""

    def __init__(
        self,
        status: FailureStatus,
        reason: str,
        http_status: int = 0,
        retry_after_s: float | None = None,
        silent: bool = False,
    ) -> None:
        super().__init__(reason)
        self.status: FailureStatus = status
        self.reason = reason
        self.http_status = http_status  # 0: there was no answer
        self.retry_after_s = retry_after_s  # how long the host asks to be left alone
        self.silent = silent  # the host gave no answer at all

    @property
    def is_passing(self) -> bool:
        """Whether another try may go better."""
        return self.http_status in (408, 425, 429) or self.http_status >= 500


@dataclass(frozen=True)
class Fetched:
    """What an address answered."""

    content: bytes
    content_type: str  # without its parameters, lower case
    address: str  # where it came from in the end
    file_name: str  # what the server calls it, or ""


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
    with _in_words(timeout_s):
        async with asyncio.timeout(timeout_s), _opened(web, address) as response:
            content = bytearray()
            _refuse_beyond(max_bytes, response.content_length or 0)
            async for chunk in response.content.iter_any():
                content += chunk
                _refuse_beyond(max_bytes, len(content))
    disposition = response.content_disposition
    file_name = (disposition.filename if disposition else "") or ""
    return Fetched(bytes(content), response.content_type.lower(), str(response.url), file_name)


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
                with _in_words(idle_s):
                    async with _opened(web, address, headers, idle_s) as response:
                        if response.status != 206:  # from the beginning
                            done, total, tag = 0, response.content_length or 0, response.headers.get("ETag", "")
                            file.truncate(file.seek(0))
                        elif not total:
                            total, tag = done + (response.content_length or 0), response.headers.get("ETag", "")
                        _refuse_beyond(max_bytes, total)
                        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                            file.write(chunk)
                            done += len(chunk)
                            _refuse_beyond(max_bytes, done)
                            told(done, total)
                return
            except TransferFailed as failure:
                tries = 1 if done > before else tries + 1
                if tries > 3 or not (failure.silent or failure.is_passing):
                    raise
                await asyncio.sleep(failure.retry_after_s or 0.5 * 2**tries)


@contextlib.asynccontextmanager
async def _opened(
    web: Web, address: str, headers: dict[str, str] | None = None, idle_s: float | None = None
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Follows redirects by hand, so that every hop is judged, to an answer of 200 or 206."""
    url = checked_url(address, web.allow_private)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S, sock_read=idle_s)
    for _ in range(MAX_REDIRECTS + 1):
        async with web.session.get(url, allow_redirects=False, headers=headers, timeout=timeout) as response:
            goal = response.headers.get("Location") if response.status in _REDIRECTS else None
            if goal is None:
                if response.status not in (200, 203, 206):
                    raise _answered(response)
                yield response
                return
        url = _next_hop(url, goal, web.allow_private)
    raise TransferFailed(
        "unreachable", f"The address redirects more than {MAX_REDIRECTS} times. Take the address it ends at."
    )


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


def _answered(response: aiohttp.ClientResponse) -> TransferFailed:
    """The answer of a server that gives nothing, in words."""
    status = response.status
    host = response.url.host or "The host"
    if status in (404, 410):
        reason = f"The address answers {status}: there is nothing there any more."
    elif status in (401, 402, 403, 407, 451):
        reason = f"The address answers {status}: it is not open to everybody. Share it with anyone who has the link."
    elif status == 429:
        reason = f"{host} answers 429: too many requests. Wait a while and resume."
    elif status >= 500:
        reason = f"{host} answers {status}: it has trouble of its own. Resume later."
    else:
        reason = f"The address answers {status} and gives nothing. Open it in a browser to see why."
    return TransferFailed("unreachable", reason, status, _retry_after_s(response.headers.get("Retry-After", "")))


def _retry_after_s(text: str) -> float | None:
    """Seconds, or a date (RFC 9110, section 10.2.3)."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with contextlib.suppress(ValueError):
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    return None


@contextlib.contextmanager
def _in_words(timeout_s: float) -> Iterator[None]:
    """Turns what aiohttp raises into a reason for people."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise _unreached("The host does not answer. Check the address, or resume later.") from error
    except TimeoutError as error:
        raise _unreached(
            f"It took longer than {timeout_s:.2g} seconds. Resume later, or take another address."
        ) from error
    except aiohttp.ClientConnectorDNSError as error:
        raise _unreached(f"There is no host named {error.host}. Check the address.") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise _unreached(f"{error.host} cannot prove who it is (its certificate is not valid).") from error
    except aiohttp.InvalidURL as error:
        raise LinkNotSupported("This is no valid address. Copy it again.") from error
    except aiohttp.ClientConnectorError as error:
        raise _unreached(f"{error.host} does not take connections. Check the address, or resume later.") from error
    except (aiohttp.ClientError, ConnectionError, asyncio.IncompleteReadError) as error:
        raise _unreached("The connection broke off. Resume to try again.") from error
    except ValueError as error:  # a host such as "a..b", which only shows when it is looked up
        raise LinkNotSupported("This is no valid address. Copy it again.") from error


def _unreached(reason: str) -> TransferFailed:
    return TransferFailed("unreachable", reason, silent=True)


def _refuse_beyond(max_bytes: int, num_bytes: int) -> None:
    if num_bytes > max_bytes:
        raise TransferFailed(
            "too_large", f"There are more than the {max_bytes / 1024**2:.0f} MB that are fetched at most."
        )


@functools.lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """The system's authorities (a company may have its own) and Mozilla's (Python on a Mac comes with none)."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
