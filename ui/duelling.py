"""Beside another model: both on the same photos, what flipped, and whether the difference is more than luck."""

import contextlib
from typing import Any

import pandas as pd
import streamlit as st

from core import charts, jobs
from core.data.store import load_dataset
from core.errors import EvaluationError, FittingRoomError, JobActive
from core.model.bundle import Model, list_models
from core.model.duel import Duel, duel
from core.model.examining import Paper, job_dir, paper_of, start_exam
from core.model.exams import About, Exam, list_exams
from ui import photos, results_exams, watching
from ui.figures import chart
from ui.frame import calm, keeps, muted, note, section
from ui.results_photos import ACROSS, path_of
from ui.words import count, of_100, per_100, plain, share

KEY = "beside"  # in the address: the id of the other model
STAGES = {"pixels": "Getting the photos ready", "asking": "Looking at them"}


def show(model: Model, exam: Exam) -> None:
    """The section of the Results page."""
    known = set(model.class_names)
    others = {each.id: each for each in list_models() if each.id != model.id and known & set(each.class_names)}
    if not others or exam.photos.empty:
        return
    with calm():
        section("Beside another model", "The same photos for both: which flip, and is the difference more than luck?")
        other = _pick(model, others)
        if other is None:
            return
        key = _kept(other, exam.about)
        theirs = None if key is None else results_exams.load(other, key)
        if theirs is None:
            _ask(other, exam)
        else:
            _compare((model, exam), (other, theirs))


def _pick(model: Model, others: dict[str, Model]) -> Model | None:
    """The other model, as the address says; None while nobody has chosen."""
    named = st.query_params.get(KEY)
    named = named if named in others else None
    picked = st.selectbox(
        "The other model",
        [*others],
        None if named is None else [*others].index(named),
        format_func=lambda model_id: others[model_id].name,
        placeholder="Choose a model",
        width=360,
        key=f"rival_{model.id}_{named}",
    )
    if picked != named:
        if picked is None:
            st.query_params.pop(KEY, None)
        else:
            st.query_params[KEY] = picked
        st.rerun()
    return None if picked is None else others[picked]


def _kept(other: Model, about: About) -> str | None:
    """The exam that the other model has sat on the same photos, or on more or fewer of them; None if it has not."""
    same = {
        theirs.part: key
        for key, theirs in reversed(list_exams(other).items())
        if (theirs.dataset, theirs.fingerprint, theirs.path) == (about.dataset, about.fingerprint, about.path)
    }
    parts = [about.part, ""] if about.part else ["", "test"]
    return next((same[part] for part in parts if part in same), None)


def _ask(other: Model, exam: Exam) -> None:
    """For a model that was not asked about these photos: the offer, or how far the asking is."""
    place = exam.about.path or exam.about.dataset
    try:
        paper: Paper = paper_of(other, place, exam.about.part)
        if exam.about.dataset and load_dataset(place).fingerprint != exam.about.fingerprint:
            muted(f"{plain(exam.about.name)} has changed since this model was asked. Ask it again, then the other.")
            return
    except FittingRoomError as error:
        muted(f"{plain(other.name)} cannot be asked about these photos: {plain(error)}")
        return
    folder = job_dir(other, paper.key)
    if jobs.state(folder).active:
        watching.watch(folder, STAGES, "stop_rival")
        return
    watching.end(folder)
    with st.container(horizontal=True, vertical_alignment="center"), calm():
        if keeps() and st.button("Ask it too", key="ask_rival"):
            with contextlib.suppress(JobActive):  # somebody else has just asked
                start_exam(other.id, place, exam.about.part)
            st.rerun()
        note(f"{plain(other.name)} was not asked about these {count(len(exam.photos), 'photo')} yet.")


