"""Photos on a screen: small JPEGs of one ratio, strips that stand for a dataset, and the gallery."""

import base64
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.store import Dataset
from core.sources import garments
from ui.frame import note
from ui.words import plain

PORTRAIT = 0.75  # width to height, in galleries and strips
LONG_LABEL = 40  # characters under a photo
CANDIDATES = 40  # photos of each class among which a quiet one is looked for


@lru_cache(maxsize=1000)
def tile(path: str, ratio: float = PORTRAIT, width_px: int = 280) -> bytes:
    """A photo filled into one ratio by cropping, as a small JPEG."""
    with Image.open(path) as photo:
        photo.draft("RGB", (width_px, round(width_px / ratio)))  # no less than that, and up to four times as fast
        return _jpeg(ImageOps.fit(photo.convert("RGB"), (width_px, round(width_px / ratio))))


def tiles(paths: Sequence[Path | None], width_px: int = 280) -> list[str | None]:
    """As `tile`, of a whole page at once; None where there is no photo.

    Returns:
        Addresses that hold the photos themselves: a browser that has the page asks for nothing more.
    """

    def address(path: Path | None) -> str | None:
        return None if path is None else _address(str(path), width_px)

    with ThreadPoolExecutor(2) as threads:  # Pillow lets others run while it decodes
        return list(threads.map(address, paths))


@lru_cache(maxsize=2000)
def _address(path: str, width_px: int) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(tile(path, width_px=width_px)).decode()}"


@st.cache_data(max_entries=60, show_spinner=False)
def drawn(label: str, seed: int, ratio: float = PORTRAIT, width_px: int = 280) -> bytes:
    """A drawing of our own artist, as a JPEG: what stands where a person's photos are not there yet."""
    return _jpeg(garments.draw(label, seed, width_px, round(width_px / ratio)))


@st.cache_resource(max_entries=4, show_spinner=False)
def manifest(_dataset: Dataset, dataset_id: str, version: str) -> pd.DataFrame:
    """The manifest with all mends so far, shared by all visitors: to be read, never changed."""
    return _dataset.mends.applied(as_made(_dataset))


def as_made(dataset: Dataset) -> pd.DataFrame:
    """The manifest without mends, shared by all visitors: to be read, never changed."""
    return _as_made(dataset, dataset.id, dataset.fingerprint)


@st.cache_resource(max_entries=4, show_spinner=False)
def _as_made(_dataset: Dataset, dataset_id: str, fingerprint: str) -> pd.DataFrame:
    return _dataset.as_made()


def gallery_order(dataset: Dataset) -> pd.DataFrame:
    """The good photos as a gallery shows them: the classes take turns, and each begins with its quietest pictures.

    A photo with another label keeps its place, so that nothing moves when it is renamed.

    Returns:
        Columns position (in the manifest), content_hash, label and part, in order; shared by all visitors, never
        changed.
    """
    return _mended_order(dataset, dataset.id, dataset.version)


@st.cache_resource(max_entries=8, show_spinner=False)
def _mended_order(_dataset: Dataset, dataset_id: str, version: str) -> pd.DataFrame:
    order = _order(_dataset, dataset_id, _dataset.fingerprint)
    mends = _dataset.mends.photos
    if not mends:
        return order
    order = order.copy()
    known = order["position"].isin([*mends])
    order.loc[known, "label"] = [mends[position].label for position in order.loc[known, "position"]]
    return order[order["label"].notna()].reset_index(drop=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def _order(_dataset: Dataset, dataset_id: str, fingerprint: str) -> pd.DataFrame:
    rows = as_made(_dataset)
    good = rows.loc[rows["status"] == "ok", ["content_hash", "label", "part"]]
    pixels = load_pixels(_dataset, MADE_WITH_PX)
    ranked = []
    for _, members in good.groupby("label", sort=True):
        looked_at = members.index[:: max(1, len(members) // CANDIDATES)][:CANDIDATES]
        quiet = sorted(looked_at, key=lambda position: _loudness(pixels[position]))[: CANDIDATES // 4]
        ranked.append([*quiet, *members.index.drop(quiet)])
    ranked.sort(key=len, reverse=True)
    order = [position for position in chain.from_iterable(zip_longest(*ranked)) if position is not None]
    return good.rename_axis("position").loc[order].reset_index()


def covers(dataset: Dataset, number: int, skip: int = 0) -> list[bytes]:
    """Small quiet photos of different classes, that stand for a dataset."""
    order = gallery_order(dataset)
    hashes = order["content_hash"].iloc[skip : skip + number]
    return [tile(str(dataset.photo_path(content_hash)), width_px=200) for content_hash in hashes]


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
                st.image(picture, width="stretch", alt=label)
                if not place:
                    note(caption)
                elif st.button(f":small[:gray[{caption}]]", key=f"photo_{place}_{position}", type="tertiary"):
                    clicked = int(position)
    return clicked


def shortened(label: str) -> str:
    """A label as it was written, at most as long as there is room for under a photo."""
    return label if len(label) <= LONG_LABEL else f"{label[: LONG_LABEL - 1]}…"


def _loudness(pixels: NDArray[np.uint8]) -> float:
    """How restless and dark a photo's borders are: covers are those with the lowest.

    Args:
        pixels: shape (S, S, 3), 0 to 255.
    """
    photo, wide = pixels.astype(np.float32) / 255, max(1, len(pixels) // 12)
    sides = (photo[:wide], photo[-wide:], photo[:, :wide], photo[:, -wide:])
    edge = np.concatenate([side.reshape(-1, 3) for side in sides])
    colour = 2 * (edge.max(axis=1) - edge.min(axis=1)).mean()
    return float(colour + 1.3 * edge.std(axis=0).mean() + 1.5 * max(0.0, 0.55 - edge.mean()))


def _jpeg(photo: Image.Image) -> bytes:
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=84)
    return kept.getvalue()


def exists(path: Path | None) -> bool:
    """Whether a photo is still there: a dataset may be deleted while a page is open."""
    return path is not None and path.exists()
