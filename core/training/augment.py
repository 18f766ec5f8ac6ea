"""Photos varied each time they are shown: turned, moved, lit otherwise, partly covered. Only what is learned from.

Nothing here knows TensorFlow: the training process varies batches by OpenCV, a page shows one photo by NumPy alone.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# At strength 1; strength 2 doubles each way.
ROTATION = 0.25  # radians, either way
WINDOW = (0.75, 1.33)  # side of what is shown, in sides of the photo: from near to far
ASPECT = 0.12  # wider or higher, as a logarithm
SHIFT = 0.12  # sides
CONTRAST = 0.25  # times 1 - this to 1 + this
SATURATION = 0.3  # the same, of the distance from grey
BRIGHTNESS = 25.0  # of 255, all colours alike
COLOUR_CAST = 10.0  # of 255, each colour by itself
ERASING_CHANCE = 0.25
ERASED_SHARE = (0.02, 0.20)  # of the photo, at any strength
LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R BT.601


@dataclass(frozen=True)
class Variations:
    """How each of N photos is varied. What is None is left alone."""

    places: NDArray[np.float64] | None  # (N, 2, 3): from a dot (x, y, 1) of the result to where it lies in the photo
    colours: NDArray[np.float64] | None  # (N, 3, 4): from (red, green, blue, 1) to red, green, blue
    erased: NDArray[np.int64] | None  # (N, 4): top, bottom, left, right; the ends are not in it
    fills: NDArray[np.uint8]  # (N, 3): the colour of what is erased


def drawn(
    random: np.random.Generator, count: int, size_px: int, strength: float, variations: tuple[str, ...]
) -> Variations:
    """Draws how to vary photos.

    The same numbers are drawn whatever is chosen, so that leaving one variation out changes none of the others.

    Args:
        random: gives the same variations from the same state.
        count: N photos.
        size_px: S, the side of each.
        strength: 0 to 2; 1 is usual.
        variations: some of flip, rotation, zoom, shift, brightness, contrast, erasing. Becoming wider or higher belongs
            to zoom, the colour of the light to brightness, and how strong colours are to contrast.
    """
    variations = variations if strength > 0 else ()
    either = random.uniform(-1, 1, (count, 10)) * strength
    share = random.random((count, 8))

    def chosen(name: str, values: NDArray[Any]) -> NDArray[Any]:
        return values if name in variations else np.zeros_like(values)

    zoomed = strength * (np.log(WINDOW[0]) + share[:, 0] * np.log(WINDOW[1] / WINDOW[0]))
    places = _places(
        angle=chosen("rotation", either[:, 0] * ROTATION),
        window=np.exp(chosen("zoom", zoomed)),
        aspect=np.exp(chosen("zoom", either[:, 1] * ASPECT)),
        shift=chosen("shift", either[:, 2:4] * SHIFT * size_px),
        mirrored=chosen("flip", share[:, 1]) > 0.5,
        size_px=size_px,
    )
    colours = _colours(
        contrast=1 + chosen("contrast", either[:, 4] * CONTRAST),
        saturation=1 + chosen("contrast", either[:, 5] * SATURATION),
        light=chosen("brightness", either[:, 6, None] * BRIGHTNESS + either[:, 7:10] * COLOUR_CAST),
    )
    erasing = chosen("erasing", share[:, 2] < ERASING_CHANCE * strength)
    moves = {"flip", "rotation", "zoom", "shift"} & set(variations)
    lit = {"brightness", "contrast"} & set(variations)
    return Variations(
        places=places if moves else None,
        colours=colours if lit else None,
        erased=_rectangles(share[:, 3:7], size_px) * erasing[:, None] if "erasing" in variations else None,
        fills=random.integers(0, 256, (count, 3), dtype=np.uint8),
    )


def vary(photos: NDArray[np.uint8], how: Variations) -> NDArray[np.uint8]:
    """Varies a batch: dots between dots are interpolated, and what lies outside is mirrored at the edge.

    Args:
        photos: (N, S, S, 3), 0 to 255; left as they are.
        how: drawn for N photos of that side.

    Returns:
        As `photos`.
    """
    import cv2

    cv2.setNumThreads(1)  # the network has all cores at work already
    varied = photos.copy() if how.places is None and how.colours is None else np.empty_like(photos)
    side = photos.shape[1:3]
    for index, photo in enumerate(photos):
        if how.places is not None:
            how_read = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            moved = varied[index] if how.colours is None else None
            photo = cv2.warpAffine(
                photo, how.places[index], side, dst=moved, flags=how_read, borderMode=cv2.BORDER_REFLECT_101
            )
        if how.colours is not None:
            cv2.transform(photo, how.colours[index], dst=varied[index])
        _erase(varied[index], how, index)
    return varied


def varied_photo(photo: NDArray[np.uint8], how: Variations, index: int = 0) -> NDArray[np.uint8]:
    """Varies one photo as `vary` does, to a grey level or two, and without OpenCV: 25 times as slow.

    Args:
        photo: (S, S, 3), 0 to 255; left as it is.
        how: drawn for photos of that side.
        index: which of them this is.

    Returns:
        As `photo`.
    """
    seen = photo.astype(np.float64)
    if how.places is not None:
        seen = np.rint(_moved(seen, how.places[index]))
    if how.colours is not None:
        seen = seen @ how.colours[index, :, :3].T + how.colours[index, :, 3]
    varied: NDArray[np.uint8] = np.rint(seen.clip(0, 255)).astype(np.uint8)
    _erase(varied, how, index)
    return varied


def _places(
    angle: NDArray[np.float64],
    window: NDArray[np.float64],
    aspect: NDArray[np.float64],
    shift: NDArray[np.float64],
    mirrored: NDArray[np.bool_],
    size_px: int,
) -> NDArray[np.float64]:
    """Shape (N, 2, 3): stretched and mirrored, then turned about the middle, then shifted."""
    across = window * aspect * np.where(mirrored, -1, 1)
    down = window / aspect
    turned = [[np.cos(angle) * across, -np.sin(angle) * down], [np.sin(angle) * across, np.cos(angle) * down]]
    linear = np.moveaxis(np.array(turned), -1, 0)
    middle = np.full(2, (size_px - 1) / 2)
    return np.concatenate([linear, (middle - linear @ middle + shift)[..., None]], axis=2)


def _colours(
    contrast: NDArray[np.float64], saturation: NDArray[np.float64], light: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Shape (N, 3, 4): colours towards grey or away from it, then from mid-grey, then the light on them."""
    grey = np.tile(LUMINANCE, (3, 1))
    mixed = grey + saturation[:, None, None] * (np.eye(3) - grey)
    offset = (1 - contrast)[:, None] * 127.5 + light
    return np.concatenate([contrast[:, None, None] * mixed, offset[..., None]], axis=2)


