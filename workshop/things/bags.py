"""Bags and belts."""

import numpy as np

from core.sources.garments.cloth import contrasting, dye, solid, trim
from core.sources.garments.patterns import chest_print
from core.sources.garments.shapes import (
    Colour,
    Dot,
    Garment,
    Piece,
    Print,
    Stroke,
    curve,
    joined,
    line,
    oval,
    seam,
    shifted,
)
from core.sources.garments.wardrobe import Outfit
from workshop.things.laid import METALS, Layer, any_cloth, band, placed

LEATHERS = ("black", "brown", "beige", "wine", "red", "rust", "navy", "olive", "mustard")


def bag(rng: np.random.Generator) -> Outfit:
    """A cloth bag with two handles, a handbag with a flap, or a rucksack."""
    kind = str(rng.choice(["tote", "handbag", "rucksack"]))
    if kind == "tote":
        return _tote(rng)
    main = solid(dye(rng, LEATHERS), gloss=rng.uniform(0.05, 0.35), heather=0.03)
    edge = solid(dye(rng, LEATHERS), gloss=0.2) if rng.random() < 0.4 else trim(main.colour, 0.2)
    layers = _handbag(rng, main.colour) if kind == "handbag" else _rucksack(rng, edge.colour)
    return Outfit(Garment(list(layers)), {"main": main, "trim": edge}, 0.5, 0.2, 0.62)


def _tote(rng: np.random.Generator) -> Outfit:
    half, tall, reach = rng.uniform(0.42, 0.58), rng.uniform(0.75, 1.15), rng.uniform(0.3, 0.75)
    main = any_cloth(rng, 0.6, ("stripes", "checks", "dots", "floral", "leaves"))
    strap = main.colour if rng.random() < 0.5 else dye(rng)
    garment, spread = Garment(), half * rng.uniform(0.4, 0.6)
    for shift in (rng.normal(0, 0.05), 0.0):
        arch = curve(
            [(-spread, 0.12), (-spread, -reach * 0.5), (shift, -reach), (spread, -reach * 0.5), (spread, 0.12)]
        )
        garment.layers.append(Stroke(arch, 0.06, relief=0.9, ink=strap))
    low = half * rng.uniform(0.92, 1.04)
    sack = joined(
        line([(-half, 0.0), (half, 0.0)]),
        curve([(half, 0.0), (low + 0.02, tall * 0.6), (low, tall - 0.04), (low - 0.05, tall)]),
        curve([(-low + 0.05, tall), (-low, tall - 0.04), (-low - 0.02, tall * 0.6), (-half, 0.0)]),
    )
    garment.layers += [
        Piece(sack, level=0.022, dome=0.016, edge=0.05),
        seam(line([(-half, 0.06), (half, 0.06)]), 0.4),
        *(Stroke(line([(side * spread, 0.0), (side * spread, 0.14)]), 0.06, relief=0.6, ink=strap) for side in (-1, 1)),
    ]
    if main.tile.size == 3 and rng.random() < 0.6:
        inks = contrasting(rng, main.colour), dye(rng)
        garment.layers.append(Print(chest_print(rng, *inks), (0.0, tall * 0.5), half * 1.3))
    return Outfit(garment, {"main": main}, 1.0, 0.35, 0.62)


def _handbag(rng: np.random.Generator, colour: Colour) -> list[Layer]:
    """Stiff, with an arched handle and a flap."""
    top, low, tall = rng.uniform(0.38, 0.55), rng.uniform(0.5, 0.62), rng.uniform(0.5, 0.8)
    reach, metal = rng.uniform(0.25, 0.6), METALS[int(rng.integers(3))]
    arch = curve(
        [(-top * 0.6, 0.05), (-top * 0.55, -reach * 0.6), (0, -reach), (top * 0.55, -reach * 0.6), (top * 0.6, 0.05)]
    )
    body = joined(
        curve([(-top, 0.0), (0.0, -0.02), (top, 0.0)]),
        curve([(top, 0.0), (low, tall * 0.7), (low - 0.03, tall), (0.0, tall + 0.01)]),
        curve([(0.0, tall + 0.01), (-low + 0.03, tall), (-low, tall * 0.7), (-top, 0.0)]),
    )
    deep = tall * rng.uniform(0.4, 0.75)
    edge = curve([(top + 0.03, deep * 0.55), (top * 0.6, deep * 0.9), (0.0, deep), (-top * 0.6, deep * 0.9)])
    flap = joined(line([(-top, -0.01), (top, -0.01)]), edge, line([(-top - 0.03, deep * 0.55), (-top, -0.01)]))
    return [
        Stroke(arch, 0.062, relief=-0.4, ink=(colour[0] * 0.5, colour[1] * 0.5, colour[2] * 0.5)),
        Stroke(arch, 0.05, relief=1.0, ink=colour),
        Piece(body, level=0.03, dome=0.03, edge=0.07, slack=0.3),
        Piece(flap, "trim" if rng.random() < 0.5 else "main", level=0.045, dome=0.015, edge=0.03, slack=0.2),
        Dot((0.0, deep - 0.06), rng.uniform(0.03, 0.05), metal),
        *(Dot((side * top * 0.6, 0.05), 0.025, metal) for side in (-1, 1)),
    ]


