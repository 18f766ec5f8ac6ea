"""The address of this page for phones, as a QR code; or how to let them in."""

import contextlib
import ipaddress
import socket
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from ui.frame import note

EVERYWHERE = (None, "", "0.0.0.0", "::")  # noqa: S104  what Streamlit calls answering on every address
CLOSED = (
    "Phones cannot reach Fitting Room yet: it answers this computer alone. Stop it, start it with "
    "`make run ADDRESS=0.0.0.0`, and open it again: phones on the same network then find it by a code shown here."
)
NO_NETWORK = "This computer is in no network that phones could share. Connect it, then open this again."


def show(width_px: int = 220, **chosen: str) -> None:
    """The code with its address below it, or why there is none.

    Args:
        width_px: of the code.
        chosen: what the phone's page opens with, for instance `model="clothing-photos"`.
    """
    bound = st.get_option("server.address")
    found = address(st.context.url or "", bound, own_address())
    if found is None:
        st.markdown(CLOSED if _answers_here_alone(bound) else NO_NETWORK)
        return
    link = f"{found}?{urlencode(chosen)}" if chosen else found
    st.image(code(link), width=width_px, alt=f"A QR code with the address {link}")
    note(f"Or type {found}")


@st.cache_data(max_entries=20, show_spinner=False)
def code(link: str) -> str:
    """A QR code as SVG: black on white in both themes, or a phone may not read it."""
    return segno.make(link, error="m", micro=False).svg_inline(scale=8, border=3, dark="#1D2025", light="#FFFFFF")


def address(url: str, bound: str | None, own: str | None) -> str | None:
    """Where another machine finds the page that a browser shows.

    Args:
        url: what the browser shows.
        bound: the address that the server answers on; None or "0.0.0.0" for every one.
        own: this machine's address in its network, if it has one.

    Returns:
        The browser's own address unless that means "this computer"; else the machine's; None if nobody else gets in.
    """
    parts = urlsplit(url)
    if parts.hostname and not _is_this_computer(parts.hostname):
        return f"{parts.scheme}://{parts.netloc}{parts.path}"
    host = own if bound in EVERYWHERE else bound
    if not parts.hostname or host is None or _is_this_computer(host):
        return None
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path}"


def own_address() -> str | None:
    """This machine's address in its network; asking for it sends nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 9))  # an address for documentation: only the way out is looked up
        found = str(asking.getsockname()[0])
        return None if _is_this_computer(found) else found
    return None


def _answers_here_alone(bound: str | None) -> bool:
    return bound not in EVERYWHERE and _is_this_computer(str(bound))


def _is_this_computer(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback or ipaddress.ip_address(host).is_unspecified
    except ValueError:  # a name
        return False
