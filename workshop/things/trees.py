"""Trees: broad, pointed or bare."""

import numpy as np
from PIL import Image

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour
from workshop.things import daylight
from workshop.things.canvas import Canvas, blob, near, one, rectangle
from workshop.things.daylight import Daylight

BARKS: tuple[Colour, ...] = ((92, 70, 52), (120, 104, 90), (70, 56, 48), (206, 204, 196))
LEAVES: tuple[Colour, ...] = (
    (70, 120, 50),
    (104, 140, 60),
    (50, 92, 60),
    (86, 130, 70),
    (206, 150, 50),
    (184, 84, 44),
    (230, 180, 196),
)


def tree(rng: np.random.Generator, frame: Frame) -> Image.Image:
    """A broad crown, a fir, or bare twigs, near or far."""
    canvas, day = Canvas(frame, rng.normal(0, 0.02)), daylight.daylight(rng)
    horizon = frame.aspect * rng.uniform(0.55, 0.8)
    daylight.sky(rng, canvas, day, horizon)
    daylight.hills(rng, canvas, day, horizon)
    daylight.ground(rng, canvas, day, horizon)
    foot = horizon + (frame.aspect - horizon) * rng.uniform(0.15, 0.6)
    for _ in range(int(rng.choice([0, 0, 1, 2]))):
        grown(rng, canvas, day, rng.uniform(0, 1), horizon + 0.01, rng.uniform(0.12, 0.3))
    grown(rng, canvas, day, rng.uniform(0.35, 0.65), foot, min(rng.uniform(0.7, 1.15), foot * 1.05))
    return canvas.photographed(rng, rng.uniform(0.03, 0.09))


def grown(rng: np.random.Generator, canvas: Canvas, day: Daylight, x: float, foot: float, tall: float) -> None:
    """Adds a tree to a scene, `tall` and `foot` in picture widths."""
    canvas.stand((x, foot), tall, rng.normal(0, 0.03), rng.choice([-1.0, 1.0]))
    canvas.shadow(blob(rng, (0.05, 0.0), 0.3, 0.03), 0.5, 0.03)
    bark, leaf = day.on(one(rng, BARKS)), day.on(one(rng, LEAVES))
    kind = str(rng.choice(["broad", "fir", "bare"], p=[0.62, 0.22, 0.16]))
    girth, dark = rng.uniform(0.025, 0.06), mixed(leaf, (8, 20, 16), 0.45)
    if kind == "fir":
        leaf = day.on(near(rng, (48, 92, 66)))
        canvas.area(rectangle(-girth * 0.7, -0.2, girth * 0.7, 0.0), bark)
        num_tiers, wide = int(rng.integers(4, 9)), rng.uniform(0.22, 0.36)
        for tier in range(num_tiers):
            low, half = -0.1 - 0.84 * tier / num_tiers, wide * (1 - tier / (num_tiers + 0.6))
            tooth = np.linspace(-half, half, 13)
            rim = np.stack([tooth, low + np.where(np.arange(13) % 2, -0.03, 0.02) + rng.normal(0, 0.006, 13)], axis=1)
            tip = np.array([(0.0, max(low - 1.7 * 0.84 / num_tiers, -1.0))])
            canvas.area(np.concatenate([rim, tip]), leaf, mixed(leaf, (8, 20, 16), 0.5))
        canvas.stand()
        return
    crown = rng.uniform(0.24, 0.4)
    trunk = np.array(
        [
            (-girth * 1.5, 0.0),
            (-girth, -0.1),
            (-girth * 0.6, -0.6),
            (girth * 0.6, -0.6),
            (girth, -0.1),
            (girth * 1.5, 0),
        ]
    )
    canvas.area(trunk, bark, mixed(bark, (10, 10, 10), 0.3))
    _branches(rng, canvas, bark, (0.0, -0.35), 0.0, 0.26, girth, 5 if kind == "bare" else 3)
    if kind == "broad":
        rough = rng.uniform(0.06, 0.16)
        for depth in range(4):  # dark masses behind, lit ones in front and above
            for _ in range((9, 12, 22, 36)[depth]):
                turn, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random()) * (1.0, 0.95, 0.95, 0.9)[depth]
                size = crown * (0.36, 0.3, 0.18, 0.09)[depth]
                spot = np.cos(turn) * reach * crown, -0.66 + np.sin(turn) * reach * 0.3 - 0.015 * depth
                tone = mixed(
                    dark, mixed(leaf, (255, 250, 190), 0.25), min(max(depth / 3.2 - np.sin(turn) * 0.15, 0), 1)
                )
                canvas.area(blob(rng, spot, size, size * 0.85, rough), near(rng, tone, 4))
    canvas.stand()


def _branches(
    rng: np.random.Generator,
    canvas: Canvas,
    bark: Colour,
    root: tuple[float, float],
    lean: float,
    reach: float,
    girth: float,
    depth: int,
) -> None:
    """Forks, each shorter and thinner."""
    for side in (-1.0, 1.0):
        turn = lean + side * rng.uniform(0.2, 0.6)
        tip = root[0] + np.sin(turn) * reach, root[1] - np.cos(turn) * reach
        canvas.stroke(np.array([root, tip]), girth, bark)
        if depth > 1:
            _branches(rng, canvas, bark, tip, turn, reach * rng.uniform(0.62, 0.8), girth * 0.62, depth - 1)
