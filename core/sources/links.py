"""From the link that a person copied to the address where the bytes are.

Google Sheets, Drive, Dropbox and GitHub hand out addresses of pages that show a file; every other address is left as
it is. Nothing is fetched here.
"""

import re
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, urlencode, urlsplit

from core.errors import LinkNotSupported
from core.settings import Settings, load_settings
from core.sources.share_pages import refuse_share_page, wrapped_link

MAX_LINK_CHARACTERS = 8000
SHEET_HOSTS = ("docs.google.com", "spreadsheets.google.com")
DRIVE_HOSTS = ("drive.google.com", "drive.usercontent.google.com")
DROPBOX_HOSTS = ("dropbox.com", "www.dropbox.com")
SHEET_FORMATS = ("csv", "tsv", "xlsx")

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_BARE = re.compile(r"(www\.|docs\.google\.com/|drive\.google\.com/|dropbox\.com/|github\.com/)", re.IGNORECASE)


def is_link(text: str) -> bool:
    """Whether a text is meant as an address of the web (or another scheme) rather than as the name of a file."""
    text = text.strip()
    return bool(_SCHEME.match(text) or _BARE.match(text) or text.startswith("//"))


def is_sheet(link: str) -> bool:
    """Whether a link belongs to a Google Sheet."""
    try:
        parts = _split(link)
    except LinkNotSupported:
        return False
    return _is_docs(parts, load_settings()) and _google_path(parts).startswith("/spreadsheet")


def direct_address(link: str, settings: Settings | None = None) -> str:
    """The address of the bytes behind a link.

    Args:
        link: as a person copied it: `https://…`, or `www.…` and the like without a scheme.
        settings: for thousands of links at once; None reads them.

    Raises:
        LinkNotSupported: another scheme than http and https, no host, or a page that stands for many files.
    """
    parts = _split(link)
    host = parts.hostname or ""
    settings = settings or load_settings()
    if _is_docs(parts, settings):
        return _document(parts)
    if _is_drive(parts, settings):
        return _drive(parts)
    refuse_share_page(parts)
    if host in DROPBOX_HOSTS:
        return _dropbox(parts)
    if host in ("github.com", "www.github.com"):
        return _github(parts)
    if host == "gist.github.com" and re.fullmatch(r"/[^/]+/[0-9a-f]+/?", parts.path):
        return f"https://gist.githubusercontent.com{parts.path.rstrip('/')}/raw"
    return parts._replace(fragment="").geturl()


def row_link(address: str, row: int) -> str | None:
    """A link that opens a Google Sheet at one of its rows.

    Args:
        address: of the sheet, in any shape; a tab that it does not name is the first.
        row: the sheet's own number.

    Returns:
        None for all that has no rows to open: published sheets, and whatever is no Google Sheet; and for tabs that are
        named by their title or chosen in an Excel file, since such a link needs the tab's number.
    """
    try:
        parts = urlsplit(direct_address(address)) if is_sheet(address) else urlsplit("")
    except LinkNotSupported:
        return None
    query = _query(parts)
    found = re.fullmatch(r"/spreadsheets/d/([\w-]+)/export", parts.path)
    if not found or query.get("format") == "xlsx":
        return None
    tab = query.get("gid", "0")
    return f"{load_settings().google_docs_url}/spreadsheets/d/{found[1]}/edit#gid={tab}&range=A{row}"


def drive_thumbnail(address: str) -> str | None:
    """Where Drive shows a picture of a file that `direct_address` made an address for; None if it is none of those."""
    parts = urlsplit(address)
    if not _is_drive(parts, load_settings()) or parts.path != "/uc":
        return None
    kept = {name: values[0] for name, values in parse_qs(parts.query).items() if name in ("id", "resourcekey")}
    return f"{load_settings().google_drive_url}/thumbnail?{urlencode({**kept, 'sz': 'w1000'})}"


def _split(link: str) -> SplitResult:
    """Splits an address of the web, its host in lower case; of one that wraps another, that other."""
    text = link.strip()
    if text.startswith("//"):
        text = "https:" + text
    elif _BARE.match(text):
        text = "https://" + text
    shown = text if len(text) < 200 else text[:200] + "…"
    try:
        parts = urlsplit(text)
        port_is_valid = parts.port != 0  # reading the port checks it
    except ValueError as error:
        raise LinkNotSupported(f"This is no valid address. Copy it again. Received: {shown}") from error
    if parts.scheme not in ("http", "https"):
        raise LinkNotSupported(f"Only addresses that begin with http:// or https:// can be fetched. Received: {shown}")
    if not parts.hostname or not port_is_valid or len(text) > MAX_LINK_CHARACTERS:
        raise LinkNotSupported(f"This is no valid address. Copy it again. Received: {shown}")
    if inner := wrapped_link(parts):
        return _split(inner)
    return parts._replace(netloc=parts.netloc.lower() if "@" not in parts.netloc else parts.netloc)


def _is_docs(parts: SplitResult, settings: Settings) -> bool:
    """True for Google's host, and for the one that the settings put in its place (which may serve other things too)."""
    if parts.hostname in SHEET_HOSTS:
        return True
    stands_in = parts.netloc == urlsplit(settings.google_docs_url).netloc
    return stands_in and re.match(r"/(a/|u/|spreadsheet|document|presentation|forms)", parts.path) is not None


def _is_drive(parts: SplitResult, settings: Settings) -> bool:
    """As `_is_docs`, for Drive."""
    if parts.hostname in DRIVE_HOSTS:
        return True
    stands_in = parts.netloc == urlsplit(settings.google_drive_url).netloc
    return stands_in and re.match(r"/(file/|drive/|uc$|open$)", parts.path) is not None


