"""What can be measured of each photo: how bright, how sharp, how colourful; and the mean picture of each class.

The folder of a dataset keeps the measures in `quality/measures.parquet`, by content: a photo is looked at once, and a
second check takes seconds.
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core.data.large_rows import holding
from core.data.mend_layer import MENDED_COLUMNS
from core.data.pixels import MADE_WITH_PX, load_pixels
from core.data.store import Dataset

FILE = "quality/measures.parquet"
MEASURED_BY = 2  # goes up with every change of `measure`: what was measured otherwise is measured again
SHORT_PX = 200  # the shorter side of what is measured: enough to tell sharp from blurred, and quick to decode
LONG_PX = 800
CELLS = 32  # a side; of these a picture of one colour has hardly any that differs
CELL_LEVELS = 12  # of 255, in any colour: noise and compression stay below. A dark photo has less of everything:
DARK_CELL_LEVELS = 4  # down to this, in step with its lightest places, from where these are
WELL_LIT = 0.4
WHITE = 250  # as bright, or brighter: nothing is to be seen there
EDGES = 0.995  # the steepest half per cent of a photo are its edges
MEAN_PX = 96
MOST_CLASSES = 60  # that get a mean picture
CHUNK = 256  # photos of which the pixels are read at once
COLUMNS = ["brightness", "sharpness", "red", "green", "blue", "lightest", "varied", "white"]


def measure(photo: Image.Image) -> dict[str, float]:
    """Measures one photo.

    Args:
        photo: RGB, upright.

    Returns:
        brightness: the mean, 0 to 1.
        sharpness: second to first derivative at the steepest edges; 0.6 / s for edges that a Gaussian of s pixels has
            blurred, whatever their contrast is, so a plain shirt on a plain ground is as sharp as a check one.
        red, green, blue: the means, 0 to 255.
        lightest: the brightness that 2 % of the photo exceed, 0 to 1.
        varied: the share of the photo that differs from its commonest colour, 0 to 1.
        white: the share of the middle of the photo that is blown out, 0 to 1.
    """
    import cv2

    pixels = np.asarray(photo)
    height, width = pixels.shape[:2]
    scale = min(SHORT_PX / min(height, width), LONG_PX / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    steps = np.asarray(across**2 + down**2, np.float32)  # squared: OpenCV's own root depends on where its numbers lie
    bends = np.abs(cv2.Laplacian(grey, cv2.CV_32F)).astype(np.float32)
    cells = cv2.resize(pixels, (CELLS, CELLS), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.int16)
    rows, columns = grey.shape[0] // 4, grey.shape[1] // 4
    middle = grey[rows : grey.shape[0] - rows, columns : grey.shape[1] - columns]
    levels = np.cumsum(np.bincount(grey.ravel(), minlength=256)) / grey.size
    lightest = int(np.searchsorted(levels, 0.98)) / 255
    off = np.abs(cells - np.median(cells, axis=0)).max(axis=1)
    differs = max(DARK_CELL_LEVELS, CELL_LEVELS * min(1.0, lightest / WELL_LIT))
    red, green, blue = cv2.mean(pixels)[:3]
    return {
        "brightness": cv2.mean(grey)[0] / 255,
        "sharpness": _top(bends) / (math.sqrt(_top(steps)) + 1),
        "red": red,
        "green": green,
        "blue": blue,
        "lightest": lightest,
        "varied": float((off > differs).mean()),
        "white": float((middle >= WHITE).mean()),
    }


def _top(values: NDArray[np.float32]) -> float:
    place = int(EDGES * (values.size - 1))
    return float(np.partition(values.ravel(), place)[place])


def measures_of(dataset: Dataset, rows: pd.DataFrame) -> pd.DataFrame | None:
    """What was measured of the photos of a dataset.

    Args:
        dataset: a finished one.
        rows: of its manifest, with content hash, width and height.

    Returns:
        A row a photo that was measured: position, what `measure` returns, and width and height in pixels. None if no
        photo was measured yet.
    """
    few = dataset.is_large and 2 * len(rows) < dataset.ok
    kept = kept_measures(dataset, rows["content_hash"].tolist() if few else None)
    if kept is None:
        return None
    places = kept.index.get_indexer(pd.Index(rows["content_hash"]))  # half the time of a join
    known = rows.loc[places >= 0, ["width", "height"]].rename_axis("position").reset_index()
    return pd.concat([known, kept.iloc[places[places >= 0]].reset_index(drop=True)], axis=1)


def kept_measures(dataset: Dataset, among: list[str] | None = None) -> pd.DataFrame | None:
    """What was measured already, by content; None if nothing was, or if it was measured otherwise.

    Args:
        among: of these contents alone; None: of all.
    """
    path = dataset.folder / FILE
    try:
        kept = pd.read_parquet(path) if among is None else holding(path, "content_hash", among)
    except (OSError, ValueError):
        return None
    return kept if kept.attrs.get("by") == MEASURED_BY and list(kept.columns) == COLUMNS else None


def take_means(dataset: Dataset, check_stop: Callable[[], None] = lambda: None) -> None:
    """Makes the mean picture of each class of the pixels that every dataset has, and keeps it."""
    rows = dataset.mends.applied(dataset.as_made(MENDED_COLUMNS))
    good = rows[rows["status"] == "ok"]
    pixels = load_pixels(dataset, MADE_WITH_PX, check_stop=check_stop)
    biggest = good["label"].value_counts().index[:MOST_CLASSES]
    means = {}
    for label in biggest:
        check_stop()
        total = np.zeros(pixels.shape[1:], np.int64)
        positions = good.index[good["label"] == label].to_numpy()
        for start in range(0, len(positions), CHUNK):
            total += pixels[positions[start : start + CHUNK]].sum(axis=0, dtype=np.int64)
        mean = Image.fromarray((total / len(positions)).round().astype(np.uint8))
        means[str(label)] = np.asarray(mean.resize((MEAN_PX, MEAN_PX), Image.Resampling.BICUBIC))
    path = means_path(dataset)
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(".means.npz")
    np.savez_compressed(aside, labels=np.array([*means], dtype=np.str_), pictures=np.array([*means.values()], np.uint8))
    aside.replace(path)


def means_path(dataset: Dataset) -> Path:
    """Where the mean pictures are kept, once a check has made them."""
    return dataset.folder / "quality" / "means.npz"


def load_means(dataset: Dataset) -> dict[str, NDArray[np.uint8]]:
    """The mean picture of each class at the last check, the biggest class first, at most `MOST_CLASSES`.

    Returns:
        Shape (96, 96, 3), 0 to 255, every photo stretched to a square; empty if no check was made yet.
    """
    try:
        with np.load(means_path(dataset), allow_pickle=False) as kept:
            return dict(zip(map(str, kept["labels"]), kept["pictures"], strict=True))
    except (OSError, ValueError, KeyError, EOFError):
        return {}
