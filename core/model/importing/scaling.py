"""What was done with the numbers of a photo before a network saw them: the common ways, each by a short name."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Scaling:
    """Each channel is multiplied, then added to; before that red and blue may change places."""

    words: str  # for people
    factor: tuple[float, float, float]
    addend: tuple[float, float, float]
    blue_first: bool = False  # the network wants BGR; factor and addend are in its order


def _alike(words: str, factor: float, addend: float) -> Scaling:
    return Scaling(words, (factor,) * 3, (addend,) * 3)


_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, as torchvision writes them
SCALINGS = {
    "0..255": _alike("0 to 255, as photos are", 1.0, 0.0),
    "0..1": _alike("0 to 1: divided by 255", 1 / 255, 0.0),
    "-1..1": _alike("−1 to 1: divided by 127.5, less 1", 1 / 127.5, -1.0),
    "imagenet": Scaling(
        "ImageNet: 0 to 1, less its mean, divided by its spread",
        tuple(1 / 255 / each for each in _SPREAD),  # type: ignore[arg-type]
        tuple(-mean / spread for mean, spread in zip(_MEAN, _SPREAD, strict=True)),  # type: ignore[arg-type]
    ),
    "caffe": Scaling(
        "Caffe: blue first, less the mean of ImageNet", (1.0,) * 3, (-103.939, -116.779, -123.68), blue_first=True
    ),
}
AS_IT_IS = "0..255"
LUMA = (0.299, 0.587, 0.114)  # of red, green and blue in grey, ITU-R BT.601: as Pillow has it


def matrix(scaling: str, channels: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The same as a convolution of one dot.

    Args:
        scaling: one of `SCALINGS`.
        channels: that the network takes: 3, or 1 for a grey photo.

    Returns:
        Weights of shape (3, channels) and a bias of shape (channels,).
    """
    how = SCALINGS[scaling]
    if channels == 1:  # a grey photo has one number for all three, so that it has one factor too
        factor, addend = float(np.mean(how.factor)), float(np.mean(how.addend))
        return np.array(LUMA, np.float32)[:, None] * np.float32(factor), np.array([addend], np.float32)
    weights = np.diag(np.array(how.factor, np.float32))
    return (weights[::-1].copy() if how.blue_first else weights), np.array(how.addend, np.float32)


def scaled(photos: NDArray[np.uint8], scaling: str, channels: int) -> NDArray[np.float32]:
    """Photos as the network wants them.

    Args:
        photos: shape (N, S, S, 3), 0 to 255.
        scaling, channels: as for `matrix`.

    Returns:
        Shape (N, S, S, channels).
    """
    weights, bias = matrix(scaling, channels)
    return np.asarray(photos.astype(np.float32) @ weights + bias, np.float32)


def by_range(low: float, high: float) -> str | None:
    """The scaling that gives numbers between these; None if it is none of the plain ones."""
    for name, ends in (("0..255", (0, 255)), ("0..1", (0, 1)), ("-1..1", (-1, 1))):
        room = 0.02 * (ends[1] - ends[0])
        if abs(low - ends[0]) <= room and abs(high - ends[1]) <= room:
            return name
    return None
