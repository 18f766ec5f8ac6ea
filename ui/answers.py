"""Answers on a screen: photo, verdict, three bars; what could not be read comes last, with its reason."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from core.data.store import kept_photo
from core.model.answer import Answer
from core.model.answers import Batch, load_batch, save_batch
from core.model.bundle import Model, Thresholds
from core.model.predictor import load_predictor
from core.model.verdict import is_between_two, verdict
from ui import photos
from ui.frame import muted, note
from ui.words import in_words, plain, tally

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
    return None if batch_id is None else load_batch(batch_id)


def summary(batch: Batch, thresholds: Thresholds) -> str:
    """Three photos: one sure, one close, one unreadable."""
    kinds = [_kind(answer, thresholds) for answer in batch.answers]
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


def show(batch: Batch, model: Model) -> None:
    """The answers of a model, 24 a page."""
    thresholds, dataset_id = model.thresholds, str(model.dataset["id"])
    order = sorted(range(len(batch.answers)), key=lambda index: batch.answers[index].error is not None)
    slot = st.container()
    start = 0
    if len(order) > A_PAGE:
        with st.container(horizontal=True, horizontal_alignment="center"):
            start = (st.pagination(-(-len(order) // A_PAGE), max_visible_pages=5, key="answers_page") - 1) * A_PAGE
    with slot, st.grid(3, min_column_width=240, gap=(40, 28)):
        for index in order[start : start + A_PAGE]:
            with st.container(gap="xsmall"):
                _card(batch.answers[index], batch.photo_path(index), thresholds, dataset_id)


def bars(answer: Answer, thresholds: Thresholds) -> str:
    """The likeliest classes as labelled bars, in HTML; what others wrote is escaped."""
    ranked = list((answer.probabilities or {}).items())
    kind = _kind(answer, thresholds)
    leading = 2 if kind == "close" else 1
    lines = []
    for place, (label, probability) in enumerate(ranked[:BARS]):
        top = ' class="top"' if place < leading else ""
        width = max(0.6, 100 * probability)
        lines.append(
            f'<div{top}><span>{escape(label)}</span><i><b style="width:{width:.1f}%"></b></i>'
            f"<span>{_percent(probability)}</span></div>"
        )
    sure = "sure" if kind == "sure" else "unsure"
    return f'<div class="bars {sure}">{"".join(lines)}</div>'


def _card(answer: Answer, path: Path | None, thresholds: Thresholds, dataset_id: str) -> None:
    if answer.error is not None or not photos.exists(path):
        st.html(BLANK)
        st.subheader("Not a photo", anchor=False)
        muted(f"**{plain(answer.photo)}**: {plain(answer.error or 'it is not kept any more.')}")
        return
    st.image(photos.tile(str(path), RATIO, 560), width="stretch", alt=answer.photo)
    with st.container(gap="small"):
        st.subheader(plain(verdict(answer, thresholds)), anchor=False)
        st.html(bars(answer, thresholds))
        _similar(answer, dataset_id)


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


def _kind(answer: Answer, thresholds: Thresholds) -> str:
    """sure, close, unsure, unlike or unreadable; close is what stands between two."""
    if answer.probability is None or answer.probabilities is None:
        return "unreadable"
    if answer.unlike:
        return "unlike"
    if answer.probability >= thresholds.probable:
        return "sure"
    return "close" if is_between_two(answer, thresholds) else "unsure"


def _percent(probability: float) -> str:
    if probability < 0.005:
        return "&lt;1%"
    return "&gt;99%" if 0.995 <= probability < 1.0 else f"{probability:.0%}"
