"""The picture's frame: its size, its coordinates, and noise that is the same picture at every size."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# (height, width) or (height, width, 3) in pixels of the frame; float32 in fact, which numpy's types cannot follow
Field: TypeAlias = NDArray[np.floating[Any]]

PORTRAIT = 4 / 3  # noise lattices are laid out for this height : width, and cropped for a square


@dataclass(frozen=True)
class Frame:
    """A frame of width 1 and height `aspect`, seen with so many pixels."""

    width_px: int
    height_px: int

    @property
    def aspect(self) -> float:
        return self.height_px / self.width_px

    def grid(self) -> tuple[Field, Field]:
        """x in 0..1 with shape (1, W) and y in 0..aspect with shape (H, 1), at pixel centres."""
        x = (np.arange(self.width_px, dtype=np.float32) + np.float32(0.5)) / np.float32(self.width_px)
        y = (np.arange(self.height_px, dtype=np.float32) + np.float32(0.5)) / np.float32(self.width_px)
        return x[None, :], y[:, None]

    def noise(self, rng: np.random.Generator, across: int, down: int) -> Field:
        """Smooth noise, mean 0 and spread about 0.7, with so many bumps across and down a portrait frame."""
        lattice = rng.standard_normal((down + 3, across + 3), dtype=np.float32)
        part = min(1.0, self.aspect / PORTRAIT)
        top = 1.5 + down * (1 - part) / 2
        box = (1.5, top, 1.5 + across, top + down * part)
        return np.asarray(
            Image.fromarray(lattice).resize((self.width_px, self.height_px), Image.Resampling.BICUBIC, box=box)
        )

    def slopes(self, height: Field) -> tuple[Field, Field]:
        """How steeply a height field (in widths) rises to the right and downwards."""
        right = np.empty_like(height)
        down = np.empty_like(height)
        right[:, 1:-1] = height[:, 2:] - height[:, :-2]
        right[:, 0], right[:, -1] = right[:, 1], right[:, -2]
        down[1:-1] = height[2:] - height[:-2]
        down[0], down[-1] = down[1], down[-2]
        scale = np.float32(self.width_px / 2)
        return right * scale, down * scale

    def soft(self, values: Field, radius: float) -> Field:
        """Blurs a field (H, W) by about `radius` picture widths: down to a coarse lattice and up again."""
        cells_x = max(2, min(self.width_px, round(1 / radius)))
        cells_y = max(2, min(self.height_px, round(self.aspect / radius)))
        image = Image.fromarray(values)
        coarse = image.resize((cells_x, cells_y), Image.Resampling.HAMMING)
        return np.asarray(coarse.resize(image.size, Image.Resampling.BICUBIC))


def resized(values: Field, frame: Frame) -> Field:
    """A field (h, w) at the frame's resolution."""
    return np.asarray(Image.fromarray(values).resize((frame.width_px, frame.height_px), Image.Resampling.BICUBIC))


def tiled(tile: Field, u: Field, v: Field) -> Field:
    """Reads an endless tiling bilinearly.

    Args:
        tile: shape (h, w) or (h, w, C), repeats every 1 in u (across) and v (down).
        u: any shape S.
        v: shape S.

    Returns:
        Shape S or S + (C,).
    """
    rows, columns = tile.shape[:2]
    x = u * np.float32(columns) - np.float32(0.5)
    y = v * np.float32(rows) - np.float32(0.5)
    x_floor, y_floor = np.floor(x), np.floor(y)
    x_part, y_part = x - x_floor, y - y_floor
    left = x_floor.astype(np.int32) % columns
    top = y_floor.astype(np.int32) % rows
    right, bottom = (left + 1) % columns, (top + 1) % rows
    flat = tile.reshape(rows * columns, -1) if tile.ndim == 3 else tile.reshape(-1)
    if tile.ndim == 3:
        x_part, y_part = x_part[..., None], y_part[..., None]
    upper = flat[top * columns + left] * (1 - x_part) + flat[top * columns + right] * x_part
    lower = flat[bottom * columns + left] * (1 - x_part) + flat[bottom * columns + right] * x_part
    blended: Field = upper * (1 - y_part) + lower * y_part
    return blended


def wrapped_noise(rng: np.random.Generator, across: int, down: int, size_px: int = 128) -> Field:
    """A square tile of noise without a seam, shape (size_px, size_px), spread about 0.7."""
    lattice = rng.standard_normal((down, across), dtype=np.float32)
    padded = np.pad(lattice, 3, mode="wrap")
    box = (3.0, 3.0, 3.0 + across, 3.0 + down)
    return np.asarray(Image.fromarray(padded).resize((size_px, size_px), Image.Resampling.BICUBIC, box=box))
