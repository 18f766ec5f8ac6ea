"""Class by class: how many it finds and how often its word holds, with how unsure that is, and one class closer."""

from typing import Any

import pandas as pd
import streamlit as st

from core import charts
from core.charts import Share
from core.model import curves
from core.model.exams import Exam
from ui.figures import chart
from ui.frame import calm, muted, note, section
from ui.results_numbers import intervals
from ui.words import count, plain

CURVE_PX = 260


def show(exam: Exam | None, report: dict[str, Any]) -> None:
    """The section of the Results page: the hardest first, those without photos last."""
    section(
        "Class by class",
        "The hardest first. The whisker on each bar says between what the true share lies: few photos, long whisker.",
    )
    scores = report["classes"]
    order = sorted(scores, key=lambda label: (not scores[label]["support"], scores[label]["f1"]))
    unsure = {label: intervals(report, label) for label in order}
    finds = {label: _share(scores[label]["recall"], unsure[label]["recall"]) for label in order}
    holds = {label: _share(scores[label]["precision"], unsure[label]["precision"]) for label in order}
    chart(
        charts.class_scores(finds, holds),
        charts.class_scores_height(len(order)),
        key="class_scores",
        alt=f"Recall and precision of {len(order)} classes; the hardest is {order[0]}",
    )
    with st.expander("As a table :small[:gray[· recall, precision, F1, 95 % intervals]]"):
        _table(order, scores, unsure)
    if exam is not None:
        _closer(exam, order)


def _share(value: float, interval: tuple[float, float] | None) -> Share:
    return Share(None if interval is None else value, interval)


def _table(order: list[str], scores: dict[str, Any], unsure: dict[str, dict[str, Any]]) -> None:
    rows = pd.DataFrame(
        [
            {
                "class": label,
                "photos": scores[label]["support"],
                "finds": _percent(scores[label]["recall"], unsure[label]["recall"]),
                "finds_between": _between(unsure[label]["recall"]),
                "holds": _percent(scores[label]["precision"], unsure[label]["precision"]),
                "holds_between": _between(unsure[label]["precision"]),
                "f1": round(100 * scores[label]["f1"]) if scores[label]["support"] else None,
            }
            for label in order
        ]
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={
            "class": st.column_config.TextColumn("Class", width="small"),
            "photos": number("Photos", format="localized", width=70),
            "finds": number("It finds them · recall", format="%d%%"),
            "finds_between": st.column_config.TextColumn("between"),
            "holds": number("Its word holds · precision", format="%d%%"),
            "holds_between": st.column_config.TextColumn("between"),
            "f1": number("Both · F1", format="%d%%", width=90),
        },
    )


def _percent(value: float, interval: object) -> int | None:
    return None if interval is None else round(100 * value)


def _between(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"{interval[0]:.0%} – {interval[1]:.0%}"


@st.fragment
def _closer(exam: Exam, order: list[str]) -> None:
    """One class at every threshold."""
    with calm():
        label = st.selectbox(
            "One class closer", order, None, placeholder="Choose a class", width=260, key=f"closer_{exam.key}"
        )
        if label is None:
            return
        place = exam.class_names.index(label)
        is_so, scores = exam.labels == place, exam.probabilities[:, place]
        number = int(is_so.sum())
        roc, found = curves.roc(is_so, scores), curves.precision_recall(is_so, scores)
        if roc is None or found is None:
            none = "No photo here is" if not number else "All photos here are"
            muted(f"{none} of {plain(label)}, so there is nothing to tell apart.")
            return
        note(
            f"{count(number, 'photo')} of {plain(label)} among {len(is_so):,}. Each point of a line is a threshold: "
            f"from so sure on, it is called {plain(label)}."
        )
        left, right = st.columns(2, gap="medium")
        with left:
            _lead(
                f"**Area {roc.area:.2f}** :small[:gray[· ROC]]",
                "Up: found. To the right: falsely called so. Guessing has 0.50.",
            )
            figure = charts.class_curve(roc, "falsely called so", "found", None)
            chart(figure, CURVE_PX, key="roc", alt=f"ROC curve with an area of {roc.area:.2f}")
        with right:
            chance = number / len(is_so)
            _lead(
                f"**Average precision {found.area:.2f}** :small[:gray[· precision and recall]]",
                f"Up: its word holds. To the right: found. Guessing has {chance:.2f}.",
            )
            figure = charts.class_curve(found, "found", "its word holds", chance)
            chart(figure, CURVE_PX, key="precision_recall", alt=f"Precision by recall, {found.area:.2f} on average")


def _lead(title: str, about: str) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(title)
        note(about)
