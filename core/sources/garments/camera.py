"""What a phone makes of the light: exposure, colour cast, vignette, a little blur, and noise."""

import numpy as np
from PIL import Image, ImageFilter

from core.sources.garments.frame import Field, Frame


def photographed(rng: np.random.Generator, light: Field, frame: Frame, warmth: float) -> Image.Image:
    """The finished picture, RGB, of the frame's size."""
    exposure = np.float32(rng.uniform(1.0, 1.2))
    cast = 1 + np.array([0.04, 0.0, -0.055]) * warmth + rng.normal(0, 0.012, 3)
    light = light * (exposure * cast).astype(np.float32)
    x, y = frame.grid()
    corner = (x - 0.5) ** 2 + ((y - frame.aspect / 2) / np.float32(frame.aspect)) ** 2
    light = light * (1 - np.float32(rng.uniform(0.05, 0.4)) * corner)[..., None]
    shown = np.sqrt(np.maximum(light, 0))
    # a soft shoulder, so that white cloth keeps its folds; and a lift of the blacks, as phones do
    shown = shown * (1 + shown * np.float32(0.16)) / (1 + shown * shown * np.float32(0.22))
    shown = np.float32(rng.uniform(0.005, 0.03)) + shown * np.float32(0.985)
    picture = Image.fromarray((np.clip(shown, 0, 1) * 255).astype(np.uint8))
    blur = rng.uniform(0.0, 0.0022) * frame.width_px
    if blur > 0.25:
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    return _grained(rng, picture, frame, rng.uniform(1.0, 4.5))


def _grained(rng: np.random.Generator, picture: Image.Image, frame: Frame, strength: float) -> Image.Image:
    """Sensor noise: fine in brightness, coarser in colour, stronger in the dark."""
    pixels = np.asarray(picture, dtype=np.float32)
    fine = rng.standard_normal((frame.height_px, frame.width_px), dtype=np.float32)
    coarse_size = (max(2, frame.height_px // 3), max(2, frame.width_px // 3))
    amount = (np.float32(1.15) - pixels[..., 1] / np.float32(255)) * np.float32(strength)
    tint = rng.standard_normal(coarse_size, dtype=np.float32)
    tint = np.asarray(Image.fromarray(tint).resize(picture.size, Image.Resampling.BILINEAR))
    noise = np.stack([fine + tint * 0.6, fine, fine - tint * 0.6], axis=-1) * amount[..., None]
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))
