"""Small things that are worn: socks, gloves, scarves, ties."""

import numpy as np

from core.sources.garments.cloth import contrasting, dye, solid, trim
from core.sources.garments.shapes import Colour, Garment, Pair, Piece, Points, Stroke, curve, joined, line, seam
from core.sources.garments.wardrobe import Outfit
from workshop.things.laid import Layer, any_cloth, band, placed


def sock(rng: np.random.Generator) -> Outfit:
    """One or a pair, from the ankle to the knee; heel and toes at times of another colour."""
    wide, leg, foot = rng.uniform(0.13, 0.19), rng.uniform(0.25, 0.95), rng.uniform(0.42, 0.62)
    own_heel, cuff = rng.random() < 0.5, rng.uniform(0.08, 0.16)
    layers = _sock(wide, leg, foot, cuff, own_heel)
    garment = Garment()
    if rng.random() < 0.7:
        flip = rng.choice([-1.0, 1.0], p=[0.35, 0.65])
        gap = rng.uniform(0.3, 0.55) * (-1.0 if flip < 0 else 1.0)
        garment.layers += placed(layers, rng.normal(0, 0.25), (-gap, rng.normal(0, 0.12)), 1.0, flip)
    garment.layers += placed(layers, rng.normal(0, 0.15))
    main = any_cloth(rng, 0.4, ("stripes", "stripes", "dots", "checks", "animal"), 0.8)
    accent = solid(contrasting(rng, main.colour), heather=0.05) if own_heel else trim(main.colour, 0.2)
    return Outfit(garment, {"main": main, "trim": accent, "cuff": trim(accent.colour, 0.1)}, 0.8, 0.1, 0.85)


def _sock(wide: float, leg: float, foot: float, cuff: float, own_heel: bool) -> list[Layer]:
    back = curve([(-wide, 0.0), (-wide * 0.93, leg * 0.5), (-wide * 0.9, leg), (-wide * 1.05, leg + 0.16)])
    under = curve([(-wide * 1.05, leg + 0.16), (-wide * 0.5, leg + 0.29), (foot * 0.5, leg + 0.31), (foot, leg + 0.3)])
    toes = curve([(foot, leg + 0.3), (foot + 0.15, leg + 0.22), (foot + 0.11, leg + 0.09), (foot, leg + 0.05)])
    over = curve(
        [(foot, leg + 0.05), (foot * 0.6, leg), (wide * 0.98, leg - 0.08), (wide, leg * 0.5 - 0.05), (wide, 0)]
    )
    layers: list[Layer] = [Piece(joined(back, under, toes, over), level=0.018, dome=0.014, edge=0.06)]
    if own_heel:
        cap = joined(toes, curve([(foot, leg + 0.05), (foot - 0.04, leg + 0.17), (foot, leg + 0.3)]))
        heel = curve([(-wide * 0.93, leg + 0.03), (wide * 0.3, leg + 0.14), (wide * 0.1, leg + 0.3)])
        corner = curve([(wide * 0.1, leg + 0.3), (-wide * 0.5, leg + 0.29), (-wide * 1.05, leg + 0.16), tuple(heel[0])])
        for patch in (cap, joined(heel, corner)):
            layers.append(Piece(patch, "trim", level=0.019, dome=0.012, edge=0.06))
    rim = line([(-wide * 1.04, 0.0), (wide * 1.04, 0.0), (wide * 1.02, cuff), (-wide * 1.0, cuff), (-wide * 1.04, 0.0)])
    return [*layers, Piece(rim, "cuff", level=0.02, dome=0.012, edge=0.05)]


