"""In what order a gallery shows photos: the classes take turns, and each begins with its quietest pictures."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CANDIDATES = 40  # photos of each class among which a quiet one is looked for


def gallery_order(good: pd.DataFrame, pixels: NDArray[np.uint8] | None) -> pd.DataFrame:
    """Good photos in the order in which a gallery shows them.

    Args:
        good: a row a photo, its position in the manifest as index; columns content_hash, label and part.
        pixels: of all rows of the manifest, shape (rows, S, S, 3), 0 to 255; None: nobody knows which are quiet.

    Returns:
        Columns position, content_hash, label and part, in order.
    """
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
    sizes = np.array([len(members) for members in by_class])
    order = np.lexsort((codes, -sizes[codes], ranks))  # in turns, the biggest class first
    return good.iloc[order].rename_axis("position").reset_index()


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
    loud: NDArray[np.float32] = colour + 1.3 * edges.std(axis=1).mean(axis=1) + 1.5 * dark
    return loud
