"""Lays things on floors and tables and against walls, in the manner of the garment artist."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.sources.garments import backdrop, camera, light
from core.sources.garments.bench import Bench
from core.sources.garments.cloth import Fabric, dye, lightness, patterned, solid
from core.sources.garments.folds import cloth_height, fold_lattice
from core.sources.garments.frame import Frame, resized
from core.sources.garments.pose import posed
from core.sources.garments.shapes import Colour, Dot, Pair, Piece, Points, Stroke
from core.sources.garments.shoes import moved_layer
from core.sources.garments.wardrobe import Outfit

Layer = Piece | Stroke | Dot
METALS: tuple[Colour, ...] = ((186, 156, 92), (168, 170, 176), (70, 70, 74))  # brass, steel, iron


def laid(rng: np.random.Generator, frame: Frame, thing: Outfit, turns: float = 0.35) -> Image.Image:
    """The thing photographed where it lies, or hangs as often as it says; `turns` (radians) is how it is strewn."""
    cloth = lightness(thing.fabrics["main"].colour)
    hanging = rng.random() < thing.hangs
    ground = backdrop.wall(rng, frame, cloth) if hanging else backdrop.floor(rng, frame, cloth, rng.random() < 0.6)
    turn = rng.normal(0, 0.04 if hanging else turns)
    thing.garment.reach = thing.unit * rng.uniform(0.65, 1.1)
    pose = posed(rng, thing.garment, frame, turn, rng.uniform(0.3, 1.2), 0.8)
    folds = resized(cloth_height(rng, thing.garment, pose, fold_lattice(frame), thing.crisp, hanging), frame)
    grain = frame.noise(rng, 190, 250) + frame.noise(rng, 40, 50) * np.float32(0.25)
    bench = Bench(frame, ground.colour, ground.height, ground.gloss)
    bench.dress(thing.garment, thing.fabrics, pose, folds, grain)
    source = light.lamp(rng)
    shaded = light.lit(bench, source, rng.uniform(0.02, 0.05) if hanging else 0.0)
    return camera.photographed(rng, shaded * np.float32(rng.uniform(0.65, 1.05)), frame, source.warmth)


def placed(
    layers: Sequence[Layer], turn: float, shift: Pair = (0.0, 0.0), size: float = 1.0, flip: float = 1.0
) -> list[Layer]:
    """The same layers flipped, scaled, turned (radians) and shifted, in this order."""
    return [moved_layer(layer, turn, shift, size, flip) for layer in layers]


def band(path: Points, half: float | NDArray[np.float64]) -> Points:
    """The outline of a strip of cloth along a path, shape (2N, 2); `half` of its width may change on the way."""
    way = np.gradient(path, axis=0)
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    aside = np.stack([-way[:, 1], way[:, 0]], axis=1) * np.broadcast_to(half, len(path))[:, None]
    return np.concatenate([path + aside, (path - aside)[::-1]])


def any_cloth(rng: np.random.Generator, plain: float, names: Sequence[str], size: float = 1.0) -> Fabric:
    """One colour with chance `plain`, or one of the patterns by name."""
    if rng.random() < plain:
        return solid(dye(rng), gloss=rng.uniform(0.02, 0.1), heather=rng.uniform(0.02, 0.08))
    return patterned(rng, str(rng.choice(list(names))), size=size, across=rng.random() < 0.6)
