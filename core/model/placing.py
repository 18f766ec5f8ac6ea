"""From what is seen in photos to a map of them, and to those that lie among photos of another name."""

import contextlib
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COMPONENTS = 50  # what t-SNE takes in at most: more is noise to it, and slow
ROUNDS = 750
PERPLEXITY = 30.0  # about how many photos each wants near it
NEIGHBOURS = 10
MOSTLY = 6  # of these


@dataclass(frozen=True)
class Company:
    """What lies around N photos."""

    among: list[str]  # the label that most of the nearest photos bear
    votes: NDArray[np.int64]  # (N,), how many of them do
    own: NDArray[np.int64]  # (N,), how many bear the photo's own label
    distance: NDArray[np.float32]  # (N,), how far away these photos are on average


def reduced(features: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    """What differs most between photos.

    Args:
        features: shape (N, F).
        seed: the same seed, the same result.

    Returns:
        Shape (N, up to `COMPONENTS`); two photos are as alike as they are near.
    """
    from sklearn.decomposition import PCA

    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)
    kept: NDArray[np.float32] = PCA(min(COMPONENTS, *unit.shape), random_state=seed).fit_transform(unit)
    return kept


def place(
    vectors: NDArray[np.float32], seed: int, told: Callable[[int], None] = lambda done: None
) -> NDArray[np.float32]:
    """Lays photos out so that neighbours stay neighbours (t-SNE).

    Args:
        vectors: shape (N, D), as `reduced` gives them.
        seed: the same seed, the same map.
        told: hears how many of the `ROUNDS` are done, and may raise to end the placing.

    Returns:
        Shape (N, 2), -1 to 1.
    """
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    method = TSNE(perplexity=perplexity, init="pca", random_state=seed, max_iter=ROUNDS, verbose=2)
    told(0)
    with contextlib.redirect_stdout(_Listener(told)):
        places: NDArray[np.float32] = method.fit_transform(vectors)
    places = places - (places.max(axis=0) + places.min(axis=0)) / 2
    return np.round(places / max(1e-9, float(np.abs(places).max())), 4)


def company(vectors: NDArray[np.float32], labels: Sequence[str]) -> Company:
    """What the nearest photos of each are called, by what is seen in them and not by where the map has room.

    Args:
        vectors: shape (N, D), N at least 2.
        labels: N.
    """
    from sklearn.neighbors import NearestNeighbors

    nearest = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(vectors) - 1)).fit(vectors)
    distances, rows_around = nearest.kneighbors()
    around = [Counter(labels[row] for row in rows) for rows in rows_around]
    most = [counts.most_common(1)[0] for counts in around]
    return Company(
        among=[label for label, _ in most],
        votes=np.array([votes for _, votes in most], np.int64),
        own=np.array([counts[label] for counts, label in zip(around, labels, strict=True)], np.int64),
        distance=distances.mean(axis=1).astype(np.float32),
    )


class _Listener(io.TextIOBase):
    """Hears the line that scikit-learn says every 50 rounds: its t-SNE has no other way to be watched, or stopped."""

    def __init__(self, told: Callable[[int], None]) -> None:
        self._told = told

    def write(self, text: str) -> int:
        if found := re.search(r"Iteration (\d+): error", text):
            self._told(int(found[1]))
        return len(text)
