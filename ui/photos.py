"""Photos on a screen: small JPEGs of one ratio, strips that stand for a dataset, and the gallery."""

import base64
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd
import pyarrow
import streamlit as st
from PIL import Image, ImageOps

from core.data.large_rows import LargeRows
from core.data.rows import Rows
from core.data.small_rows import SmallRows, order_as_made
from core.data.store import Dataset
from core.sources import garments
from ui.frame import note
from ui.words import plain

PORTRAIT = 0.75  # width to height, in galleries and strips
LONG_LABEL = 40  # characters under a photo
# What pages ask of a manifest: of 100,000 rows the other columns would take another 25 MB.
COLUMNS = ["row", "source", "label", "status", "reason", "content_hash", "width", "height", "part"]


@lru_cache(maxsize=1000)
def tile(path: str, ratio: float = PORTRAIT, width_px: int = 280) -> bytes:
    """A photo filled into one ratio by cropping, as a small JPEG."""
    with Image.open(path) as photo:
        photo.draft("RGB", (width_px, round(width_px / ratio)))  # no less than that, and up to four times as fast
        return _jpeg(ImageOps.fit(photo.convert("RGB"), (width_px, round(width_px / ratio))))


def tiles(paths: Sequence[Path | None], width_px: int = 280) -> list[str | None]:
    """As `tile`, of a whole page at once; None where there is no photo, or none that can be read any more.

    Returns:
        Addresses that hold the photos themselves: a browser that has the page asks for nothing more.
    """

    def address(path: Path | None) -> str | None:
        try:
            return None if path is None else _address(str(path), width_px)
        except OSError:  # gone or damaged since the dataset was made: one photo is no reason to show none
            return None

    with ThreadPoolExecutor(2) as threads:  # Pillow lets others run while it decodes
        return list(threads.map(address, paths))


@lru_cache(maxsize=2000)
def _address(path: str, width_px: int) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(tile(path, width_px=width_px)).decode()}"


@st.cache_data(max_entries=60, show_spinner=False)
def drawn(label: str, seed: int, ratio: float = PORTRAIT, width_px: int = 280) -> bytes:
    """A drawing of our own artist, as a JPEG: what stands where a person's photos are not there yet."""
    return _jpeg(garments.draw(label, seed, width_px, round(width_px / ratio)))


def rows(dataset: Dataset) -> Rows:
    """What its rows are now, with all mends so far; shared by all visitors."""
    return _rows(dataset, dataset.id, dataset.version)


@st.cache_resource(max_entries=8, show_spinner=False)
def _rows(_dataset: Dataset, dataset_id: str, version: str) -> Rows:
    if _dataset.is_large:
        return LargeRows(_dataset)
    made = _as_made(_dataset, dataset_id, _dataset.fingerprint)
    return SmallRows(_dataset, made, partial(_order, _dataset, dataset_id, _dataset.fingerprint))


@st.cache_resource(max_entries=4, show_spinner=False)
def _as_made(_dataset: Dataset, dataset_id: str, fingerprint: str) -> pd.DataFrame:
    return _dataset.as_made(COLUMNS)


@st.cache_resource(max_entries=8, show_spinner=False)
def _order(_dataset: Dataset, dataset_id: str, fingerprint: str) -> pd.DataFrame:
    found = order_as_made(_dataset, _as_made(_dataset, dataset_id, fingerprint))
    give_back()
    return found


def give_back() -> None:
    """Gives the system back what the reading and sorting of large tables took: 60 MB, of 100,000 rows."""
    pyarrow.default_memory_pool().release_unused()


def covers(dataset: Dataset, number: int, skip: int = 0) -> list[bytes]:
    """Small quiet photos of different classes, that stand for a dataset."""
    found = []
    for content_hash in rows(dataset).page(skip, skip + number)["content_hash"]:
        with suppress(OSError):  # as in `tiles`
            found.append(tile(str(dataset.photo_path(content_hash)), width_px=200))
    return found


def drawn_covers(number: int, skip: int = 0) -> list[bytes]:
    """Drawings that stand for the sample, and for a dataset that has no photos yet."""
    names = sorted(garments.COVERS)
    chosen = [names[(skip + place) % len(names)] for place in range(number)]
    return [drawn(label, garments.COVERS[label], width_px=200) for label in chosen]


def strip(photos: Sequence[bytes], about: str) -> None:
    """Photos side by side that stand for one thing; a row that never breaks."""
    if photos:
        with st.grid(len(photos), wrap=False, min_column_width=40, gap=4):
            for number, photo in enumerate(photos, start=1):
                st.image(photo, width="stretch", alt=f"{about}, photo {number} of {len(photos)}")


def gallery(
    dataset: Dataset, photos: pd.DataFrame, captions: Sequence[str] | None = None, place: str = ""
) -> int | None:
    """Six across, three on a phone, each with its name, or with a caption in Markdown.

    Args:
        dataset: that they are of.
        photos: columns content_hash and label; with a place, position too.
        captions: instead of their names.
        place: a name for this place on the page, where one can click on a name; "": one cannot.

    Returns:
        The position of the photo whose name was just clicked; else None.
    """
    clicked = None
    if captions is None:
        captions = [plain(shortened(label)) for label in photos["label"]]
    with st.grid(6, min_column_width=104, gap=(12, 12)):
        positions = photos["position"] if place else [-1] * len(photos)
        pictures = tiles([dataset.photo_path(content_hash) for content_hash in photos["content_hash"]])
        for position, picture, label, caption in zip(positions, pictures, photos["label"], captions, strict=True):
            with st.container(gap="xxsmall"):
                picture_or_blank(picture, label)
                if not place:
                    note(caption)
                elif st.button(f":small[:gray[{caption}]]", key=f"photo_{place}_{position}", type="tertiary"):
                    clicked = int(position)
    return clicked


def picture_or_blank(picture: str | None, alt: str) -> None:
    """A photo as `tiles` gives it, or a plain tile in its place."""
    if picture is None:
        st.html('<div class="blank" style="aspect-ratio:.75"></div>')
    else:
        st.image(picture, width="stretch", alt=alt)


def shortened(label: str, most: int = LONG_LABEL) -> str:
    """A label as it was written, at most as long as there is room for under a photo."""
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _jpeg(photo: Image.Image) -> bytes:
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=84)
    return kept.getvalue()


def exists(path: Path | None) -> bool:
    """Whether a photo is still there: a dataset may be deleted while a page is open."""
    return path is not None and path.exists()
