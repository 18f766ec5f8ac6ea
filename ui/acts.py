"""What was mended in a dataset, act by act with its time, each with a way back: read from its folder, so it lasts."""

import streamlit as st

from core.data import mends
from core.data.mends import Act
from core.data.store import Dataset
from ui import last_mended
from ui.frame import calm, keeps, note
from ui.words import count, listed, moment

SHOWN = 8


def history(dataset: Dataset) -> None:
    """Today 14:02: 41 photos left out. The newest first; nothing where nothing of any act still stands."""
    standing = [act for act in mends.acts(dataset) if act.standing]
    if not standing:
        return
    with st.popover("History", type="tertiary"), calm():
        for act in standing[:SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                when = moment(act.at)
                st.markdown(f"{when[:1].upper()}{when[1:]}: {said(act)}", width="content")
                if keeps() and st.button("Undo", type="tertiary", key=f"undo_act_{act.at}"):
                    before = mends.undo(dataset, act.at)
                    some = f"{count(len(before), 'photo')} {'is' if len(before) == 1 else 'are'}"
                    last_mended.done(dataset, before, f"{some} as before.")
        if (more := len(standing) - SHOWN) > 0:
            note(f"and {more:,} before these")


def said(act: Act) -> str:
    """41 photos left out and 2 renamed, 40 of them still."""
    counts = {"left out": act.excluded, "renamed": act.relabelled, "moved to another part": act.moved}
    done = {what: number for what, number in counts.items() if number}
    first, *others = [f"{number:,} {what}" for what, number in done.items()]
    number, _, what = first.partition(" ")
    still = f", {act.standing:,} of them still" if act.standing < sum(done.values()) else ""
    return listed([f"{number} {'photo' if number == '1' else 'photos'} {what}", *others]) + still
