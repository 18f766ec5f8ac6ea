"""What was mended in a dataset last: one line that says it, with a way back, until that is taken or sent away."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.data import mends
from core.data.mends import Mend
from core.data.quality import remedies
from core.data.quality.finding import Finding
from core.data.store import Dataset
from ui.words import plain

LAST = "last_mended"  # in the session


@dataclass(frozen=True)
class Last:
    """What was mended last."""

    dataset_id: str
    before: Mapping[int, Mend | None]  # by position, what counted then
    sentence: str
    fine: Finding | None = None  # what was said to be fine


def done(dataset: Dataset, before: Mapping[int, Mend | None], sentence: str, fine: Finding | None = None) -> None:
    """Shows the dataset as it is now, with a sentence and a way back. Does not return.

    Args:
        before: by position, what was said of a photo until then.
        fine: what was said to be fine, if that is what was done.
    """
    st.session_state[LAST] = Last(dataset.id, before, sentence, fine)
    st.rerun()


def offer(dataset: Dataset) -> None:
    """The line, if there is something to say."""
    last: Last | None = st.session_state.get(LAST)
    if last is None or last.dataset_id != dataset.id:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="mended_last"):
        st.markdown(f":gray[{plain(last.sentence)}]", width="content")
        if (last.before or last.fine) and st.button("Undo", key="undo_last_mended"):
            mends.put_back(dataset, last.before)
            if last.fine is not None:
                remedies.undismiss(dataset, last.fine)
            del st.session_state[LAST]
            st.rerun()
        if st.button("Fine", type="tertiary", key="keep_last_mended"):
            del st.session_state[LAST]
            st.rerun()