@st.fragment
def _compare(ours: tuple[Model, Exam], theirs: tuple[Model, Exam]) -> None:
    with calm():
        (model, exam), (other, other_exam) = ours, theirs
        names = f"“{model.name}”", f"“{other.name}”"
        left_out_key = f"leave_out_known_{model.id}_{other.id}_{exam.key}"
        try:
            found = duel(exam, other_exam, names, st.session_state.get(left_out_key, False))
        except EvaluationError as error:
            hopeless = _without_known(exam, other_exam, names)
            st.markdown(plain(hopeless or error))
            if hopeless is None:
                leave_out = {left_out_key: True}
                st.button("Leave these out", on_click=st.session_state.update, args=(leave_out,), key="leave_out_known")
            return
        _numbers(found, (model.name, other.name))
        st.markdown(plain(found.sentence), help=_luck(found))
        if found.left_out:
            muted(f"Left out: {', '.join(f'{number:,} ({why})' for why, number in found.left_out.items())}.")
        _flips(exam, found.gained, f"Only {plain(other.name)} is right", "gained")
        _flips(exam, found.lost, f"Only {plain(model.name)} is right", "lost")
        _classes(found, other)


def _without_known(exam: Exam, other_exam: Exam, names: tuple[str, str]) -> EvaluationError | None:
    """Why they cannot be compared even without the photos that one has learned from; None if they can."""
    try:
        duel(exam, other_exam, names, leave_out_known=True)
    except EvaluationError as error:
        return error
    return None


def _luck(found: Duel) -> str:
    return (
        "McNemar's exact test: if neither were better, photos would flip so one-sidedly by luck "
        f"{_times(found.chance)}. Below 5 of 100 it is called more than luck."
    )


def _times(chance: float) -> str:
    return "less than once in 1,000 times" if chance < 0.001 else f"{100 * chance:.2g} times of 100"


def _numbers(found: Duel, names: tuple[str, str]) -> None:
    with st.grid(2, min_column_width=150, gap=(16, 12)):
        for name, accuracy, interval in zip(names, found.accuracies, found.intervals, strict=True):
            with st.container(gap="xxsmall"):
                st.metric(plain(name), of_100(accuracy))
                note(f"give or take, between {per_100(interval[0])} and {per_100(interval[1])}")


def _flips(exam: Exam, flipped: pd.DataFrame, title: str, place: str) -> None:
    """Photos on which one of the two is right, with what both said; the other's surest first."""
    if flipped.empty:
        return
    st.space("xsmall")
    st.subheader(f"{title} · {count(len(flipped), 'photo')}", anchor=False)
    slot, start = st.container(), 0
    if len(flipped) > ACROSS:
        with st.container(horizontal=True, horizontal_alignment="center"):
            pages = -(-len(flipped) // ACROSS)
            start = (st.pagination(pages, max_visible_pages=5, key=f"page_{place}_{exam.key}_{pages}") - 1) * ACROSS
    with slot, st.grid(ACROSS, min_column_width=104, gap=(12, 12)):
        page = flipped.iloc[start : start + ACROSS].to_dict("records")
        pictures = photos.tiles([path_of(exam, photo["content_hash"]) for photo in page])
        for photo, picture in zip(page, pictures, strict=True):
            _photo(photo, picture)


def _photo(photo: dict[str, Any], picture: str | None) -> None:
    with st.container(gap="xxsmall"):
        photos.picture_or_blank(picture, f"A photo of {photo['label']}")
        note(_said("this", photo["said"], photo["confidence"]))
        note(_said("other", photo["other_said"], photo["other_confidence"]))


def _said(who: str, label: str, confidence: float) -> str:
    return f"{who}: **{plain(photos.shortened(label))}**, {share(confidence)}"


def _classes(found: Duel, other: Model) -> None:
    st.space("xsmall")
    st.subheader("What changes, class by class", anchor=False)
    note(
        f"How many of a class it finds :small[· recall], from this model (grey) to {plain(other.name)}. "
        ":violet[●] finds more &emsp; :orange[●] finds fewer"
    )
    chart(
        charts.class_changes(found.classes),
        charts.class_changes_height(len(found.classes)),
        key="class_changes",
        alt=f"How many photos of {len(found.classes)} classes both models find",
    )