def _rucksack(rng: np.random.Generator, strap: Colour) -> list[Layer]:
    """Round shoulders, a pocket, straps that show at the sides."""
    half, tall = rng.uniform(0.4, 0.5), rng.uniform(1.0, 1.3)
    layers: list[Layer] = []
    for side in (-1.0, 1.0):
        way = [
            (side * half * 0.4, 0.1),
            (side * half * 1.25, 0.35),
            (side * half * 1.3, 0.8),
            (side * half, tall - 0.1),
        ]
        layers.append(Stroke(curve(way), 0.07, relief=0.9, ink=strap))
    layers.append(Stroke(curve([(-0.1, 0.04), (-0.08, -0.1), (0.08, -0.1), (0.1, 0.04)]), 0.035, relief=0.9, ink=strap))
    right = curve([(0.0, 0.0), (half * 0.7, 0.04), (half, 0.3), (half * 1.02, tall - 0.15), (half * 0.85, tall)])
    layers.append(Piece(joined(right, right[::-1] * [-1.0, 1.0]), level=0.04, dome=0.04, edge=0.1, slack=0.5))
    pocket = curve(
        [(-half * 0.75, tall * 0.55), (0.0, tall * 0.52), (half * 0.75, tall * 0.55), (half * 0.78, tall * 0.93)]
    )
    pocket = joined(
        pocket,
        curve(
            [(half * 0.78, tall * 0.93), (0.0, tall * 0.95), (-half * 0.78, tall * 0.93), (-half * 0.75, tall * 0.55)]
        ),
    )
    zip_line = curve(
        [(-half * 0.9, tall * 0.42), (-half * 0.7, 0.16), (0.0, 0.1), (half * 0.7, 0.16), (half * 0.9, tall * 0.42)]
    )
    pull = line([(half * 0.5, tall * 0.6), (half * 0.5, tall * 0.67)])
    return [
        *layers,
        Piece(pocket, "trim" if rng.random() < 0.5 else "main", level=0.06, dome=0.025, edge=0.05, slack=0.4),
        Stroke(zip_line, 0.018, relief=-0.9, ink=(60, 60, 64)),
        seam(line([(-half * 0.7, tall * 0.6), (half * 0.7, tall * 0.6)]), 0.9, 0.014),
        Stroke(pull, 0.02, relief=1.0, ink=METALS[int(rng.integers(3))]),
    ]


def belt(rng: np.random.Generator) -> Outfit:
    """Strewn at length, or buckled to a loop that stands."""
    half = rng.uniform(0.045, 0.085)
    main = solid(dye(rng, LEATHERS), gloss=rng.uniform(0.04, 0.2), heather=0.04)
    metal = METALS[int(rng.integers(3))]
    garment = Garment()
    if rng.random() < 0.45:
        wide, deep = rng.uniform(0.6, 0.8), rng.uniform(0.16, 0.34)
        turn = np.linspace(0, np.pi, 40)
        ring = np.stack([wide * np.cos(turn), deep * np.sin(turn)], axis=1)
        tail = curve([(0.0, deep), (0.16, deep + 0.01), (0.4, deep - 0.02), (0.52, deep - 0.06)])
        for path, shade in ((ring * [1.0, -1.0], 0.6), (ring, 1.0), (tail, 1.0)):
            strip = joined(shifted(path, 0.0, -half), shifted(path, 0.0, half)[::-1])
            garment.layers.append(Piece(strip, level=0.02 + 0.012 * shade, shade=shade, dome=0.008, slack=0.1))
        garment.layers += placed(_buckle(half * 1.35, metal), 0.0, (-0.02, deep))
    else:
        a, b, c = rng.uniform(0.25, 0.6, 3)
        way = curve(
            [(-a, 0.0), (b * 0.7, 0.08), (b, 0.42), (-c * 0.4, 0.62), (-c, 0.95), (-0.1, 1.25), (a, 1.15)], 0.04
        )
        part = np.linspace(0, 1, len(way))
        garment.layers.append(
            Piece(band(way, np.interp(part, [0, 0.97, 1], [half, half, half * 0.4])), dome=0.006, slack=0.1)
        )
        side = band(way, half * 0.75)
        garment.layers += [seam(side[: len(way)], 0.5, 0.01), seam(side[len(way) :], 0.5, 0.01)]
        for spot in way[-22:-4:4]:
            garment.layers.append(Piece(oval((spot[0], spot[1]), 0.016, 0.016), "hole", level=0.008, dome=0, slack=0))
        slope = way[1] - way[0]
        garment.layers += placed(_buckle(half * 1.4, metal), float(np.arctan2(slope[1], slope[0])), (-a, 0.0))
    return Outfit(garment, {"main": main, "hole": solid((14, 12, 12))}, 0.3, 0.05, 0.75)


def _buckle(half: float, metal: Colour) -> list[Layer]:
    """A frame with a pin."""
    frame = line([(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half), (half, -half)])
    return [
        Stroke(frame, 0.045, relief=-0.6, ink=(30, 28, 26)),
        Stroke(frame, 0.034, relief=1.0, ink=metal),
        Stroke(line([(-half, 0.0), (half, 0.0)]), 0.022, relief=1.0, ink=metal),
    ]
