"""Why an address gave no bytes, in words for people."""

import asyncio
import contextlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from time import time

import aiohttp

from core.errors import LinkNotSupported
from core.sources.items import FailureStatus


class TransferFailed(Exception):
    """Why an address gave no bytes: for the caller to turn into a failed row, or into an error for a person."""

    def __init__(
        self,
        status: FailureStatus,
        reason: str,
        http_status: int = 0,
        retry_after_s: float | None = None,
        silent: bool = False,
        broke_off: bool = False,
    ) -> None:
        super().__init__(reason)
        self.status: FailureStatus = status
        self.reason = reason
        self.http_status = http_status  # 0: there was no answer
        self.retry_after_s = retry_after_s  # how long the host asks to be left alone
        self.silent = silent  # the host gave no answer at all
        self.broke_off = broke_off  # it began to give one

    @property
    def is_passing(self) -> bool:
        """Whether another try may go better."""
        return self.broke_off or self.http_status in (408, 425, 429) or self.http_status >= 500


def answered(response: aiohttp.ClientResponse) -> TransferFailed:
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


@contextlib.contextmanager
def in_words(timeout_s: float) -> Iterator[None]:
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
    except aiohttp.ClientPayloadError as error:
        reason = "The connection broke off in the middle. Resume to try again."
        raise TransferFailed("unreachable", reason, broke_off=True) from error
    except (aiohttp.ClientError, ConnectionError, asyncio.IncompleteReadError) as error:
        raise _unreached("The connection broke off. Resume to try again.") from error
    except ValueError as error:  # a host such as "a..b", which only shows when it is looked up
        raise LinkNotSupported("This is no valid address. Copy it again.") from error


def refuse_beyond(max_bytes: int, num_bytes: int) -> None:
    """Raises `TransferFailed` for more than is fetched."""
    if num_bytes > max_bytes:
        raise TransferFailed(
            "too_large", f"There are more than the {max_bytes / 1024**2:.0f} MB that are fetched at most."
        )


def _retry_after_s(text: str) -> float | None:
    """Seconds, or a date (RFC 9110, section 10.2.3)."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with contextlib.suppress(ValueError):
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    return None


def _unreached(reason: str) -> TransferFailed:
    return TransferFailed("unreachable", reason, silent=True)
