"""Where a model looked: the places of a photo without which it would believe less in a class.

The networks tell nothing of what goes on inside them, so each place is covered in turn, and the model is asked what it
says now: M. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", 2014, section 4.2. What
covers a place is the photo itself, blurred, since a grey square is a thing that the model could take for something.
`benchmarks/explain.py` measures how true it is. On 40 photos, 7 × 7 places a fifth of a side wide were truer than 5, 6
or 8 a side, than wider or narrower ones, and than random masks (RISE).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.errors import NotExplainable
from core.model.predictor import Predictor

PLACES = 7  # a side
WIDTH = 0.2  # of a place, in sides of the photo: neighbours overlap
EDGE = 0.3  # of that, over which a cover fades out: a hard edge would be a thing of its own
BLUR = 1 / 8  # standard deviation, in sides of the photo
LEAST = 0.02  # log odds: where covering any place changes less than that, nothing counts
HOTTEST = 0.1  # of a photo


def heat_map(predictor: Predictor, pixels: NDArray[np.uint8], class_index: int) -> NDArray[np.float32]:
    """How much each place of a photo speaks for a class, as how much covering it makes the class less likely.

    It takes 50 invocations, two at a time, between which others may ask.

    Args:
        predictor: of the model.
        pixels: shape (S, S, 3), 0 to 255, S the model's `input_size_px`.
        class_index: of the class.

    Returns:
        Shape (S, S), from 0, where covering changes nothing or makes the class likelier, to 1 at the place that counts
        most; 0 everywhere where no place counts.

    Raises:
        NotExplainable: pixels of another shape, or a class that the model does not have.
    """
    _check(predictor, pixels, class_index)
    size = len(pixels)
    blurred, covers = _blurred(pixels), _covers(size)
    covered = [_covered(pixels, blurred, down, across) for down in covers for across in covers]
    before, *after = _log_odds(predictor.predict_raw(np.stack([pixels, *covered]))[:, class_index])
    lost = (before - np.array(after, np.float32)).reshape(PLACES, PLACES)
    smooth = Image.fromarray(lost).resize((size, size), Image.Resampling.BICUBIC)
    heat = np.maximum(np.asarray(smooth, np.float32), 0)
    return heat / heat.max() if heat.max() >= LEAST else np.zeros_like(heat)


def hottest(heat: NDArray[np.float32], share: float = HOTTEST) -> NDArray[np.bool_]:
    """The places that count most, as that share of the photo.

    Args:
        heat: shape (S, S), as `heat_map` gives it.
        share: 0 to 1.

    Returns:
        Shape (S, S).
    """
    order = np.argsort(-heat, axis=None, kind="stable")[: round(share * heat.size)]
    chosen = np.zeros(heat.size, np.bool_)
    chosen[order] = True
    return chosen.reshape(heat.shape)


def erased(pixels: NDArray[np.uint8], places: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A photo of which some places are blurred until nothing is to be seen there.

    Args:
        pixels: shape (S, S, 3), 0 to 255.
        places: shape (S, S).
    """
    return np.where(places[..., None], _blurred(pixels), pixels)


def without_hottest(
    predictor: Predictor, pixels: NDArray[np.uint8], class_index: int, heat: NDArray[np.float32]
) -> float:
    """The probability of a class once the tenth of the photo that counts most for it is blurred."""
    return float(predictor.predict(erased(pixels, hottest(heat))[None])[0, class_index])


def _covers(size: int) -> NDArray[np.float32]:
    """How much each of the places along a side covers each pixel of it, 0 to 1: shape (PLACES, S)."""
    middles = (np.arange(PLACES) + 0.5) * size / PLACES
    away = np.abs(np.arange(size) + 0.5 - middles[:, None]) / (WIDTH * size / 2)
    return np.clip((1 - away) / EDGE + 0.5, 0, 1).astype(np.float32)


def _covered(
    pixels: NDArray[np.uint8], blurred: NDArray[np.uint8], down: NDArray[np.float32], across: NDArray[np.float32]
) -> NDArray[np.uint8]:
    rows, columns = (slice(each.nonzero()[0][0], each.nonzero()[0][-1] + 1) for each in (down, across))
    weight = (down[rows, None] * across[None, columns])[..., None]
    covered = pixels.copy()
    covered[rows, columns] = np.rint(pixels[rows, columns] * (1 - weight) + blurred[rows, columns] * weight)
    return covered


def _blurred(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(BLUR * len(pixels))))


def _log_odds(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of a class in N photos; unlike its probabilities they do not stand still where the model is sure."""
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    odds: NDArray[np.float32] = clipped / (1 - clipped)
    return np.log(odds, dtype=np.float32)


def _check(predictor: Predictor, pixels: NDArray[np.uint8], class_index: int) -> None:
    size, classes = predictor.model.input_size_px, predictor.model.class_names
    if pixels.shape != (size, size, 3) or pixels.dtype != np.uint8:
        raise NotExplainable(
            f"“{predictor.model.name}” looks at photos of {size} × {size} pixels in three colours, 0 to 255. "
            f"Received: {pixels.dtype} of shape {pixels.shape}"
        )
    if not 0 <= class_index < len(classes):
        raise NotExplainable(
            f"“{predictor.model.name}” has classes 0 to {len(classes) - 1}. Received: class {class_index}"
        )
