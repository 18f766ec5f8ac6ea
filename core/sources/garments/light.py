"""Light and shade: turns colour, height and gloss into the light that reaches the camera."""

from dataclasses import dataclass

import numpy as np

from core.sources.garments.bench import Bench
from core.sources.garments.frame import Field, Frame


@dataclass(frozen=True)
class Lamp:
    """One soft source, with the room's own light beside it."""

    x: float  # where it comes from: -1 from the left, 1 from the right
    y: float  # -1 from above, 1 from below
    z: float  # height over the floor
    room: float  # part of the light that comes from everywhere
    warmth: float  # -1 a cloudy window, 1 a bulb
    falloff: float  # how much darker the far side is


def lamp(rng: np.random.Generator) -> Lamp:
    """A window or a ceiling light."""
    angle = rng.uniform(-np.pi, 0) if rng.random() < 0.85 else rng.uniform(0, np.pi)
    tilt = rng.uniform(0.5, 0.85)
    return Lamp(
        x=float(np.cos(angle) * tilt),
        y=float(np.sin(angle) * tilt),
        z=0.8,
        room=rng.uniform(0.24, 0.42),
        warmth=rng.normal(0.1, 0.4),
        falloff=rng.uniform(0.05, 0.3),
    )


def lit(bench: Bench, source: Lamp, stand_off: float) -> Field:
    """Light by pixel, shape (H, W, 3), 1 being paper white.

    Args:
        bench: what there is to see.
        source: what it is seen by.
        stand_off: how far the garment hangs before the backdrop, in picture widths; 0 when it lies.
    """
    frame = bench.frame
    height = bench.height
    right, down = frame.slopes(height)
    # the edge of a cloth is round, however steep its step is between two pixels
    ease = 1 / np.sqrt(1 + (right * right + down * down) * np.float32(1.7))
    right, down = right * ease, down * ease
    facing = 1 / np.sqrt(1 + right * right + down * down)
    toward = (np.float32(source.z) + right * np.float32(-source.x) + down * np.float32(-source.y)) * facing
    toward = np.maximum(toward / np.float32(source.z), 0)
    shadow = _shadow(bench, source, stand_off)
    hollow = np.clip((frame.soft(height, 0.05) - height) * np.float32(13), 0, 0.45)
    hollow += np.clip((frame.soft(height, 0.018) - height) * np.float32(14), 0, 0.25)
    light = np.float32(source.room) * (0.7 + 0.3 * facing) + np.float32(1 - source.room) * toward * (1 - shadow)
    light = light * (1 - np.minimum(hollow, np.float32(0.7)))
    x, y = frame.grid()
    side = (x - 0.5) * np.float32(source.x) + (y / np.float32(frame.aspect) - 0.5) * np.float32(source.y)
    light = light * (1 + np.float32(source.falloff * 1.3) * side)
    glance = _glance(right, down, facing, source) * bench.gloss * (1 - shadow)
    shaded: Field = bench.colour * light[..., None] + glance[..., None]
    return shaded


def _glance(right: Field, down: Field, facing: Field, source: Lamp) -> Field:
    """The shine of a surface halfway between the lamp and the camera: wide, with a hard heart."""
    half = np.array([source.x, source.y, source.z + 1.0])
    half /= np.hypot(np.hypot(half[0], half[1]), half[2])
    bright = (np.float32(half[2]) - right * np.float32(half[0]) - down * np.float32(half[1])) * facing
    bright = np.maximum(bright, 0)
    wide = bright**2
    wide = wide * wide * wide  # to the sixth
    hard = wide**4
    shine: Field = 0.4 * wide + 0.9 * hard
    return shine


def _shadow(bench: Bench, source: Lamp, stand_off: float) -> Field:
    """How much of the lamp each pixel loses to what stands between: 0..1."""
    frame = bench.frame
    height = bench.height
    shadow = np.zeros_like(height)
    for distance, radius, strength in ((0.008, 0.008, 30.0), (0.022, 0.02, 22.0)):
        between = _shifted(frame.soft(height, radius), frame, source, distance)
        shadow = np.maximum(
            shadow, np.clip((between - height - np.float32(distance * 0.12)) * np.float32(strength), 0, 0.6)
        )
    if stand_off:
        cast = _shifted(frame.soft(bench.cover, 0.012 + stand_off * 0.5), frame, source, stand_off)
        shadow = np.maximum(shadow, np.float32(0.75) * cast * (1 - bench.cover))
    return shadow


def _shifted(values: Field, frame: Frame, source: Lamp, distance: float) -> Field:
    """The field moved away from the lamp."""
    reach = float(np.hypot(source.x, source.y)) or 1.0
    columns = round(-source.x / reach * distance * frame.width_px)
    rows = round(-source.y / reach * distance * frame.width_px)
    moved = np.roll(values, (rows, columns), axis=(0, 1))
    if rows > 0:
        moved[:rows] = values[:1]
    elif rows < 0:
        moved[rows:] = values[-1:]
    if columns > 0:
        moved[:, :columns] = values[:, :1]
    elif columns < 0:
        moved[:, columns:] = values[:, -1:]
    return moved
