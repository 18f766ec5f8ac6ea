"""Pairs of shoes of all kinds: how they are placed beside one another."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.sources.garments.shapes import (
    Colour,
    Dot,
    Garment,
    Pair,
    Piece,
    Stroke,
    moved,
)
from core.sources.garments.shoes_above import ballerina, loafer, sandal, sneaker_above
from core.sources.garments.shoes_side import boot, pump, sneaker_side

Layer = Piece | Stroke | Dot
FROM_ABOVE = ("sneaker", "ballerina", "loafer", "sandal")


def shoes(rng: np.random.Generator, kind: str, inks: tuple[Colour, Colour]) -> Garment:
    """A pair, or one, of the kind: turned a little, side by side or one before the other."""
    above = kind in FROM_ABOVE
    one: Callable[[float], list[Layer]]
    variant = rng.uniform(0, 1, 6)
    if above:
        one = {
            "sneaker": lambda flip: sneaker_above(variant, inks),
            "ballerina": lambda flip: ballerina(variant, inks),
            "loafer": lambda flip: loafer(variant, inks),
            "sandal": lambda flip: sandal(variant, inks),
        }[kind]
    else:
        one = {
            "boot": lambda flip: boot(variant, inks),
            "pump": lambda flip: pump(variant, inks),
            "trainer": lambda flip: sneaker_side(variant, inks),
        }[kind]
    garment = Garment()
    for turn, shift, size, flip in _placing(rng, above, kind):
        garment.layers += [moved_layer(layer, turn, shift, size, flip) for layer in one(flip)]
    return garment


def _placing(rng: np.random.Generator, above: bool, kind: str) -> list[tuple[float, Pair, float, float]]:
    """Turn, place, size and mirror of each shoe."""
    if above:
        spread = rng.uniform(0.23, 0.32)
        lean = rng.normal(0.04, 0.08)
        if rng.random() < 0.08:  # one shoe lies across
            return [
                (rng.normal(0.5, 0.3), (-0.2, rng.uniform(-0.1, 0.1)), 1.0, 1.0),
                (rng.normal(-0.2, 0.2), (0.32, rng.uniform(-0.1, 0.2)), 1.0, -1.0),
            ]
        whole = rng.choice([0.0, rng.uniform(-1.2, 1.2)], p=[0.82, 0.18])
        pairs = [
            (-lean, (-spread, rng.normal(0, 0.04)), 1.0, -1.0),
            (lean + rng.normal(0, 0.05), (spread, rng.normal(0, 0.05)), 1.0, 1.0),
        ]
        cos, sin = np.cos(whole), np.sin(whole)
        return [
            (turn + whole, (x * cos - y * sin, x * sin + y * cos), size, flip) for turn, (x, y), size, flip in pairs
        ]
    flip = rng.choice([-1.0, 1.0])
    if rng.random() < 0.16:
        return [(rng.normal(0, 0.08), (0.0, 0.0), 1.0, flip)]
    gap = (rng.uniform(0.12, 0.3) * flip, rng.uniform(0.12, 0.3))
    other = -flip if rng.random() < 0.2 else flip
    return [(rng.normal(0, 0.06), (0.0, 0.0), 0.97, other), (rng.normal(0, 0.06), gap, 1.0, flip)]


def moved_layer(layer: Layer, turn: float, shift: Pair, size: float, flip: float) -> Layer:
    """A layer mirrored or not, made larger, turned and then moved."""
    if isinstance(layer, Piece):
        return replace(layer, outline=moved(layer.outline, turn, shift, size, flip), turn=layer.turn * flip - turn)
    if isinstance(layer, Stroke):
        return replace(layer, points=moved(layer.points, turn, shift, size, flip), width=layer.width * size)
    x, y = moved(np.array([layer.centre]), turn, shift, size, flip)[0]
    return replace(layer, centre=(float(x), float(y)))
