"""What clothes are photographed on: walls, wooden floors, carpets, tiles, sheets, rugs."""

from dataclasses import dataclass

import numpy as np

from core.sources.garments import patterns
from core.sources.garments.cloth import lightness, linear, tile_of
from core.sources.garments.folds import fold_lattice, rumples
from core.sources.garments.frame import Field, Frame, resized, tiled, wrapped_noise
from core.sources.garments.shapes import Colour


@dataclass(frozen=True)
class Backdrop:
    """A surface, not yet lit."""

    colour: Field  # (H, W, 3), squared sRGB
    height: Field  # (H, W), picture widths
    gloss: float
    upright: bool  # a wall to hang on, rather than a floor


WALLS: tuple[Colour, ...] = (
    (226, 222, 214),
    (208, 208, 206),
    (238, 236, 232),
    (204, 196, 180),
    (186, 196, 202),
    (222, 210, 190),
    (176, 178, 178),
    (112, 122, 132),
    (138, 116, 100),
    (98, 112, 104),
)
WOODS: tuple[Colour, ...] = (
    (186, 138, 86),
    (204, 164, 112),
    (150, 104, 66),
    (196, 176, 148),
    (176, 160, 140),
    (212, 180, 132),
    (120, 84, 58),
    (160, 150, 138),
)
SHEETS: tuple[Colour, ...] = (
    (232, 230, 226),
    (158, 20, 36),
    (176, 36, 96),
    (40, 48, 70),
    (204, 192, 174),
    (52, 50, 52),
    (160, 184, 204),
    (214, 200, 210),
    (96, 116, 100),
    (220, 196, 190),
)
STONES: tuple[Colour, ...] = ((200, 192, 180), (168, 164, 158), (214, 206, 194), (118, 112, 106), (188, 168, 146))
CARPETS: tuple[Colour, ...] = (
    (150, 140, 124),
    (118, 104, 88),
    (96, 96, 100),
    (196, 188, 174),
    (206, 200, 188),
    (110, 60, 50),
)


def wall(rng: np.random.Generator, frame: Frame, cloth: float) -> Backdrop:
    """A painted wall or a studio background."""
    colour = _one(rng, WALLS, cloth)
    x, y = frame.grid()
    plaster = frame.noise(rng, 90, 120) * 0.00012 + frame.noise(rng, 12, 16) * 0.0003
    tone = 1 + frame.noise(rng, 2, 3) * np.float32(0.03)
    if rng.random() < 0.25:  # the edge of a door, or of a wardrobe
        edge = rng.choice([rng.uniform(0.02, 0.14), rng.uniform(0.86, 0.98)])
        beyond = (x < edge) if edge < 0.5 else (x > edge)
        tone = tone * np.where(beyond, np.float32(rng.uniform(0.6, 0.9)), np.float32(1))
        plaster = plaster - np.float32(0.006) * np.exp(-(((x - edge) / 0.004) ** 2))
    elif rng.random() < 0.2:  # the skirting and the floor below
        edge = frame.aspect * rng.uniform(0.88, 0.97)
        tone = tone * np.where(y > edge, np.float32(0.45), np.float32(1))
    return Backdrop(linear(colour) * tone[..., None], plaster, 0.02, True)


