"""Single answers: its surest mistakes, what it was least sure of, and some drawn at random, right and wrong."""

import numpy as np
import pandas as pd
import streamlit as st

from core.model.exams import Exam
from ui.frame import calm, muted, note, section
from ui.results_photos import ACROSS, gallery
from ui.words import count

SURE_AND_WRONG = (
    "Its most confident mistakes. Sometimes the name is wrong, not the answer: tick a photo to rename it or leave it "
    "out."
)
MOST = 20 * ACROSS  # photos to leaf through


def show(exam: Exam) -> None:
    """Three sections of the Results page."""
    _sure_and_wrong(exam)
    _least_sure(exam)
    _what_it_says(exam)


@st.fragment
def _sure_and_wrong(exam: Exam) -> None:
    with calm():
        section("Sure, and wrong", SURE_AND_WRONG)
        mistakes = exam.mistakes(MOST)
        if mistakes.empty:
            muted("None: every photo was named rightly.")
        else:
            gallery(exam, mistakes, "mistakes", ACROSS)


@st.fragment
def _least_sure(exam: Exam) -> None:
    with calm():
        section("Least sure", "Where it hesitated most, right or wrong. More photos like these would help it.")
        gallery(exam, exam.unsure(MOST), "unsure", ACROSS)


@st.fragment
def _what_it_says(exam: Exam) -> None:
    with calm():
        section("What it says", "Drawn at random, so neither its best nor its worst.")
        key = f"seed_{exam.key}"
        right = exam.photos["right"]
        for title, rows in (("Right", exam.photos[right]), ("Wrong", exam.photos[~right])):
            note(f"{title}, {count(len(rows), 'photo')}")
            if len(rows):
                gallery(exam, _drawn(rows, st.session_state.get(key, 0)), f"drawn_{title}", ACROSS)
        st.button(
            "Others", key="other_answers", icon=":material/shuffle:", type="tertiary", on_click=_others, args=(key,)
        )


def _others(key: str) -> None:
    st.session_state[key] = st.session_state.get(key, 0) + 1


def _drawn(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A few rows at random, the same for the same seed."""
    places = np.random.default_rng(seed).permutation(len(rows))[:ACROSS]
    return rows.iloc[places]
