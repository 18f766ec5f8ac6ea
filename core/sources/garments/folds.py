"""How cloth falls: a height field of wrinkles, creases and hanging folds over the garment."""

import numpy as np

from core.sources.garments.frame import Field, Frame
from core.sources.garments.pose import Pose
from core.sources.garments.shapes import Fold, Garment

LATTICE_PX = 132  # across; wrinkles are softer than this, and so cost the same at every picture size


def fold_lattice(frame: Frame) -> Frame:
    """A small frame of the same shape."""
    return Frame(LATTICE_PX, round(LATTICE_PX * frame.aspect))


def cloth_height(
    rng: np.random.Generator, garment: Garment, pose: Pose, lattice: Frame, crisp: float, hanging: bool
) -> Field:
    """Heights of the garment's folds on the lattice, in picture widths, shape (h, w)."""
    x, y = lattice.grid()
    garment_x, garment_y = pose.to_garment(x, y)
    height = rumples(rng, lattice, crisp, hanging)
    for fold in garment.folds:
        _press(height, fold, pose, lattice)
    for drape in garment.drapes:
        height += drape.wave(garment_x.astype(np.float64), garment_y.astype(np.float64)).astype(np.float32)
    return height * np.float32(rng.uniform(1.3, 2.1))  # freshly ironed to slept in


def rumples(rng: np.random.Generator, lattice: Frame, crisp: float, hanging: bool = False) -> Field:
    """Soft undulation and sharp creases, as in cloth that nobody has ironed, shape (h, w)."""
    if hanging:
        soft = lattice.noise(rng, 7, 4) * 0.0075 + lattice.noise(rng, 16, 8) * 0.0016
        veins = lattice.noise(rng, 8, 5)
    else:
        soft = lattice.noise(rng, 5, 6) * 0.0075 + lattice.noise(rng, 12, 15) * 0.0014
        veins = lattice.noise(rng, 6, 7)
    veins = veins + 0.45 * lattice.noise(rng, 14, 17)
    where = np.maximum(lattice.noise(rng, 4, 5) + np.float32(0.25), 0)
    crease = np.float32(0.003 * crisp) / (1 + (veins * np.float32(3.6)) ** 2) * where
    fine = lattice.noise(rng, 34, 44) * where * np.float32(0.0005 * crisp)
    field: Field = soft + crease + fine
    return field


def _press(height: Field, fold: Fold, pose: Pose, lattice: Frame) -> None:
    """Adds one wrinkle, where it reaches."""
    start, end = pose.to_frame(np.array([fold.start, fold.end]))
    width, bend = fold.width * pose.scale, float(np.sin(fold.start[0] * 40)) * 0.16  # no wrinkle is straight
    way = end - start
    length = float(np.hypot(*way)) + 1e-6
    way = way / length
    margin = 5 * width + abs(bend) * length
    low = np.floor((np.minimum(start, end) - margin) * lattice.width_px).astype(int)
    high = np.ceil((np.maximum(start, end) + margin) * lattice.width_px).astype(int)
    box = (slice(max(low[1], 0), max(high[1], 0)), slice(max(low[0], 0), max(high[0], 0)))
    x, y = lattice.grid()
    x, y = x[:, box[1]], y[box[0]]
    if not x.size or not y.size:
        return
    along = (
        (x - np.float32(start[0])) * np.float32(way[0]) + (y - np.float32(start[1])) * np.float32(way[1])
    ) / np.float32(length)
    aside = (y - np.float32(start[1])) * np.float32(way[0]) - (x - np.float32(start[0])) * np.float32(way[1])
    d = (aside + np.float32(bend * length) * along * (1 - along)) / (
        np.float32(width) * (0.7 + 0.9 * np.clip(along, 0, 1))
    )
    taper = np.clip((along + 0.1) * 5, 0, 1) * np.clip((1.1 - along) * 1.4, 0, 1)
    profile = np.exp(-d * d) - np.float32(0.45) * np.exp(-((d - np.float32(1.6)) ** 2))  # a valley at one side
    height[box] += np.float32(fold.height) * taper * profile
