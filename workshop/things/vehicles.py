"""Outdoors with something that moves: cars and boats."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour, Pair, curve, joined, line, oval
from workshop.things import daylight
from workshop.things.canvas import Canvas, any_colour, one, rectangle
from workshop.things.daylight import Daylight

# the upper outline of a car from the rear bumper to the front one, and the cabin's glass: x -1..1, y up from the axles
BODIES: dict[str, tuple[tuple[Pair, ...], tuple[Pair, ...]]] = {
    "sedan": (
        ((-1, 0.12), (-0.98, 0.3), (-0.66, 0.35), (-0.42, 0.58), (0.12, 0.6), (0.42, 0.36), (0.9, 0.28), (1, 0.1)),
        ((-0.52, 0.37), (-0.37, 0.54), (0.1, 0.55), (0.33, 0.37)),
    ),
    "hatch": (
        ((-0.86, 0.1), (-0.88, 0.36), (-0.7, 0.62), (-0.5, 0.66), (0.16, 0.64), (0.46, 0.38), (0.86, 0.3), (0.92, 0.1)),
        ((-0.72, 0.4), (-0.6, 0.59), (0.13, 0.59), (0.36, 0.4)),
    ),
    "van": (
        ((-1, 0.1), (-1, 0.7), (-0.94, 0.8), (0.3, 0.8), (0.5, 0.74), (0.74, 0.42), (0.94, 0.34), (0.98, 0.1)),
        ((-0.86, 0.46), (-0.86, 0.7), (0.38, 0.7), (0.62, 0.46)),
    ),
    "pickup": (
        ((-1, 0.12), (-1, 0.38), (-0.24, 0.38), (-0.2, 0.66), (0.22, 0.68), (0.46, 0.42), (0.92, 0.38), (0.98, 0.12)),
        ((-0.14, 0.42), (-0.12, 0.61), (0.2, 0.62), (0.36, 0.42)),
    ),
}


def car(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """From the side, on a road."""
    canvas, day = Canvas(frame, rng.normal(0, 0.04)), daylight.daylight(rng)
    horizon = frame.aspect * rng.uniform(0.35, 0.6)
    daylight.sky(rng, canvas, day, horizon)
    daylight.hills(rng, canvas, day, horizon)
    daylight.ground(rng, canvas, day, horizon)
    foot = horizon + frame.aspect * rng.uniform(0.08, 0.22)
    road = day.on(one(rng, ((92, 92, 98), (128, 126, 124), (150, 134, 112))))
    canvas.area(rectangle(-0.4, foot - 0.08, 1.4, foot + rng.uniform(0.1, 0.3)), mixed(road, day.horizon, 0.2), road)
    if rng.random() < 0.5:
        for x in np.arange(rng.uniform(-0.3, 0.0), 1.2, 0.28):
            canvas.area(rectangle(x, foot + 0.07, x + 0.14, foot + 0.085), day.on((230, 226, 210)))
    size = rng.uniform(0.28, 0.45)
    spot = (rng.uniform(0.44, 0.56), foot)
    canvas.stand(spot, size, rng.normal(0, 0.02), rng.choice([-1.0, 1.0]))
    _car(rng, canvas, day)
    canvas.stand()
    return canvas.photographed(rng, rng.uniform(0.02, 0.05))


def _car(rng: np.random.Generator, canvas: Canvas, day: Daylight) -> None:
    upper, cabin = BODIES[str(rng.choice(list(BODIES)))]
    stretch, wheel = rng.uniform(0.9, 1.15), rng.uniform(0.17, 0.23)
    lift = wheel + 0.02
    paint = day.on(
        one(rng, ((190, 30, 36), (240, 240, 240), (30, 30, 34), (40, 80, 150), (170, 174, 180), (60, 110, 80)))
    )
    if rng.random() < 0.3:
        paint = day.on(any_colour(rng, (0.4, 0.95), (0.4, 0.95)))
    canvas.shadow(rectangle(-1.05, -0.06, 1.05, 0.05), 0.75, 0.03)

    def up(spots: tuple[Pair, ...]) -> list[Pair]:
        return [(x, -y * stretch - lift) for x, y in spots]

    outline = joined(curve(up(upper)), line([(upper[-1][0], -lift + 0.06), (upper[0][0], -lift + 0.06)]))
    canvas.area(outline, mixed(paint, (255, 255, 255), 0.22), mixed(paint, (0, 0, 0), 0.28))
    glass = day.on(one(rng, ((60, 76, 90), (120, 150, 170), (30, 36, 44))))
    canvas.area(curve([*up(cabin), up(cabin)[0]], 0.2), mixed(glass, (255, 255, 255), 0.35), glass)
    (left, low), (right, _) = up(cabin)[0], up(cabin)[-1]
    for part in ((0.5,), (0.36, 0.68))[int(rng.integers(2))]:
        x = left + (right - left) * part
        canvas.stroke(line([(x, low - 0.26 * stretch), (x, low)]), 0.05, paint)
        canvas.stroke(line([(x, low), (x - 0.02, -lift)]), 0.01, mixed(paint, (0, 0, 0), 0.4))
        canvas.stroke(line([(x + 0.05, low + 0.06), (x + 0.14, low + 0.06)]), 0.025, mixed(paint, (0, 0, 0), 0.5))
    canvas.area(oval((upper[-1][0] - 0.06, -lift - 0.24 * stretch + 0.04), 0.06, 0.045), (255, 246, 210))
    canvas.area(rectangle(upper[0][0], -lift - 0.3 * stretch, upper[0][0] + 0.05, -lift - 0.2 * stretch), (200, 40, 36))
    canvas.area(rectangle(upper[0][0] - 0.02, -lift - 0.06, upper[-1][0] + 0.02, -lift + 0.04), day.on((46, 46, 50)))
    for x in (-0.6, 0.6):
        canvas.area(oval((x, -wheel), wheel * 1.18, wheel * 1.18), (16, 16, 18))
        canvas.area(oval((x, -wheel), wheel, wheel), day.on((44, 44, 48)))
        canvas.area(oval((x, -wheel), wheel * 0.62, wheel * 0.62), day.on((186, 188, 194)))
        for turn in np.arange(5) * 2 * np.pi / 5 + rng.uniform(0, 1):
            canvas.area(
                oval((x + np.cos(turn) * wheel * 0.36, -wheel + np.sin(turn) * wheel * 0.36), 0.03, 0.03), (60, 60, 66)
            )


def boat(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A sailing boat, a steamer or a rowing boat on waves."""
    canvas, day = Canvas(frame, rng.normal(0, 0.03)), daylight.daylight(rng)
    horizon = frame.aspect * rng.uniform(0.35, 0.65)
    daylight.sky(rng, canvas, day, horizon)
    if rng.random() < 0.6:
        daylight.hills(rng, canvas, day, horizon)
    water = day.on(one(rng, ((40, 96, 140), (60, 130, 140), (90, 110, 120), (30, 60, 90))))
    canvas.area(rectangle(-0.4, horizon, 1.4, frame.aspect + 0.4), mixed(water, day.horizon, 0.5), water)
    foot = horizon + frame.aspect * rng.uniform(0.06, 0.25)
    _waves(rng, canvas, mixed(water, day.horizon, 0.5), horizon, frame.aspect, 60)
    canvas.stand((rng.uniform(0.35, 0.65), foot), rng.uniform(0.24, 0.42), rng.normal(0, 0.06), rng.choice([-1.0, 1.0]))
    canvas.shadow(oval((0.0, 0.06), 1.0, 0.1), 0.55, 0.03)
    _boat(rng, canvas, day)
    canvas.stand()
    _waves(rng, canvas, mixed(water, day.horizon, 0.35), foot - 0.005, min(foot + 0.1, frame.aspect), 14)
    return canvas.photographed(rng, rng.uniform(0.02, 0.07))


