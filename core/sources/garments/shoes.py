"""Cuts of shoes: sneakers, ballerinas, loafers, sandals from above; boots, pumps and sneakers from the side."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from core.sources.garments.shapes import (
    Colour,
    Dot,
    Garment,
    Pair,
    Piece,
    Points,
    Stroke,
    curve,
    joined,
    line,
    moved,
    oval,
    seam,
)

Layer = Piece | Stroke | Dot
FROM_ABOVE = ("sneaker", "ballerina", "loafer", "sandal")


def shoes(rng: np.random.Generator, kind: str, inks: tuple[Colour, Colour]) -> Garment:
    """A pair, or one, of the kind: turned a little, side by side or one before the other."""
    above = kind in FROM_ABOVE
    one: Callable[[float], list[Layer]]
    variant = rng.uniform(0, 1, 6)
    if above:
        one = {"sneaker": lambda flip: sneaker_above(variant, inks), "ballerina": lambda flip: ballerina(variant, inks),
               "loafer": lambda flip: loafer(variant, inks), "sandal": lambda flip: sandal(variant, inks)}[kind]  # fmt: skip
    else:
        one = {"boot": lambda flip: boot(variant, inks), "pump": lambda flip: pump(variant, inks),
               "trainer": lambda flip: sneaker_side(variant, inks)}[kind]  # fmt: skip
    garment = Garment()
    for turn, shift, size, flip in _placing(rng, above, kind):
        garment.layers += [_placed(layer, turn, shift, size, flip) for layer in one(flip)]
    return garment


def _placing(rng: np.random.Generator, above: bool, kind: str) -> list[tuple[float, Pair, float, float]]:
    """Turn, place, size and mirror of each shoe."""
    if above:
        spread = rng.uniform(0.23, 0.32)
        lean = rng.normal(0.04, 0.08)
        if rng.random() < 0.08:  # one shoe lies across
            return [(rng.normal(0.5, 0.3), (-0.2, rng.uniform(-0.1, 0.1)), 1.0, 1.0),
                    (rng.normal(-0.2, 0.2), (0.32, rng.uniform(-0.1, 0.2)), 1.0, -1.0)]  # fmt: skip
        whole = rng.choice([0.0, rng.uniform(-1.2, 1.2)], p=[0.82, 0.18])
        pairs = [(-lean, (-spread, rng.normal(0, 0.04)), 1.0, -1.0), (lean + rng.normal(0, 0.05), (spread, rng.normal(0, 0.05)), 1.0, 1.0)]
        cos, sin = np.cos(whole), np.sin(whole)
        return [(turn + whole, (x * cos - y * sin, x * sin + y * cos), size, flip) for turn, (x, y), size, flip in pairs]
    flip = rng.choice([-1.0, 1.0])
    if rng.random() < 0.16:
        return [(rng.normal(0, 0.08), (0.0, 0.0), 1.0, flip)]
    gap = (rng.uniform(0.12, 0.3) * flip, rng.uniform(0.12, 0.3))
    other = -flip if rng.random() < 0.2 else flip
    return [(rng.normal(0, 0.06), (0.0, 0.0), 0.97, other), (rng.normal(0, 0.06), gap, 1.0, flip)]


def _placed(layer: Layer, turn: float, shift: Pair, size: float, flip: float) -> Layer:
    if isinstance(layer, Piece):
        return replace(layer, outline=moved(layer.outline, turn, shift, size, flip), turn=layer.turn * flip - turn)
    if isinstance(layer, Stroke):
        return replace(layer, points=moved(layer.points, turn, shift, size, flip), width=layer.width * size)
    x, y = moved(np.array([layer.centre]), turn, shift, size, flip)[0]
    return replace(layer, centre=(float(x), float(y)))


def footprint(wide: float, toe: float, heel: float) -> Points:
    """A sole from above, toe up, 1 long; slightly turned inwards like a right foot."""
    right = [(0.02, -0.5), (toe, -0.44), (wide, -0.24), (wide * 0.93, -0.05), (heel * 1.02, 0.18), (heel, 0.38), (heel * 0.6, 0.48), (0.0, 0.5)]
    left = [(-heel * 0.6, 0.48), (-heel, 0.38), (-heel * 0.9, 0.16), (-wide * 0.86, -0.08), (-wide * 0.96, -0.26), (-toe * 0.9, -0.43), (0.02, -0.5)]
    return curve([*right, *left], 0.02)


def grown(points: Points, by: float) -> Points:
    """Larger or smaller about its middle, by about so many units."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    half = np.ptp(points, axis=0) / 2
    return middle + (points - middle) * (1 + by / half)


