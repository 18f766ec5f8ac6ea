"""Umbrellas: open, from the side or from above; or rolled up."""

import numpy as np

from core.sources.garments.cloth import dye, solid, trim
from core.sources.garments.shapes import Dot, Garment, Piece, Stroke, curve, joined, line, seam
from core.sources.garments.wardrobe import Outfit
from workshop.things.laid import METALS, Layer, any_cloth, placed


def umbrella(rng: np.random.Generator) -> Outfit:
    """Open, from the side or from above; or rolled up."""
    main = any_cloth(rng, 0.65, ("stripes", "dots", "floral", "checks"), 1.5)
    fabrics = {"main": main, "trim": solid(dye(rng), gloss=0.1) if rng.random() < 0.35 else trim(main.colour, 0.12)}
    grip = METALS[2] if rng.random() < 0.5 else (124, 78, 44)
    view = str(rng.choice(["side", "above", "rolled"], p=[0.55, 0.25, 0.2]))
    if view == "above":
        return Outfit(Garment(list(_umbrella_above(rng))), fabrics, 0.4, 0.0, 0.5)
    shaft_end, hook = rng.uniform(0.5, 0.75), rng.uniform(0.07, 0.12)
    bend = [
        (0.0, shaft_end - 0.15),
        (0.0, shaft_end),
        (hook, shaft_end + hook),
        (hook * 2, shaft_end),
        (hook * 2, shaft_end - 0.05),
    ]
    shaft = line([(0.0, -0.95), (0.0, shaft_end)])
    layers: list[Layer] = [Stroke(shaft, 0.03, relief=1.0, ink=METALS[int(rng.integers(1, 3))])]
    layers += [Stroke(curve(bend), 0.06, relief=1.0, ink=grip)]
    layers += _umbrella_side(rng) if view == "side" else _umbrella_rolled(rng)
    garment = Garment([*placed(layers, rng.normal(0, 0.5) if rng.random() < 0.5 else 0.0)])
    return Outfit(garment, fabrics, 0.5, 0.3, 0.55 if view == "side" else 0.75)


def _umbrella_side(rng: np.random.Generator) -> list[Layer]:
    half, tall, num_cuts = rng.uniform(0.75, 0.95), rng.uniform(0.55, 0.8), int(rng.choice([4, 5, 6]))
    low = rng.uniform(0.0, 0.08)
    spots = np.sin(np.linspace(-np.pi / 2, np.pi / 2, num_cuts + 1)) * half
    layers: list[Layer] = []
    for index in range(num_cuts):
        a, b = spots[index], spots[index + 1]
        left, right = (
            curve([(0.0, -tall), (x * 0.6, -tall * 0.83), (x * 0.93, -tall * 0.36), (x, low)]) for x in (a, b)
        )
        cut = joined(left, curve([(a, low), ((a + b) / 2, low - 0.07), (b, low)]), right[::-1])
        cloth = "trim" if index % 2 else "main"
        layers.append(Piece(cut, cloth, level=0.04, turn=-(a + b) / 2 * 0.6, dome=0.03, edge=0.09, slack=0.3))
    return layers


def _umbrella_above(rng: np.random.Generator) -> list[Layer]:
    num_cuts = int(rng.choice([6, 8, 10]))
    corners = np.linspace(0, 2 * np.pi, num_cuts + 1) + rng.uniform(0, 1)
    layers: list[Layer] = []
    for index in range(num_cuts):
        (ax, ay), (bx, by) = ((np.cos(turn), np.sin(turn)) for turn in corners[index : index + 2])
        rim = curve([(ax, ay), ((ax + bx) * 0.47, (ay + by) * 0.47), (bx, by)])
        cut = joined(line([(0.0, 0.0), (ax, ay)]), rim, line([(bx, by), (0.0, 0.0)]))
        cloth = "trim" if index % 2 else "main"
        layers.append(Piece(cut, cloth, level=0.04, turn=-float(corners[index]), dome=0.03, edge=0.12, slack=0.2))
    return [*layers, Dot((0.0, 0.0), 0.04, METALS[1])]


def _umbrella_rolled(rng: np.random.Generator) -> list[Layer]:
    half = rng.uniform(0.06, 0.11)
    right = curve([(0.015, -0.85), (half * 0.7, -0.3), (half, 0.15), (half * 0.5, 0.24), (0.02, 0.26)])
    layers: list[Layer] = [Piece(joined(right, right[::-1] * [-1.0, 1.0]), level=0.03, dome=0.03, edge=0.05, slack=0.4)]
    for part in (-0.5, 0.1, 0.6):
        layers.append(seam(curve([(0.0, -0.8), (half * part, -0.2), (half * (part - 0.3), 0.2)]), 1.0, 0.014))
    tape = line([(-half, -0.02), (half, 0.03), (half, 0.09), (-half, 0.04), (-half, -0.02)])
    return [*layers, Piece(tape, "trim", level=0.062, dome=0.004, slack=0.0)]
