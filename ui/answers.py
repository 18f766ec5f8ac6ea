"""Answers on a screen: photo, verdict, bars, why; what could not be read comes last, with its reason."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from core.data.store import kept_photo
from core.model.answer import Answer
from core.model.answers import Batch, changed_at, load_batch, save_batch
from core.model.bundle import Model, Thresholds
from core.model.predictor import load_predictor
from core.model.verdict import kind_of, verdict
from core.settings import load_settings
from ui import photos, teaching, why
from ui.frame import muted, note
from ui.words import count, in_words, plain, share, tally

KEY = "answers"  # in the address, so that a reload or a link shows the same
A_PAGE = 24
BARS = 3
RATIO = 0.92  # width to height
AT_ONCE = 16  # photos between two signs of progress
KINDS = {each: each for each in ("sure", "close", "unsure")} | {
    "unlike": "unlike what it was taught",
    "unreadable": "unreadable",
}
SIMILAR = "Of all the photos it learned from, those in which it sees most of what it sees in this one."
BLANK = '<div class="blank"></div>'


def ask(model: Model, asked: Sequence[tuple[str, bytes]], after: Batch | None = None) -> Batch:
    """Asks a model about photos and keeps the answers; `after` are earlier answers that stay below them."""
    predictor = load_predictor(model)
    found: list[Answer] = []
    bar = st.progress(0.0, "Looking at them") if len(asked) > AT_ONCE else None
    for start in range(0, len(asked), AT_ONCE):
        found += predictor.predict_photos(asked[start : start + AT_ONCE])
        if bar is not None:
            bar.progress(len(found) / len(asked), f"{len(found):,} of {len(asked):,} photos")
    return save_batch(model.id, model.name, asked, found, after)


def ask_again(model: Model, batch: Batch) -> Batch:
    """The same photos for another model; what was no photo stays none."""
    bad = tuple(batch.unreadable())
    return ask(model, batch.photo_bytes(), replace(batch, answers=bad, photos=(None,) * len(bad)))


def current() -> Batch | None:
    """The answers that the address names."""
    batch_id = st.query_params.get(KEY)
    return None if batch_id is None else _loaded(batch_id, str(load_settings().scratch), changed_at(batch_id))


@st.cache_resource(max_entries=8, show_spinner=False)
def _loaded(batch_id: str, home: str, changed: tuple[float, ...]) -> Batch:
    """A batch as it was then, shared by all visitors: thousands of answers take a tenth of a second to read."""
    return load_batch(batch_id)


def summary(batch: Batch, thresholds: Thresholds) -> str:
    """Three photos: one sure, one close, one unreadable."""
    kinds = [kind_of(answer, thresholds) for answer in batch.answers]
    number = len(kinds)
    if number == 1:
        return {
            "sure": "One photo, and it is sure",
            "close": "One photo, and it is close",
            "unlike": "One photo, unlike anything it was taught",
            "unreadable": "Nothing to see",
        }.get(kinds[0], "One photo, and it is not sure")
    counts = {kind: kinds.count(kind) for kind in KINDS if kind in kinds}
    parts = [f"{in_words(count) if len(counts) > 1 else 'all'} {KINDS[kind]}" for kind, count in counts.items()]
    return f"{in_words(number).capitalize()} photos: {', '.join(parts)}"


def show(batch: Batch, model: Model, chosen: Sequence[int] | None = None) -> None:
    """The answers of a model, 24 a page.

    Args:
        chosen: the indices of those to show, in order; None shows all.
    """
    order = chosen or sorted(range(len(batch.answers)), key=lambda index: batch.answers[index].error is not None)
    slot = st.container()
    start = 0
    if len(order) > A_PAGE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (
                st.pagination(-(-len(order) // A_PAGE), max_visible_pages=5, key=f"answers_page_{len(order)}") - 1
            ) * A_PAGE
    with slot, st.grid(3, min_column_width=240, gap=(40, 28)):
        for index in order[start : start + A_PAGE]:
            with st.container(gap="xsmall"):
                _card(batch, index, model)


def bars(answer: Answer, thresholds: Thresholds, order: Sequence[str] | None = None) -> str:
    """The classes as labelled bars, in HTML, the likeliest in sight and the others folded; others' words are escaped.

    Args:
        answer: of a photo.
        thresholds: of the model that gave it.
        order: the classes in sight, one it does not know among them with a dash, and no others; usually the likeliest.
    """
    shares = answer.probabilities or {}
    kind = kind_of(answer, thresholds)
    leading = list(shares)[: 2 if kind == "close" else 1]
    lines = {label: _line(label, shares.get(label), label in leading) for label in (*(order or ()), *shares)}
    in_sight, folded = (list(shares)[:BARS], list(shares)[BARS:]) if order is None else (list(order), [])
    rest = ""
    if folded:
        rest = f"<details><summary>{count(len(folded), 'other')}</summary>{''.join(map(lines.__getitem__, folded))}"
        rest += "</details>"
    sure = "sure" if kind == "sure" else "unsure"
    return f'<div class="bars {sure}">{"".join(map(lines.__getitem__, in_sight))}{rest}</div>'


def _line(label: str, probability: float | None, leads: bool) -> str:
    top = ' class="top"' if leads else ""
    width = 0.0 if probability is None else max(0.6, 100 * probability)
    said = "–" if probability is None else escape(share(probability))
    return f'<div{top}><span>{escape(label)}</span><i><b style="width:{width:.1f}%"></b></i><span>{said}</span></div>'


def _card(batch: Batch, index: int, model: Model) -> None:
    answer, path = batch.answers[index], batch.photo_path(index)
    if answer.error is not None or not photos.exists(path):
        no_photo(answer)
        return
    st.image(photos.tile(str(path), RATIO, 560), width="stretch", alt=answer.photo)
    with st.container(gap="small"):
        st.subheader(plain(verdict(answer, model.thresholds)), anchor=False)
        st.html(bars(answer, model.thresholds))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            why.offer(batch, index, model)
            teaching.offer(batch, index, model)
        _similar(answer, str(model.dataset["id"]))


def no_photo(answer: Answer) -> None:
    """The place of what could not be read, with the reason."""
    st.html(BLANK)
    st.subheader("Could not be read", anchor=False)
    muted(f"**{plain(answer.photo)}**: {plain(answer.error or 'it is not kept any more.')}")


def _similar(answer: Answer, dataset_id: str) -> None:
    """The photos it learned from that look most like this one, as far as they are kept here."""
    found = [(kept_photo(content_hash, dataset_id), label) for content_hash, label in answer.similar]
    here = [(path, label) for path, label in found if path is not None]
    if here:
        with st.container(gap="xxsmall"):
            note(f"Looks most like {tally([label for _, label in here])}", help=SIMILAR)
            with st.grid(len(answer.similar), wrap=False, min_column_width=32, gap=4):
                for path, label in here:
                    st.image(photos.tile(str(path), width_px=120), width="stretch", alt=f"It learned: {label}")
