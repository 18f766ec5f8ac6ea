"""One simple shape, or a few of the same, on a plain, shaded, speckled or busy ground."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

from core.sources.garments.cloth import lightness
from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour, Points, curve, flipped, joined, moved, oval
from workshop.things.canvas import Canvas, Painter, any_colour, blob, near, rectangle


def circle(rng: np.random.Generator) -> Points:
    """Filled, nearly round."""
    return oval((0.0, 0.0), 1.0, rng.uniform(0.92, 1.0))


def square(rng: np.random.Generator) -> Points:
    """Nearly as wide as it is tall."""
    return rectangle(-0.86, -0.86, 0.86, 0.86 * rng.uniform(0.85, 1.1))


def triangle(rng: np.random.Generator) -> Points:
    """Any with no flat angle."""
    turn = np.array([0.0, 2.09, 4.19]) + rng.uniform(-0.3, 0.3, 3) - np.pi / 2
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def star(rng: np.random.Generator) -> Points:
    """Of five or six points, fat or thin."""
    num_points = int(rng.choice([5, 5, 6]))
    turn = np.arange(num_points * 2) * np.pi / num_points - np.pi / 2
    reach = np.where(np.arange(num_points * 2) % 2, rng.uniform(0.34, 0.54), 1.05)
    return np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=1)


def ring(rng: np.random.Generator) -> Points:
    """A circle with a hole, as one outline."""
    hole = rng.uniform(0.4, 0.78)
    outer, inner = oval((0.0, 0.0), 1.0, 1.0), oval((0.0, 0.0), hole, hole)
    return joined(outer, outer[:1], inner[:1], inner[::-1])


def cross(rng: np.random.Generator) -> Points:
    """Two bars of one length."""
    half = rng.uniform(0.16, 0.36)
    corner = np.array([(half, -1.0), (half, -half), (1.0, -half)])
    return joined(*(moved(corner, quarter * np.pi / 2) for quarter in range(4)))


def heart(rng: np.random.Generator) -> Points:
    """Slim or wide."""
    wide = rng.uniform(0.85, 1.1)
    right = curve([(0.0, -0.5), (0.3, -0.85), (0.75, -0.8), (0.95, -0.35), (0.6, 0.3), (0.0, 0.95)])
    return joined(right, flipped(right, -1.0)[::-1]) * [wide, 1.0]


def arrow(rng: np.random.Generator) -> Points:
    """A shaft with a head."""
    half, head, deep = rng.uniform(0.12, 0.28), rng.uniform(0.5, 0.75), rng.uniform(-0.1, 0.25)
    right = [(0.0, -1.0), (head, deep), (half, deep), (half, 1.0)]
    return np.array([*right, *((-x, y) for x, y in right[:0:-1])])


OUTLINES: dict[str, Callable[[np.random.Generator], Points]] = {
    "circle": circle,
    "square": square,
    "triangle": triangle,
    "star": star,
    "ring": ring,
    "cross": cross,
    "heart": heart,
    "arrow": arrow,
}


def _picture(kind: str, rng: np.random.Generator, frame: Frame) -> Image.Image:
    canvas = Canvas(frame)
    ground = any_colour(rng, (0.1, 0.97), (0.0, 0.8))
    _ground(rng, canvas, ground)
    count = int(rng.choice([1, 2, 3, 4], p=[0.7, 0.12, 0.1, 0.08]))
    biggest = 0.42 / np.sqrt(count)
    cells = rng.permutation(4)[:count]
    for cell in cells:
        size = biggest * rng.uniform(0.45, 1.0)
        if count == 1:
            room = np.array([0.5, frame.aspect / 2]) - size
            shift = np.array([0.5, frame.aspect / 2]) + rng.uniform(-1, 1, 2) * np.maximum(room, 0)
        else:
            shift = (np.array([cell % 2, cell // 2]) + 0.5) * [0.5, frame.aspect / 2] + rng.normal(0, 0.02, 2)
        turns = 0.25 if kind == "heart" else np.pi
        canvas.stand((float(shift[0]), float(shift[1])), size, rng.uniform(-turns, turns))
        _shape(rng, canvas, OUTLINES[kind](rng), _apart(rng, ground))
    canvas.stand()
    return canvas.photographed(rng, rng.choice([0.02, 0.08, 0.2]))


def _shape(rng: np.random.Generator, canvas: Canvas, outline: Points, colour: Colour) -> None:
    if rng.random() < 0.4:
        canvas.shadow(outline + rng.normal(0, 0.08, 2), 0.6, 0.02)
    if rng.random() < 0.25:
        canvas.area(outline * 1.08, mixed(colour, (250, 250, 250) if rng.random() < 0.5 else (10, 10, 10), 0.6))
    low = mixed(colour, any_colour(rng), 0.5) if rng.random() < 0.4 else None
    canvas.area(outline, colour, low)


def _apart(rng: np.random.Generator, ground: Colour) -> Colour:
    """A colour that shows on the ground."""
    best = max((any_colour(rng, (0.1, 1.0), (0.1, 1.0)) for _ in range(4)), key=lambda ink: _distance(ink, ground))
    if _distance(best, ground) > 70:
        return best
    return (245, 245, 240) if lightness(ground) < 0.5 else (20, 20, 26)


def _distance(a: Colour, b: Colour) -> float:
    return abs(lightness(a) - lightness(b)) * 255 + float(np.abs(np.subtract(a, b)).max()) * 0.3


def _ground(rng: np.random.Generator, canvas: Canvas, colour: Colour) -> None:
    kind = str(rng.choice(["plain", "shaded", "specks", "blots", "bands"], p=[0.25, 0.2, 0.2, 0.2, 0.15]))
    tall = canvas.frame.aspect
    low = mixed(colour, any_colour(rng), 0.4) if kind == "shaded" else colour
    canvas.area(rectangle(0.0, 0.0, 1.0, tall), colour, low)
    if kind == "specks":
        for x, y in rng.uniform(0, 1, (250, 2)) * [1.0, tall]:
            canvas.area(oval((x, y), 0.006, 0.006), near(rng, colour, 30))
    elif kind == "blots":
        for x, y in rng.uniform(0, 1, (14, 2)) * [1.0, tall]:
            half = rng.uniform(0.05, 0.2)
            canvas.area(blob(rng, (x, y), half, half), near(rng, colour, 14))
    elif kind == "bands":
        wide, turn = rng.uniform(0.03, 0.12), rng.uniform(0, np.pi)
        for y in np.arange(-1.5, 1.5, wide * 2):
            canvas.area(
                moved(rectangle(-2, y, 2, y + wide), turn, (0.5, tall / 2)), mixed(colour, (128, 128, 128), 0.25)
            )


PAINTERS: dict[str, Painter] = {kind: partial(_picture, kind) for kind in OUTLINES}
