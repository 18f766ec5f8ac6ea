"""The way through the house, and the way back to the front door when somebody comes in through a window."""

from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
PICTURES_DIR = ROOT / "pictures"


def front_door() -> None:
    """Leads back to the front door when this run did not come through it. The first line of every page.

    Until `st.navigation` has run once in the server's life, Streamlit takes `pages/` for automatic pages, so the first
    address after a start would show a page without navigation, style or config. Calling it ends that for everyone.
    """
    if not st.session_state.pop("front_door", False):
        window()
        st.navigation(sections())
        st.rerun()


def window() -> None:
    """What the browser's window is called, and how wide things are."""
    st.set_page_config(
        page_title="Fitting Room", page_icon=PICTURES_DIR / "mark.svg", layout="wide", initial_sidebar_state=232
    )


def sections() -> dict[str, list[st.Page]]:
    """The journey: one direction, and where one is in it."""

    def page(name: str, title: str, default: bool = False) -> st.Page:
        return st.Page(ROOT / "pages" / f"{name}.py", title=title, default=default)

    return {
        "": [page("home", "Home", default=True)],
        "Teach": [page("dataset", "Dataset"), page("train", "Train"), page("results", "Results")],
        "Use": [page("predict", "Predict"), page("models", "Models")],
    }
