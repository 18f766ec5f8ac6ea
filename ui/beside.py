"""Two models side by side on the same photos: each photo once, two columns of verdict and bars."""

from collections.abc import Sequence

import streamlit as st

from core.model.answer import Answer
from core.model.answers import Batch
from core.model.bundle import Model, list_models, load_model
from core.model.predictor import load_predictor
from core.model.verdict import verdict
from ui import answers, photos
from ui.frame import muted, note
from ui.words import count, in_words, plain

KEY = "beside"  # in the address: the id of the other model
A_PAGE = 12
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
    """The answers of both, in the order in which the photos came, or those first on which they differ."""
    pairs = _pairs(batch, other)
    apart = [index for index, answer in pairs.items() if answer.label != batch.answers[index].label]
    st.markdown(_sentence(len(pairs), len(apart), cut=len(batch.answers) > AT_MOST))
    order = list(pairs)
    if 0 < len(apart) < len(pairs) and st.toggle("Those on which they differ first", key="apart_first"):
        order = [*apart, *(index for index in order if index not in set(apart))]
    start = 0
    slot = st.container()
    if len(order) > A_PAGE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (st.pagination(-(-len(order) // A_PAGE), max_visible_pages=5, key="beside_page") - 1) * A_PAGE
    with slot:
        for index in order[start : start + A_PAGE]:
            _row(batch, index, (model, batch.answers[index]), (other, pairs[index]))
    for answer in batch.unreadable():
        muted(f"**{plain(answer.photo)}**: {plain(answer.error or 'it is not kept any more.')}")


def classes_in_sight(one: Answer, another: Answer) -> list[str]:
    """The likeliest classes of either, in the order of the first: the same for both, so that bars can be compared."""
    first, second = list(one.probabilities or {}), list(another.probabilities or {})
    likeliest = {*first[:BARS], *second[:BARS]}
    return [label for label in dict.fromkeys((*first, *second)) if label in likeliest]


def _row(batch: Batch, index: int, *said: tuple[Model, Answer]) -> None:
    order = classes_in_sight(*(answer for _, answer in said))
    photo, *columns = st.columns([24, 38, 38], gap="medium")
    path = batch.photo_path(index)
    if path is not None and photos.exists(path):
        photo.image(photos.tile(str(path), answers.RATIO, 360), width="stretch", alt=batch.answers[index].photo)
    for column, (model, answer) in zip(columns, said, strict=True):
        with column, st.container(gap="small"):
            with st.container(gap=None):
                note(plain(model.name))
                st.subheader(plain(verdict(answer, model.thresholds)), anchor=False)
            st.html(answers.bars(answer, model.thresholds, order))


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
    return f"{they} differ about {in_words(apart)} of {in_words(number)} photos."
