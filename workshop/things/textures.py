"""Surfaces that fill the picture: stripes, checks, dots, waves, bricks, wood, gradients, clouds."""

from functools import partial

import numpy as np
from PIL import Image

from core.sources.garments import patterns
from core.sources.garments.cloth import linear, tile_of
from core.sources.garments.frame import Field, Frame, tiled, wrapped_noise
from core.sources.garments.shapes import Colour
from workshop.things.canvas import Painter, any_colour, one, seen

BRICKS: tuple[Colour, ...] = (
    (158, 76, 56),
    (186, 110, 76),
    (120, 60, 50),
    (210, 190, 160),
    (130, 128, 126),
    (220, 216, 210),
)
MORTARS: tuple[Colour, ...] = ((200, 194, 184), (120, 116, 110), (232, 230, 224), (70, 66, 64))
WOODS: tuple[Colour, ...] = ((186, 138, 86), (204, 164, 112), (130, 84, 52), (176, 160, 140), (92, 58, 40))


def _surface(rng: np.random.Generator, frame: Frame, turns: float) -> tuple[Field, Field]:
    """Where each pixel lies on a surface that is turned, tilted away and not quite flat, shapes (H, W)."""
    x, y = frame.grid()
    x, y = x - np.float32(0.5), y - np.float32(frame.aspect / 2)
    turn = rng.normal(0, turns)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    away = 1 + x * np.float32(rng.normal(0, 0.2)) + y * np.float32(rng.normal(0, 0.2))
    u, v = (x * cos - y * sin) / away, (x * sin + y * cos) / away
    uneven = np.float32(rng.choice([0.0, rng.uniform(0.0, 0.03)]))
    return u + frame.noise(rng, 3, 4) * uneven + np.float32(7), v + frame.noise(rng, 3, 4) * uneven + np.float32(7)


def _painted(rng: np.random.Generator, frame: Frame, light: Field, rough: float = 0.06) -> Image.Image:
    uneven = frame.noise(rng, 6, 8) + frame.noise(rng, 120, 160) * np.float32(0.8)
    return seen(rng, light * (1 + uneven * np.float32(rng.uniform(0, rough)))[..., None], frame)


