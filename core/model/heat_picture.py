"""A heat map laid over its photo.

The ramp is most of Matplotlib's plasma: as its heat rises it only gets lighter, and its hues are told apart with any
kind of colour blindness. It ends at orange, since yellow would vanish on the white that clothes are photographed on.
The photo below loses its own colours as far as the map is laid on, so that no red sleeve can be taken for heat.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

RAMP = ((13, 8, 135), (106, 0, 168), (177, 42, 144), (225, 100, 98), (252, 166, 54))  # plasma at 0, 0.2, … 0.8
USUAL_STRENGTH = 0.7


def laid_over(photo: Image.Image, heat: NDArray[np.float32], strength: float = USUAL_STRENGTH) -> Image.Image:
    """Shows where the heat is; what is cold stays as it is, in grey.

    Args:
        photo: RGB, of any size.
        heat: shape (S, S), 0 to 1, of the whole photo.
        strength: 0, the photo alone, to 1, hardly anything of the photo where it is hottest.

    Returns:
        RGB, as large as the photo.
    """
    if strength <= 0:
        return photo
    raised = np.asarray(Image.fromarray(heat).resize(photo.size, Image.Resampling.BICUBIC)).clip(0, 1)
    colour = np.stack([np.interp(raised, np.linspace(0, 1, len(RAMP)), channel) for channel in zip(*RAMP, strict=True)])
    alpha = (strength * raised)[..., None]
    grey = np.asarray(Image.blend(photo, photo.convert("L").convert("RGB"), min(1.0, 2 * strength)), np.float32)
    return Image.fromarray(np.rint(grey * (1 - alpha) + np.moveaxis(colour, 0, 2) * alpha).astype(np.uint8))
