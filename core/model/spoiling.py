"""What phones, hurry and bad light do to a photo: the conditions that a model is put to."""

import io
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from core.data.photo import to_pixels

BLUR_PX = 2.0  # radius where a photo is 400 wide
SMALLER = 4  # times, each side
LAMP = (1.0, 0.88, 0.62)  # what a yellow lamp leaves of red, green and blue
USUAL_QUALITY = 95  # of a JPEG that hardly loses anything
Picture = Image.Image


def _turned(degrees: float) -> Callable[[Picture], Picture]:
    return lambda photo: photo.rotate(degrees, Image.Resampling.BICUBIC)  # black in the corners


def _cropped(photo: Picture) -> Picture:
    across, down = photo.width // 20, photo.height // 20
    return photo.crop((across, down, photo.width - across, photo.height - down))


def _blurred(photo: Picture) -> Picture:
    return photo.filter(ImageFilter.GaussianBlur(BLUR_PX * photo.width / 400))


def _small(photo: Picture) -> Picture:
    return photo.resize((max(1, photo.width // SMALLER), max(1, photo.height // SMALLER)), Image.Resampling.BOX)


def _under_a_lamp(photo: Picture) -> Picture:
    return Image.fromarray((np.asarray(photo) * np.array(LAMP)).astype(np.uint8))


AS_IT_IS = "as it is"
CONDITIONS: Mapping[str, Callable[[Picture], Picture]] = {
    AS_IT_IS: lambda photo: photo,
    "turned 15° to the left": _turned(15),
    "turned 15° to the right": _turned(-15),
    "cropped by 10 %": _cropped,
    "30 % darker": lambda photo: ImageEnhance.Brightness(photo).enhance(0.7),
    "30 % brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.3),
    "blurred": _blurred,
    "JPEG of quality 30": lambda photo: photo,
    "a quarter of the size": _small,
    "under a yellow lamp": _under_a_lamp,
}
QUALITY = {"JPEG of quality 30": 30}  # others are saved well


def spoilt(photo: Picture, condition: str, size_px: int) -> NDArray[np.uint8]:
    """What a network gets to see of a photo that this happened to, saved as a JPEG as phones do.

    Args:
        photo: RGB, as `core.data.photo.decode` gives it.
        condition: a key of `CONDITIONS`.
        size_px: side of the result.

    Returns:
        Shape (size_px, size_px, 3), 0 to 255.
    """
    kept = io.BytesIO()
    CONDITIONS[condition](photo).save(kept, "JPEG", quality=QUALITY.get(condition, USUAL_QUALITY))
    return to_pixels(kept.getvalue(), size_px)
