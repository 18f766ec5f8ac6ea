"""The browser opens by itself when the app is started on a person's own computer; a demo tidies up at its end."""

import asyncio
import contextlib
import webbrowser
from collections.abc import AsyncIterator

import streamlit as st

from core import read_only
from ui.phones import EVERYWHERE

LISTENING_S = 0.5  # after this the server takes visitors


@contextlib.asynccontextmanager
async def browser_opens(app: st.App) -> AsyncIterator[None]:
    """Around the life of the server: `streamlit run` itself does so only for apps without routes of their own."""
    if not st.get_option("server.headless"):
        asyncio.get_running_loop().call_later(LISTENING_S, _open)
    yield
    read_only.leave()  # here: a server that is told to end does not come as far as `atexit`


def _open() -> None:
    bound = st.get_option("server.address")
    host = "localhost" if bound in EVERYWHERE else bound
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    webbrowser.open(f"{scheme}://{host}:{st.get_option('server.port')}/{base}")
