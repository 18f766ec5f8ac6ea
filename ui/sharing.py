"""A link to a model's Predict page, for colleagues and phones; and what whoever opens it is told."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from core.model.bundle import Model
from core.model.card import own_words
from ui import phones
from ui.frame import facts, note
from ui.words import count, day, of_100, plain


def offer(model: Model) -> None:
    """The link with its button to copy it; and where this browser came by “localhost”, the one for others."""
    page = predict_page(st.context.url or "")
    with st.container(gap="xsmall"):
        note("Copy a link", help="Whoever opens it can ask this model about their photos.")
        st.code(address(page, model.id), language=None, wrap_lines=True)
        found = phones.address(page, st.get_option("server.address"), phones.own_address())
        if found is None:
            note("On this computer alone. Others get in once it is started with `make run ADDRESS=0.0.0.0`.")
        elif found != page:
            note("For phones and others in your network:")
            st.code(address(found, model.id), language=None, wrap_lines=True)


def predict_page(url: str) -> str:
    """The address of the Predict page, with the host that this browser came by; "" if nobody knows that.

    Args:
        url: of any page.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        return ""
    folder = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{folder}/predict"


def address(page: str, model_id: str) -> str:
    """The link."""
    return f"{page}?{urlencode({'model': model_id})}"


def line(model: Model, by: str | None = None) -> str:
    """Whose model it is and what it was taught, in a line for whoever asks it.

    Args:
        model: the one.
        by: who has opened it to everybody; None: as its card says.
    """
    owner = (own_words(model).made_by if by is None else by).strip().splitlines()
    right = f"right on {of_100(model.test['accuracy'])}" if model.test else "not measured"
    number = int(model.dataset.get("photos") or 0)
    taught = f"taught {day(model.created_at)} with {count(number, 'photo')}" if number else None
    made_by = f"by {plain(owner[0])}".removesuffix("\\.") if owner else None
    return facts(f"**{plain(model.name)}**", made_by, right, taught)
