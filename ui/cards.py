"""The card of a model, as its folder has it, with the pictures that lie beside it."""

import re
from pathlib import Path

import streamlit as st

from core.model.bundle import Model
from ui.frame import muted

PICTURE = re.compile(r"^!\[(.*)\]\((.+)\)$", re.MULTILINE)


def has_card(model: Model) -> bool:
    """Whether there is one."""
    return (model.folder / "card.md").exists()


@st.dialog("Card", width="large")
def show(model: Model) -> None:
    """Words and pictures in their order; a picture that is missing leaves its words."""
    text = (model.folder / "card.md").read_text("utf-8")
    end = 0
    for found in PICTURE.finditer(text):
        st.markdown(text[end : found.start()])
        _picture(model.folder, found[2], found[1])
        end = found.end()
    st.markdown(text[end:])
    st.download_button("Save as Markdown", text, f"{model.id}.md", "text/markdown", icon=":material/download:")


def _picture(folder: Path, name: str, alt: str) -> None:
    path = (folder / name).resolve()
    if path.is_relative_to(folder.resolve()) and path.is_file():
        st.image(str(path), caption=alt, width="stretch")
    else:
        muted(alt)
