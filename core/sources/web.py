"""Single files from the web: a table, one photo, an archive. Many photos at once are `core.sources.fetching`'s."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from core.errors import AddressRefused, DownloadFailed, NotAnImage, PhotoTooLarge
from core.settings import MAX_PHOTO_BYTES
from core.sources.items import Progress, Version
from core.sources.links import direct_address, drive_thumbnail
from core.sources.mishaps import TransferFailed
from core.sources.transfer import Fetched, Web, fetch, fetch_if_changed, fetch_to_file, open_web

MAX_PATIENCE_S = 10.0  # a person is waiting
T = TypeVar("T")


def fetch_one(link: str, max_bytes: int = MAX_PHOTO_BYTES, timeout_s: float = 60.0) -> Fetched:
    """Fetches one file behind a link.

    Raises:
        LinkNotSupported, AddressRefused: a link that is not fetched.
        DownloadFailed: no answer, or one that cannot be used.
    """
    with _for_people(link):
        return asyncio.run(_with_patience(link, lambda web, address: fetch(web, address, max_bytes, timeout_s)))


def fetch_photo(link: str, max_bytes: int = MAX_PHOTO_BYTES, timeout_s: float = 20.0) -> bytes:
    """Fetches one photo behind a link; whether it really is one shows when it is decoded.

    Raises:
        LinkNotSupported, AddressRefused: a link that is not fetched.
        DownloadFailed: no answer, or one that cannot be used.
        NotAnImage: a web page, or nothing.
        PhotoTooLarge: more bytes than a photo may have.
    """
    with _for_people(link, is_photo=True):
        found = asyncio.run(_with_patience(link, lambda web, address: photo_at(web, address, max_bytes, timeout_s)))
        return found.content


def download(link: str, to: Path, max_bytes: int, progress: Progress | None = None) -> None:
    """Downloads a large file; it is there whole or not at all.

    Args:
        progress: called as ("download", bytes done, bytes in all or 0); what it raises ends the download.

    Raises:
        LinkNotSupported, AddressRefused: a link that is not fetched.
        DownloadFailed: no answer, or one that cannot be used.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    aside = to.with_name(f".{to.name}.{uuid.uuid4().hex[:8]}")
    try:
        _download(link, aside, max_bytes, progress, goes_on=False)
        os.replace(aside, to)
    finally:
        aside.unlink(missing_ok=True)


def go_on_downloading(link: str, to: Path, max_bytes: int, progress: Progress | None = None) -> None:
    """Downloads a large file, or the rest of it; what has come stays when it breaks off. Whoever calls must check it.

    Args:
        to: may hold the beginning of the file from an earlier time.
        progress: as `download`.

    Raises:
        as `download`.
    """
    _download(link, to, max_bytes, progress, goes_on=True)


async def photo_at(web: Web, address: str, max_bytes: int, timeout_s: float) -> Fetched:
    """What is at the direct address of a photo, unless it shows itself to be a web page.

    Drive answers with a page when it wants a confirmation; its thumbnail then serves.

    Raises:
        TransferFailed, AddressRefused, LinkNotSupported: as `fetch`.
    """
    return await _as_photo(web, address, await fetch(web, address, max_bytes, timeout_s), max_bytes, timeout_s)


async def photo_if_changed(
    web: Web, address: str, known: Version, max_bytes: int, timeout_s: float
) -> Fetched | Version:
    """What is at the direct address of a photo, if it is no longer what it was.

    Returns, raises: as `fetch_if_changed`, and `photo_at` for what has changed.
    """
    found = await fetch_if_changed(web, address, known, max_bytes, timeout_s)
    return found if isinstance(found, Version) else await _as_photo(web, address, found, max_bytes, timeout_s)


async def _as_photo(web: Web, address: str, fetched: Fetched, max_bytes: int, timeout_s: float) -> Fetched:
    """The answer of a photo's address, unless it shows itself to be a web page. Raises as `photo_at`."""
    if looks_like_page(fetched) and (thumbnail := drive_thumbnail(address)):
        fetched = await fetch(web, thumbnail, max_bytes, timeout_s)
        if looks_like_page(fetched):
            raise TransferFailed(
                "not_an_image",
                "Drive shows a web page instead of the photo. Choose Share → General access → Anyone with the link.",
            )
    if looks_like_page(fetched):
        raise TransferFailed(
            "not_an_image", "The address shows a web page, not a picture. Copy the address of the picture itself."
        )
    if not fetched.content:
        raise TransferFailed("not_an_image", "The address answers with nothing (0 bytes). Take another address.")
    return fetched


def looks_like_page(fetched: Fetched) -> bool:
    """Whether an answer is HTML, by what it says first; a wrong content type alone proves nothing."""
    start = fetched.content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        fetched.content_type == "text/html" and start.startswith(b"<")
    )


def _download(link: str, to: Path, max_bytes: int, progress: Progress | None, goes_on: bool) -> None:
    def told(done: int, total: int) -> None:
        if progress is not None:
            progress("download", done, total)

    async def get(web: Web, address: str) -> None:
        await fetch_to_file(web, address, to, max_bytes, told, goes_on=goes_on)

    with _for_people(link):
        asyncio.run(_with_patience(link, get))


async def _with_patience(link: str, get: Callable[[Web, str], Awaitable[T]], tries: int = 3) -> T:
    """Gets one thing, trying again where that may help."""
    async with open_web() as web:
        while True:
            tries -= 1
            try:
                return await get(web, direct_address(link))
            except TransferFailed as failure:
                wait_s = 0.5 if failure.retry_after_s is None else failure.retry_after_s
                if tries == 0 or not failure.is_passing or wait_s > MAX_PATIENCE_S:
                    raise
                await asyncio.sleep(wait_s)


@contextlib.contextmanager
def _for_people(link: str, is_photo: bool = False) -> Iterator[None]:
    """Turns a failed transfer into an error that names the link."""
    try:
        yield
    except TransferFailed as failure:
        message = f"{failure.reason} Received: {link}"
        if is_photo and failure.status == "not_an_image":
            raise NotAnImage(message) from failure
        if is_photo and failure.status == "too_large":
            raise PhotoTooLarge(message) from failure
        raise DownloadFailed(message, failure.http_status or None) from failure
    except AddressRefused as error:
        raise AddressRefused(f"{error} Received: {link}") from error
