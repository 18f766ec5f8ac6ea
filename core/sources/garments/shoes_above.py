"""Shoes seen from above, toe up: sneakers, ballerinas, loafers, sandals."""

import numpy as np
from numpy.typing import NDArray

from core.sources.garments.shapes import (
    Colour,
    Dot,
    Pair,
    Piece,
    Points,
    Stroke,
    curve,
    joined,
    line,
    oval,
    seam,
    shifted,
)

Layer = Piece | Stroke | Dot


def footprint(wide: float, toe: float, heel: float) -> Points:
    """A sole from above, toe up, 1 long; slightly turned inwards like a right foot."""
    right = [
        (0.02, -0.5),
        (toe * 0.6, -0.485),
        (toe, -0.44),
        (wide, -0.24),
        (wide * 0.93, -0.05),
        (heel * 1.02, 0.18),
        (heel, 0.38),
        (heel * 0.6, 0.48),
        (0.0, 0.5),
    ]
    left = [
        (-heel * 0.6, 0.48),
        (-heel, 0.38),
        (-heel * 0.9, 0.16),
        (-wide * 0.86, -0.08),
        (-wide * 0.96, -0.26),
        (-toe * 0.9, -0.43),
        (-toe * 0.5, -0.482),
        (0.02, -0.5),
    ]
    return curve([*right, *left], 0.02)


def grown(points: Points, by: float) -> Points:
    """Larger or smaller about its middle, by about so many units."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    half = np.ptp(points, axis=0) / 2
    larger: Points = middle + (points - middle) * (1 + by / half)
    return larger


def opening(top: float, half: float, low: float = 0.44) -> Points:
    """Where the foot goes in, from above."""
    return curve(
        [
            (0.0, top),
            (half * 0.7, top + 0.03),
            (half, top + 0.16),
            (half * 0.95, low - 0.08),
            (half * 0.5, low),
            (-half * 0.5, low),
            (-half * 0.95, low - 0.08),
            (-half, top + 0.16),
            (-half * 0.7, top + 0.03),
            (0.0, top),
        ],
        0.02,
    )


def sneaker_above(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """Rubber rim, toe cap, tongue, laces."""
    sole = footprint(0.2, 0.12, 0.155)
    layers: list[Layer] = [Piece(grown(sole, 0.018), "sole", level=0.014, dome=0.008, edge=0.012, slack=0.0)]
    layers += [Piece(grown(sole, -0.008), level=0.026, dome=0.045, edge=0.11, slack=0.25)]
    if variant[0] < 0.5:
        cap = joined(
            curve([(-0.17, -0.3), (-0.08, -0.335), (0, -0.345), (0.09, -0.335), (0.18, -0.3)]),
            curve([(0.192, -0.29), (0.135, -0.425), (0.02, -0.5), (-0.12, -0.42), (-0.185, -0.29)]),
        )
        layers += [Piece(cap, "sole", level=0.03, dome=0.03, edge=0.07, slack=0.1)]
    layers += [seam(curve([(-0.19, -0.12), (-0.11, -0.2), (0, -0.26), (0.11, -0.2), (0.19, -0.12)]), 0.5, 0.012)]
    tongue = curve(
        [(-0.075, -0.22), (0, -0.25), (0.075, -0.22), (0.085, 0.06), (0, 0.115), (-0.085, 0.06), (-0.075, -0.22)]
    )
    layers += [
        Piece(opening(0.0, 0.115), "lining", level=0.008, shade=0.5, dome=0.004, edge=0.02, slack=0.1),
        Piece(grown(opening(0.08, 0.09), -0.01), "insole", level=0.007, shade=0.75, dome=0.0, slack=0.1),
        Piece(tongue, "main", level=0.058, shade=0.93, dome=0.012, edge=0.04, slack=0.2),
    ]
    ink = inks[0]
    for y in np.linspace(-0.17, 0.03, 5):
        sway = 0.008
        lace = curve([(-0.1, y - sway), (0.0, y - 0.012), (0.1, y + sway)], 0.02)
        layers += [Stroke(shifted(lace, 0.003, 0.012), 0.024, relief=-0.8), Stroke(lace, 0.021, relief=1.0, ink=ink)]
    for side in (-1.0, 1.0):
        loop = curve([(0.0, 0.02), (side * 0.07, 0.0), (side * 0.1, 0.06), (side * 0.05, 0.07), (0.0, 0.03)], 0.015)
        end = curve([(0.0, 0.02), (side * 0.03, 0.09), (side * 0.07, 0.14)], 0.02)
        layers += [Stroke(loop, 0.015, relief=1.0, ink=ink), Stroke(end, 0.014, relief=1.0, ink=ink)]
    return layers


def ballerina(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A flat shoe, cut low, with a bow."""
    sole = footprint(0.17, 0.055 + 0.05 * variant[0], 0.125)
    top = -0.2 - 0.12 * variant[1]
    layers: list[Layer] = [
        Piece(grown(sole, 0.008), "sole", level=0.006, shade=0.7, dome=0.003, slack=0.0),
        Piece(sole, level=0.022, dome=0.035, edge=0.08, slack=0.15),
        Piece(opening(top, 0.125, 0.465), "insole", level=0.007, shade=0.85, dome=0.003, edge=0.03, slack=0.1),
        Stroke(opening(top, 0.125, 0.465), 0.014, relief=0.6),
    ]
    if variant[2] < 0.6:
        for side in (-1.0, 1.0):
            bow = curve([(0.0, top), (side * 0.06, top - 0.04), (side * 0.075, top + 0.02), (0.0, top)], 0.015)
            layers.append(Piece(bow, level=0.05, dome=0.006, slack=0.0))
        layers.append(Piece(oval((0, top), 0.014, 0.018), level=0.056, dome=0.004, slack=0.0))
    layers.append(Piece(oval((0.0, 0.33), 0.05, 0.022), "label", level=0.0075, dome=0.0, slack=0.0))
    return layers


