"""How much could it do alone? How sure a model has to be, what that saves and costs, and the choice of it."""

import math
from dataclasses import dataclass

import streamlit as st

from core import charts
from core.errors import EvaluationError
from core.model import deciding
from core.model.bundle import Model
from core.model.deciding import Decision, Outlook
from core.model.exams import Exam
from ui import results_exams
from ui.figures import chart
from ui.frame import calm, keeps, muted, note, section
from ui.words import count, per_100, plain

LEAD = (
    "What it is sure enough of, it names by itself. The rest goes to a person, and so does all that is unlike what it "
    "was taught."
)
SURE, WRONG = "How sure it must be", "How often it may be wrong"
MOST_WRONG = 20  # of 100: who allows more needs no threshold
USUAL_WRONG = 5
VERY_SURE = (0.995, 0.999)
FEW = 100  # answers whose share right says little


@dataclass(frozen=True)
class Weighed:
    """By which photos a threshold is chosen, and those that check it."""

    outlook: Outlook
    exam: Exam
    check: Outlook | None  # on photos that the choice has not seen; None if there are none
    checked_on: Exam | None

    def right(self, sure: float) -> Decision:
        """What a threshold comes to, as honestly as can be said."""
        return (self.check or self.outlook).at(sure)


@st.fragment
def show(model: Model, exam: Exam) -> None:
    """The section of the Results page."""
    with calm():
        section("How much could it do alone?", LEAD)
        try:
            weighed = _weighed(model, exam)
        except EvaluationError as error:
            muted(plain(error))
            return
        left, right = st.columns(2, gap="large")
        with left:
            sure = _chosen(model, weighed)
            if sure is None:
                st.markdown(
                    "However sure it has to be, more of its answers are wrong than that, so all photos go to a person. "
                    "Allow more mistakes, or teach it with more photos."
                )
            else:
                _what_it_comes_to(weighed, sure)
            _in_use(model, sure)
        with right:
            _figure(weighed, sure)
        for line in _honestly(weighed):
            note(line)


def _weighed(model: Model, exam: Exam) -> Weighed:
    """Of the photos it was taught with, those that it was watched with choose, and the test part checks.

    Raises:
        EvaluationError: it has learned from all of them.
    """
    if exam.about.kind not in ("test", "validation"):
        return Weighed(deciding.outlook(exam), exam, None, None)
    watched, test = (
        exam if exam.about.kind == kind else results_exams.load(model, kind) for kind in ("validation", "test")
    )
    if watched is None or watched.photos.empty:
        return Weighed(deciding.outlook(exam), exam, None, None)
    check = None
    if test is not None and not test.photos["known"].all():
        check = deciding.outlook(test)
    return Weighed(deciding.outlook(watched), watched, check, test if check is not None else None)


def _chosen(model: Model, weighed: Weighed) -> float | None:
    """How sure it has to be, as a person says in one of two ways; None if no threshold does what they want."""
    way = st.segmented_control(
        "You say", [SURE, WRONG], default=SURE, required=True, label_visibility="collapsed", key=f"way_{model.id}"
    )
    if way == WRONG:
        wrong = st.slider(
            "It may be wrong on at most", 0, MOST_WRONG, USUAL_WRONG, format="%d of 100", key=f"wrong_{model.id}"
        )
        found = weighed.outlook.lowest(1 - wrong / 100)
        if found is None:
            return None
        sure = _roundest(weighed.outlook, found)
        _warn(weighed.right(sure), wrong)
        return sure
    in_use = model.thresholds.sure
    return float(
        st.select_slider(
            "It must be at least so sure",
            _steps(len(model.class_names), in_use),
            in_use,
            format_func=_percent,
            key=f"sure_{model.id}_{in_use}",
        )
    )


def _warn(found: Decision, wrong: int) -> None:
    """Where photos that had no say in the choice do not bear it out."""
    if found.right_share is not None and per_100(1 - found.right_share) > wrong:
        note("On photos it never saw it is wrong more often than that. To be on the safe side, allow fewer mistakes.")


def _steps(num_classes: int, in_use: float) -> list[float]:
    """From what guessing is sure of to nearly certain."""
    lowest = max(1, math.ceil(100 / num_classes))
    return sorted({*(each / 100 for each in range(lowest, 100)), *VERY_SURE, in_use})


def _roundest(outlook: Outlook, found: Decision) -> float:
    """The threshold with fewest digits that comes to the same on these photos."""
    below = float(outlook.confidence[found.alone]) if found.alone < found.photos else 0.0
    for digits in range(2, 7):
        rounded = math.floor(found.sure * 10**digits) / 10**digits
        if rounded > below:
            return rounded
    return found.sure


def _what_it_comes_to(weighed: Weighed, sure: float) -> None:
    found = weighed.right(sure)
    with st.container(gap="xsmall"):
        st.markdown(f"**{found.sentence}**")
        if found.interval is not None:
            low, high = (per_100(share) for share in found.interval)
            few = f", as far as {count(found.alone, 'answer')} can tell" if found.alone < FEW else ""
            muted(f"Of its answers, between {low} and {high} of 100 would hold{few}.")


def _in_use(model: Model, sure: float | None) -> None:
    """Which threshold counts, and the way to another."""
    fitted, in_use = model.fitted, model.thresholds.sure
    which = "the usual" if fitted is None else f"chosen here; the usual is {_percent(fitted.sure)}"
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if keeps() and sure is not None and sure != in_use and st.button("Use this from now on", key="use_sure"):
                deciding.save_sure(model.id, sure)
                st.rerun()
            if keeps() and fitted is not None and st.button("Back to the usual", type="tertiary", key="usual_sure"):
                deciding.undo_sure(model.id)
                st.rerun()
        note(f"In use: {_percent(in_use)}, {which}. What reaches it is “very likely” on Predict, and sure in tables.")


def _figure(weighed: Weighed, sure: float | None) -> None:
    chosen = None if sure is None else weighed.outlook.at(sure)
    check = None if sure is None or weighed.check is None else weighed.check.at(sure)
    with st.container(gap="xsmall"):
        note("Up: how many of its answers are right. To the right: how many photos it answers alone.")
        if weighed.checked_on is not None:
            note(":violet[●] photos it was watched with &emsp; :orange[●] the same, on photos it never saw")
    chart(
        charts.alone(weighed.outlook, chosen, check),
        250,
        key="alone",
        alt="How many of its answers are right by how many photos it answers alone",
    )


def _honestly(weighed: Weighed) -> list[str]:
    """What has to be known about these numbers."""
    said = []
    exam, test = weighed.exam, weighed.checked_on
    if test is not None:
        watched, fresh = len(weighed.outlook.confidence), len(test.photos)
        said.append(
            f"The line, and how often it may be wrong, go by {count(watched, 'photo')} that it was watched with. The "
            f"sentence goes by {count(fresh, 'photo')} that it never saw. These have no say in the choice, so they are "
            "a fair check of it."
        )
    elif exam.about.kind == "validation":
        said.append("It was watched with these photos while it learned. On new ones a few more answers may be wrong.")
    else:
        said.append(
            "Chosen and measured on the same photos, a threshold looks a little better than it is: on new ones a few "
            "more answers may be wrong."
        )
    counted = exam if test is None else test
    if unlike := int(counted.photos["unlike"].sum()):
        said.append(f"{unlike:,} of {len(counted.photos):,} go to a person because they are unlike all it was taught.")
    return said


def _percent(sure: float) -> str:
    """90 %, 99.5 %."""
    return f"{round(100 * sure, 2):g} %"
