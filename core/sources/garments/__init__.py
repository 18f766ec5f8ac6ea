"""The embedded sample: photograph-like pictures of clothes, drawn by seed, so that all works without a network."""

import numpy as np
from PIL import Image

from core.errors import GarmentInvalid
from core.sources.garments.artist import picture
from core.sources.garments.wardrobe import KINDS

CLASS_NAMES: tuple[str, ...] = ("dress", "outwear", "pants", "shirt", "shoes", "shorts", "skirt", "t-shirt")
SMALLEST_PX = 64
LARGEST_PX = 1024

# Chosen by eye: calm, well lit, at their best when large.
COVERS: dict[str, int] = {
    "dress": 13,
    "outwear": 6,
    "pants": 8,
    "shirt": 29,
    "shoes": 24,
    "shorts": 16,
    "skirt": 38,
    "t-shirt": 35,
}
SAMPLES: tuple[tuple[str, int], ...] = (
    ("dress", 7),
    ("shirt", 38),
    ("shoes", 25),
    ("pants", 24),
    ("outwear", 26),
    ("t-shirt", 30),
)


def draw(
    label: str, seed: int, width_px: int = 400, height_px: int | None = None, kind: str | None = None
) -> Image.Image:
    """One drawing of a garment; the same arguments give the same pixels, in any process and order.

    Args:
        label: one of `CLASS_NAMES`.
        seed: which of its drawings, any integer.
        width_px: 64..1024 when it is the short side.
        height_px: None for a portrait of 3:4; equal to the width for a square.
        kind: one of `KINDS[label]`, such as "parka" of outwear; None for any.

    Returns:
        RGB, exactly width_px by height_px. Other sizes of the same shape show the same picture.

    Raises:
        GarmentInvalid: the label or the kind is unknown, or the short side is out of range.
    """
    if label not in CLASS_NAMES:
        raise GarmentInvalid(f"The sample has drawings of {', '.join(CLASS_NAMES)}. Received: {label!r}.")
    if kind is not None and kind not in KINDS.get(label, ()):
        raise GarmentInvalid(
            f"Of {label} there are the kinds {', '.join(KINDS.get(label, ('any',)))}. Received: {kind!r}."
        )
    if height_px is None:
        height_px = round(width_px * 4 / 3)
    if not SMALLEST_PX <= min(width_px, height_px) <= LARGEST_PX:
        raise GarmentInvalid(
            f"A drawing's short side has {SMALLEST_PX} to {LARGEST_PX} pixels. Received: {width_px} x {height_px}."
        )
    return picture(label, CLASS_NAMES.index(label), seed % 2**63, width_px, height_px, kind)


def draw_nth(index: int, seed: int, width_px: int = 300, height_px: int | None = None) -> tuple[str, Image.Image]:
    """The index-th photo of a sample: each eight in a row hold every class once, in an order of their own.

    Args:
        index: 0 or more.
        seed: which sample, any integer.
        width_px: as for `draw`.
        height_px: as for `draw`.

    Returns:
        The label and the drawing.

    Raises:
        GarmentInvalid: the index is negative, or the short side is out of range.
    """
    if index < 0:
        raise GarmentInvalid(f"Photos of a sample are counted from 0. Received: {index}.")
    turn = index // len(CLASS_NAMES)
    order = np.random.default_rng([seed % 2**63, turn]).permutation(len(CLASS_NAMES))
    label = CLASS_NAMES[int(order[index % len(CLASS_NAMES)])]
    own_seed = int(np.random.default_rng([seed % 2**63, index, 1]).integers(2**62))
    return label, draw(label, own_seed, width_px, height_px)
