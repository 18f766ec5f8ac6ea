"""Whatever is deleted can come back: one line at the top of the page offers it."""

import streamlit as st

from core import trash
from core.training.teaching import restore_teaching
from ui import pickers
from ui.frame import keeps
from ui.words import plain

KEY = "undo"  # in the address too, so that a reload right after a mistake still offers it


def offer(token: str, sentence: str) -> None:
    """Offers to bring back what was just deleted. `sentence` says what is gone."""
    if token == trash.GONE:
        return
    st.session_state[KEY] = (token, sentence)
    st.query_params[KEY] = token


def show() -> None:
    """The offer, until it is taken or sent away."""
    named = st.query_params.get(KEY)
    token, sentence = st.session_state.get(KEY) or (named, "Something was deleted a moment ago.")
    if token is None or not keeps():
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo_line"):
        st.markdown(f":gray[{plain(sentence)}]", width="content")
        if st.button("Undo", key="undo_take"):
            _forget()
            _bring_back(token)
            st.rerun()
        if st.button("Fine", type="tertiary", key="undo_dismiss"):
            _forget()
            st.rerun()


def _bring_back(token: str) -> None:
    """Puts it where it was, and chooses it."""
    if trash.kind_of(token) == "teachings":  # with the dataset, the training and the model that it made
        pickers.choose("model", restore_teaching(token))
        return
    path = trash.restore(token)
    if kind := {"datasets": "dataset", "runs": "run"}.get(path.parent.name):
        pickers.choose(kind, path.name)


def _forget() -> None:
    st.session_state.pop(KEY, None)
    st.query_params.pop(KEY, None)