def _google_path(parts: SplitResult) -> str:
    """The path without the account (`/u/1`) and the company (`/a/example.com`) that it was copied with."""
    path = re.sub(r"^/a/[^/]+(?=/)", "", parts.path)
    return re.sub(r"/u/\d+(?=/|$)", "", path, count=1)


def _document(parts: SplitResult) -> str:
    path, query = _google_path(parts), _query(parts)
    if path in ("/uc", "/open") and "id" in query:
        return _drive(parts)
    if not path.startswith("/spreadsheet"):
        raise LinkNotSupported(
            "This link leads to a Google page that is no sheet. Open the sheet with the photo addresses and copy the "
            f"link from there. Received: {parts.geturl()}"
        )
    # First: the token of a published sheet is not the sheet's id, and "/d/([^/]+)" would yield "e".
    if published := re.match(r"/spreadsheets/d/e/([\w-]+)", path):
        return _published(published[1], query, parts.fragment)
    if found := re.match(r"/spreadsheets/d/([\w-]+)(/.*)?$", path):
        return _sheet(found[1], found[2] or "", query, parts.fragment)
    if path.startswith("/spreadsheet/") and re.fullmatch(r"[\w-]+", query.get("key", "")):
        return _sheet(query["key"], "", query, parts.fragment)
    raise LinkNotSupported(
        f"This is Google's list of sheets. Open the sheet itself and copy its link. Received: {parts.geturl()}"
    )


def _sheet(sheet_id: str, page: str, query: dict[str, str], fragment: str) -> str:
    """The export of a sheet; without a tab's number it is the first tab."""
    base = f"{load_settings().google_docs_url}/spreadsheets/d/{sheet_id}"
    kept = {"resourcekey": query["resourcekey"]} if "resourcekey" in query else {}
    if "sheet" in query and "gid" not in query:
        # A tab by name: only this answers to it. headers=1, or it guesses and merges rows of text into the header.
        return f"{base}/gviz/tq?{urlencode({'tqx': 'out:csv', 'headers': '1', 'sheet': query['sheet'], **kept})}"
    if page == "/gviz/tq" and "out:csv" in query.get("tqx", ""):
        return f"{base}/gviz/tq?{urlencode({**query, 'headers': '1'})}"
    wanted = query.get("format", "csv")
    tab = _tab(query, fragment)
    kept = {**({"gid": tab} if tab else {}), **kept}
    return f"{base}/export?{urlencode({'format': wanted if wanted in SHEET_FORMATS else 'csv', **kept})}"


def _published(token: str, query: dict[str, str], fragment: str) -> str:
    wanted = query.get("output", "csv")
    tab = _tab(query, fragment)
    chosen = {"gid": tab, "single": "true"} if tab else {}
    output = {"output": wanted if wanted in SHEET_FORMATS else "csv"}
    return f"{load_settings().google_docs_url}/spreadsheets/d/e/{token}/pub?{urlencode({**chosen, **output})}"


def _tab(query: dict[str, str], fragment: str) -> str:
    """The tab's number: what is in the fragment is what was open when the link was copied."""
    for text in (dict(parse_qsl(fragment)).get("gid", ""), query.get("gid", "")):
        if text.isascii() and text.isdigit():
            return text
    return ""


def _drive(parts: SplitResult) -> str:
    path, query = _google_path(parts), _query(parts)
    found = re.match(r"/file/d/([\w-]+)", path)
    file_id = found[1] if found else query.get("id", "")
    if "folder" in path or not re.fullmatch(r"[\w-]+", file_id):
        raise LinkNotSupported(
            "This link leads to a Drive folder, and Drive lists folders only for people who are signed in. Download "
            "the folder and upload the ZIP, or make a sheet with a link for each photo. "
            f"Received: {parts.geturl()}"
        )
    kept = {"resourcekey": query["resourcekey"]} if "resourcekey" in query else {}
    return f"{load_settings().google_drive_url}/uc?{urlencode({'export': 'download', 'id': file_id, **kept})}"


def _dropbox(parts: SplitResult) -> str:
    # What follows a folder's two keys is a file in it.
    if re.fullmatch(r"/(scl/fo|sh)(/[^/]*){0,2}/?|/(home|work|transfer|t|request)(/.*)?", parts.path):
        raise LinkNotSupported(
            f"This link leads to a Dropbox folder. Download it as a ZIP and upload that. Received: {parts.geturl()}"
        )
    query = {name: value for name, value in _query(parts).items() if name not in ("raw", "dl")}
    return parts._replace(query=urlencode({**query, "dl": "1"}), fragment="").geturl()


def _github(parts: SplitResult) -> str:
    if re.fullmatch(r"/[^/]+/[^/]+/?|/[^/]+/[^/]+/tree/.+", parts.path):
        raise LinkNotSupported(
            "This link leads to a folder on GitHub. Take the link of one file in it; or choose Code → Download ZIP and "
            f"upload that. Received: {parts.geturl()}"
        )
    found = re.match(r"/([^/]+)/([^/]+)/(?:blob|raw)/(.+)", parts.path)
    if not found:
        return parts._replace(fragment="").geturl()
    owner, repository, file = found.groups()
    return f"https://raw.githubusercontent.com/{owner}/{repository}/{quote(file, safe='/%')}"


def _query(parts: SplitResult) -> dict[str, str]:
    return dict(parse_qsl(parts.query, keep_blank_values=True))