def loafer(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A strap over a stitched apron."""
    sole = footprint(0.18, 0.1, 0.135)
    apron = curve(
        [(-0.1, 0.0), (-0.12, -0.18), (-0.06, -0.34), (0.02, -0.37), (0.09, -0.34), (0.13, -0.18), (0.1, 0.0)]
    )
    layers: list[Layer] = [
        Piece(grown(sole, 0.014), "sole", level=0.008, shade=0.6, dome=0.004, slack=0.0),
        Piece(sole, level=0.026, dome=0.045, edge=0.1, slack=0.2),
        Stroke(apron, 0.02, relief=0.8),
        seam(apron * 0.94, 0.8, 0.012),
        Piece(opening(-0.02, 0.115, 0.46), "lining", level=0.008, shade=0.6, dome=0.003, edge=0.02, slack=0.1),
        Piece(grown(opening(0.06, 0.1, 0.45), -0.008), "insole", level=0.007, shade=0.8, dome=0.0, slack=0.1),
    ]
    strap = joined(
        curve([(-0.185, -0.16), (0, -0.115), (0.19, -0.16)]), curve([(0.185, -0.06), (0, -0.035), (-0.18, -0.06)])
    )
    layers.append(Piece(strap, level=0.056, dome=0.02, edge=0.05, slack=0.1))
    if variant[0] < 0.5:
        layers.append(Stroke(line([(-0.05, -0.085), (0.05, -0.085)]), 0.022, relief=-0.9))
    else:
        layers += [
            Stroke(oval((side * 0.05, -0.085), 0.03, 0.02), 0.013, relief=1.0, ink=(196, 172, 110)) for side in (-1, 1)
        ]
    return layers


def sandal(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A footbed under straps."""
    sole = footprint(0.18, 0.11, 0.135)
    layers: list[Layer] = [
        Piece(grown(sole, 0.01), "sole", level=0.018, shade=0.8, dome=0.008, edge=0.012, slack=0.0),
        Piece(grown(sole, -0.006), "insole", level=0.02, dome=-0.006, edge=0.05, slack=0.15),
    ]

    def strap(points: list[Pair], width: float) -> Piece:
        middle = curve(points)
        way = np.gradient(middle, axis=0)
        aside = np.stack([-way[:, 1], way[:, 0]], axis=1) / np.hypot(*way.T)[:, None] * width
        return Piece(joined(middle + aside, (middle - aside)[::-1]), level=0.045, dome=0.02, edge=0.04, slack=0.1)

    if variant[0] < 0.5:
        layers += [
            strap([(-0.2, -0.18), (0, -0.32), (0.2, -0.26)], 0.05),
            strap([(-0.2, -0.28), (0, -0.2), (0.2, -0.1)], 0.05),
        ]
    else:
        layers += [
            strap([(-0.2, -0.26), (0, -0.3), (0.21, -0.24)], 0.06),
            strap([(-0.19, -0.06), (0, -0.1), (0.2, -0.05)], 0.055),
        ]
    layers += [strap([(-0.15, 0.2), (-0.08, 0.06), (0.08, 0.06), (0.15, 0.2)], 0.022)]
    layers.append(
        Stroke(
            line([(0.1, 0.06), (0.15, 0.1), (0.13, 0.14), (0.08, 0.1), (0.1, 0.06)]),
            0.012,
            relief=0.9,
            ink=(190, 180, 160),
        )
    )
    return layers