def glove(rng: np.random.Generator) -> Outfit:
    """A pair or one, with fingers, or a mitten."""
    mitten, cuff = rng.random() < 0.25, rng.uniform(0.1, 0.4)
    spread, long, thick = rng.uniform(0.03, 0.16), rng.uniform(0.34, 0.5), rng.uniform(0.047, 0.058)
    if mitten:
        fingers = [(0.0, 0.0, long * 0.75, 0.2)]
    else:
        lengths = (0.88, 1.0, 0.94, 0.74)
        fingers = [
            (-0.156 + 0.104 * i, (i - 1.5) * spread, long * lengths[i] * rng.uniform(0.95, 1.05), thick)
            for i in range(4)
        ]
    thumb = rng.uniform(-0.95, -0.5)
    outline = joined(
        curve([(-0.16, 0.52), (-0.19, 0.42), (-0.24, 0.34)]),
        _finger((-0.2, 0.22), thumb, long * 0.62, 0.068),
        *(_finger((x, 0.02), lean, reach, half) for x, lean, reach, half in fingers),
        curve([(0.21, 0.06), (0.215, 0.3), (0.16, 0.52)]),
    )
    flare = rng.uniform(0.17, 0.24)
    rim = line([(-0.17, 0.49), (0.17, 0.49), (flare, 0.49 + cuff), (-flare, 0.49 + cuff), (-0.17, 0.49)])
    layers: list[Layer] = [
        Piece(outline, level=0.022, dome=0.022, edge=0.045),
        Piece(rim, "trim", level=0.021, dome=0.014, edge=0.04),
    ]
    if not mitten and rng.random() < 0.5:
        layers += [seam(line([(x, 0.1), (x * 0.8, 0.34)]), 0.7, 0.014) for x in (-0.1, 0.0, 0.1)]
    garment = Garment()
    if rng.random() < 0.7:
        apart = rng.uniform(0.42, 0.66)
        garment.layers += placed(layers, rng.normal(0.1, 0.3), (-apart, rng.normal(0, 0.15)), 1.0, -1.0)
    garment.layers += placed(layers, rng.normal(0, 0.12))
    main = any_cloth(rng, 0.75, ("stripes", "checks", "dots"), 0.8)
    return Outfit(garment, {"main": main, "trim": trim(main.colour, rng.uniform(0, 0.5))}, 0.8, 0.08, 0.9)


def _finger(root: Pair, lean: float, reach: float, half: float) -> Points:
    """Up one side, around the tip, and down the other."""
    along, aside = np.array([np.sin(lean), -np.cos(lean)]), np.array([np.cos(lean), np.sin(lean)])
    turn = np.linspace(-np.pi / 2, np.pi / 2, 9)[:, None]
    tip = np.array(root) + along * (reach - half) + half * (along * np.cos(turn) + aside * np.sin(turn))
    return np.concatenate([[root - aside * half], tip, [root + aside * half]])


