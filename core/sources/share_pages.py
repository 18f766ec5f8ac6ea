"""Links that people copy from a share button or a search, and that lead to a page instead of to a file."""

import re
from urllib.parse import SplitResult, parse_qs

from core.errors import LinkNotSupported

PHOTO_ALBUM_HOSTS = ("photos.app.goo.gl", "photos.google.com")
TRANSFER_HOSTS = ("we.tl", "wetransfer.com", "www.wetransfer.com", "mega.nz", "mega.io", "www.swisstransfer.com")
WRAPPERS = {"/url": ("q", "url"), "/imgres": ("imgurl",)}  # of Google: a page that leads on, a picture that was found


def wrapped_link(parts: SplitResult) -> str | None:
    """The link inside of one of Google's own, as copied from a search or a published document; None if it is none."""
    names = (
        WRAPPERS.get(parts.path) if re.fullmatch(r"(www\.|images\.)?google\.[a-z.]+", parts.hostname or "") else None
    )
    query = parse_qs(parts.query)
    return next((query[name][0] for name in names or () if name in query), None)


def refuse_share_page(parts: SplitResult) -> None:
    """Raises `LinkNotSupported`, with what to do instead, for a link to a page of a share that gives no file."""
    host, path = parts.hostname or "", parts.path
    advice = ""
    if host in PHOTO_ALBUM_HOSTS or (host == "goo.gl" and path.startswith("/photos/")):
        advice = "Google Photos shows albums only as a page. Download the album (⋮ → Download all) and upload the ZIP."
    elif host == "images.app.goo.gl":
        advice = (
            "This link leads to a picture search. Open it, choose “Copy image address” on the picture itself, and take "
            "that address."
        )
    elif host == "1drv.ms" or (host == "onedrive.live.com" and not path.startswith("/download")):
        advice = (
            "OneDrive shows shared files only as a page. Download them and upload the table, or the photos as a ZIP."
        )
    elif host.endswith(".sharepoint.com") and "download" not in f"{path}?{parts.query}".lower():
        advice = (
            "SharePoint shows shared files only as a page, mostly to people of the company. Download them and upload "
            "the table, or the photos as a ZIP."
        )
    elif host == "icloud.com" or host.endswith(".icloud.com"):
        advice = "iCloud shows shared photos only as a page. Download them there and upload them here as a ZIP."
    elif host in TRANSFER_HOSTS:
        advice = "This link leads to a page that hands files over. Download them there and upload them here."
    if advice:
        raise LinkNotSupported(f"{advice} Received: {parts.geturl()}")
