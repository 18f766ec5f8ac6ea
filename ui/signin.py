"""Who is there: people sign in where `[auth]` stands in Streamlit's secrets, and each has a workspace of their own."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core import read_only
from core.errors import SettingInvalid
from core.settings import ask_whose, home_of
from ui.frame import buttons, heading, note
from ui.words import plain

OWN = {"github": "GitHub", "gitlab": "GitLab", "linkedin": "LinkedIn", "auth0": "Auth0"}  # spellings of their own


def begin() -> None:
    """From now on each who signs in has a workspace of their own; nothing is another where nobody has to."""
    if is_on():
        ask_whose(_person_of_this_thread)


def is_on() -> bool:
    """Whether people sign in here. A demo needs nobody's name: it shows one workspace to all."""
    return bool(_configured()) and not read_only.is_on()


def is_known() -> bool:
    """Whether whoever looks at this page has signed in."""
    return _person_of_this_thread() is not None


def page() -> None:
    """What everybody sees first."""
    st.space("large")
    with st.container(width=560):
        heading(
            "Fitting Room",
            "Sign in to your fitting room",
            "Your photos, trainings and models lie in a workspace of your own, on this server. Others see none of it, "
            "except models that you open to everybody.",
        )
        with buttons():
            for number, provider in enumerate(_providers()):
                label = f"Sign in with {_called(provider)}" if provider else "Sign in"
                kind = "primary" if number == 0 else "secondary"
                st.button(label, type=kind, on_click=st.login, args=[provider] if provider else [])
        note("All that is kept here of your account is a code made from its number, which names your folder.")


def out() -> None:
    """Who is signed in, and the way out."""
    with st.container(gap="xxsmall"):
        note("Signed in as")
        st.markdown(plain(name()))
        st.button("Sign out", type="tertiary", icon=":material/logout:", on_click=st.logout)


def name() -> str:
    """What the person at this page is called."""
    user = _user()
    return str(user.get("name") or user.get("email") or "somebody without a name")


def home_of_request(request: Request) -> Path | None:
    """The workspace of whoever asks for what is no page, by the cookie that Streamlit has signed; else None."""
    secret = get_cookie_secret()

    def read(cookie: str) -> bytes | None:
        signed = request.cookies.get(cookie)
        return None if signed is None else decode_signed_value(secret, cookie, signed.encode("latin-1"))

    signed_in = get_cookie_with_chunks(read, USER_COOKIE_NAME)
    try:
        user = json.loads(signed_in) if signed_in else {}
    except ValueError:
        return None
    person = _person(user) if user.get("origin") == get_origin_from_redirect_uri() else None
    return home_of(person) if person else None


def _person_of_this_thread() -> str | None:
    return _person(_user())


def _user() -> dict[str, Any]:
    """What the provider has said of whoever this script runs for; nothing in a thread that runs none."""
    context = get_script_run_ctx(suppress_warning=True)
    return {} if context is None else dict(context.user_info)


def _person(user: dict[str, Any]) -> str | None:
    """The name of a person's folder: of who vouches for them, and what these call them, which stays when names change.

    Who is not signed in, or has no such number, is nobody.
    """
    issuer, subject = user.get("iss"), user.get("sub")
    if user.get("is_logged_in") is not True or not issuer or not subject:
        return None
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:16]


def _providers() -> list[str]:
    """Those who vouch for people, as the secrets name them; "" for one without a name."""
    section = _configured()
    named = [key for key, value in section.items() if isinstance(value, dict) and "client_id" in value]
    return ([""] if "client_id" in section else []) + named


def _called(provider: str) -> str:
    return OWN.get(provider.lower(), provider.replace("-", " ").title())


@cache  # for the life of the server: a file that goes must not open everybody's workspace to all
def _configured() -> dict[str, Any]:
    """`[auth]` of Streamlit's secrets; empty without.

    Raises:
        SettingInvalid: there are secrets, and they cannot be read.
    """
    try:
        found: Any = st.secrets.to_dict().get("auth", {})
    except (StreamlitSecretNotFoundError, OSError) as error:
        places = [place for place in st.get_option("secrets.files") if Path(place).exists()]
        if places:
            raise SettingInvalid(f"Streamlit's secrets cannot be read. Mend {places[0]}: {error}") from error
        return {}
    return dict(found)