def scarf(rng: np.random.Generator) -> Outfit:
    """A long strip with fringes: folded over, strewn, or wound as around a neck."""
    half, long = rng.uniform(0.12, 0.2), rng.uniform(1.2, 1.7)
    way = str(rng.choice(["folded", "strewn", "wound"]))
    if way == "folded":
        gap = half * rng.uniform(0.9, 1.9)
        paths = [
            curve([(gap * 0.3, 0.0), (gap, 0.25), (gap * rng.uniform(0.8, 1.6), long * rng.uniform(0.7, 1.0))]),
            curve([(gap * 0.3, 0.0), (-gap * 0.5, 0.2), (-gap * rng.uniform(0.7, 1.5), long)]),
        ]
    elif way == "strewn":
        a, b, c = rng.uniform(0.3, 0.6, 3)
        knots: list[Pair] = [(-a, 0.0), (b * 0.6, 0.12), (b, 0.45), (0.0, 0.75), (-c, 1.1), (-a * 0.4, 1.45), (c, 1.5)]
        whole = curve(knots, 0.04)
        third = len(whole) // 3
        paths = [whole[: third + 3][::-1], whole[third : 2 * third + 3], whole[2 * third :]]
    else:
        low = rng.uniform(0.1, 0.25)
        paths = [
            curve([(-0.1, 0.3), (-0.18, 0.7), (-rng.uniform(0.1, 0.4), long)]),
            curve([(-0.42, 0.02), (-0.3, -0.2), (0.0, -0.28), (0.3, -0.2), (0.42, 0.02)]),
            curve([(-0.44, -0.05), (-0.36, low), (0.0, low + 0.16), (0.36, low), (0.44, -0.05)]),
            curve([(0.04, 0.2), (0.16, 0.7), (rng.uniform(0.1, 0.4), long * rng.uniform(0.7, 1.0))]),
        ]
    main = any_cloth(rng, 0.4, ("checks", "checks", "stripes", "dots", "floral", "animal"), 2.0)
    ink = main.colour if rng.random() < 0.6 else contrasting(rng, main.colour)
    garment, fringed = Garment(), way == "folded" or rng.random() < 0.8  # or it looks like trousers
    for index, path in enumerate(paths):
        ends_free = (way == "strewn" and index != 1) or way == "folded" or (way == "wound" and index in (0, 3))
        if fringed and ends_free:
            garment.layers += _fringe(rng, path, half, ink)
        middle = path[len(path) // 2] - path[len(path) // 2 - 1]
        lean = float(np.arctan2(middle[1], middle[0])) - np.pi / 2
        garment.layers.append(Piece(band(path, half), level=0.014 + 0.012 * index, turn=lean, dome=0.016, edge=0.06))
    return Outfit(garment, {"main": main}, 1.3, 0.15, 0.62)


def _fringe(rng: np.random.Generator, path: Points, half: float, ink: Colour) -> list[Stroke]:
    """Threads beyond the last point of a path."""
    way = path[-1] - path[-2]
    way /= np.hypot(*way)
    aside = np.array([-way[1], way[0]])
    threads = []
    for part in np.linspace(-0.94, 0.94, int(half * 90)):
        root = path[-1] + aside * half * part - way * 0.02
        tip = root + way * rng.uniform(0.12, 0.17) + aside * rng.normal(0, 0.012)
        threads.append(Stroke(np.stack([root, tip]), 0.014, relief=0.9, ink=ink))
    return threads


def tie(rng: np.random.Generator) -> Outfit:
    """Knotted with its loop, or laid over itself."""
    wide, long = rng.uniform(0.1, 0.17), rng.uniform(1.3, 1.8)
    sway = rng.normal(0, 0.08, 3)
    under = _blade((0.0, 0.05), rng.normal(0, 0.12), long * rng.uniform(0.65, 0.95), wide * 0.55, sway[0])
    over = _blade((0.0, 0.05), rng.normal(0, 0.06), long, wide, sway[1])
    garment = Garment()
    slant = rng.choice([-1.0, 1.0]) * rng.uniform(0.6, 0.95)
    if rng.random() < 0.65:
        reach, tall = rng.uniform(0.24, 0.36), rng.uniform(0.35, 0.6)
        for side in (-1.0, 1.0):
            loop = curve([(0.0, 0.06), (side * reach * 0.7, -tall * 0.35), (side * reach, -tall * 0.75), (0.0, -tall)])
            garment.layers.append(Piece(band(loop, 0.05), level=0.012, turn=slant * side, dome=0.006))
        knot = line([(-0.09, -0.06), (0.09, -0.06), (0.055, 0.1), (-0.055, 0.1), (-0.09, -0.06)])
        garment.layers += [
            Piece(under, level=0.014, turn=slant, shade=0.9),
            Piece(over, level=0.02, turn=slant, dome=0.01, slack=0.5),
            Piece(knot, level=0.03, turn=-slant, dome=0.014, edge=0.03, slack=0.2),
        ]
    else:
        garment.layers += [
            *placed([Piece(under, level=0.014, turn=slant, shade=0.9)], rng.normal(0, 0.2), (rng.normal(0, 0.1), 0)),
            Piece(over, level=0.02, turn=slant, dome=0.01, slack=0.5),
        ]
    main = any_cloth(rng, 0.2, ("stripes", "stripes", "stripes", "dots", "checks"), rng.uniform(0.5, 1.0))
    if main.tile.size == 3:
        main = solid(dye(rng, ("red", "navy", "wine", "teal", "black", "mustard", "forest")), gloss=0.15)
    return Outfit(garment, {"main": main}, 0.5, 0.3, 0.62)


def _blade(top: Pair, lean: float, long: float, wide: float, sway: float) -> Points:
    """One end of a tie: growing wider, with a point."""
    x, y = top
    way = curve([(x, y), (x + np.sin(lean) * long * 0.5 + sway, y + long * 0.5), (x + np.sin(lean) * long, y + long)])
    part = np.linspace(0, 1, len(way))
    half = np.interp(part, [0.0, 0.9, 1.0], [0.05, wide, 0.002])
    return band(way, half)
