"""Two models side by side on the same photos: each photo once, with what each model says of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from core.model import corrections
from core.model.answer import Answer, unreadable
from core.model.answers import Batch
from core.model.bundle import Model, list_models, load_model
from core.model.corrections import Correction
from core.model.predictor import load_predictor
from core.model.verdict import kind_of, verdict
from ui import answers, photos, teaching, why
from ui.frame import muted, note
from ui.words import count, in_words, plain, share

KEY = "beside"  # in the address: the id of the other model
A_PAGE = 12  # photos with bars
MANY_A_PAGE = 24  # without
SMALL_PX = 72
DIFFER, AGREE = "They differ", "They agree"
AT_MOST = 500  # photos that the other model is asked about while somebody waits
BARS = 3  # the likeliest of each model: up to twice as many classes where they disagree


def pick(model: Model) -> Model | None:
    """A menu of the other models; returns the one to compare with, if there is to be one."""
    others = {each.id: each for each in list_models() if each.id != model.id}
    chosen = others.get(st.query_params.get(KEY, ""))
    if not others:
        return None
    label = "Compare with…" if chosen is None else f"Compared with {plain(chosen.name)}"
    with st.popover(label, type="tertiary", icon=":material/compare:"):
        picked = st.radio(
            "The same photos for",
            [None, *others],
            index=0 if chosen is None else 1 + [*others].index(chosen.id),
            format_func=lambda other: "no other" if other is None else plain(others[other].name),
            key=f"beside_{model.id}_{chosen and chosen.id}",  # follows a choice made elsewhere
        )
    if picked != (chosen and chosen.id):
        if picked is None:
            del st.query_params[KEY]
        else:
            st.query_params[KEY] = picked
        st.rerun()
    return chosen


def show(batch: Batch, model: Model, other: Model) -> None:
    """What both say of the photos, in the order in which they came: few with their bars, many a line each."""
    theirs = _answered_by(other, batch)
    known = [index for index, answer in enumerate(theirs.answers) if answer.error is None]
    apart = [index for index in known if theirs.answers[index].label != batch.answers[index].label]
    st.markdown(_sentence(len(known), len(apart), cut=len(batch.answers) > AT_MOST))
    chosen, with_bars = _choices(batch, known, apart)
    slot, start, a_page = st.container(), 0, A_PAGE if with_bars else MANY_A_PAGE
    if len(chosen) > a_page:
        pages, key = -(-len(chosen) // a_page), f"beside_page_{len(chosen)}_{a_page}"
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (st.pagination(pages, max_visible_pages=5, key=key) - 1) * a_page
    here = chosen[start : start + a_page]
    said = corrections.find_in(batch, here)
    with slot, st.container(gap="medium" if with_bars else "small"):
        for index in here:
            show_one = _row if with_bars else _line
            show_one(index, said.get(index), (model, batch), (other, theirs))
    for answer in batch.unreadable():
        muted(f"**{plain(answer.photo)}**: {plain(answer.error or 'it is not kept any more.')}")


def classes_in_sight(one: Answer, another: Answer) -> list[str]:
    """The likeliest classes of either, in the order of the first: the same for both, so that bars can be compared."""
    first, second = list(one.probabilities or {}), list(another.probabilities or {})
    likeliest = {*first[:BARS], *second[:BARS]}
    return [label for label in dict.fromkeys((*first, *second)) if label in likeliest]


def _choices(batch: Batch, known: list[int], apart: list[int]) -> tuple[list[int], bool]:
    """Which photos to show, and whether with bars, as a person chooses."""
    which = None
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if 0 < len(apart) < len(known):
            counts = {DIFFER: len(apart), AGREE: len(known) - len(apart)}
            which = st.pills(
                "Which photos",
                [*counts],
                format_func=lambda each: f"{each} · {counts[each]:,}",
                key=f"apart_{batch.id}",
                label_visibility="collapsed",
            )
        with_bars = len(known) <= A_PAGE or st.toggle("With bars", key=f"beside_bars_{batch.id}")
    if which == AGREE:
        return [index for index in known if index not in set(apart)], with_bars
    return apart if which == DIFFER else known, with_bars


def _row(index: int, said: Correction | None, *both: tuple[Model, Batch]) -> None:
    """A photo, and for each model its verdict and the bars of the same classes."""
    order = classes_in_sight(*(batch.answers[index] for _, batch in both))
    left, *columns = st.columns([24, 38, 38], gap="medium")
    with left:
        _photo(both[0][1], index, 360, "stretch")
        if said is not None:
            teaching.said(said, f"beside_{both[0][1].id}_{index}")
    for column, (model, batch) in zip(columns, both, strict=True):
        answer = batch.answers[index]
        with column, st.container(gap="small"):
            with st.container(gap=None):
                note(plain(model.name))
                st.subheader(plain(verdict(answer, model.thresholds)), anchor=False)
            st.html(answers.bars(answer, model.thresholds, order))
            _ways_on(batch, index, model, said)


def _line(index: int, said: Correction | None, *both: tuple[Model, Batch]) -> None:
    """A photo that can still be told apart, and for each model its verdict in one line."""
    with st.container(horizontal=True, gap="medium"):
        _photo(both[0][1], index, 2 * SMALL_PX, SMALL_PX)
        with st.container(gap="xsmall"):
            with st.grid(2, min_column_width=190, gap=(24, 8)):
                for model, batch in both:
                    answer = batch.answers[index]
                    with st.container(gap=None):
                        note(plain(model.name))
                        st.markdown(_in_a_line(answer, model))
                        _ways_on(batch, index, model, said)
            if said is not None:
                teaching.said(said, f"beside_{both[0][1].id}_{index}")


def _in_a_line(answer: Answer, model: Model) -> str:
    """A dress, very likely · 97%. Where the verdict names no class, it stands before its share."""
    likeliest = f"{plain(answer.label)} " if kind_of(answer, model.thresholds) == "unlike" else ""
    return f"**{plain(verdict(answer, model.thresholds))}** · {likeliest}{share(answer.probability or 0.0)}"


def _photo(batch: Batch, index: int, width_px: int, shown: int | Literal["stretch"]) -> None:
    path = batch.photo_path(index)
    if path is not None and photos.exists(path):
        st.image(photos.tile(str(path), answers.RATIO, width_px), width=shown, alt=batch.answers[index].photo)


def _ways_on(batch: Batch, index: int, model: Model, said: Correction | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        why.offer(batch, index, model)
        if said is None and photos.exists(batch.photo_path(index)):
            teaching.wrong(batch, index, model)


def _answered_by(other: Model, batch: Batch) -> Batch:
    """The same photos with what the other model says; of those that it was not asked about, that they are not there."""
    found = _pairs(batch, other)
    said = [found.get(index) or unreadable(answer.photo, "") for index, answer in enumerate(batch.answers)]
    own_id = f"{batch.id}_{other.id}"  # buttons are told apart by it
    return replace(batch, id=own_id, model_id=other.id, model_name=other.name, answers=tuple(said))


def _pairs(batch: Batch, other: Model) -> dict[int, Answer]:
    """What the other model says, by place in the batch, of the photos that could be read and are still there."""
    paths = [(index, batch.photo_path(index)) for index in range(min(AT_MOST, len(batch.answers)))]
    kept = tuple((index, str(path)) for index, path in paths if path is not None and photos.exists(path))
    with st.spinner(f"Asking {plain(other.name)} about {count(len(kept), 'photo')}"):
        return _asked(kept, other.id, other.created_at)


@st.cache_data(max_entries=20, show_spinner=False)
def _asked(kept: Sequence[tuple[int, str]], model_id: str, made_at: float) -> dict[int, Answer]:
    """Keyed by the kept files, which never change, and by the model and when it was made."""
    asked = []
    for index, path in kept:
        with open(path, "rb") as file:
            asked.append((str(index), file.read()))
    found = load_predictor(load_model(model_id)).predict_photos(asked)
    return {index: answer for (index, _), answer in zip(kept, found, strict=True) if answer.error is None}


def _sentence(number: int, apart: int, cut: bool) -> str:
    if number == 0:
        return "There is no photo that they could be asked about."
    they = f"Of the first {number:,} photos: they" if cut else "They"
    if number == 1:
        return f"{they} {'differ' if apart else 'agree'} about this photo."
    if apart in (0, number):
        every = "both" if number == 2 else f"all {in_words(number)}"
        return f"{they} {'differ' if apart else 'agree'} about {every} photos."
    return f"{they} agree about {in_words(number - apart)} of {in_words(number)} photos."