def _rectangles(share: NDArray[np.float64], size_px: int) -> NDArray[np.int64]:
    """Shape (N, 4): up to twice as high as wide, or as wide as high, anywhere in the photo.

    Source: Z. Zhong and others, "Random Erasing Data Augmentation", 2017.
    """
    area = ERASED_SHARE[0] + share[:, 0] * (ERASED_SHARE[1] - ERASED_SHARE[0])
    aspect = 2 ** (share[:, 1] - 0.5)
    sides = np.rint(size_px * np.stack([np.sqrt(area) * aspect, np.sqrt(area) / aspect], axis=1))
    start = np.floor(share[:, 2:4] * (size_px - sides + 1))
    (top, left), (height, width) = start.T.astype(np.int64), sides.T.astype(np.int64)
    return np.stack([top, top + height, left, left + width], axis=1)


def _erase(photo: NDArray[np.uint8], how: Variations, index: int) -> None:
    if how.erased is not None:
        top, bottom, left, right = how.erased[index]
        photo[top:bottom, left:right] = how.fills[index]


def _moved(photo: NDArray[np.float64], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each dot of the result from the four dots around where it lies in the photo."""
    dots = np.arange(len(photo))
    x, y = (row[0] * dots[None, :] + row[1] * dots[:, None] + row[2] for row in place)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    to_right, down = (x - left)[..., None], (y - top)[..., None]

    def row(number: NDArray[np.int64]) -> NDArray[np.float64]:
        near, far = (photo[_inside(number, len(photo)), _inside(left + step, len(photo))] for step in (0, 1))
        between: NDArray[np.float64] = near + (far - near) * to_right
        return between

    upper = row(top)
    moved: NDArray[np.float64] = upper + (row(top + 1) - upper) * down
    return moved


def _inside(dots: NDArray[np.int64], size_px: int) -> NDArray[np.int64]:
    """Mirrors numbers at 0 and at size_px - 1, as often as it takes; the dots at the edge are not doubled."""
    last = size_px - 1
    return last - np.abs(last - dots % (2 * last))
