"""What people copy from the address bar, and where the bytes are."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LinkNotSupported
from core.sources.links import direct_address, drive_thumbnail, is_link, is_sheet, row_link

ID = "1AbC_d-EfG"
DOCS = "https://docs.google.com"
EXPORT = f"{DOCS}/spreadsheets/d/{ID}/export?format=csv"
IDS = st.text("abcXYZ019_-", min_size=1, max_size=44)
STARTS = [
    "https://www.google.com/url?q=",
    "https://github.com/a/b/",
    "https://www.dropbox.com/",
    "",
    "http://",
    "https://a.example/",
    f"{DOCS}/spreadsheets/d/",
    "https://drive.google.com/",
    "//",
    "www.",
]
GIDS = st.integers(0, 2**31).map(str)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"{DOCS}/spreadsheets/d/{ID}", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/edit", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/edit?usp=sharing", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/edit#gid=42", f"{EXPORT}&gid=42"),
        (f"{DOCS}/spreadsheets/d/{ID}/edit?gid=7#gid=42", f"{EXPORT}&gid=42"),
        (f"{DOCS}/spreadsheets/d/{ID}/edit?gid=7", f"{EXPORT}&gid=7"),
        (f"{DOCS}/spreadsheets/d/{ID}/edit#gid=42&range=A1", f"{EXPORT}&gid=42"),
        (f"{DOCS}/spreadsheets/u/0/d/{ID}/edit#gid=0", f"{EXPORT}&gid=0"),
        (f"{DOCS}/a/example.com/spreadsheets/d/{ID}/view", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/htmlview", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/copy", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/export?format=csv&gid=3", f"{EXPORT}&gid=3"),
        (f"{DOCS}/spreadsheets/d/{ID}/export?format=pdf", EXPORT),
        (f"{DOCS}/spreadsheets/d/{ID}/export?format=xlsx", EXPORT.replace("csv", "xlsx")),
        (f"{DOCS}/spreadsheet/ccc?key={ID}#gid=0", f"{EXPORT}&gid=0"),
        (f"https://spreadsheets.google.com/spreadsheet/ccc?key={ID}", EXPORT),
        (f"docs.google.com/spreadsheets/d/{ID}/edit", EXPORT),
        (
            f"{DOCS}/spreadsheets/d/{ID}/gviz/tq?tqx=out:csv&sheet=Two",
            f"{DOCS}/spreadsheets/d/{ID}/gviz/tq?tqx=out%3Acsv&headers=1&sheet=Two",
        ),
        (f"{DOCS}/spreadsheets/d/e/2PACX-1v/pubhtml", f"{DOCS}/spreadsheets/d/e/2PACX-1v/pub?output=csv"),
        (
            f"{DOCS}/spreadsheets/d/e/2PACX-1v/pubhtml?gid=5&single=true",
            f"{DOCS}/spreadsheets/d/e/2PACX-1v/pub?gid=5&single=true&output=csv",
        ),
        (
            f"{DOCS}/spreadsheets/u/1/d/e/2PACX-1v/pub?output=csv",
            f"{DOCS}/spreadsheets/d/e/2PACX-1v/pub?output=csv",
        ),
    ],
)
def test_every_shape_of_a_sheet_link_becomes_its_export(link: str, address: str) -> None:
    assert direct_address(link) == address
    assert is_sheet(link)


DRIVE = f"https://drive.google.com/uc?export=download&id={ID}"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"https://drive.google.com/file/d/{ID}/view?usp=drive_link", DRIVE),
        (f"https://drive.google.com/file/u/1/d/{ID}/edit", DRIVE),
        (f"https://drive.google.com/open?id={ID}", DRIVE),
        (f"https://drive.google.com/uc?id={ID}", DRIVE),
        (f"https://drive.google.com/thumbnail?id={ID}&sz=w200", DRIVE),
        (f"https://docs.google.com/uc?id={ID}", DRIVE),
        (f"https://drive.usercontent.google.com/download?id={ID}&export=download", DRIVE),
        (f"https://drive.google.com/file/d/{ID}/view?resourcekey=0-x", DRIVE + "&resourcekey=0-x"),
        (
            "https://www.dropbox.com/scl/fi/abc/dress.jpg?rlkey=k1&dl=0",
            "https://www.dropbox.com/scl/fi/abc/dress.jpg?rlkey=k1&dl=1",
        ),
        ("https://www.dropbox.com/s/abc/dress.jpg", "https://www.dropbox.com/s/abc/dress.jpg?dl=1"),
        (
            "https://www.dropbox.com/scl/fo/abc/key/coats/1.jpg?rlkey=k1&st=x&dl=0",
            "https://www.dropbox.com/scl/fo/abc/key/coats/1.jpg?rlkey=k1&st=x&dl=1",
        ),
        ("https://gist.github.com/owner/0a1b2c#file-x-csv", "https://gist.githubusercontent.com/owner/0a1b2c/raw"),
        (f"https://drive.google.com/a/shop.example/file/d/{ID}/preview", DRIVE),
        ("https://www.google.com/imgres?imgurl=https%3A%2F%2Fa.example%2Fb.jpg&tbnid=x", "https://a.example/b.jpg"),
        ("https://shop.sharepoint.com/:i:/g/abc?download=1", "https://shop.sharepoint.com/:i:/g/abc?download=1"),
        (
            "https://github.com/owner/name/blob/main/photos/a%20b.jpg?raw=true",
            "https://raw.githubusercontent.com/owner/name/main/photos/a%20b.jpg",
        ),
        ("https://shop.example/a.jpg?size=2&sig=a%2Fb#top", "https://shop.example/a.jpg?size=2&sig=a%2Fb"),
        ("www.shop.example/a.jpg", "https://www.shop.example/a.jpg"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("  HTTPS://Shop.Example/A.jpg \n", "https://shop.example/A.jpg"),
    ],
)
def test_links_to_photos_become_addresses_of_their_bytes(link: str, address: str) -> None:
    assert direct_address(link) == address


@pytest.mark.parametrize(
    ("link", "advice"),
    [
        ("https://drive.google.com/drive/folders/1AbC", "upload the ZIP"),
        ("https://drive.google.com/drive/u/0/my-drive", "upload the ZIP"),
        ("https://drive.google.com/embeddedfolderview?id=1AbC", "upload the ZIP"),
        ("https://photos.app.goo.gl/abc", "upload the ZIP"),
        ("https://photos.google.com/share/abc", "upload the ZIP"),
        ("https://docs.google.com/document/d/1AbC/edit", "no sheet"),
        ("https://docs.google.com/forms/d/e/1FAI/viewform", "no sheet"),
        ("https://docs.google.com/spreadsheets/u/0/", "list of sheets"),
        ("https://www.dropbox.com/scl/fo/abc?rlkey=1", "as a ZIP"),
        ("https://www.dropbox.com/scl/fo/abc/key?rlkey=1&dl=0", "as a ZIP"),
        ("https://www.dropbox.com/sh/abc/key?preview=dress.jpg", "as a ZIP"),
        ("https://www.dropbox.com/home/photos", "as a ZIP"),
        ("https://docs.google.com/presentation/d/1AbC/edit#slide=id.p", "no sheet"),
        ("https://goo.gl/photos/abc", "upload the ZIP"),
        ("https://images.app.goo.gl/abc", "Copy image address"),
        ("https://1drv.ms/x/s!abc", "OneDrive shows"),
        ("https://onedrive.live.com/edit.aspx?resid=1", "OneDrive shows"),
        ("https://shop.sharepoint.com/:x:/g/personal/abc?e=1", "SharePoint shows"),
        ("https://share.icloud.com/photos/abc", "iCloud shows"),
        ("https://www.icloud.com/sharedalbum/#abc", "iCloud shows"),
        ("https://we.tl/t-abc", "upload them here"),
        ("https://github.com/owner/name", "Download ZIP"),
        ("https://github.com/owner/name/tree/main/photos", "Download ZIP"),
        ("https://www.google.com/url?q=https%3A%2F%2Fphotos.app.goo.gl%2Fabc", "upload the ZIP"),
        ("ftp://host.example/a.jpg", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("javascript:alert(1)", "http:// or https://"),
        ("data:image/png;base64,AAAA", "http:// or https://"),
        ("http://", "no valid address"),
        ("http://[::1", "no valid address"),
        ("http://host.example:99999/", "no valid address"),
        ("https://host.example/" + "a" * 9000, "no valid address"),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_advice(link: str, advice: str) -> None:
    with pytest.raises(LinkNotSupported, match=advice):
        direct_address(link)


def test_google_links_go_to_the_hosts_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DOCS_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("FITTING_ROOM_GOOGLE_DRIVE_URL", "http://127.0.0.1:8")
    assert direct_address(f"{DOCS}/spreadsheets/d/{ID}") == f"http://127.0.0.1:9/spreadsheets/d/{ID}/export?format=csv"
    assert is_sheet(f"http://127.0.0.1:9/spreadsheets/d/{ID}/edit")
    assert not is_sheet("http://127.0.0.1:9/photos/a.jpg")
    address = direct_address(f"https://drive.google.com/file/d/{ID}/view")
    assert drive_thumbnail(address) == f"http://127.0.0.1:8/thumbnail?id={ID}&sz=w1000"
    assert drive_thumbnail("http://127.0.0.1:8/photos/a.jpg") is None


@given(
    IDS.filter(lambda text: text != "e"), GIDS, st.sampled_from(["edit", "view", "htmlview", "copy"]), st.integers(0, 9)
)
def test_id_and_tab_survive_whatever_page_the_link_is_of(sheet_id: str, gid: str, page: str, account: int) -> None:
    address = direct_address(f"{DOCS}/spreadsheets/u/{account}/d/{sheet_id}/{page}?usp=x&gid=9#gid={gid}")
    assert address == f"{DOCS}/spreadsheets/d/{sheet_id}/export?format=csv&gid={gid}"
    assert direct_address(address) == address


@given(
    IDS.filter(lambda text: text != "e"),
    st.none() | GIDS,
    st.sampled_from(["edit", "view", "copy", "export", "gviz/tq"]),
    st.sampled_from(["", "u/3/", "a/shop.example/"]),
    st.integers(1, 20_000),
)
def test_a_row_of_a_sheet_is_opened_in_its_tab_and_in_nobodys_account(
    sheet_id: str, gid: str | None, page: str, account: str, row: int
) -> None:
    company = account if account.startswith("a/") else ""
    whose = "" if company else account
    tab = f"?usp=sharing&gid={gid}" if gid else "?usp=sharing"
    link = row_link(f"{DOCS}/{company}spreadsheets/{whose}d/{sheet_id}/{page}{tab}", row)
    assert link == f"{DOCS}/spreadsheets/d/{sheet_id}/edit#gid={gid or 0}&range=A{row}"
    assert row_link(link, row) == link
    assert direct_address(link).endswith(f"&gid={gid or 0}")


@pytest.mark.parametrize(
    "address",
    [
        f"{DOCS}/spreadsheets/d/e/2PACX-1v/pubhtml?gid=5",
        f"{DOCS}/spreadsheets/d/e/export/pub",
        f"{DOCS}/spreadsheets/d/{ID}/gviz/tq?tqx=out:csv&sheet=Two",
        f"{DOCS}/spreadsheets/d/{ID}/export?format=xlsx&gid=3",
        f"{DOCS}/spreadsheets/u/0/",
        f"{DOCS}/document/d/{ID}/edit",
        "https://shop.example/spreadsheets/d/1/export",
        "photos.csv",
        "",
    ],
)
def test_what_has_no_numbered_tab_has_no_link_to_a_row(address: str) -> None:
    assert row_link(address, 17) is None


@given(st.sampled_from(["file/d/{}/view", "file/u/2/d/{}/view?usp=sharing", "open?id={}", "uc?id={}&export=view"]), IDS)
def test_the_id_of_a_drive_file_survives_whatever_page_the_link_is_of(page: str, file_id: str) -> None:
    address = direct_address(f"https://drive.google.com/{page.format(file_id)}")
    assert address == f"https://drive.google.com/uc?export=download&id={file_id}"
    assert direct_address(address) == address


@given(
    st.sampled_from([f"{DOCS}/spreadsheets/d/", "https://drive.google.com/open?id=", "https://shop.example/a.jpg?x="]),
    IDS,
)
def test_a_link_that_google_wraps_is_the_link_itself(start: str, rest: str) -> None:
    wrapped = f"https://www.google.com/url?sa=D&q={quote(start + rest, safe='')}&ust=1"
    assert direct_address(wrapped) == direct_address(start + rest)
    assert is_sheet(wrapped) == is_sheet(start + rest)


@given(IDS, GIDS, st.sampled_from(["pub", "pubhtml"]))
def test_a_published_token_is_never_taken_for_an_id(token: str, gid: str, page: str) -> None:
    address = direct_address(f"{DOCS}/spreadsheets/d/e/{token}/{page}?gid={gid}")
    assert address == f"{DOCS}/spreadsheets/d/e/{token}/pub?gid={gid}&single=true&output=csv"
    assert direct_address(address) == address


@given(st.sampled_from(STARTS), st.text(st.characters(codec="latin-1"), max_size=40))
def test_any_text_is_an_address_of_the_web_or_refused(start: str, rest: str) -> None:
    text = start + rest
    try:
        address = direct_address(text)
    except LinkNotSupported:
        return
    assert address.startswith(("http://", "https://"))
    assert direct_address(address) == address


@given(st.text(max_size=30))
def test_file_names_are_no_links(text: str) -> None:
    assert not is_link(f"photos/{text}.jpg")
