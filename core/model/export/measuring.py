"""What a LiteRT file is worth: what it says of photos, and how long one photo takes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.model.network import Network

THREADS = (1, 2)
ROUNDS, WARMING = 150, 5  # photos timed, and photos before them


def said_of(path: Path, photos: NDArray[np.uint8], told: Callable[[], None] = lambda: None) -> NDArray[np.int64]:
    """What the network in this file calls photos.

    Args:
        path: of a `.tflite`.
        photos: shape (N, S, S, 3).
        told: called before each photo; may raise to end it.

    Returns:
        Shape (N,), class indices.
    """
    network, said = Network(path, THREADS[-1]), []
    for photo in photos:
        told()
        said.append(int(network.look(photo).probabilities.argmax()))
    return np.array(said, np.int64)


def latencies(paths: Sequence[Path], photo: NDArray[np.uint8]) -> list[tuple[float, float]]:
    """Milliseconds that one photo takes each network with one thread and with two: medians of interleaved rounds.

    Args:
        paths: of `.tflite` files.
        photo: shape (S, S, 3).
    """
    networks = [Network(path, threads) for path in paths for threads in THREADS]
    took: list[list[float]] = [[] for _ in networks]
    for number in range(WARMING + ROUNDS):
        for network, times in zip(networks, took, strict=True):
            began_at = time.perf_counter()
            network.look(photo)
            if number >= WARMING:
                times.append(1000 * (time.perf_counter() - began_at))
    medians = [float(np.median(times)) for times in took]
    return list(zip(medians[::2], medians[1::2], strict=True))