def _two(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """A ground and an ink that shows on it."""
    a, b = any_colour(rng, (0.65, 1.0), (0.0, 0.8)), any_colour(rng, (0.08, 0.5), (0.0, 0.95))
    return (a, b) if rng.random() < 0.5 else (b, a)


def _pattern(name: str, rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A pattern that clothes have too, but flat and over all the picture."""
    ground, ink = _two(rng)
    tile = patterns.PATTERNS[name](rng, ground, ink, any_colour(rng))
    period = rng.uniform(0.08, 0.4)
    cells = int(np.clip(period * frame.width_px * 1.2, 12, patterns.TILE_PX))
    small = tile.resize((cells, min(cells, tile.height)), Image.Resampling.BOX)  # no finer than the pixels
    u, v = _surface(rng, frame, 1.2 if name == "stripes" else 0.5)
    return _painted(rng, frame, tiled(tile_of(small), u / np.float32(period), v / np.float32(period)))


def waves(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Wavy bands, sharp or soft."""
    u, v = _surface(rng, frame, 0.8)
    pace, reach = rng.uniform(1.5, 6), rng.uniform(0.015, 0.07)
    turns = rng.uniform(6, 22)
    rise = np.sin(u * np.float32(pace * 2 * np.pi)) * np.float32(reach)
    band = np.sin((v + rise) * np.float32(turns * np.pi)) * np.float32(rng.choice([0.6, 2.0, 8.0]))
    part = np.clip(band * np.float32(0.5) + np.float32(0.5), 0, 1)[..., None]
    ground, ink = _two(rng)
    return _painted(rng, frame, linear(ground) * (1 - part) + linear(ink) * part)


def bricks(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A wall in running bond, each brick burnt a little differently."""
    u, v = _surface(rng, frame, 0.12)
    tall = rng.uniform(0.05, 0.14)
    wide, gap = tall * rng.uniform(1.8, 3.4), rng.uniform(0.004, 0.012)
    v = v + frame.noise(rng, 30, 40) * np.float32(gap * 0.2)
    row = np.floor(v / np.float32(tall))
    across = u / np.float32(wide) + np.float32(0.5) * (row % 2)
    column = np.floor(across)
    inside = np.minimum(
        (np.float32(0.5) - np.abs(across - column - np.float32(0.5))) * np.float32(wide),
        (np.float32(0.5) - np.abs(v / np.float32(tall) - row - np.float32(0.5))) * np.float32(tall),
    )
    part = np.clip((inside - np.float32(gap / 2)) * np.float32(frame.width_px) + np.float32(0.5), 0, 1)[..., None]
    tones = rng.normal(1, rng.uniform(0.05, 0.25), (64, 64)).astype(np.float32)
    tone = tones[row.astype(np.int32) % 64, column.astype(np.int32) % 64]
    tone = tone * (1 + frame.noise(rng, 60, 80) * np.float32(0.12))
    edge = 1 - np.float32(0.3) * np.exp(-(inside - np.float32(gap / 2)) / np.float32(0.006))
    brick = linear(one(rng, BRICKS)) * (np.maximum(tone, np.float32(0.2)) * np.minimum(edge, 1))[..., None]
    return _painted(rng, frame, linear(one(rng, MORTARS)) * (1 - part) + brick * part, 0.15)


def wood(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Boards cut along the trunk: rings, pores, and a knot here and there."""
    u, v = _surface(rng, frame, 0.1)
    if rng.random() < 0.4:
        u, v = v, u
    board = u / np.float32(rng.uniform(0.2, 0.7))
    row = np.floor(board)
    key = rng.uniform(0, 9, 64).astype(np.float32)[row.astype(np.int32) % 64]
    for _ in range(int(rng.integers(0, 4))):
        spot_u, spot_v, size = 7 + rng.uniform(-0.5, 0.5), 7 + rng.uniform(-0.6, 0.6), rng.uniform(0.03, 0.07)
        far = ((u - np.float32(spot_u)) ** 2 * 4 + (v - np.float32(spot_v)) ** 2) / np.float32(size * size)
        key = key + np.float32(rng.uniform(1.0, 2.5)) * np.exp(-far)
    swell = tiled(
        wrapped_noise(rng, 5, 4), board * np.float32(0.37) + key * np.float32(0.1), v * np.float32(0.25) + key
    )
    rings = np.sin((swell + key) * np.float32(rng.uniform(7, 14)) + u * np.float32(rng.uniform(10, 60)))
    pores = tiled(wrapped_noise(rng, 120, 6, 256), u * np.float32(1.3) + key, v * np.float32(0.7))
    tone = 1 + rings * np.float32(rng.uniform(0.2, 0.42)) + pores * np.float32(rng.uniform(0.03, 0.1))
    joint = np.exp(-(((board - np.round(board)) * np.float32(60)) ** 2))
    tone = np.maximum(tone * (1 - np.float32(0.55) * joint), np.float32(0.05))
    red = tone[..., None] ** np.array([0.8, 1.0, 1.25], dtype=np.float32)  # dark grain is redder
    return _painted(rng, frame, linear(one(rng, WOODS)) * red)


def gradient(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """From one colour to another, straight or around a point."""
    u, v = _surface(rng, frame, 2.0)
    if rng.random() < 0.35:
        way = np.hypot(u - np.float32(7 + rng.uniform(-0.3, 0.3)), v - np.float32(7 + rng.uniform(-0.4, 0.4)))
        way = way * np.float32(rng.uniform(1.0, 2.0))
    else:
        way = (v - np.float32(7)) / np.float32(rng.uniform(0.7, 1.4)) + np.float32(0.5)
    part = np.clip(way, 0, 1)[..., None]
    a, b = _two(rng)
    light = linear(a) * (1 - part) + linear(b) * part
    if rng.random() < 0.4:
        light = light + (linear(any_colour(rng)) - light) * np.maximum(1 - np.abs(part * 2 - 1), 0) * np.float32(0.8)
    return _painted(rng, frame, light, 0.02)


def clouds(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Smoke, marble or plaster: noise of all sizes, each half as strong as the one twice its size."""
    size, power = int(rng.integers(2, 5)), rng.uniform(0.42, 0.68)
    cloud = np.zeros((frame.height_px, frame.width_px), dtype=np.float32)
    for octave in range(6):
        layer = frame.noise(rng, size * 2**octave, round(size * 2**octave * rng.uniform(0.8, 1.5)))
        cloud = cloud + layer * np.float32(power**octave)
    if rng.random() < 0.35:
        cloud = 1 - np.abs(cloud) * 2  # veins, as of marble
    part = np.clip(cloud * np.float32(rng.uniform(0.25, 0.5)) + np.float32(0.5), 0, 1)[..., None]
    a, b = _two(rng)
    return _painted(rng, frame, linear(a) * (1 - part) + linear(b) * part)


PAINTERS: dict[str, Painter] = {
    "stripes": partial(_pattern, "stripes"),
    "checks": partial(_pattern, "checks"),
    "dots": partial(_pattern, "dots"),
    "waves": waves,
    "bricks": bricks,
    "wood": wood,
    "gradient": gradient,
    "clouds": clouds,
}
