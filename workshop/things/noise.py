"""Pictures of nothing: noise of all sorts, and one plain colour."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.sources.garments.frame import Frame
from workshop.things.canvas import Painter, any_colour


def white(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Each pixel by itself, grey or coloured, faint to full."""
    return _picture(_coloured(rng, frame, rng.uniform(25, 110)))


def blurred(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Noise out of focus, its contrast brought back."""
    wide = float(np.exp(rng.uniform(np.log(0.004), np.log(0.06)))) * frame.width_px
    soft = _picture(_coloured(rng, frame, 90)).filter(ImageFilter.GaussianBlur(wide))
    pixels = np.asarray(soft, dtype=np.float32)
    middle = pixels.mean(axis=(0, 1))
    return _picture(
        middle + (pixels - middle) * (rng.uniform(20, 70) / max(float(pixels.std(axis=(0, 1)).mean()), 0.1))
    )


def salt_and_pepper(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Black and white specks on one colour, one pixel or some pixels wide."""
    pixels = np.empty((frame.height_px, frame.width_px, 3), dtype=np.float32)
    pixels[:] = any_colour(rng, (0.2, 0.9), (0.0, 0.7))
    grain, share = int(rng.integers(1, 5)), rng.uniform(0.03, 0.4)
    dice = rng.random((-(-frame.height_px // grain), -(-frame.width_px // grain)), dtype=np.float32)
    dice = dice.repeat(grain, 0).repeat(grain, 1)[: frame.height_px, : frame.width_px]
    pixels[dice < share / 2] = 0
    pixels[dice > 1 - share / 2] = 255
    return _picture(pixels)


def plain(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """One colour, as with a finger on the lens."""
    colour = any_colour(rng, (0.0, 1.0), (0.0, 1.0))
    pixels = np.empty((frame.height_px, frame.width_px, 3), dtype=np.float32)
    pixels[:] = colour
    return _picture(pixels)


def static(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Lines of a television without a station, across or upright."""
    long, short = (
        (frame.height_px, frame.width_px) if (across := rng.random() < 0.7) else (frame.width_px, frame.height_px)
    )
    thick = int(rng.integers(1, 6))
    rows = rng.normal(0, rng.uniform(25, 70), (-(-long // thick), 1, 3 if rng.random() < 0.4 else 1))
    lines = np.broadcast_to(rows.repeat(thick, 0)[:long], (long, short, 3)).astype(np.float32)
    lines = lines if across else np.swapaxes(lines, 0, 1)
    return _picture(lines + _coloured(rng, frame, rng.uniform(5, 45)))


def blocks(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A mosaic of coloured squares, as of a broken video."""
    across = int(rng.integers(4, 30))
    size = (across, max(2, round(across * frame.aspect)))
    cells = rng.normal(128, rng.uniform(30, 80), (size[1], size[0], 3 if rng.random() < 0.7 else 1))
    small = _picture(np.broadcast_to(cells, (size[1], size[0], 3)).astype(np.float32))
    return small.resize((frame.width_px, frame.height_px), Image.Resampling.NEAREST)


def _coloured(rng: np.random.Generator, frame: Frame, strength: float) -> NDArray[np.float32]:
    """Noise about some colour, shape (H, W, 3); grey or in colours."""
    channels = 3 if rng.random() < 0.6 else 1
    noise = rng.standard_normal((frame.height_px, frame.width_px, channels), dtype=np.float32)
    middle = np.asarray(any_colour(rng, (0.25, 0.8), (0.0, 0.6)), dtype=np.float32)
    return middle + noise * np.float32(strength)


def _picture(pixels: NDArray[np.float32]) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


PAINTERS: dict[str, Painter] = {
    "white": white,
    "blurred": blurred,
    "salt and pepper": salt_and_pepper,
    "plain": plain,
    "static": static,
    "blocks": blocks,
}
