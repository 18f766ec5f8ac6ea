"""A plate of food on a table, laid as the garments are."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from core.sources.garments.cloth import solid
from core.sources.garments.frame import Frame
from core.sources.garments.shapes import Garment, Pair, Piece, Stroke, curve, joined, line, oval, seam, shifted
from core.sources.garments.wardrobe import Outfit
from workshop.things.canvas import any_colour, blob, near
from workshop.things.laid import Layer, laid

FOODS = {
    "white": (246, 242, 232), "yolk": (244, 176, 30), "meat": (122, 68, 40), "bacon": (176, 76, 60),
    "leaf": (92, 150, 50), "tomato": (206, 48, 34), "cucumber": (176, 208, 120), "peel": (56, 110, 48),
    "noodle": (236, 204, 120), "mash": (240, 222, 160), "pea": (110, 164, 50), "carrot": (232, 126, 40),
    "crust": (198, 142, 76), "cheese": (244, 206, 96),
}  # fmt: skip


def plate(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """Eggs, salad, noodles, a roast or a pizza, with or without a knife and fork."""
    pale = near(rng, (240, 238, 232)) if rng.random() < 0.7 else any_colour(rng, (0.3, 0.9), (0.1, 0.7))
    fabrics = {name: solid(near(rng, colour, 5), gloss=0.15, heather=0.12) for name, colour in FOODS.items()}
    fabrics |= {"main": solid(pale, gloss=0.12, heather=0.0), "metal": solid((176, 178, 184), gloss=0.4, heather=0.0)}
    inner = rng.uniform(0.62, 0.75)
    garment = Garment()
    garment.layers += [Piece(oval((0.0, 0.0), 1.0, 1.0), level=0.03, dome=0.012, edge=0.05, slack=0.0)]
    garment.layers += [seam(np.vstack([ring := oval((0.0, 0.0), inner, inner), ring[:1]]), 0.7, 0.03)]
    meal = MEALS[int(rng.integers(len(MEALS)))]
    garment.layers += meal(rng)
    if rng.random() < 0.6:
        garment.layers += [*_fork(-1.22), *_knife(1.2)]
    return laid(rng, frame, Outfit(garment, fabrics, 0.5, 0.0, 0.4), 0.5)


def _spot(rng: np.random.Generator, reach: float) -> Pair:
    turn, far = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random()) * reach
    return float(np.cos(turn) * far), float(np.sin(turn) * far)


def _heap(
    rng: np.random.Generator, cloth: str, centre: Pair, half: float, level: float = 0.045, rough: float = 0.06
) -> Piece:
    stretch = rng.uniform(0.8, 1.2)
    outline = blob(rng, centre, half * stretch, half / stretch, rough)
    return Piece(outline, cloth, level=level, dome=0.25 * half, edge=0.3 * half, slack=0.4, shade=rng.uniform(0.8, 1.1))


def _eggs(rng: np.random.Generator) -> list[Layer]:
    layers: list[Layer] = []
    for _ in range(int(rng.integers(2, 4))):
        way = curve([(-0.5, 0.0), (-0.2, 0.06), (0.1, -0.04), (0.5, 0.03)])
        strip = joined(shifted(way, 0, -0.09), shifted(way, 0, 0.09)[::-1])
        layers.append(
            Piece(shifted(strip, rng.normal(0, 0.05), rng.uniform(0.15, 0.55)), "bacon", level=0.05, dome=0.01)
        )
    for x in (-0.28, 0.26) if rng.random() < 0.6 else (0.0,):
        spot = (x + rng.normal(0, 0.04), rng.uniform(-0.3, -0.1))
        layers += [Piece(blob(rng, spot, 0.32, 0.3, 0.09), "white", level=0.045, dome=0.02, edge=0.05)]
        layers += [Piece(oval(spot, 0.12, 0.12), "yolk", level=0.06, dome=0.03, edge=0.05, slack=0.0)]
    return layers


def _salad(rng: np.random.Generator) -> list[Layer]:
    layers: list[Layer] = [_heap(rng, "leaf", _spot(rng, 0.6), rng.uniform(0.12, 0.24), rough=0.2) for _ in range(28)]
    for _ in range(int(rng.integers(3, 8))):
        spot, half = _spot(rng, 0.55), rng.uniform(0.1, 0.15)
        rim, heart = ("tomato", "tomato") if rng.random() < 0.5 else ("peel", "cucumber")
        layers.append(Piece(oval(spot, half, half), rim, level=0.09, dome=0.006, edge=0.02, slack=0.1))
        layers.append(Piece(oval(spot, half * 0.8, half * 0.8), heart, level=0.095, dome=0.002, slack=0.1, shade=1.2))
    return layers


def _noodles(rng: np.random.Generator) -> list[Layer]:
    layers: list[Layer] = [_heap(rng, "noodle", (0.0, 0.0), 0.6)]
    ink = FOODS["noodle"]
    for _ in range(34):
        (x, y), half, start = _spot(rng, 0.32), rng.uniform(0.12, 0.34), rng.uniform(0, 6)
        turn = start + np.linspace(0, rng.uniform(2, 5), 22)
        way = np.stack([x + half * np.cos(turn), y + half * np.sin(turn) * rng.uniform(0.6, 1.0)], axis=1)
        layers += [
            Stroke(shifted(way, 0.012, 0.015), 0.045, relief=-0.6),
            Stroke(way, 0.038, relief=1.0, ink=near(rng, ink, 4)),
        ]
    layers.append(_heap(rng, "tomato", _spot(rng, 0.08), rng.uniform(0.22, 0.36), 0.1, 0.12))
    layers += [
        _heap(rng, "meat", _spot(rng, 0.25), rng.uniform(0.07, 0.11), 0.12) for _ in range(int(rng.integers(0, 6)))
    ]
    layers += [_heap(rng, "leaf", _spot(rng, 0.2), 0.05, 0.14, 0.2) for _ in range(int(rng.integers(0, 5)))]
    return layers


def _roast(rng: np.random.Generator) -> list[Layer]:
    layers: list[Layer] = [_heap(rng, "meat", (-0.2, -0.18), rng.uniform(0.32, 0.42), 0.06, 0.1)]
    layers.append(_heap(rng, "mash", (0.34, -0.05), rng.uniform(0.22, 0.3), 0.06, 0.08))
    side = "pea" if rng.random() < 0.6 else "carrot"
    half = 0.042 if side == "pea" else 0.075
    for _ in range(60 if side == "pea" else 22):
        x, y = _spot(rng, 0.26)
        layers.append(_heap(rng, side, (x * 1.4 - 0.05, y * 0.8 + 0.38), half, 0.06, 0.03))
    return layers


def _pizza(rng: np.random.Generator) -> list[Layer]:
    half = rng.uniform(0.66, 0.88)
    layers: list[Layer] = [
        Piece(blob(rng, (0.0, 0.0), half, half, 0.012), "crust", level=0.045, dome=0.035, edge=0.06),
        Piece(blob(rng, (0.0, 0.0), half * 0.86, half * 0.86, 0.02), "cheese", level=0.055, dome=0.004, slack=0.4),
    ]
    layers += [_heap(rng, "tomato", _spot(rng, half * 0.7), rng.uniform(0.05, 0.12), 0.058, 0.15) for _ in range(12)]
    for _ in range(int(rng.integers(5, 12))):
        spot = _spot(rng, half * 0.66)
        layers.append(Piece(oval(spot, 0.1, 0.1), "bacon", level=0.064, dome=0.004, edge=0.02, slack=0.2))
    layers += [_heap(rng, "leaf", _spot(rng, half * 0.7), 0.06, 0.066, 0.15) for _ in range(int(rng.integers(0, 7)))]
    for turn in np.arange(3) * np.pi / 3 + rng.uniform(0, 1):
        tip = np.array([np.cos(turn), np.sin(turn)]) * half
        layers.append(seam(np.stack([-tip, tip]), 0.8, 0.018))
    return layers


def _fork(x: float) -> list[Layer]:
    tines = [
        Stroke(line([(x + shift, -0.75), (x + shift, -0.42)]), 0.03, relief=1.0, ink=(176, 178, 184))
        for shift in (-0.07, -0.023, 0.023, 0.07)
    ]
    right = curve([(0.085, -0.45), (0.07, -0.3), (0.022, -0.18), (0.025, 0.3), (0.04, 0.75)])
    handle = shifted(joined(right, right[::-1] * [-1.0, 1.0]), x, 0.0)
    return [*tines, Piece(handle, "metal", level=0.02, dome=0.008, edge=0.02, slack=0.0)]


def _knife(x: float) -> list[Layer]:
    blade = curve(
        [(-0.05, -0.1), (-0.06, -0.6), (0.0, -0.8), (0.035, -0.7), (0.035, 0.75), (-0.04, 0.75), (-0.05, -0.1)]
    )
    return [Piece(shifted(blade, x, 0.0), "metal", level=0.02, dome=0.008, edge=0.02, slack=0.0)]


MEALS: tuple[Callable[[np.random.Generator], list[Layer]], ...] = (_eggs, _salad, _noodles, _roast, _pizza)
