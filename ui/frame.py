"""What stands around every page: headings, notes, and what is shown when something goes wrong."""

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import read_only
from core.errors import FittingRoomError, NotFound
from ui import words

STYLE_PATH = Path(__file__).parent / "style.css"


@contextlib.contextmanager
def calm(way_out: bool = False) -> Iterator[None]:
    """Shows what goes wrong: what a person can mend with its message, anything else as our bug with its log.

    Args:
        way_out: offers to forget what the address names, which is what a whole page needs.
    """
    try:
        yield
    except FittingRoomError as error:
        gone = way_out and isinstance(error, NotFound)
        if gone:
            st.title("Not here any more", anchor=False)
        problem(str(error))
        if gone and st.button("Show what there is", type="primary"):
            st.query_params.clear()
            st.rerun()
    except Exception as error:  # the boundary to the person: whatever it was must be seen, and never a blank page
        traceback.print_exc()
        problem(
            "Something went wrong that Fitting Room did not expect. That is our mistake, and nothing of yours is lost."
        )
        with st.expander("What happened"):
            st.code("".join(traceback.format_exception(error)), language=None, wrap_lines=True)


def problem(message: str) -> None:
    """A calm notice of what went wrong and what to do next."""
    st.error(words.plain(message), icon=":material/error_outline:")


def keeps() -> bool:
    """Whether anything that people do here is kept: not in a demo, which hides the buttons that would."""
    return not read_only.is_on()


def demo_line() -> None:
    """Says so on every page of a demo."""
    if not keeps():
        st.markdown(f":small[:gray[:material/visibility: {read_only.SENTENCE}]]")


def note(text: str, help: str | None = None) -> None:
    """Small muted words: instead of `st.caption`, which is too pale to read."""
    st.markdown(f":small[:gray[{text}]]", help=help)


def muted(text: str) -> None:
    """Muted words of normal size: the line under a section's heading."""
    st.markdown(f":gray[{text}]")


def heading(eyebrow: str, title: str, lead: str | None = None) -> None:
    """The page's name, its title, and one sentence. `title` and `lead` are Markdown."""
    with st.container(gap=None):
        note(eyebrow)
        st.title(title, anchor=False)
    if lead:
        st.markdown(lead)


def title_row() -> DeltaGenerator:
    """A title on the left and what one can do with it on the right; on a phone one below the other."""
    return st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")


def buttons() -> DeltaGenerator:
    """Buttons side by side, as wide as their words."""
    return st.container(horizontal=True, width="content", vertical_alignment="center", gap="small")


def section(title: str, line: str | None = None, help: str | None = None) -> None:
    """A section's heading with the line under it, well apart from what stands above."""
    st.space("small")
    with st.container(gap="xsmall"):
        st.header(title, anchor=False, help=help)
        if line:
            muted(line)


def facts(*things: str | None) -> str:
    """One line of facts, set apart by dots."""
    return " &nbsp;·&nbsp; ".join(thing for thing in things if thing)