def opening(top: float, half: float, low: float = 0.44) -> Points:
    """Where the foot goes in, from above."""
    return curve([(0.0, top), (half * 0.7, top + 0.03), (half, top + 0.16), (half * 0.95, low - 0.08), (half * 0.5, low),
                  (-half * 0.5, low), (-half * 0.95, low - 0.08), (-half, top + 0.16), (-half * 0.7, top + 0.03), (0.0, top)], 0.02)  # fmt: skip


def sneaker_above(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """Rubber rim, toe cap, tongue, laces."""
    sole = footprint(0.2, 0.12, 0.155)
    layers: list[Layer] = [Piece(grown(sole, 0.018), "sole", level=0.014, dome=0.008, edge=0.012, slack=0.0)]
    layers += [Piece(grown(sole, -0.008), level=0.026, dome=0.045, edge=0.11, slack=0.25)]
    if variant[0] < 0.5:
        cap = joined(curve([(-0.17, -0.3), (-0.08, -0.335), (0, -0.345), (0.09, -0.335), (0.18, -0.3)]),
                     curve([(0.18, -0.3), (0.115, -0.43), (0.02, -0.485), (-0.1, -0.42), (-0.17, -0.3)]))  # fmt: skip
        layers += [Piece(cap, "sole", level=0.03, dome=0.03, edge=0.07, slack=0.1)]
    layers += [seam(curve([(-0.19, -0.12), (-0.11, -0.2), (0, -0.26), (0.11, -0.2), (0.19, -0.12)]), 0.5, 0.012)]
    tongue = curve([(-0.075, -0.22), (0, -0.25), (0.075, -0.22), (0.085, 0.06), (0, 0.115), (-0.085, 0.06), (-0.075, -0.22)])
    layers += [Piece(opening(0.0, 0.115), "lining", level=0.008, shade=0.5, dome=0.004, edge=0.02, slack=0.1),
               Piece(grown(opening(0.08, 0.09), -0.01), "insole", level=0.007, shade=0.75, dome=0.0, slack=0.1),
               Piece(tongue, "main", level=0.058, shade=0.93, dome=0.012, edge=0.04, slack=0.2)]  # fmt: skip
    ink = inks[0]
    for y in np.linspace(-0.17, 0.03, 5):
        sway = 0.015 if int(y * 100) % 2 else -0.015
        lace = curve([(-0.1, y - sway), (0.0, y - 0.012), (0.1, y + sway)], 0.02)
        layers += [Stroke(lace + (0.003, 0.012), 0.024, relief=-0.8), Stroke(lace, 0.021, relief=1.0, ink=ink)]
    for side in (-1.0, 1.0):
        loop = curve([(0.0, 0.02), (side * 0.09, -0.03), (side * 0.13, 0.06), (side * 0.05, 0.08), (0.0, 0.02)], 0.015)
        end = curve([(0.0, 0.02), (side * 0.07, 0.1), (side * 0.11, 0.17)], 0.02)
        layers += [Stroke(loop, 0.015, relief=1.0, ink=ink), Stroke(end, 0.014, relief=1.0, ink=ink)]
    return layers


def ballerina(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A flat shoe, cut low, with a bow."""
    sole = footprint(0.17, 0.055 + 0.05 * variant[0], 0.125)
    top = -0.2 - 0.12 * variant[1]
    layers: list[Layer] = [Piece(grown(sole, 0.008), "sole", level=0.006, shade=0.7, dome=0.003, slack=0.0),
                           Piece(sole, level=0.022, dome=0.035, edge=0.08, slack=0.15),
                           Piece(opening(top, 0.125, 0.465), "insole", level=0.007, shade=0.85, dome=0.003, edge=0.03, slack=0.1),
                           Stroke(opening(top, 0.125, 0.465), 0.014, relief=0.6)]  # fmt: skip
    if variant[2] < 0.6:
        for side in (-1.0, 1.0):
            bow = curve([(0.0, top), (side * 0.06, top - 0.04), (side * 0.075, top + 0.02), (0.0, top)], 0.015)
            layers.append(Piece(bow, level=0.05, dome=0.006, slack=0.0))
        layers.append(Piece(oval((0, top), 0.014, 0.018), level=0.056, dome=0.004, slack=0.0))
    layers.append(Piece(oval((0.0, 0.33), 0.05, 0.022), "label", level=0.0075, dome=0.0, slack=0.0))
    return layers


def loafer(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A strap over a stitched apron."""
    sole = footprint(0.18, 0.1, 0.135)
    apron = curve([(-0.1, 0.0), (-0.12, -0.18), (-0.06, -0.34), (0.02, -0.37), (0.09, -0.34), (0.13, -0.18), (0.1, 0.0)])
    layers: list[Layer] = [Piece(grown(sole, 0.014), "sole", level=0.008, shade=0.6, dome=0.004, slack=0.0),
                           Piece(sole, level=0.026, dome=0.045, edge=0.1, slack=0.2),
                           Stroke(apron, 0.02, relief=0.8), seam(apron * 0.94, 0.8, 0.012),
                           Piece(opening(-0.02, 0.115, 0.46), "lining", level=0.008, shade=0.6, dome=0.003, edge=0.02, slack=0.1),
                           Piece(grown(opening(0.06, 0.1, 0.45), -0.008), "insole", level=0.007, shade=0.8, dome=0.0, slack=0.1)]  # fmt: skip
    strap = joined(curve([(-0.185, -0.16), (0, -0.115), (0.19, -0.16)]), curve([(0.185, -0.06), (0, -0.035), (-0.18, -0.06)]))
    layers.append(Piece(strap, level=0.056, dome=0.02, edge=0.05, slack=0.1))
    if variant[0] < 0.5:
        layers.append(Stroke(line([(-0.05, -0.085), (0.05, -0.085)]), 0.022, relief=-0.9))
    else:
        layers += [Stroke(oval((side * 0.05, -0.085), 0.03, 0.02), 0.013, relief=1.0, ink=(196, 172, 110)) for side in (-1, 1)]
    return layers


def sandal(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A footbed under straps."""
    sole = footprint(0.18, 0.11, 0.135)
    layers: list[Layer] = [Piece(grown(sole, 0.01), "sole", level=0.018, shade=0.8, dome=0.008, edge=0.012, slack=0.0),
                           Piece(grown(sole, -0.006), "insole", level=0.02, dome=-0.006, edge=0.05, slack=0.15)]  # fmt: skip

    def strap(points: list[Pair], width: float) -> Piece:
        middle = curve(points)
        way = np.gradient(middle, axis=0)
        aside = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.hypot(*way.T)[:, None] * width
        return Piece(joined(middle + aside, (middle - aside)[::-1]), level=0.045, dome=0.02, edge=0.04, slack=0.1)

    if variant[0] < 0.5:
        layers += [strap([(-0.2, -0.18), (0, -0.32), (0.2, -0.26)], 0.05), strap([(-0.2, -0.28), (0, -0.2), (0.2, -0.1)], 0.05)]
    else:
        layers += [strap([(-0.2, -0.26), (0, -0.3), (0.21, -0.24)], 0.06), strap([(-0.19, -0.06), (0, -0.1), (0.2, -0.05)], 0.055)]
    layers += [strap([(-0.15, 0.2), (-0.08, 0.06), (0.08, 0.06), (0.15, 0.2)], 0.022)]
    layers.append(Stroke(line([(0.1, 0.06), (0.15, 0.1), (0.13, 0.14), (0.08, 0.1), (0.1, 0.06)]), 0.012, relief=0.9, ink=(190, 180, 160)))
    return layers


def sneaker_side(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """Toe to the right, on a thick sole; high or low."""
    tall = 0.32 + 0.22 * (variant[0] > 0.7)
    sole = joined(curve([(-0.52, -0.1), (-0.3, -0.085), (0.1, -0.075), (0.5, -0.1)]),
                  curve([(0.53, -0.06), (0.48, 0.0), (0.1, 0.012), (-0.45, 0.01), (-0.54, -0.02), (-0.52, -0.1)]))  # fmt: skip
    upper = joined(curve([(-0.49, -0.06), (-0.5, -tall * 0.6), (-0.47, -tall), (-0.42, -tall - 0.02)]),
                   curve([(-0.42, -tall - 0.02), (-0.3, -tall * 0.86), (-0.14, -tall * 0.97), (-0.06, -tall - 0.03)]),
                   curve([(-0.06, -tall - 0.03), (0.08, -0.3), (0.24, -0.22), (0.4, -0.19), (0.49, -0.13), (0.51, -0.06)]),
                   line([(0.51, -0.06), (-0.49, -0.06)]))  # fmt: skip
    inside = curve([(-0.43, -tall - 0.02), (-0.3, -tall * 0.8), (-0.1, -tall - 0.01), (-0.25, -tall - 0.05), (-0.43, -tall - 0.02)])
    cap = joined(curve([(0.33, -0.2), (0.36, -0.13), (0.34, -0.06)]), line([(0.34, -0.06), (0.51, -0.06)]), curve([(0.51, -0.06), (0.49, -0.13), (0.33, -0.2)]))
    heel = joined(curve([(-0.49, -0.06), (-0.5, -0.2), (-0.47, -tall + 0.02)]), curve([(-0.47, -tall + 0.02), (-0.38, -0.2), (-0.34, -0.06)]))
    layers: list[Layer] = [Piece(inside, "lining", level=0.01, shade=0.45, dome=0.002, slack=0.0),
                           Piece(upper, level=0.022, dome=0.035, edge=0.09, slack=0.3),
                           Piece(cap, "trim", level=0.024, dome=0.03, edge=0.08, slack=0.1),
                           Piece(heel, "trim", level=0.024, dome=0.03, edge=0.08, slack=0.1)]  # fmt: skip
    if variant[1] < 0.6:
        for x in (-0.02, 0.06, 0.14)[: 1 + int(variant[2] * 3)]:
            layers.append(Stroke(line([(x - 0.14, -0.09), (x, -0.25)]), 0.032, relief=0.4, ink=inks[1]))
    for index in range(5):
        x, y = -0.04 + index * 0.062, -tall * (0.93 - index * 0.07) + 0.03 * index - 0.0
        lace = curve([(x + 0.05, y - 0.03), (x, y + 0.03), (x - 0.05, y + 0.07)], 0.02)
        layers += [Stroke(lace + (0.01, 0.008), 0.024, relief=-0.7), Stroke(lace, 0.021, relief=1.0, ink=inks[0])]
    layers += [Piece(sole, "sole", level=0.028, dome=0.014, edge=0.03, slack=0.0),
               Stroke(curve([(-0.53, -0.035), (0.1, -0.03), (0.52, -0.05)]), 0.008, relief=-0.6)]  # fmt: skip
    return layers


def boot(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A shaft from ankle to knee, with a heel."""
    tall = 0.5 + 0.55 * variant[0]
    wide = 0.17 + 0.05 * variant[1]
    heel_high = 0.04 + 0.1 * (variant[2] > 0.5)
    back, front = -0.42, -0.42 + 2 * wide
    upper = joined(line([(back + 0.0, -tall), (front, -tall - 0.01)]),
                   curve([(front, -tall - 0.01), (front - 0.02, -tall * 0.6), (-0.03, -0.34), (0.16, -0.22), (0.34, -0.16), (0.44, -0.08), (0.44, -0.01)]),
                   curve([(0.44, -0.01), (0.1, -0.01), (-0.12, -heel_high), (back + 0.02, -heel_high - 0.01)]),
                   curve([(back + 0.02, -heel_high - 0.01), (back - 0.02, -0.18), (back + 0.02, -0.36), (back, -tall)]))  # fmt: skip
    sole = joined(curve([(0.46, -0.03), (0.1, -0.03), (-0.12, -heel_high - 0.02), (back, -heel_high - 0.025)]),
                  line([(back, -heel_high - 0.025), (back + 0.005, 0.03), (back + 0.2, 0.03), (back + 0.21, -heel_high + 0.03)]),
                  curve([(back + 0.21, -heel_high + 0.03), (0.1, 0.03), (0.42, 0.025), (0.47, 0.0), (0.46, -0.03)]))  # fmt: skip
    inside = oval(((back + front) / 2, -tall), wide * 0.98, 0.03)
    layers: list[Layer] = [Piece(inside, "lining", level=0.01, shade=0.5, dome=0.0, slack=0.0),
                           Piece(upper, level=0.024, dome=0.045, edge=0.1, slack=0.9),
                           Piece(sole, "sole", level=0.026, shade=0.9, dome=0.008, edge=0.02, slack=0.0)]  # fmt: skip
    if variant[3] < 0.4:
        for y in np.linspace(-0.3, -tall + 0.08, 6):
            x = front - 0.06 + max(0.0, (y + 0.42)) * 0.9
            layers += [Stroke(line([(x - 0.05, y + 0.03), (x + 0.05, y - 0.03)]), 0.02, relief=1.0, ink=inks[0])]
    elif variant[3] < 0.75:
        layers += [seam(curve([(back + wide, -tall + 0.01), (back + wide * 0.9, -0.4), (back + 0.12, -0.12)]), 0.8, 0.012)]
    layers.append(seam(curve([(-0.06, -0.32), (0.06, -0.16), (0.02, -0.03)]), 0.5, 0.01))
    layers.append(seam(line([(back, -tall + 0.04), (front, -tall + 0.03)]), 0.5, 0.01))
    return layers


def pump(variant: Sequence[float], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A heel, high or low, and a pointed or round toe."""
    high = 0.12 + 0.3 * variant[0]
    thin = 0.03 + 0.06 * variant[1]
    heel = line([(-0.46, -high - 0.03), (-0.26, -high * 0.86), (-0.36 + thin, 0.0), (-0.37, 0.005), (-0.41, 0.0), (-0.46, -high - 0.03)])
    inside = curve([(-0.44, -high - 0.2), (-0.2, -high * 0.75 - 0.15), (0.12, -0.16), (-0.1, -high * 0.55 - 0.15), (-0.44, -high - 0.2)])
    upper = joined(curve([(-0.47, -high - 0.2), (-0.3, -high * 0.85 - 0.1), (-0.08, -high * 0.45 - 0.07), (0.1, -0.13), (0.16, -0.145)]),
                   curve([(0.16, -0.145), (0.32, -0.12), (0.46, -0.05), (0.5, -0.012)]),
                   curve([(0.5, -0.012), (0.3, 0.0), (0.12, -0.005), (-0.1, -high * 0.42), (-0.28, -high * 0.86), (-0.46, -high - 0.02)]),
                   curve([(-0.46, -high - 0.02), (-0.49, -high - 0.1), (-0.47, -high - 0.2)]))  # fmt: skip
    sole = joined(curve([(0.5, -0.018), (0.3, -0.008), (0.12, -0.012), (-0.1, -high * 0.43)]),
                  curve([(-0.1, -high * 0.43 + 0.025), (0.12, 0.012), (0.3, 0.012), (0.5, -0.004)]))  # fmt: skip
    return [Piece(heel, level=0.018, shade=0.85, dome=0.012, edge=0.03, slack=0.0),
            Piece(inside, "insole", level=0.012, shade=0.7, dome=0.004, slack=0.0),
            Piece(sole, "sole", level=0.016, shade=0.6, dome=0.003, slack=0.0),
            Piece(upper, level=0.026, dome=0.04, edge=0.08, slack=0.1)]  # fmt: skip
