"""Rooms: a window, a sofa, a lamp, and what else stands about."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour, Points, curve, line, oval
from workshop.things import daylight
from workshop.things.canvas import Canvas, any_colour, blob, one, rectangle

FLOORS: tuple[Colour, ...] = ((176, 128, 80), (120, 90, 64), (190, 180, 164), (140, 136, 132))


def room(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A wall with a window, a sofa, a lamp, at times pictures, a rug and a plant."""
    canvas = Canvas(frame, rng.normal(0, 0.02))
    wall = any_colour(rng, (0.6, 0.96), (0.03, 0.35))
    floor, edge = one(rng, FLOORS), frame.aspect * rng.uniform(0.62, 0.78)
    canvas.area(rectangle(-0.4, -0.4, 1.4, edge), mixed(wall, (255, 255, 255), 0.15), mixed(wall, (40, 40, 50), 0.15))
    canvas.area(rectangle(-0.4, edge, 1.4, frame.aspect + 0.4), mixed(floor, (20, 14, 10), 0.25), floor)
    canvas.area(rectangle(-0.4, edge - 0.02, 1.4, edge + 0.005), mixed(wall, (255, 255, 255), 0.5))
    for x in np.linspace(-1.2, 2.2, 18):
        canvas.stroke(
            np.array([(0.5 + (x - 0.5) * 0.6, edge), (x, frame.aspect + 0.2)]), 0.003, mixed(floor, (0, 0, 0), 0.3)
        )
    side, base = rng.choice([-1.0, 1.0]), edge + frame.aspect * rng.uniform(0.06, 0.14)
    _window(rng, canvas, 0.5 + side * rng.uniform(0.1, 0.24), frame.aspect * rng.uniform(0.22, 0.32))
    if rng.random() < 0.6:
        _picture(rng, canvas, 0.5 - side * rng.uniform(0.2, 0.3), frame.aspect * rng.uniform(0.2, 0.36))
    if rng.random() < 0.6:
        rug = any_colour(rng, (0.3, 0.9))
        canvas.area(oval((0.5, base + 0.12), 0.42, 0.08), mixed(rug, (0, 0, 0), 0.3))
        canvas.area(oval((0.5, base + 0.12), 0.39, 0.07), rug)
    lamp_at = 0.5 - side * rng.uniform(0.3, 0.4)
    _lamp(rng, canvas, lamp_at, base - 0.03)
    canvas.stand((0.5 + side * rng.uniform(0.02, 0.14), base), rng.uniform(0.8, 1.1))
    _sofa(rng, canvas)
    canvas.stand()
    if rng.random() < 0.45:
        _plant(rng, canvas, 0.5 + side * 0.42, base + 0.04)
    return canvas.photographed(rng, rng.uniform(0.02, 0.05))


def _window(rng: np.random.Generator, canvas: Canvas, x: float, y: float) -> None:
    day = daylight.daylight(rng)
    half, tall = rng.uniform(0.13, 0.24), rng.uniform(0.15, 0.26)
    canvas.area(
        rectangle(x - half - 0.02, y - tall - 0.02, x + half + 0.02, y + tall + 0.03),
        one(rng, ((244, 242, 238), (120, 88, 60))),
    )
    canvas.area(rectangle(x - half, y - tall, x + half, y + tall), day.above, day.horizon)
    for _ in range(4):
        canvas.area(
            blob(rng, (x + rng.uniform(-0.7, 0.7) * half, y + tall * 0.8), half * 0.3, tall * 0.18),
            day.on((80, 116, 70)),
        )
    canvas.stroke(line([(x, y - tall), (x, y + tall)]), 0.014, (240, 238, 234))
    if rng.random() < 0.6:
        cloth, deep = any_colour(rng, (0.4, 0.95), (0.1, 0.7)), rng.uniform(1.1, 1.7)
        for side in (-1.0, 1.0):
            for fold in range(4):
                left = x + side * (half * 0.72 + fold * 0.028)
                tone = mixed(cloth, (0, 0, 0), 0.12 * (fold % 2))
                canvas.area(
                    rectangle(left, y - tall - 0.04, left + side * 0.03, y + tall * deep),
                    tone,
                    mixed(tone, (0, 0, 0), 0.15),
                )
        canvas.area(rectangle(x - half - 0.12, y - tall - 0.055, x + half + 0.12, y - tall - 0.035), (90, 70, 56))


