"""Shoes seen from the side, toe to the right: sneakers, boots, pumps."""

import numpy as np
from numpy.typing import NDArray

from core.sources.garments.shapes import (
    Colour,
    Dot,
    Piece,
    Stroke,
    curve,
    joined,
    line,
    oval,
    seam,
    shifted,
)

Layer = Piece | Stroke | Dot


def sneaker_side(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """Toe to the right, on a thick sole; high or low."""
    tall = 0.32 + 0.22 * (variant[0] > 0.7)
    sole = joined(
        curve([(-0.52, -0.1), (-0.3, -0.085), (0.1, -0.075), (0.5, -0.1)]),
        curve([(0.53, -0.06), (0.48, 0.0), (0.1, 0.012), (-0.45, 0.01), (-0.54, -0.02), (-0.52, -0.1)]),
    )
    upper = joined(
        curve([(-0.49, -0.06), (-0.5, -tall * 0.6), (-0.47, -tall), (-0.42, -tall - 0.02)]),
        curve([(-0.42, -tall - 0.02), (-0.3, -tall * 0.86), (-0.14, -tall * 0.97), (-0.06, -tall - 0.03)]),
        curve([(-0.06, -tall - 0.03), (0.08, -0.3), (0.24, -0.22), (0.4, -0.19), (0.49, -0.13), (0.51, -0.06)]),
        line([(0.51, -0.06), (-0.49, -0.06)]),
    )
    inside = curve(
        [(-0.43, -tall - 0.02), (-0.3, -tall * 0.8), (-0.1, -tall - 0.01), (-0.25, -tall - 0.05), (-0.43, -tall - 0.02)]
    )
    cap = joined(
        curve([(0.33, -0.2), (0.36, -0.13), (0.34, -0.06)]),
        line([(0.34, -0.06), (0.51, -0.06)]),
        curve([(0.51, -0.06), (0.49, -0.13), (0.33, -0.2)]),
    )
    heel = joined(
        curve([(-0.49, -0.06), (-0.5, -0.2), (-0.47, -tall + 0.02)]),
        curve([(-0.47, -tall + 0.02), (-0.38, -0.2), (-0.34, -0.06)]),
    )
    layers: list[Layer] = [
        Piece(inside, "lining", level=0.01, shade=0.45, dome=0.002, slack=0.0),
        Piece(upper, level=0.022, dome=0.035, edge=0.09, slack=0.3),
        Piece(cap, "trim", level=0.024, dome=0.03, edge=0.08, slack=0.1),
        Piece(heel, "trim", level=0.024, dome=0.03, edge=0.08, slack=0.1),
    ]
    if variant[1] < 0.6:
        for x in (-0.02, 0.06, 0.14)[: 1 + int(variant[2] * 3)]:
            layers.append(Stroke(line([(x - 0.14, -0.09), (x, -0.25)]), 0.032, relief=0.4, ink=inks[1]))
    for index in range(5):
        x, y = -0.04 + index * 0.062, -tall * (0.93 - index * 0.07) + 0.03 * index - 0.0
        lace = curve([(x + 0.05, y - 0.03), (x, y + 0.03), (x - 0.05, y + 0.07)], 0.02)
        layers += [Stroke(shifted(lace, 0.01, 0.008), 0.024, relief=-0.7), Stroke(lace, 0.021, relief=1.0, ink=inks[0])]
    layers += [
        Piece(sole, "sole", level=0.028, dome=0.014, edge=0.03, slack=0.0),
        Stroke(curve([(-0.53, -0.035), (0.1, -0.03), (0.52, -0.05)]), 0.008, relief=-0.6),
    ]
    return layers


def boot(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A shaft from ankle to knee, with a heel."""
    tall = 0.5 + 0.55 * variant[0]
    wide = 0.17 + 0.05 * variant[1]
    heel_high = 0.04 + 0.1 * (variant[2] > 0.5)
    back, front = -0.42, -0.42 + 2 * wide
    upper = joined(
        line([(back + 0.0, -tall), (front, -tall - 0.01)]),
        curve(
            [
                (front, -tall - 0.01),
                (front - 0.02, -tall * 0.6),
                (-0.03, -0.34),
                (0.16, -0.22),
                (0.34, -0.16),
                (0.44, -0.08),
                (0.44, -0.01),
            ]
        ),
        curve([(0.44, -0.01), (0.1, -0.01), (-0.12, -heel_high), (back + 0.02, -heel_high - 0.01)]),
        curve([(back + 0.02, -heel_high - 0.01), (back - 0.02, -0.18), (back + 0.02, -0.36), (back, -tall)]),
    )
    sole = joined(
        curve([(0.46, -0.03), (0.1, -0.03), (-0.12, -heel_high - 0.02), (back, -heel_high - 0.025)]),
        line([(back, -heel_high - 0.025), (back + 0.005, 0.03), (back + 0.2, 0.03), (back + 0.21, -heel_high + 0.03)]),
        curve([(back + 0.21, -heel_high + 0.03), (0.1, 0.03), (0.42, 0.025), (0.47, 0.0), (0.46, -0.03)]),
    )
    inside = oval(((back + front) / 2, -tall), wide * 0.98, 0.03)
    layers: list[Layer] = [
        Piece(inside, "lining", level=0.01, shade=0.5, dome=0.0, slack=0.0),
        Piece(upper, level=0.024, dome=0.045, edge=0.1, slack=0.9),
        Piece(sole, "sole", level=0.026, shade=0.9, dome=0.008, edge=0.02, slack=0.0),
    ]
    if variant[3] < 0.4:
        for y in np.linspace(-0.3, -tall + 0.08, 6):
            x = front - 0.06 + max(0.0, (y + 0.42)) * 0.9
            layers += [Stroke(line([(x - 0.05, y + 0.03), (x + 0.05, y - 0.03)]), 0.02, relief=1.0, ink=inks[0])]
    elif variant[3] < 0.75:
        layers += [
            seam(curve([(back + wide, -tall + 0.01), (back + wide * 0.9, -0.4), (back + 0.12, -0.12)]), 0.8, 0.012)
        ]
    layers.append(seam(curve([(-0.06, -0.32), (0.06, -0.16), (0.02, -0.03)]), 0.5, 0.01))
    layers.append(seam(line([(back, -tall + 0.04), (front, -tall + 0.03)]), 0.5, 0.01))
    return layers


def pump(variant: NDArray[np.float64], inks: tuple[Colour, Colour]) -> list[Layer]:
    """A heel, high or low, and a pointed or round toe."""
    high = 0.12 + 0.3 * variant[0]
    thin = 0.03 + 0.06 * variant[1]
    heel = line(
        [
            (-0.46, -high - 0.03),
            (-0.26, -high * 0.86),
            (-0.36 + thin, 0.0),
            (-0.37, 0.005),
            (-0.41, 0.0),
            (-0.46, -high - 0.03),
        ]
    )
    inside = curve(
        [
            (-0.44, -high - 0.2),
            (-0.2, -high * 0.75 - 0.15),
            (0.12, -0.16),
            (-0.1, -high * 0.55 - 0.15),
            (-0.44, -high - 0.2),
        ]
    )
    upper = joined(
        curve(
            [
                (-0.47, -high - 0.2),
                (-0.3, -high * 0.85 - 0.1),
                (-0.08, -high * 0.45 - 0.07),
                (0.1, -0.13),
                (0.16, -0.145),
            ]
        ),
        curve([(0.16, -0.145), (0.32, -0.12), (0.46, -0.05), (0.5, -0.012)]),
        curve(
            [
                (0.5, -0.012),
                (0.3, 0.0),
                (0.12, -0.005),
                (-0.1, -high * 0.42),
                (-0.28, -high * 0.86),
                (-0.46, -high - 0.02),
            ]
        ),
        curve([(-0.46, -high - 0.02), (-0.49, -high - 0.1), (-0.47, -high - 0.2)]),
    )
    sole = joined(
        curve([(0.5, -0.018), (0.3, -0.008), (0.12, -0.012), (-0.1, -high * 0.43)]),
        curve([(-0.1, -high * 0.43 + 0.025), (0.12, 0.012), (0.3, 0.012), (0.5, -0.004)]),
    )
    return [
        Piece(heel, level=0.018, shade=0.85, dome=0.012, edge=0.03, slack=0.0),
        Piece(inside, "insole", level=0.012, shade=0.7, dome=0.004, slack=0.0),
        Piece(sole, "sole", level=0.016, shade=0.6, dome=0.003, slack=0.0),
        Piece(upper, level=0.026, dome=0.04, edge=0.08, slack=0.1),
    ]