def planks(rng: np.random.Generator, frame: Frame, cloth: float) -> Backdrop:
    """Floorboards or laminate, with grain."""
    colour = _one(rng, WOODS, cloth)
    turn = rng.choice([0.0, np.pi / 2], p=[0.7, 0.3]) + rng.normal(0, 0.06)
    x, y = frame.grid()
    across = x * np.float32(np.cos(turn)) - y * np.float32(np.sin(turn)) + np.float32(rng.uniform(3, 4))
    along = x * np.float32(np.sin(turn)) + y * np.float32(np.cos(turn)) + np.float32(rng.uniform(3, 4))
    width = rng.uniform(0.09, 0.24)
    board = across / np.float32(width)
    row = np.floor(board)
    shifts = rng.uniform(0, 1, 128).astype(np.float32)
    cut = along / np.float32(width * rng.uniform(3.5, 7)) + shifts[row.astype(np.int32) % 128]
    piece = np.floor(cut)
    tones = rng.normal(1, rng.uniform(0.05, 0.13), (128, 16)).astype(np.float32)
    tone = tones[row.astype(np.int32) % 128, piece.astype(np.int32) % 16]
    key = shifts[row.astype(np.int32) % 128] * 7 + piece * np.float32(0.37)
    grain = tiled(_grain_tile(rng), across * np.float32(1.6) + key, along * np.float32(0.22) + key)
    fine = tiled(wrapped_noise(rng, 120, 8, 256), across * np.float32(1.1) + key, along * np.float32(0.6))
    tone = tone + grain * np.float32(rng.uniform(0.08, 0.2)) + fine * np.float32(0.05)
    gap = np.minimum(
        np.abs(board - np.round(board)) * np.float32(width), np.abs(cut - np.round(cut)) * np.float32(width * 5)
    )
    groove = np.exp(-((gap / np.float32(0.0028)) ** 2))
    tone = tone * (1 - np.float32(0.4) * groove)
    tint = linear(colour) * tone[..., None] ** np.array([0.8, 1.0, 1.25], dtype=np.float32)  # dark grain is redder
    return Backdrop(tint, groove * np.float32(-0.0012), rng.uniform(0.02, 0.1), False)


def _grain_tile(rng: np.random.Generator) -> Field:
    """Long rings of wood: contour lines of stretched noise."""
    swell = wrapped_noise(rng, 5, 4)
    rings: Field = np.sin(swell * np.float32(9)) * np.float32(0.6) + wrapped_noise(rng, 40, 6) * np.float32(0.5)
    return rings


def carpet(rng: np.random.Generator, frame: Frame, cloth: float) -> Backdrop:
    """Short pile, with trodden blots."""
    pile = frame.noise(rng, 210, 280)
    blots = frame.noise(rng, 6, 8)
    tone = 1 + pile * np.float32(rng.uniform(0.1, 0.22)) + blots * np.float32(0.07)
    return Backdrop(linear(_one(rng, CARPETS, cloth)) * tone[..., None], pile * np.float32(0.0005), 0.0, False)


def tiles(rng: np.random.Generator, frame: Frame, cloth: float) -> Backdrop:
    """Stone tiles with grout, turned by some angle."""
    colour = _one(rng, STONES, cloth)
    turn = rng.uniform(-0.8, 0.8)
    size = rng.uniform(0.3, 0.6)
    x, y = frame.grid()
    u = (x * np.float32(np.cos(turn)) - y * np.float32(np.sin(turn))) / np.float32(size) + np.float32(rng.uniform(3, 5))
    v = (x * np.float32(np.sin(turn)) + y * np.float32(np.cos(turn))) / np.float32(size) + np.float32(rng.uniform(3, 5))
    gap = np.minimum(np.abs(u - np.round(u)), np.abs(v - np.round(v))) * np.float32(size)
    groove = 1 / (1 + (gap / np.float32(0.005)) ** 6)
    tones = rng.normal(1, 0.04, (16, 16)).astype(np.float32)
    tone = tones[np.floor(u).astype(np.int32) % 16, np.floor(v).astype(np.int32) % 16]
    tone = tone + frame.noise(rng, 8, 10) * np.float32(0.04) + frame.noise(rng, 50, 66) * np.float32(0.03)
    tone = tone * (1 - np.float32(0.35) * groove)
    return Backdrop(linear(colour) * tone[..., None], groove * np.float32(-0.002), 0.08, False)