def _waves(rng: np.random.Generator, canvas: Canvas, colour: Colour, top: float, low: float, count: int) -> None:
    for _ in range(count):
        depth = rng.random()
        y, wide = top + 0.01 + depth * (low - top), rng.uniform(0.02, 0.1) * (0.5 + depth)
        x = rng.uniform(-0.1, 1.1)
        crest = curve([(x - wide, y), (x - wide * 0.4, y - 0.008), (x, y), (x + wide * 0.5, y - 0.008), (x + wide, y)])
        canvas.stroke(crest, rng.uniform(0.003, 0.007), colour)


def _boat(rng: np.random.Generator, canvas: Canvas, day: Daylight) -> None:
    kind = str(rng.choice(["sail", "steamer", "rowing"], p=[0.55, 0.28, 0.17]))
    deep = rng.uniform(0.2, 0.34)
    paint = day.on(any_colour(rng, (0.2, 0.95), (0.1, 0.85)))
    trim = day.on(one(rng, ((240, 238, 230), (120, 80, 50), (30, 34, 44))))
    if kind == "sail":
        tall, lean = rng.uniform(1.4, 2.2), rng.uniform(-0.1, 0.1)
        canvas.stroke(line([(lean, -deep), (lean, -deep - tall)]), 0.04, day.on((120, 96, 70)))
        cloth = day.on(one(rng, ((246, 244, 236), (246, 244, 236), (210, 90, 60), (230, 200, 120))))
        main = curve(
            [(lean - 0.04, -deep - tall), (-0.5, -deep - tall * 0.45), (-rng.uniform(0.7, 0.95), -deep - 0.12)]
        )
        canvas.area(
            joined(main, line([tuple(main[-1]), (lean - 0.04, -deep - 0.12)])), cloth, mixed(cloth, (60, 70, 90), 0.25)
        )
        jib = curve([(lean + 0.04, -deep - tall * 0.92), (0.45, -deep - tall * 0.4), (0.85, -deep - 0.06)])
        if rng.random() < 0.8:
            shade = mixed(cloth, (80, 90, 110), 0.15)
            canvas.area(joined(jib, line([(0.85, -deep - 0.06), (lean + 0.04, -deep - 0.1)])), shade, cloth)
    elif kind == "steamer":
        for index in range(int(rng.integers(1, 4))):
            half, top = 0.62 - index * 0.17, -deep - 0.02 - index * 0.2
            canvas.area(
                rectangle(-half - 0.1, top - 0.22, half - 0.1, top), day.on((238, 238, 234)), day.on((200, 202, 206))
            )
            for x in np.arange(-half - 0.02, half - 0.18, 0.16):
                canvas.area(rectangle(x, top - 0.16, x + 0.09, top - 0.08), day.on((50, 70, 90)))
        canvas.area(rectangle(-0.3, top - 0.5, -0.12, top - 0.2), day.on(any_colour(rng, (0.3, 0.8), (0.5, 0.9))))
    else:
        canvas.stroke(line([(-0.3, -deep * 1.4), (0.5, 0.12)]), 0.04, day.on((170, 130, 84)))
        canvas.stroke(line([(0.2, -deep * 1.5), (-0.6, 0.14)]), 0.04, day.on((150, 110, 70)))
    bow = rng.uniform(0.9, 1.05)
    hull = joined(
        curve([(-0.85, -deep), (-0.3, -deep * 0.86), (0.3, -deep * 0.9), (bow, -deep * 1.3)]),
        curve([(bow, -deep * 1.3), (0.75, -deep * 0.3), (0.55, 0.05), (0.0, 0.08), (-0.65, 0.05), (-0.85, -deep)]),
    )
    canvas.area(hull, mixed(paint, (255, 255, 255), 0.12), mixed(paint, (0, 0, 0), 0.3))
    rail = curve([(-0.85, -deep), (-0.3, -deep * 0.86), (0.3, -deep * 0.9), (bow, -deep * 1.3)])
    canvas.stroke(rail, 0.045, trim)
