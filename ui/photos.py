"""Photos on a screen: small JPEGs of one ratio, strips that stand for a dataset, and the gallery."""

import base64
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.data.pixels import MADE_WITH_PX, let_go, load_pixels
from core.data.split import PARTS
from core.data.store import Dataset
from core.errors import ReadOnly
from core.sources import garments
from ui.frame import note
from ui.words import plain

PORTRAIT = 0.75  # width to height, in galleries and strips
LONG_LABEL = 40  # characters under a photo
CANDIDATES = 40  # photos of each class among which a quiet one is looked for
# What pages ask of a manifest: of 100,000 rows the other columns would take another 25 MB.
COLUMNS = ["row", "source", "label", "status", "reason", "content_hash", "width", "height", "part"]


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
    """The manifest (`COLUMNS`) with all mends so far, shared by all visitors: to be read, never changed."""
    return _dataset.mends.applied(as_made(_dataset))


def as_made(dataset: Dataset) -> pd.DataFrame:
    """The manifest (`COLUMNS`) without mends, shared by all visitors: to be read, never changed."""
    return _as_made(dataset, dataset.id, dataset.fingerprint)


@st.cache_resource(max_entries=4, show_spinner=False)
def _as_made(_dataset: Dataset, dataset_id: str, fingerprint: str) -> pd.DataFrame:
    return _dataset.as_made(COLUMNS)


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
    if not _dataset.mends.photos:
        return order
    now = manifest(_dataset, dataset_id, version).loc[order["position"], ["label", "part", "status"]]
    order = order.assign(label=now["label"].array, part=now["part"].array)
    return order[(now["status"] == "ok").to_numpy(bool)].reset_index(drop=True)


@st.cache_resource(max_entries=8, show_spinner=False)
def _order(_dataset: Dataset, dataset_id: str, fingerprint: str) -> pd.DataFrame:
    rows = as_made(_dataset)
    good = rows.loc[rows["status"] == "ok", ["content_hash", "label", "part"]]
    pixels = _small_ones(_dataset)
    codes, labels = pd.factorize(good["label"], sort=True)
    by_class = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes, minlength=len(labels)))[:-1])
    ranks = np.empty(len(good), np.int64)
    for members in by_class:  # places in `good`
        looked_at = members[:: max(1, len(members) // CANDIDATES)][:CANDIDATES]
        if pixels is not None:
            loud = _loudness(pixels[good.index[looked_at]])
            looked_at = looked_at[np.argsort(loud, kind="stable")]
        quiet = looked_at[: CANDIDATES // 4]
        ranks[quiet] = np.arange(len(quiet))
        others = np.setdiff1d(members, quiet, assume_unique=True)
        ranks[others] = np.arange(len(quiet), len(members))
    if pixels is not None:
        let_go(pixels)
    sizes = np.array([len(members) for members in by_class])
    order = np.lexsort((codes, -sizes[codes], ranks))  # in turns, the biggest class first
    found = good.iloc[order].rename_axis("position").reset_index()
    give_back()
    return found


def _small_ones(dataset: Dataset) -> NDArray[np.uint8] | None:
    """All photos, small, to see which are quiet; None in a demo of a dataset that nobody has looked at before."""
    try:
        return load_pixels(dataset, MADE_WITH_PX)
    except ReadOnly:
        return None


def give_back() -> None:
    """Gives the system back what the reading and sorting of large tables took: 60 MB, of 100,000 rows."""
    pyarrow.default_memory_pool().release_unused()


def by_part(dataset: Dataset) -> pd.DataFrame:
    """How many good photos there are: a row a label, in order, with columns train, validation and test.

    Shared by all visitors, never changed.
    """
    return _by_part(dataset, dataset.id, dataset.version)


@st.cache_resource(max_entries=16, show_spinner=False)
def _by_part(_dataset: Dataset, dataset_id: str, version: str) -> pd.DataFrame:
    order = _mended_order(_dataset, dataset_id, version)
    counted = order.groupby(["label", "part"]).size().unstack(fill_value=0)
    return counted.reindex(columns=[*PARTS], fill_value=0)


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


def shortened(label: str, most: int = LONG_LABEL) -> str:
    """A label as it was written, at most as long as there is room for under a photo."""
    return label if len(label) <= most else f"{label[: most - 1]}…"


def _loudness(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How restless and dark the borders of photos are: covers are those with the lowest.

    Args:
        pixels: shape (N, S, S, 3), 0 to 255.

    Returns:
        Shape (N,).
    """
    photos, wide = pixels.astype(np.float32) / 255, max(1, pixels.shape[1] // 12)
    sides = (photos[:, :wide], photos[:, -wide:], photos[:, :, :wide], photos[:, :, -wide:])
    edges = np.concatenate([side.reshape(len(photos), -1, 3) for side in sides], axis=1)
    colour = 2 * (edges.max(axis=2) - edges.min(axis=2)).mean(axis=1)
    dark = np.maximum(0.0, 0.55 - edges.mean(axis=(1, 2)))
    return colour + 1.3 * edges.std(axis=1).mean(axis=1) + 1.5 * dark


def _jpeg(photo: Image.Image) -> bytes:
    kept = io.BytesIO()
    photo.save(kept, "JPEG", quality=84)
    return kept.getvalue()


def exists(path: Path | None) -> bool:
    """Whether a photo is still there: a dataset may be deleted while a page is open."""
    return path is not None and path.exists()
