"""Houses, of one to three storeys."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour, oval
from workshop.things import daylight, trees
from workshop.things.canvas import Canvas, any_colour, near, one, rectangle
from workshop.things.daylight import Daylight

ROOFS: tuple[Colour, ...] = ((150, 66, 48), (90, 62, 52), (70, 74, 84), (120, 110, 100), (168, 96, 64))
WALLS: tuple[Colour, ...] = ((236, 230, 216), (222, 196, 150), (190, 110, 86), (180, 190, 196), (150, 120, 96))


def house(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """One to three storeys, a roof, windows and a door; trees or a fence around."""
    canvas, day = Canvas(frame, rng.normal(0, 0.03)), daylight.daylight(rng)
    horizon = frame.aspect * rng.uniform(0.5, 0.75)
    daylight.sky(rng, canvas, day, horizon)
    daylight.hills(rng, canvas, day, horizon)
    daylight.ground(rng, canvas, day, horizon)
    for _ in range(int(rng.integers(0, 3))):
        trees.grown(
            rng, canvas, day, rng.choice([rng.uniform(0, 0.25), rng.uniform(0.75, 1)]), horizon, rng.uniform(0.3, 0.6)
        )
    _house(rng, canvas, day, horizon + frame.aspect * rng.uniform(0.06, 0.16))
    if rng.random() < 0.3:
        _fence(canvas, day.on(one(rng, ((236, 234, 228), (120, 90, 66)))), frame.aspect * rng.uniform(0.84, 0.92))
    return canvas.photographed(rng, rng.uniform(0.02, 0.07))


def _house(rng: np.random.Generator, canvas: Canvas, day: Daylight, foot: float) -> None:
    num_floors, half = int(rng.choice([1, 2, 3], p=[0.45, 0.4, 0.15])), rng.uniform(0.2, 0.36)
    storey = rng.uniform(0.17, 0.22)
    tall, eave, rise = storey * num_floors, rng.uniform(0.02, 0.06), rng.uniform(0.14, 0.34)
    middle, size = rng.uniform(0.36, 0.64), rng.uniform(0.7, 1.1)
    wall = day.on(near(rng, any_colour(rng, (0.5, 0.95), (0.05, 0.5))) if rng.random() < 0.4 else one(rng, WALLS))
    roof = day.on(one(rng, ROOFS))
    canvas.stand((middle, foot), size, 0.0, rng.choice([-1.0, 1.0]))
    canvas.shadow(rectangle(-half - 0.05, -0.02, half + 0.3, 0.05), 0.5, 0.04)
    shape = str(rng.choice(["gable", "side", "flat"], p=[0.45, 0.45, 0.1]))
    deep = rng.uniform(0.12, 0.3) if shape == "gable" and rng.random() < 0.6 else 0.0
    if rng.random() < 0.6:
        x = rng.uniform(-0.5, 0.5) * half
        canvas.area(rectangle(x, -tall - rise * 1.05, x + 0.07, -tall - 0.02), mixed(roof, (40, 36, 34), 0.4))
    if deep:  # the long side, seen from the corner
        side = np.array([(half, 0), (half + deep, -0.05), (half + deep, -tall - 0.01), (half, -tall)])
        canvas.area(side, mixed(wall, (30, 30, 40), 0.35))
        slope = np.array(
            [(0, -tall - rise), (deep, -tall - rise - 0.01), (half + deep + eave, -tall), (half + eave, -tall)]
        )
        canvas.area(slope, mixed(roof, (20, 20, 26), 0.25))
    canvas.area(rectangle(-half, -tall, half, 0.0), wall, mixed(wall, (30, 30, 40), 0.15))
    if shape == "gable":
        canvas.area(np.array([(-half, -tall), (0, -tall - rise), (half, -tall)]), wall)
        edge = np.array([(-half - eave, -tall + eave * 0.4), (0, -tall - rise), (half + eave, -tall + eave * 0.4)])
        canvas.stroke(edge, 0.035, roof)
    elif shape == "side":
        top = half * rng.uniform(0.6, 1.0)
        rake = np.array([(-half - eave, -tall), (-top, -tall - rise), (top, -tall - rise), (half + eave, -tall)])
        canvas.area(rake, mixed(roof, (255, 240, 220), 0.1), mixed(roof, (20, 16, 16), 0.25))
        for row in np.linspace(0.15, 0.9, 6):
            x = half + eave + (top - half - eave) * row
            canvas.stroke(
                np.array([(-x, -tall - rise * row), (x, -tall - rise * row)]), 0.004, mixed(roof, (0, 0, 0), 0.3)
            )
    else:
        canvas.area(rectangle(-half - eave, -tall - 0.04, half + eave, -tall), roof)
    _openings(rng, canvas, day, half, storey, num_floors)
    canvas.stand()


def _openings(
    rng: np.random.Generator, canvas: Canvas, day: Daylight, half: float, storey: float, num_floors: int
) -> None:
    """A door and rows of windows."""
    num_across = int(rng.integers(2, 5)) if half > 0.28 else int(rng.integers(2, 4))
    wide, tall = half / num_across * rng.uniform(0.42, 0.62), storey * rng.uniform(0.26, 0.34)
    trim = day.on(one(rng, ((244, 242, 236), (70, 60, 54), (140, 96, 66))))
    lit = day.dark or rng.random() < 0.15
    glass = (250, 214, 130) if lit else day.on(one(rng, ((120, 150, 176), (60, 74, 90), (170, 196, 210))))
    door_at, door = int(rng.integers(num_across)), day.on(any_colour(rng, (0.2, 0.7)))
    for floor in range(num_floors):
        for index in range(num_across):
            x, y = half * (2 * (index + 0.5) / num_across - 1), -storey * (floor + 0.55)
            if floor == 0 and index == door_at:
                canvas.area(rectangle(x - wide * 0.8 - 0.008, -storey * 0.78, x + wide * 0.8 + 0.008, 0), trim)
                canvas.area(
                    rectangle(x - wide * 0.8, -storey * 0.74, x + wide * 0.8, 0), door, mixed(door, (0, 0, 0), 0.3)
                )
                canvas.area(oval((x + wide * 0.5, -storey * 0.36), 0.007, 0.007), (230, 210, 150))
                continue
            canvas.area(rectangle(x - wide - 0.009, y - tall - 0.009, x + wide + 0.009, y + tall + 0.012), trim)
            canvas.area(rectangle(x - wide, y - tall, x + wide, y + tall), mixed(glass, (255, 255, 255), 0.2), glass)
            canvas.stroke(np.array([(x, y - tall), (x, y + tall)]), 0.007, trim)
            canvas.stroke(np.array([(x - wide, y), (x + wide, y)]), 0.007, trim)


def _fence(canvas: Canvas, colour: Colour, y: float) -> None:
    for x in np.arange(-0.1, 1.1, 0.07):
        picket = np.array([(x, y), (x + 0.02, y - 0.03), (x + 0.04, y), (x + 0.04, y + 0.18), (x, y + 0.18)])
        canvas.area(picket, colour, mixed(colour, (0, 0, 0), 0.2))
    canvas.area(rectangle(-0.2, y + 0.05, 1.2, y + 0.075), mixed(colour, (0, 0, 0), 0.1))
