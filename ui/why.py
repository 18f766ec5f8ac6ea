"""Why it says so: where the model looked on a photo, what it has learned from that is like it, what changes its mind.

All of it is computed when somebody opens the dialog, and kept by photo, model and class.
"""

import io
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.data.photo import decode, resize
from core.data.store import kept_photo
from core.model.answer import Answer
from core.model.answers import Batch
from core.model.bundle import Model
from core.model.changing_mind import SIDES, Outcome, altered, kept_box, what_would_change_it
from core.model.explain import heat_map, without_hottest
from core.model.heat_picture import USUAL_STRENGTH, laid_over
from core.model.predictor import load_predictor
from ui import photos
from ui.frame import calm, muted, note
from ui.words import plain, share, tally

SHOWN_PX = 640  # longer side of the photo in the dialog
TILE_PX = 360  # longer side of a changed one
PALE = 48  # of 255: how much is seen of what is cut off
CLASSES = 5  # to choose from: those that it finds likeliest
EXPLAINED = (
    "Each place of the photo is blurred in turn, and the model is asked again. The warmer a place, the more the model "
    "needs it. (occlusion map)"
)


def offer(batch: Batch, index: int, model: Model) -> None:
    """The quiet way in, under an answer. Nothing of what was no photo."""
    if photos.exists(batch.photo_path(index)) and st.button("Why?", type="tertiary", key=f"why_{batch.id}_{index}"):
        _dialog(batch, index, model)


@st.dialog("Why?", width="medium")
def _dialog(batch: Batch, index: int, model: Model) -> None:
    with calm():
        path = batch.photo_path(index)
        if path is None:
            return
        content = path.read_bytes()
        answer, known = batch.answers[index], (sha256(content).hexdigest(), model.id, model.created_at)
        left, right = st.columns([52, 48], gap="medium")
        with right:
            label = _which_class(answer)
            strength = st.slider("How strongly to show it", 0, 100, round(100 * USUAL_STRENGTH), 10, "%d%%")
        with left, st.spinner("Looking again, place by place"):
            heat, without = _heat(known, label, model, content)
            shown = _jpeg(laid_over(_small(content), heat, strength / 100))
            st.image(shown, width="stretch", alt=f"{answer.photo}, with what counts for {label} in warm colours")
        with right:
            _what_counts(answer, label, heat, without)
        _learned_from(answer, model)
        with st.spinner("Changing the photo until it changes its mind"):
            outcomes = _outcomes(known, model, content)
        _changes(outcomes, content)


def _which_class(answer: Answer) -> str:
    likeliest = list(answer.probabilities or {})[:CLASSES]
    shares = answer.probabilities or {}
    chosen = st.pills(
        "What in the photo speaks for",
        likeliest,
        default=likeliest[0],
        required=True,
        wrap=True,
        format_func=lambda label: f"{plain(label)} {share(shares[label])}",
    )
    return chosen or likeliest[0]


def _what_counts(answer: Answer, label: str, heat: NDArray[np.float32], without: float) -> None:
    before = (answer.probabilities or {}).get(label, 0.0)
    if not heat.any():
        st.markdown(f"No single place speaks for {plain(label)}: it stays at {share(before)} whatever is blurred.")
    else:
        st.markdown(
            f"With the warmest tenth of the photo blurred, {plain(label)} goes from {share(before)} to "
            f"**{share(without)}**."
        )
    note(EXPLAINED)


def _learned_from(answer: Answer, model: Model) -> None:
    """The most similar photos that it was taught with, as far as they are kept here; their names in any case."""
    if not answer.similar:
        return
    st.subheader("What it has learned from", anchor=False)
    muted(f"Of all that it was taught with, most like this photo are {tally([label for _, label in answer.similar])}.")
    dataset_id = str(model.dataset["id"])
    found = [(kept_photo(content_hash, dataset_id), label) for content_hash, label in answer.similar]
    here = [(path, label) for path, label in found if path is not None]
    if here:
        with st.grid(5, min_column_width=104, gap=(12, 12)):
            for path, label in here:
                with st.container(gap="xxsmall"):
                    st.image(photos.tile(str(path)), width="stretch", alt=f"It learned: {label}")
                    note(plain(photos.shortened(label)))


def _changes(outcomes: Sequence[Outcome], content: bytes) -> None:
    """The changes that make it say something else, as pictures, and those that do not, in words."""
    st.subheader("What would change its mind", anchor=False)
    changed = [outcome for outcome in outcomes if outcome.changed]
    if changed:
        photo = _small(content)
        with st.grid(4, min_column_width=136, gap=(12, 12)):
            for outcome in changed:
                with st.container(gap="xxsmall"):
                    st.image(_as_tile(photo, outcome), width="stretch", alt=outcome.sentence)
                    note(plain(outcome.sentence))
    stayed = [plain(outcome.sentence) for outcome in outcomes if not outcome.changed]
    if stayed:
        muted(" ".join(stayed))


@st.cache_data(max_entries=100, show_spinner=False)
def _heat(
    known: tuple[str, str, float], label: str, _model: Model, _content: bytes
) -> tuple[NDArray[np.float32], float]:
    """The heat map of a class, and its probability without the hottest tenth.

    Args:
        known: content hash of the photo, id of the model, when it was made.
    """
    predictor = load_predictor(_model)
    size = _model.input_size_px
    pixels, class_index = resize(decode(_content, near_px=size), size), _model.class_names.index(label)
    heat = heat_map(predictor, pixels, class_index)
    return heat, without_hottest(predictor, pixels, class_index, heat)


@st.cache_data(max_entries=200, show_spinner=False)
def _outcomes(known: tuple[str, str, float], _model: Model, _content: bytes) -> list[Outcome]:
    return what_would_change_it(load_predictor(_model), decode(_content, near_px=_model.input_size_px))


def _small(content: bytes) -> Image.Image:
    photo = decode(content, near_px=SHOWN_PX)
    photo.thumbnail((SHOWN_PX, SHOWN_PX))
    return photo


def _as_tile(photo: Image.Image, outcome: Outcome) -> bytes:
    """The changed photo in the shape that it had: what is cut off is pale, and beside a turned one is nothing."""
    if outcome.way in SIDES:
        tile = photo.convert("RGBA")
        left = kept_box(photo.size, outcome.way, outcome.amount)
        alpha = Image.new("L", photo.size, PALE)
        alpha.paste(255, left)
        tile.putalpha(alpha)
    else:
        changed = altered(photo, outcome.way, outcome.amount).convert("RGBA")
        tile = ImageOps.pad(changed, photo.size, color=(0, 0, 0, 0))
    tile.thumbnail((TILE_PX, TILE_PX))
    kept = io.BytesIO()
    tile.save(kept, "PNG")
    return kept.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=88)
    return kept.getvalue()
