"""Sunglasses: two dark lenses in a frame, folded or with their arms open."""

import numpy as np

from core.sources.garments.cloth import dye, solid
from core.sources.garments.shapes import Garment, Piece, Points, Stroke, curve, flipped
from core.sources.garments.wardrobe import Outfit
from workshop.things.canvas import any_colour


def sunglasses(rng: np.random.Generator) -> Outfit:
    """Round, square or drop-shaped; on their arms, or folded."""
    wide, tall = rng.uniform(0.3, 0.4), rng.uniform(0.22, 0.34)
    apart, rim = wide + rng.uniform(0.06, 0.13), rng.uniform(0.02, 0.07)
    lens = _lens(wide, tall, rng.uniform(0.0, 1.0), rng.uniform(-0.08, 0.12))
    main = solid(dye(rng, ("black", "black", "brown", "red", "white", "mustard", "teal")), gloss=0.3, heather=0.01)
    ink, dark = main.colour, any_colour(rng, (0.06, 0.45), (0.1, 0.8))
    garment = Garment()
    reach, lean = rng.uniform(0.35, 1.0), rng.uniform(-0.2, 0.35)
    folded = rng.random() < 0.4
    for side in (-1.0, 1.0):
        hinge = (apart + wide * 0.95, -tall * 0.55)
        way = [hinge, (hinge[0] + lean * 0.5, hinge[1] - reach * 0.7), (hinge[0] + lean, hinge[1] - reach)]
        if folded:
            way = [hinge, (0.1, -tall * 0.35 - 0.1 * (side > 0)), (-apart - 0.1, tall * 0.2 - 0.1 * (side > 0))]
        garment.layers.append(Stroke(flipped(curve(way), side), 0.05, relief=1.0, ink=ink))
    bridge = curve([(-apart + wide * 0.7, -tall * 0.35), (0.0, -tall * 0.62), (apart - wide * 0.7, -tall * 0.35)])
    garment.layers.append(Stroke(bridge, 0.05 + rim * 0.4, relief=1.0, ink=ink))
    for side in (-1.0, 1.0):
        around, glass = (flipped(lens * size + [apart, 0.0], side) for size in (1.0, 1 - rim / wide * 1.6))
        garment.layers += [
            Piece(around, level=0.04, dome=0.012, edge=0.02, slack=0.0),
            Piece(glass, "lens", level=0.036, dome=0.03, edge=0.2, slack=0.0),
        ]
    lenses = solid(dark, gloss=rng.uniform(0.1, 0.4), heather=0.0)
    return Outfit(garment, {"main": main, "lens": lenses}, 0.2, 0.0, 0.5)


def _lens(wide: float, tall: float, square: float, drop: float) -> Points:
    """Between an oval and a rectangle, lower outside by `drop`, shape (48, 2)."""
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    cos, sin, power = np.cos(turn), np.sin(turn), 1 - 0.6 * square
    x, y = np.sign(cos) * np.abs(cos) ** power * wide, np.sign(sin) * np.abs(sin) ** power * tall
    return np.stack([x * (1 - 0.25 * np.maximum(sin, 0) * (1 - square)), y + drop * x], axis=1)
