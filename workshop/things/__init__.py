"""Pictures of things that the clothing model was not taught, drawn by seed: what it must not claim to know."""

from collections.abc import Mapping
from types import MappingProxyType
from zlib import crc32

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from workshop.things import accessories, noise, scenes, screens, shapes, textures
from workshop.things.canvas import Painter

SMALLEST_WORK_PX = 176  # smaller pictures are drawn so wide and reduced, or lines turn to noise

PAINTERS: Mapping[str, Mapping[str, Painter]] = MappingProxyType(
    {
        "accessories": accessories.PAINTERS,
        "scenes": scenes.PAINTERS,
        "textures": textures.PAINTERS,
        "noise": noise.PAINTERS,
        "screens": screens.PAINTERS,
        "shapes": shapes.PAINTERS,
    }
)
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType({group: tuple(kinds) for group, kinds in PAINTERS.items()})


def draw(group: str, kind: str, seed: int, width_px: int = 300, height_px: int = 400) -> Image.Image:
    """One picture of a thing; the same arguments give the same pixels, in any process and order.

    Args:
        group: one of `KINDS`.
        kind: one of `KINDS[group]`.
        seed: which of its pictures, any integer.
        width_px: 16 or more.
        height_px: 16 or more; half to twice the width.

    Returns:
        RGB, exactly width_px by height_px.

    Raises:
        ValueError: the group or the kind is unknown, or the size is out of range.
    """
    if group not in KINDS:
        raise ValueError(f"There are groups of {', '.join(KINDS)}. Received: {group!r}.")
    if kind not in KINDS[group]:
        raise ValueError(f"Of {group} there are {', '.join(KINDS[group])}. Received: {kind!r}.")
    if min(width_px, height_px) < 16 or max(width_px, height_px) > 2 * min(width_px, height_px):
        raise ValueError(
            "A picture has 16 pixels or more a side, and is at most twice as long on one. "
            f"Received: {width_px} x {height_px}."
        )
    # keyed by name, so that a new kind leaves the others' pictures as they are
    rng = np.random.default_rng([crc32(f"{group}/{kind}".encode()), seed % 2**63])
    enlarge = max(1.0, SMALLEST_WORK_PX / min(width_px, height_px))
    picture = PAINTERS[group][kind](rng, Frame(round(width_px * enlarge), round(height_px * enlarge)))
    return picture if enlarge == 1.0 else picture.resize((width_px, height_px), Image.Resampling.LANCZOS)
