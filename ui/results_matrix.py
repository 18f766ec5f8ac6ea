"""What it mixes up: the matrix whose squares open their photos, and the commonest mix-ups as pairs of photos."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import charts
from core.model.confused import Confused, most_confused
from core.model.exams import Exam
from ui import photos
from ui.figures import chart, clickable_chart, clicked
from ui.frame import calm, muted, section
from ui.results_exams import dataset_of
from ui.results_photos import ACROSS, gallery, offer_undo, path_of
from ui.words import count, of_100, per_100, plain

PAIRS = 5
FEW_CLASSES, FEW_PAIRS = 4, 3  # so low a matrix has room for no more beside it
MANY_PAIRS = 9
A_PAGE = 2 * ACROSS
CHART, UNIT = "confusion", "matrix_unit"
CELL, LAST = "open_cell", "last_cell"  # (exam, label, said): the square that is open, and the last that was
PERCENT, PHOTOS = "In percent", "In photos"


@st.fragment
def show(exam: Exam | None, report: dict[str, Any], whose: str) -> None:
    """The section of the Results page.

    Args:
        exam: None where only numbers are known.
        report: the numbers.
        whose: what sets this exam apart from those of other models.
    """
    with calm():
        if exam is not None:
            _opened(exam, whose)  # first of all, for somebody waits for it
        lead = "Each row is what the photo shows, each column what it said."
        section(
            "What it mixes up :small[:gray[· confusion matrix]]",
            lead if exam is None else f"{lead} Choose a square to see its photos.",
        )
        counts, names = _in_order(np.array(report["confusion"]), report["class_names"])
        few = len(names) <= charts.DIGITS
        left, right = st.columns([68, 32], gap="medium") if few else (st.container(), st.container())
        with left:
            _matrix(counts, names, exam is not None, per_100(report["accuracy"]), whose)
            if exam is not None:
                _choose(counts, names, whose)
        with right:
            _most_often(exam, report, whose)
        if exam is not None and not _is_open(whose) and (dataset := dataset_of(exam.about)) is not None:
            offer_undo(dataset, CELL)


def _in_order(counts: NDArray[np.int64], names: list[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Classes by name; many of them by size, so that the big ones stand together."""
    if len(names) <= charts.DIGITS:
        return counts, list(names)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    return counts[np.ix_(order, order)], [names[index] for index in order]


def _matrix(counts: NDArray[np.int64], names: list[str], pickable: bool, right: int, whose: str) -> None:
    unit = PERCENT
    if len(names) <= charts.DIGITS:
        unit = st.segmented_control(
            "Numbers", [PERCENT, PHOTOS], default=PERCENT, required=True, label_visibility="collapsed", key=UNIT
        )
    figure = charts.confusion(counts, names, in_photos=unit == PHOTOS, pickable=pickable)
    height, alt = (
        charts.confusion_height(len(names)),
        f"Confusion matrix of {len(names)} classes; right on {right} of 100",
    )
    if not pickable:
        chart(figure, height, CHART, alt)
        return

    def click() -> None:
        place = clicked(CHART)
        if place is None:  # the same square again
            st.session_state[CELL] = st.session_state.get(LAST)
        else:
            row, column = divmod(int(place), len(names))
            _open(whose, names[row], names[column])

    clickable_chart(figure, height, CHART, alt, click)


def _most_often(exam: Exam | None, report: dict[str, Any], whose: str) -> None:
    """The commonest mix-ups, each with its two surest photos: beside the matrix, or below that of many classes."""
    number = len(report["class_names"])
    st.subheader("Most often", anchor=False)
    most = MANY_PAIRS if number > charts.DIGITS else PAIRS if number > FEW_CLASSES else FEW_PAIRS
    pairs = most_confused(report["confusion"], report["class_names"], most)
    if not pairs:
        muted("Nothing: every photo was named rightly.")
    with st.grid(3, min_column_width=260, gap=(16, 12)) if number > charts.DIGITS else st.container(gap="xsmall"):
        for pair in pairs:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                _pair(exam, pair, whose)


def _pair(exam: Exam | None, pair: Confused, whose: str) -> None:
    if exam is not None:
        for content_hash in exam.photos_of(pair.label, pair.said)["content_hash"][:2]:
            if (path := path_of(exam, content_hash)) is not None:
                photo = photos.tile(str(path), ratio=0.8, width_px=140)
                st.image(photo, width=62, alt=f"{pair.label}, named {pair.said}")
    words = f"{plain(photos.shortened(pair.label))} named {plain(photos.shortened(pair.said))}"
    words += f" :small[:gray[· {pair.photos:,} of {pair.of:,}]]"
    with st.container(width="stretch" if exam is None else 124):
        if exam is None:
            st.markdown(words)
        else:
            key = f"pair_{pair.label}_{pair.said}"
            st.button(words, type="tertiary", key=key, on_click=_open, args=(whose, pair.label, pair.said))


def _choose(counts: NDArray[np.int64], names: list[str], whose: str) -> None:
    """The same without a mouse."""
    mistakes = counts * (1 - np.eye(len(names), dtype=np.int64))
    row, column = divmod(int(mistakes.argmax()), len(names))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("What it shows", names, row, width=180, key=f"cell_label_{whose}")
        said = st.selectbox("What it said", names, column, width=180, key=f"cell_said_{whose}")
        number = int(counts[names.index(label), names.index(said)])
        words = f"See {count(number, 'photo')}" if number else "No photo"
        st.button(words, disabled=not number, key="see_cell", on_click=_open, args=(whose, label, said))


def _open(whose: str, label: str, said: str) -> None:
    st.session_state[CELL] = st.session_state[LAST] = whose, label, said


def _close() -> None:
    st.session_state.pop(CELL, None)


def _is_open(whose: str) -> bool:
    cell = st.session_state.get(CELL)
    return cell is not None and cell[0] == whose


def _opened(exam: Exam, whose: str) -> None:
    """The photos of the square that is open, over the page; they stay there while they are mended."""
    if not _is_open(whose):
        return
    _, label, said = st.session_state[CELL]
    named = "named so" if label == said else f"named {plain(said)}"

    @st.dialog(f"{plain(label)}, {named}", width="medium", on_dismiss=_close)
    def behind() -> None:
        with calm():
            cell_photos = exam.photos_of(label, said)
            of = int((exam.photos["label"] == label).sum())
            order = ", the surest first" if len(cell_photos) > 1 else ""
            which = f"{len(cell_photos):,} of {count(of, 'photo')} of {plain(label)}{order}"
            right = f"On all photos it is right on {of_100(exam.evaluation.accuracy)}"
            muted(f"{which}. Tick those that bear the wrong name. {right}.")
            gallery(exam, cell_photos, CELL, A_PAGE, brief=True)

    behind()
