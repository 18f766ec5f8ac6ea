"""Mountains behind a meadow or a lake."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour
from workshop.things import daylight, trees
from workshop.things.canvas import Canvas, one, rectangle


def landscape(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Ranges of mountains behind one another, with a sun or a moon, above a meadow or a lake."""
    canvas, day = Canvas(frame, rng.normal(0, 0.01)), daylight.daylight(rng)
    foot = frame.aspect * rng.uniform(0.55, 0.85)
    daylight.sky(rng, canvas, day, foot, sun=0.9)
    rock = day.on(one(rng, ((90, 96, 116), (110, 92, 84), (74, 100, 84), (120, 110, 130))))
    num_ranges, snow = int(rng.integers(2, 5)), rng.random() < 0.55
    for index in range(num_ranges):
        near_by = (index + 1) / num_ranges
        _range(
            rng,
            canvas,
            foot,
            (1.15 - near_by) * foot * rng.uniform(0.35, 0.9),
            mixed(day.horizon, rock, near_by),
            snow and index < 2,
        )
    if rng.random() < 0.45:
        water = mixed(day.above, (30, 70, 110), 0.35)
        canvas.area(rectangle(-0.4, foot, 1.4, frame.aspect + 0.4), mixed(day.horizon, water, 0.4), water)
        for _ in range(40):
            y = rng.uniform(foot + 0.01, frame.aspect)
            x, wide = rng.uniform(-0.1, 1.0), rng.uniform(0.03, 0.2)
            canvas.area(rectangle(x, y, x + wide, y + 0.004), mixed(water, day.horizon, rng.uniform(0.2, 0.7)))
    else:
        daylight.ground(rng, canvas, day, foot)
        for _ in range(int(rng.integers(0, 7))):
            trees.grown(rng, canvas, day, rng.uniform(0, 1), foot + rng.uniform(0.02, 0.15), rng.uniform(0.08, 0.22))
    return canvas.photographed(rng, rng.uniform(0.02, 0.07))


def _range(rng: np.random.Generator, canvas: Canvas, foot: float, tall: float, colour: Colour, snow: bool) -> None:
    """A jagged ridge with lit and shaded sides, at times with snow on its peaks."""
    left = -0.3 + rng.uniform(0, 0.2)
    jag = rng.uniform(0.01, 0.03)
    while left < 1.2:
        half, high = rng.uniform(0.18, 0.4), tall * rng.uniform(0.5, 1.0)
        peak = np.array([(left, foot - high)])
        way = np.linspace(0, 1, 9)[1:]
        sides, lit, shaded = [], mixed(colour, (255, 255, 255), 0.08), mixed(colour, (10, 14, 30), 0.22)
        for side in (-1.0, 1.0):
            x = left + side * half * way + rng.normal(0, jag, 8) * (way < 1)
            sides.append(np.stack([x, foot + 0.01 - high * (1 - way)], axis=1))
        spine = np.stack([left + rng.normal(0, jag * 2, 8), foot + 0.01 - high * (1 - way)], axis=1)
        for edge, tone, melted in ((sides[0], lit, 0.1), (sides[1], shaded, 0.3)):
            canvas.area(np.concatenate([peak, edge, spine[::-1]]), tone, mixed(tone, (200, 210, 220), 0.15))
            if snow:
                cap = np.concatenate([peak, edge[:2], [(edge[2] + spine[1]) / 2], spine[:2][::-1]])
                canvas.area(cap, mixed((248, 250, 255), tone, melted))
        left += half * rng.uniform(0.6, 1.3)
