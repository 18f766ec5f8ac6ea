"""A strip of photos that stands for a model, as one picture: a page of many models has one for each."""

import base64
import io
from collections.abc import Sequence

import streamlit as st
from PIL import Image, ImageDraw

from core.data.store import Dataset
from core.model.bundle import Model
from ui import photos

PHOTOS = 5
WIDTH_PX, HEIGHT_PX = 200, 267  # of a photo
GAP_PX, RADIUS_PX = 9, 10  # 4 and 5 where the strip is as wide as half a page


def show(model: Model, dataset: Dataset | None) -> None:
    """Photos that the model was taught with; drawings where they are not here.

    Args:
        model: the one.
        dataset: that it was taught with, if that is here.
    """
    skip = sum(model.id.encode()) % PHOTOS  # so that models of one dataset do not look the same
    if dataset is not None and dataset.ok:
        strip = _of_photos(dataset, dataset.id, dataset.version, skip)
    else:
        strip = _of_drawings()
    st.image(strip, width="stretch", alt=f"{model.name}: photos like those that it was taught with")


@st.cache_data(max_entries=100, show_spinner=False)
def _of_photos(_dataset: Dataset, dataset_id: str, version: str, skip: int) -> str:
    return joined(photos.covers(_dataset, PHOTOS, skip))


@st.cache_data(max_entries=1, show_spinner=False)
def _of_drawings() -> str:
    return joined(photos.drawn_covers(PHOTOS))


def joined(tiles: Sequence[bytes]) -> str:
    """Photos side by side, with round corners and nothing between them.

    Returns:
        An address that holds the picture itself: of a WebP, which can be transparent, Streamlit would make a PNG each
        time that the page is drawn.
    """
    strip = Image.new("RGBA", (PHOTOS * (WIDTH_PX + GAP_PX) - GAP_PX, HEIGHT_PX))
    corners = Image.new("L", (WIDTH_PX, HEIGHT_PX))
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, WIDTH_PX - 1, HEIGHT_PX - 1), RADIUS_PX, fill=255)
    for place, tile in enumerate(tiles[:PHOTOS]):
        with Image.open(io.BytesIO(tile)) as photo:
            fitted = photo.convert("RGB").resize((WIDTH_PX, HEIGHT_PX))
        strip.paste(fitted, (place * (WIDTH_PX + GAP_PX), 0), corners)
    kept = io.BytesIO()
    strip.save(kept, "WEBP", quality=80, method=2)
    return f"data:image/webp;base64,{base64.b64encode(kept.getvalue()).decode()}"
