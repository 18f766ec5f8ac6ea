"""What a garment is made of before it is a picture: outlines, seams, buttons, prints and folds.

Garment units: x to the right from the middle, y down from the neck or waist; 1 is about half a metre.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Points: TypeAlias = NDArray[np.float64]  # shape (N, 2)
Pair: TypeAlias = tuple[float, float]
Colour: TypeAlias = tuple[float, float, float]  # sRGB, 0..255


@dataclass(frozen=True)
class Piece:
    """A cut of cloth, laid over all that came before it."""

    outline: Points  # closed
    cloth: str = "main"  # which of the garment's fabrics
    level: float = 0.012  # height over the floor, in picture widths
    turn: float = 0.0  # radians, how the grain is turned against the garment
    fan: float = 0.0  # how the grain spreads towards the hem, as flared skirts are cut
    shade: float = 1.0  # below 1 for the inside of a neck
    dome: float = 0.006  # how much the middle stands over the edge, in picture widths
    edge: float = 0.02  # how far in the edge is rounded, in picture widths
    slack: float = 1.0  # how much of the garment's folds it takes on


@dataclass(frozen=True)
class Stroke:
    """A seam, a stitch line, a fold line, a cord."""

    points: Points
    width: float = 0.008
    relief: float = 0.0  # -1 a deep groove, 1 a high ridge
    ink: Colour | None = None


@dataclass(frozen=True)
class Dot:
    """A button, a rivet, an eyelet."""

    centre: Pair
    radius: float
    ink: Colour
    relief: float = 0.8


@dataclass(frozen=True)
class Print:
    """A picture on the cloth."""

    image: Image.Image  # RGBA
    centre: Pair
    width: float


@dataclass(frozen=True)
class Fold:
    """One wrinkle from a point of tension, growing wider and fainter on its way."""

    start: Pair
    end: Pair
    width: float
    height: float  # in picture widths


@dataclass(frozen=True)
class Drape:
    """Folds that hang side by side and deepen towards the hem."""

    top: float
    bottom: float
    half_top: float
    half_bottom: float
    count: float
    depth: float
    phase: float = 0.0
    power: float = 1.0

    def wave(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Height of the folds at garment points, any shape, in picture widths."""
        way = np.clip((y - self.top) / (self.bottom - self.top), 0.0, 1.1)
        half = self.half_top + (self.half_bottom - self.half_top) * way
        turns = self.count * x / np.maximum(half, 0.05)
        angle = np.pi * turns + self.phase + 1.1 * np.sin(1.7 * turns + self.phase * 2) + 0.5 * np.sin(4 * way)
        return self.depth * way**self.power * (np.sin(angle) + 0.35 * np.sin(2.3 * angle + 1.0))


@dataclass
class Garment:
    """A finished cut: layers from the bottom up, and how the cloth falls."""

    layers: list[Piece | Stroke | Dot | Print] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    drapes: list[Drape] = field(default_factory=list)
    hang_at: tuple[Pair, Pair] | None = None  # where a hanger's ends or clips hold it
    clips: bool = False  # hung by clips at the waist rather than over shoulders
    reach: float = 0.6  # picture widths per garment unit, where there is room

    def points(self) -> Points:
        """All outline points, shape (N, 2)."""
        return np.concatenate([layer.outline for layer in self.layers if isinstance(layer, Piece)])


def curve(points: Sequence[Pair], step: float = 0.03) -> Points:
    """A smooth line through the points (Catmull-Rom), shape (N, 2)."""
    knots = np.asarray(points, dtype=np.float64)
    if len(knots) < 3:
        return line(points, step)
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    parts = []
    spans = np.hypot(*np.diff(padded, axis=0).T)
    chords = np.hypot(*(padded[2:] - padded[:-2]).T)
    for i in range(1, len(padded) - 2):
        # tangents as long as the span itself, or long spans make short neighbours overshoot
        reach = spans[i]
        near = (padded[i + 1] - padded[i - 1]) * (reach / max(chords[i - 1], 1e-9))
        far = (padded[i + 2] - padded[i]) * (reach / max(chords[i], 1e-9))
        ends = np.stack([padded[i], near, padded[i + 1], far])
        parts.append(_hermite(max(2, int(reach / step))) @ ends)
    return np.vstack([*parts, knots[-1:]])


@cache
def _hermite(count: int) -> Points:
    """Weights of start, start tangent, end and end tangent along a span, shape (count, 4)."""
    t = np.arange(count) / count
    return np.stack([2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t, 3 * t**2 - 2 * t**3, t**3 - t**2], axis=1)


def line(points: Sequence[Pair], step: float = 0.03) -> Points:
    """Straight from point to point, in short steps so that it can be bent later, shape (N, 2)."""
    knots = np.asarray(points, dtype=np.float64)
    parts = []
    for a, b in pairwise(knots):
        count = max(1, int(np.hypot(*(b - a)) / step))
        parts.append(a + (b - a) * np.linspace(0.0, 1.0, count, endpoint=False)[:, None])
    return np.vstack([*parts, knots[-1:]])


def joined(*parts: Points) -> Points:
    """Lines one after the other, as one outline."""
    return np.vstack(parts)


def mirrored(points: Points) -> Points:
    """The other side, walked the other way, so that `joined(side, mirrored(side))` closes."""
    other: Points = (points * np.array([-1.0, 1.0]))[::-1]
    return other


def flipped(points: Points, side: float) -> Points:
    """The same line on the side 1 (right) or -1 (left)."""
    other: Points = points * np.array([side, 1.0])
    return other


def shifted(points: Points, x: float, y: float) -> Points:
    """The same points elsewhere."""
    other: Points = points + np.array([x, y])
    return other


def oval(centre: Pair, half_width: float, half_height: float) -> Points:
    """An ellipse, shape (40, 2)."""
    turn = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    return np.stack([centre[0] + half_width * np.cos(turn), centre[1] + half_height * np.sin(turn)], axis=1)


def moved(points: Points, turn: float = 0.0, shift: Pair = (0.0, 0.0), size: float = 1.0, flip: float = 1.0) -> Points:
    """Flipped, scaled, turned (radians) and shifted, in this order."""
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos * flip, -sin], [sin * flip, cos]]) * size
    placed: Points = points @ matrix.T + np.asarray(shift)
    return placed


def dashes(points: Points, ink: Colour, width: float = 0.006, on: float = 0.018, off: float = 0.012) -> list[Stroke]:
    """A line of visible stitches along the points."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    starts = np.arange(0.0, along[-1], on + off)
    x = np.interp(np.stack([starts, starts + on], 1), along, points[:, 0])
    y = np.interp(np.stack([starts, starts + on], 1), along, points[:, 1])
    groove = Stroke(points, width * 2.2, relief=-0.25)
    return [groove, *(Stroke(np.stack([x[i], y[i]], 1), width, ink=ink) for i in range(len(starts)))]


def seam(points: Points, depth: float = 0.5, width: float = 0.008) -> Stroke:
    """A groove where two cuts meet."""
    return Stroke(points, width, relief=-depth)
