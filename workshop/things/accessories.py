"""What wardrobes hold beside clothes: drawn as the garments are, of kinds that the model was not taught."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.wardrobe import Outfit
from workshop.things import bags, glasses, umbrellas, worn
from workshop.things.canvas import Painter
from workshop.things.laid import laid

OUTFITS: dict[str, Callable[[np.random.Generator], Outfit]] = {
    "sock": worn.sock,
    "glove": worn.glove,
    "scarf": worn.scarf,
    "tie": worn.tie,
    "bag": bags.bag,
    "umbrella": umbrellas.umbrella,
    "belt": bags.belt,
    "sunglasses": glasses.sunglasses,
}


def _photo(kind: str, rng: np.random.Generator, frame: Frame) -> Image.Image:
    return laid(rng, frame, OUTFITS[kind](rng))


PAINTERS: dict[str, Painter] = {kind: partial(_photo, kind) for kind in OUTFITS}
