"""A canvas to paint scenes and shapes on: flat and shaded areas, lines and soft shadows, then seen by a phone."""

import colorsys
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from core.sources.garments import camera
from core.sources.garments.frame import Field, Frame
from core.sources.garments.patterns import rgb
from core.sources.garments.shapes import Colour, Pair, Points, moved

Painter: TypeAlias = Callable[[np.random.Generator, Frame], Image.Image]
OVERSAMPLE = 2  # areas are painted this much larger, then averaged


class Canvas:
    """A picture being painted; lengths in picture widths, x to the right, y down."""

    def __init__(self, frame: Frame, tilt: float = 0.0) -> None:
        self.frame = frame
        self.image = Image.new("RGB", (frame.width_px * OVERSAMPLE, frame.height_px * OVERSAMPLE))
        self._pen = ImageDraw.Draw(self.image)
        self._tilt = tilt
        self.stand()

    def stand(self, shift: Pair = (0.0, 0.0), size: float = 1.0, turn: float = 0.0, flip: float = 1.0) -> None:
        """Moves the origin of what is painted from now on, and its scale, turn (radians) and side."""
        self._shift, self._size, self._turn, self._flip = shift, size, turn, flip

    def area(self, points: Points, colour: Colour, low: Colour | None = None) -> None:
        """Fills an outline, shape (N, 2); with `low`, from `colour` at its top to `low` at its foot."""
        pixels = self._pixels(points)
        if low is None:
            self._pen.polygon(pixels.ravel().tolist(), fill=rgb(colour))
            return
        left, top, right, bottom = self._box(pixels, 1)
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon((pixels - (left, top)).ravel().tolist(), fill=255)
        span = max(float(np.ptp(pixels[:, 1])), 1.0)
        way = np.clip((np.arange(top, bottom) - pixels[:, 1].min()) / span, 0, 1)[:, None]
        ramp = np.asarray(colour) * (1 - way) + np.asarray(low) * way
        strip = Image.fromarray(np.clip(ramp, 0, 255).astype(np.uint8)[:, None])
        self.image.paste(strip.resize(mask.size), (left, top), mask)

    def stroke(self, points: Points, width: float, colour: Colour) -> None:
        """A line of an even width."""
        wide = max(1, round(width * self._size * self._scale))
        self._pen.line(self._pixels(points).ravel().tolist(), fill=rgb(colour), width=wide, joint="curve")

    def shadow(self, points: Points, strength: float = 0.5, soft: float = 0.02) -> None:
        """Darkens an outline, with an edge as soft as `soft` picture widths."""
        pixels = self._pixels(points)
        radius = soft * self._scale / 4  # blurred on a quarter of the pixels
        left, top, right, bottom = self._box(pixels, round(radius * 10))
        if right - left < 8 or bottom - top < 8:
            return
        small = ((right - left) // 4, (bottom - top) // 4)
        mask = Image.new("L", small)
        ImageDraw.Draw(mask).polygon(((pixels - (left, top)) / 4).ravel().tolist(), fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(radius)).resize((right - left, bottom - top))
        self.image.paste((10, 10, 18), (left, top), mask)

    def photographed(self, rng: np.random.Generator, rough: float = 0.05) -> Image.Image:
        """The painting seen by a phone, RGB of the frame's size; `rough` is how uneven its paint is."""
        pixels = np.asarray(self.image.reduce(OVERSAMPLE), dtype=np.float32) / np.float32(255)
        uneven = self.frame.noise(rng, 5, 7) + self.frame.noise(rng, 70, 90) * np.float32(0.7)
        return seen(rng, pixels * pixels * (1 + uneven * np.float32(rough))[..., None], self.frame)

    @property
    def _scale(self) -> float:
        return self.frame.width_px * OVERSAMPLE

    def _pixels(self, points: Points) -> Points:
        placed = moved(points, self._turn, self._shift, self._size, self._flip)
        if self._tilt:
            middle = np.array([0.5, self.frame.aspect / 2])
            placed = moved(placed - middle, self._tilt) + middle
        return placed * self._scale

    def _box(self, pixels: Points, margin: int) -> tuple[int, int, int, int]:
        low = np.maximum(np.floor(pixels.min(axis=0)).astype(int) - margin, 0)
        high = np.minimum(np.ceil(pixels.max(axis=0)).astype(int) + margin + 1, self.image.size)
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def seen(rng: np.random.Generator, light: Field, frame: Frame) -> Image.Image:
    """What a phone makes of it, in a light that comes from one side.

    Args:
        rng: decides the light and the phone.
        light: shape (H, W, 3), squared sRGB 0..1.
        frame: of the picture.
    """
    x, y = frame.grid()
    angle, falloff = rng.uniform(0, 2 * np.pi), rng.uniform(0.0, 0.5)
    side = (x - 0.5) * np.float32(np.cos(angle)) + (y / np.float32(frame.aspect) - 0.5) * np.float32(np.sin(angle))
    bright = np.float32(rng.uniform(0.7, 1.2))
    return camera.photographed(
        rng, light * (bright * (1 + side * np.float32(falloff)))[..., None], frame, rng.normal(0, 0.7)
    )


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    """Four corners, shape (4, 2)."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def blob(rng: np.random.Generator, centre: Pair, half_width: float, half_height: float, rough: float = 0.12) -> Points:
    """An uneven oval, shape (36, 2)."""
    turn = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    waves = rng.normal(0, rough, 4)[:, None] * np.sin(np.arange(2, 6)[:, None] * turn + rng.uniform(0, 6, 4)[:, None])
    reach = 1 + waves.sum(axis=0)
    return np.stack(
        [centre[0] + half_width * reach * np.cos(turn), centre[1] + half_height * reach * np.sin(turn)], axis=1
    )


def any_colour(
    rng: np.random.Generator, pale: tuple[float, float] = (0.3, 0.95), full: tuple[float, float] = (0.15, 0.9)
) -> Colour:
    """Any hue, with brightness in `pale` and saturation in `full`, both 0..1."""
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.uniform(*full), rng.uniform(*pale))
    return red * 255, green * 255, blue * 255


def near(rng: np.random.Generator, colour: Colour, spread: float = 8.0) -> Colour:
    """The colour, a little lighter or darker and a little off."""
    red, green, blue = np.clip(np.asarray(colour) * rng.uniform(0.85, 1.12) + rng.normal(0, spread, 3), 5, 250)
    return float(red), float(green), float(blue)


def one(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, a little changed."""
    return near(rng, colours[int(rng.integers(len(colours)))])
