"""The card of a model: to be read with its pictures, and what people say on it in their own words."""

import re
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from core.files import safe_name
from core.model.bundle import Model
from core.model.card import TITLES, OwnWords, card_of, change_words, own_words
from ui.frame import calm, keeps, muted, note

PICTURE = re.compile(r"^!\[(.*)\]\((.+)\)$", re.MULTILINE)
HEAD = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
ASKED = {
    "made_by": "You, your team, your school.",
    "intended_use": "What should it be asked about, and by whom?",
    "out_of_scope": "What should nobody use it for?",
    "limits": "What have you seen it get wrong? Which photos did it never see?",
    "licence": "Such as MIT or CC-BY-4.0. Think of the photos too.",
    "contact": "An address, or a name.",
}


@st.dialog("Card", width="large")
def show(model: Model) -> None:
    """The card as it would stand with the words that are typed, and the words. Facts are not for typing."""
    with calm():
        kept = own_words(model)
        if not keeps():
            _read(card_of(model, kept), model.folder)
            return
        card, words = st.tabs(["The card", "In your words"])
        with words:
            said = _typed(model, kept)
            if st.button("Keep", key=f"keep_words_{model.id}", disabled=said == kept):
                change_words(model.id, said)
                st.rerun()
        with card:
            if said != kept:
                note("A look at what you typed; it is not kept yet.")
            text = card_of(model, said)
            _read(text, model.folder)
            st.download_button(
                "Save as Markdown",
                text,
                f"{safe_name(model.name)}, card.md",
                "text/markdown",
                icon=":material/download:",
                on_click="ignore",
            )


def _typed(model: Model, kept: OwnWords) -> OwnWords:
    note("These stand on the card as quotations, so that nobody takes them for measurements. Markdown is fine.")
    return OwnWords(
        **{
            name: st.text_area(
                TITLES[name], said, max_chars=4000, height=90, placeholder=ASKED[name], key=f"word_{name}_{model.id}"
            ).strip()
            for name, said in asdict(kept).items()
        }
    )


def _read(text: str, folder: Path) -> None:
    """Words and pictures in their order; a picture that is missing leaves its words."""
    head = HEAD.match(text)
    end = head.end() if head else 0
    for found in PICTURE.finditer(text):
        _words(text[end : found.start()])
        _picture(folder, found[2], found[1])
        end = found.end()
    _words(text[end:])
    if head:
        with st.expander("For sites that keep models :small[:gray[YAML]]"):
            st.code(head[1], language="yaml")


def read_words(text: str) -> None:
    """A card without its pictures, and without what is for machines."""
    _words(PICTURE.sub("", HEAD.sub("", text)))


def _words(text: str) -> None:
    """Pictures from elsewhere, which would tell their host who reads this, become links."""
    st.markdown(text.replace("![", "["))


def _picture(folder: Path, name: str, alt: str) -> None:
    path = (folder / name).resolve()
    if path.is_relative_to(folder.resolve()) and path.is_file():
        st.image(str(path), caption=alt, width="stretch")
    else:
        muted(alt)
