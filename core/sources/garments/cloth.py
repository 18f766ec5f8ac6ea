"""Fabrics: their colours, as wardrobes have them, their pattern, and how they take the light."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.sources.garments import patterns
from core.sources.garments.frame import Field
from core.sources.garments.shapes import Colour

# name: (colour, how often). Most of a real wardrobe is dark, pale or blue.
DYES: dict[str, tuple[Colour, float]] = {
    "black": ((30, 30, 33), 13), "charcoal": ((62, 63, 68), 8), "grey": ((136, 137, 140), 7),
    "white": ((236, 235, 231), 11), "ecru": ((224, 213, 194), 6), "beige": ((196, 173, 143), 6),
    "navy": ((34, 43, 74), 11), "blue": ((52, 88, 150), 5), "sky": ((148, 182, 212), 5),
    "olive": ((92, 95, 66), 4), "forest": ((36, 78, 60), 3), "brown": ((98, 70, 52), 4),
    "rust": ((170, 84, 50), 2), "red": ((186, 38, 44), 4), "wine": ((104, 32, 48), 4),
    "rose": ((222, 158, 164), 4), "pink": ((214, 74, 122), 2), "mustard": ((212, 160, 46), 2),
    "yellow": ((240, 206, 74), 1.5), "mint": ((150, 204, 184), 1.5), "teal": ((24, 124, 134), 2.5),
    "lilac": ((174, 156, 200), 1.5), "orange": ((232, 116, 48), 1), "turquoise": ((40, 178, 190), 1),
}  # fmt: skip

DENIMS: tuple[Colour, ...] = ((44, 58, 92), (70, 96, 138), (104, 134, 170), (146, 172, 198), (48, 50, 58), (32, 38, 58))


@dataclass(frozen=True)
class Fabric:
    """A cloth, ready to be laid."""

    colour: Colour  # its ground
    tile: Field  # (h, w, 3), squared sRGB 0..1 (a cheap stand-in for linear light)
    period: tuple[float, float] = (1.0, 1.0)  # garment units per tile, across and down
    gloss: float = 0.05
    heather: float = 0.03  # how unevenly the yarn is dyed
    rib: float = 0.0  # ridges per garment unit, 0 for none
    rib_height: float = 0.0  # in picture widths
    quilt: float = 0.0  # puffed rows per garment unit, 0 for none
    fade: float = 0.0  # how much raised places are washed out, as in denim
    crisp: float = 1.0  # how sharply it wrinkles


def linear(colour: Colour) -> Field:
    """sRGB 0..255 as squared light, shape (3,)."""
    return (np.asarray(colour, dtype=np.float32) / np.float32(255)) ** 2


def dye(rng: np.random.Generator, only: Sequence[str] = ()) -> Colour:
    """A colour from the wardrobe, never twice quite the same."""
    names = list(only) or list(DYES)
    weights = np.array([DYES[name][1] for name in names])
    base = np.array(DYES[names[int(rng.choice(len(names), p=weights / weights.sum()))]][0])
    shade = base * rng.uniform(0.86, 1.1) + rng.normal(0, 5, 3)
    red, green, blue = np.clip(shade, 12, 246)
    return float(red), float(green), float(blue)


def lightness(colour: Colour) -> float:
    """0 black to 1 white."""
    return (0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]) / 255


def contrasting(rng: np.random.Generator, ground: Colour) -> Colour:
    """An ink that shows on the ground."""
    pale, dark = ("white", "ecru", "sky", "rose", "mustard", "grey"), ("navy", "black", "wine", "blue", "red", "forest")
    return dye(rng, dark if lightness(ground) > 0.45 else pale)


def tile_of(image: Image.Image) -> Field:
    """A pattern as light, shape (h, w, 3)."""
    return (np.asarray(image, dtype=np.float32) / np.float32(255)) ** 2


def solid(
    colour: Colour,
    gloss: float = 0.05,
    heather: float = 0.03,
    crisp: float = 1.0,
    fade: float = 0.0,
    rib: float = 0.0,
    rib_height: float = 0.0,
    quilt: float = 0.0,
) -> Fabric:
    """A cloth of one colour."""
    return Fabric(
        colour,
        tile_of(patterns.plain(colour)),
        gloss=gloss,
        heather=heather,
        crisp=crisp,
        fade=fade,
        rib=rib,
        rib_height=rib_height,
        quilt=quilt,
    )


def patterned(
    rng: np.random.Generator,
    name: str,
    ground: Colour | None = None,
    gloss: float = 0.05,
    size: float = 1.0,
    across: bool = False,
) -> Fabric:
    """A cloth with a pattern by name; `across` turns stripes to run around the body."""
    ground = ground or dye(rng)
    ink, accent = contrasting(rng, ground), dye(rng)
    tile = tile_of(patterns.PATTERNS[name](rng, ground, ink, accent))
    wide = {"stripes": rng.uniform(0.05, 0.16), "checks": rng.uniform(0.07, 0.22), "dots": rng.uniform(0.07, 0.2),
            "floral": rng.uniform(0.35, 0.8), "leaves": rng.uniform(0.5, 0.9), "animal": rng.uniform(0.4, 0.6),
            "splashes": rng.uniform(0.6, 0.9), "ornament": rng.uniform(0.2, 0.3)}[name] * size  # fmt: skip
    if across:
        tile = np.ascontiguousarray(np.swapaxes(tile, 0, 1))
    return Fabric(ground, tile, period=(wide, wide), gloss=gloss)


def denim(rng: np.random.Generator) -> Fabric:
    """Washed blue, grey or black twill."""
    base = np.array(DENIMS[int(rng.choice(len(DENIMS), p=[0.24, 0.24, 0.2, 0.12, 0.1, 0.1]))])
    red, green, blue = np.clip(base * rng.uniform(0.88, 1.12), 14, 240)
    return solid((float(red), float(green), float(blue)), gloss=0.03, heather=0.09, crisp=1.3, fade=rng.uniform(0.3, 1))


def trim(colour: Colour, part: float = 0.25) -> Fabric:
    """The same cloth a shade darker, for ribbing and linings."""
    return solid(patterns.mixed(colour, (18, 18, 22), part), rib=60.0, rib_height=0.0012)