def sheet(rng: np.random.Generator, frame: Frame, cloth: float) -> Backdrop:
    """A bed sheet or a cover: wrinkled, at times patterned or quilted."""
    colour = _one(rng, SHEETS, cloth)
    height = resized(rumples(rng, fold_lattice(frame), rng.uniform(0.5, 2.0)), frame) * np.float32(
        rng.uniform(0.5, 1.3)
    )
    x, y = frame.grid()
    turn = rng.normal(0, 0.4)
    right, down = frame.slopes(height)
    u = x * np.float32(np.cos(turn)) - y * np.float32(np.sin(turn)) + right * np.float32(0.02)
    v = x * np.float32(np.sin(turn)) + y * np.float32(np.cos(turn)) + down * np.float32(0.02)
    kind = rng.choice(["plain", "pattern", "quilt"], p=[0.62, 0.24, 0.14])
    if kind == "pattern":
        name = str(rng.choice(["stripes", "checks", "floral", "ornament", "leaves"]))
        ink = patterns.mixed(colour, _one(rng, SHEETS), rng.uniform(0.4, 1.0))
        tile = tile_of(patterns.PATTERNS[name](rng, colour, ink, _one(rng, SHEETS)))
        size = np.float32(rng.uniform(0.12, 0.5))
        return Backdrop(tiled(tile, u / size, v / size), height, 0.03, False)
    if kind == "quilt":
        size = np.float32(rng.uniform(5, 9) * np.pi)
        height = height + np.sqrt(np.abs(np.sin((u + v) * size) * np.sin((u - v) * size))) * np.float32(0.005)
    weave = frame.noise(rng, 140, 186) * np.float32(0.02)
    return Backdrop(linear(colour) * (1 + weave[..., None]), height, rng.uniform(0.02, 0.12), False)


def rug(rng: np.random.Generator, frame: Frame, cloth: float) -> Backdrop:
    """A woven rug, all ornament."""
    ground, ink = (
        _one(rng, ((110, 36, 34), (196, 180, 152), (60, 52, 60)), cloth),
        _one(rng, ((186, 160, 120), (70, 40, 40))),
    )
    tile = tile_of(patterns.ornament(rng, ground, ink, _one(rng, SHEETS)))
    turn = rng.normal(0, 0.3)
    size = np.float32(rng.uniform(0.16, 0.36))
    x, y = frame.grid()
    u = (x * np.float32(np.cos(turn)) - y * np.float32(np.sin(turn))) / size
    v = (x * np.float32(np.sin(turn)) + y * np.float32(np.cos(turn))) / size
    pile = frame.noise(rng, 150, 200)
    colour = tiled(tile, u, v) * (np.float32(0.8) + pile * np.float32(0.14))[..., None]
    return Backdrop(colour, pile * np.float32(0.001), 0.0, False)


KINDS = (planks, sheet, carpet, tiles, rug, wall)
ODDS = (0.2, 0.08, 0.04, 0.03, 0.01, 0.64)
ODDS_STANDING = (0.52, 0.08, 0.14, 0.16, 0.02, 0.08)  # shoes stand on floors


def floor(rng: np.random.Generator, frame: Frame, cloth: float, standing: bool) -> Backdrop:
    """Something to lay clothes on that lets them be seen.

    Args:
        rng: decides all.
        frame: of the picture.
        cloth: lightness of the garment, 0 to 1.
        standing: shoes, rather than cloth that can be laid anywhere.
    """
    return KINDS[int(rng.choice(len(KINDS), p=ODDS_STANDING if standing else ODDS))](rng, frame, cloth)


def _one(rng: np.random.Generator, colours: tuple[Colour, ...], cloth: float | None = None) -> Colour:
    """One of the colours, a little changed; mostly one that the cloth stands out against."""
    choice = list(colours)
    if cloth is not None and rng.random() < 0.95:
        pale = cloth < 0.62  # white shirts are laid on wood and dark sheets, nearly all else on something pale
        fitting = [colour for colour in colours if (lightness(colour) > max(0.6, cloth + 0.15)) == pale]
        choice = fitting or choice
    base = np.array(choice[int(rng.integers(len(choice)))]) * rng.uniform(0.92, 1.05) + rng.normal(0, 4, 3)
    red, green, blue = np.clip(base, 10, 246)
    return float(red), float(green), float(blue)
