"""Faces as children draw them."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour, curve, flipped, joined, oval
from workshop.things.canvas import Canvas, any_colour, blob, one, rectangle

SKINS: tuple[Colour, ...] = ((246, 214, 186), (228, 182, 146), (196, 144, 104), (146, 98, 66), (96, 62, 44))
HAIRS: tuple[Colour, ...] = (
    (34, 26, 22),
    (92, 58, 34),
    (150, 100, 54),
    (222, 186, 112),
    (166, 66, 34),
    (190, 190, 194),
)


def face(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A head with hair, eyes, nose and mouth; at times glasses or a beard."""
    canvas = Canvas(frame, rng.normal(0, 0.12))
    behind = any_colour(rng, (0.3, 0.95), (0.05, 0.6))
    canvas.area(rectangle(-0.4, -0.4, 1.4, frame.aspect + 0.4), behind, any_colour(rng, (0.3, 0.95), (0.05, 0.6)))
    for _ in range(int(rng.choice([0, 0, 6, 12]))):
        canvas.area(
            blob(rng, (rng.uniform(0, 1), rng.uniform(0, frame.aspect)), 0.1, 0.1), any_colour(rng, (0.4, 0.9)), behind
        )
    canvas.stand(
        (0.5 + rng.normal(0, 0.05), frame.aspect * rng.uniform(0.42, 0.54)),
        rng.uniform(0.75, 1.15),
        rng.normal(0, 0.06),
    )
    _head(rng, canvas)
    canvas.stand()
    return canvas.photographed(rng, rng.uniform(0.02, 0.06))


def _head(rng: np.random.Generator, canvas: Canvas) -> None:
    skin, hair = one(rng, SKINS), one(rng, HAIRS)
    dark = mixed(skin, (80, 20, 10), 0.3)
    wide, tall = rng.uniform(0.22, 0.29), rng.uniform(0.27, 0.36)
    style = str(rng.choice(["short", "long", "curly", "bald"], p=[0.35, 0.35, 0.2, 0.1]))
    body = any_colour(rng)
    if style == "long":
        low = rng.uniform(0.2, 0.6)
        canvas.area(
            curve(
                [(-wide * 1.1, low), (-wide * 1.25, -0.1), (0, -tall * 1.22), (wide * 1.25, -0.1), (wide * 1.1, low)]
            ),
            hair,
            mixed(hair, (0, 0, 0), 0.3),
        )
    canvas.area(
        curve(
            [(-0.62, 0.95), (-0.5, tall + 0.2), (-0.1, tall + 0.1), (0.1, tall + 0.1), (0.5, tall + 0.2), (0.62, 0.95)]
        ),
        body,
        mixed(body, (0, 0, 0), 0.3),
    )
    canvas.area(rectangle(-0.09, tall * 0.7, 0.09, tall + 0.14), dark)
    for side in (-1.0, 1.0):
        canvas.area(oval((side * wide, 0.02), 0.04, 0.06), mixed(skin, dark, 0.4))
    if style == "curly":
        for turn in np.linspace(np.pi * 0.95, np.pi * 2.05, 13):
            canvas.area(
                blob(rng, (np.cos(turn) * wide * 1.05, np.sin(turn) * tall * 0.95 - 0.02), 0.09, 0.09),
                mixed(hair, (0, 0, 0), rng.uniform(0, 0.25)),
            )
    jaw = rng.uniform(0.5, 0.75)
    cheek = curve([(0, -tall), (wide * 0.8, -tall * 0.72), (wide, 0.0), (wide * jaw, tall * 0.74), (0, tall)])
    canvas.area(joined(cheek, flipped(cheek, -1.0)[::-1]), skin, mixed(skin, dark, 0.45))
    if style in ("short", "long"):
        part = rng.uniform(-0.6, 0.6) * wide
        line_of_hair = curve(
            [
                (-wide * 1.03, 0.0),
                (-wide * 0.85, -tall * 0.45),
                (part, -tall * rng.uniform(0.55, 0.75)),
                (wide * 0.85, -tall * 0.45),
                (wide * 1.03, 0.0),
            ]
        )
        crown = curve(
            [
                (wide * 1.03, 0.0),
                (wide * 0.95, -tall * 0.8),
                (0, -tall * 1.16),
                (-wide * 0.95, -tall * 0.8),
                (-wide * 1.03, 0.0),
            ]
        )
        canvas.area(joined(line_of_hair, crown), mixed(hair, (255, 255, 255), 0.1), mixed(hair, (0, 0, 0), 0.2))
    if style != "long" and rng.random() < 0.3:
        beard = curve(
            [
                (-wide * 0.98, 0.05),
                (-wide * 0.8, tall * 0.6),
                (0, tall * 1.1),
                (wide * 0.8, tall * 0.6),
                (wide * 0.98, 0.05),
                (wide * 0.5, tall * 0.38),
                (0, tall * 0.3),
                (-wide * 0.5, tall * 0.38),
            ]
        )
        canvas.area(beard, hair)
    _features(rng, canvas, wide, tall, mixed(hair, (0, 0, 0), 0.3), dark)


def _features(rng: np.random.Generator, canvas: Canvas, wide: float, tall: float, brow: Colour, dark: Colour) -> None:
    apart, size, open_ = wide * rng.uniform(0.38, 0.48), rng.uniform(0.035, 0.055), rng.uniform(0.45, 1.0)
    iris, look = one(rng, ((70, 50, 36), (70, 110, 150), (80, 120, 80))), rng.uniform(-0.3, 0.3) * size
    lift, glasses = rng.uniform(-0.02, 0.03), rng.random() < 0.25
    for side in (-1.0, 1.0):
        x = side * apart
        canvas.area(oval((x, -0.03), size, size * open_), (250, 250, 250))
        canvas.area(oval((x + look, -0.03), size * 0.5, size * min(open_, 0.5)), iris)
        canvas.area(oval((x + look, -0.03), size * 0.25, size * 0.25), (10, 10, 12))
        arch = curve([(x - side * size, -0.1 - lift), (x, -0.125), (x + side * size * 1.2, -0.1)])
        canvas.stroke(arch, rng.uniform(0.01, 0.02), brow)
        if glasses:
            canvas.stroke(
                np.vstack([oval((x, -0.03), size * 1.7, size * 1.5), [(x + size * 1.7, -0.03)]]), 0.012, (30, 30, 34)
            )
    canvas.stroke(curve([(0.0, -0.02), (rng.uniform(0.02, 0.05), tall * 0.26), (-0.02, tall * 0.3)]), 0.012, dark)
    smile, half, mouth = rng.uniform(-0.03, 0.06), rng.uniform(0.06, 0.11), tall * 0.55
    lips = curve([(-half, mouth - smile * 0.5), (0.0, mouth + smile * 0.5), (half, mouth - smile * 0.5)])
    if rng.random() < 0.4 and smile > 0.01:
        canvas.area(
            joined(
                lips, curve([(half, mouth - smile * 0.5), (0.0, mouth + smile * 1.8), (-half, mouth - smile * 0.5)])
            ),
            (120, 30, 34),
        )
    else:
        canvas.stroke(lips, rng.uniform(0.012, 0.024), mixed(dark, (190, 40, 50), 0.6))