def _picture(rng: np.random.Generator, canvas: Canvas, x: float, y: float) -> None:
    half, tall = rng.uniform(0.06, 0.13), rng.uniform(0.06, 0.15)
    canvas.area(
        rectangle(x - half, y - tall, x + half, y + tall), one(rng, ((40, 36, 34), (190, 150, 90), (236, 234, 230)))
    )
    canvas.area(
        rectangle(x - half * 0.8, y - tall * 0.84, x + half * 0.8, y + tall * 0.84), any_colour(rng), any_colour(rng)
    )
    canvas.area(oval((x, y), half * 0.4, tall * 0.4), any_colour(rng))


def _lamp(rng: np.random.Generator, canvas: Canvas, x: float, foot: float) -> None:
    tall, half = rng.uniform(0.5, 0.75), rng.uniform(0.08, 0.13)
    canvas.stroke(line([(x, foot), (x, foot - tall)]), 0.014, (60, 56, 54))
    canvas.area(oval((x, foot), 0.07, 0.018), (50, 46, 44))
    shade = one(rng, ((250, 230, 180), (240, 236, 226), (220, 130, 80), (110, 150, 150)))
    cone = np.array(
        [
            (x - half * 0.6, foot - tall - 0.14),
            (x + half * 0.6, foot - tall - 0.14),
            (x + half, foot - tall),
            (x - half, foot - tall),
        ]
    )
    canvas.area(cone, mixed(shade, (255, 255, 255), 0.4), shade)


def _sofa(rng: np.random.Generator, canvas: Canvas) -> None:
    half, back = rng.uniform(0.26, 0.36), rng.uniform(0.22, 0.32)
    cloth = any_colour(rng, (0.25, 0.9), (0.05, 0.7))
    dark = mixed(cloth, (0, 0, 0), 0.3)
    canvas.shadow(rectangle(-half - 0.06, -0.02, half + 0.06, 0.04), 0.7, 0.02)
    for x in (-half, half):
        canvas.area(rectangle(x - 0.02, -0.03, x + 0.02, 0.03), (60, 42, 30))
    canvas.area(_rounded(-half, -back - 0.1, half, 0.0), cloth, dark)
    num_seats = int(rng.integers(2, 4))
    for index in range(num_seats):
        left, right = (-half + 2 * half * (index + part) / num_seats for part in (0.03, 0.97))
        canvas.area(_rounded(left, -back - 0.08, right, -0.13), mixed(cloth, (255, 255, 255), 0.12), cloth)
        canvas.area(_rounded(left, -0.16, right, -0.06), mixed(cloth, (255, 255, 255), 0.2), dark)
    for x in (-half - 0.06, half):
        canvas.area(_rounded(x, -back * 0.85, x + 0.07, 0.0), mixed(cloth, (255, 255, 255), 0.08), dark)
    for _ in range(int(rng.integers(0, 3))):
        x = rng.uniform(-0.7, 0.7) * half
        canvas.area(_rounded(x - 0.07, -0.29, x + 0.07, -0.15), any_colour(rng), any_colour(rng, (0.2, 0.6)))


def _rounded(left: float, top: float, right: float, bottom: float) -> Points:
    r = min(0.03, (right - left) / 3, (bottom - top) / 3)
    turn = np.linspace(0, np.pi / 2, 5)
    corners = ((right - r, bottom - r, 0), (left + r, bottom - r, 1), (left + r, top + r, 2), (right - r, top + r, 3))
    return np.concatenate(
        [
            np.stack([x + r * np.cos(turn + n * np.pi / 2), y + r * np.sin(turn + n * np.pi / 2)], 1)
            for x, y, n in corners
        ]
    )


def _plant(rng: np.random.Generator, canvas: Canvas, x: float, foot: float) -> None:
    leaf = one(rng, ((60, 120, 60), (90, 140, 80), (40, 90, 70)))
    for turn in np.linspace(-1.1, 1.1, 9) + rng.normal(0, 0.1, 9):
        tip = (x + np.sin(turn) * 0.2, foot - 0.12 - np.cos(turn) * rng.uniform(0.14, 0.3))
        canvas.stroke(
            curve([(x, foot - 0.1), (x + np.sin(turn) * 0.07, foot - 0.24), tip]),
            rng.uniform(0.014, 0.03),
            mixed(leaf, (0, 0, 0), rng.uniform(0, 0.4)),
        )
    pot = one(rng, ((180, 96, 64), (230, 226, 220), (70, 74, 84)))
    canvas.area(
        np.array([(x - 0.07, foot - 0.12), (x + 0.07, foot - 0.12), (x + 0.05, foot), (x - 0.05, foot)]),
        pot,
        mixed(pot, (0, 0, 0), 0.3),
    )
