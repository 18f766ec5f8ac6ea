"""Does it know when it is unsure? How sure it says it is, beside how often it is right."""

import streamlit as st

from core import charts
from core.model.exams import Exam
from core.model.reliability import Bin, reliability
from ui.figures import chart
from ui.frame import note, section
from ui.words import count, of_100, per_100

HONEST = 0.03  # of 1: a difference that nobody has to mind
ENOUGH = 20  # photos of one step, from which on it is worth naming
FEW = 100


def show(exam: Exam) -> None:
    """The section of the Results page."""
    section("Does it know when it is unsure? :small[:gray[· calibration]]", _in_words(exam))
    bins = reliability(exam.labels, exam.probabilities)
    left, right = st.columns([62, 38], gap="medium")
    with left:
        chart(
            charts.reliability_diagram(bins),
            320,
            key="reliability",
            alt="How often it is right by how sure it is, beside the line of a model that is as sure as it is right",
        )
    with right:
        note(
            "To the right: how sure it is. Up: how often it is right. On the dotted line it is as sure as it is right; "
            "below it, surer than it may be. The grey bars are how many photos it is so sure about."
        )
        if worst := _worst(bins):
            st.markdown(worst)


def _in_words(exam: Exam) -> str:
    sure, right = float(exam.photos["confidence"].mean()), exam.evaluation.accuracy
    said = f"on average it is {per_100(sure)} % sure, and right on {of_100(right)}"
    if len(exam.photos) < FEW:
        said += f", as far as {count(len(exam.photos), 'photo')} can tell"
    if abs(sure - right) <= HONEST:
        return f"Yes, on the whole: {said}."
    return f"It is too sure of itself: {said}." if sure > right else f"It is too modest: {said}."


def _worst(bins: list[Bin]) -> str | None:
    """Where it is furthest from what it says, if that is far, and on more than a handful of photos."""
    far = [each for each in bins if each.photos >= ENOUGH and abs(each.gap) > HONEST]
    if not far:
        return None
    worst = max(far, key=lambda each: abs(each.gap))
    return (
        f"Furthest off: when it is about {per_100(worst.confidence or 0.0)} % sure, it is right on "
        f"{of_100(worst.accuracy or 0.0)} :gray[({count(worst.photos, 'photo')})]."
    )
