"""The sky and the hour of an outdoor scene, and the ground it stands on."""

from dataclasses import dataclass

import numpy as np

from core.sources.garments.patterns import mixed
from core.sources.garments.shapes import Colour, oval
from workshop.things.canvas import Canvas, blob, near, one, rectangle

# how the sky is above and at the horizon, and what the hour does to colours
HOURS: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((86, 148, 214), (196, 222, 240), (255, 255, 255)),
    ((150, 160, 172), (206, 210, 214), (215, 220, 228)),
    ((70, 84, 140), (246, 170, 110), (255, 214, 180)),
    ((232, 150, 120), (252, 222, 160), (255, 226, 200)),
    ((18, 24, 52), (58, 70, 110), (110, 120, 165)),
    ((196, 206, 214), (236, 236, 232), (245, 245, 250)),
)
ODDS = (0.36, 0.18, 0.14, 0.1, 0.1, 0.12)
GROUNDS: tuple[Colour, ...] = (
    (96, 140, 66),
    (130, 148, 76),
    (184, 168, 120),
    (120, 116, 112),
    (232, 236, 242),
    (74, 104, 70),
)


@dataclass(frozen=True)
class Daylight:
    """The hour of a scene."""

    above: Colour
    horizon: Colour
    tint: Colour
    dark: bool

    def on(self, colour: Colour) -> Colour:
        """A colour as it looks at this hour."""
        tint = self.tint
        return colour[0] * tint[0] / 255, colour[1] * tint[1] / 255, colour[2] * tint[2] / 255


def daylight(rng: np.random.Generator) -> Daylight:
    """Noon, clouds, evening, morning, night or haze."""
    hour = int(rng.choice(len(HOURS), p=ODDS))
    above, horizon, tint = HOURS[hour]
    return Daylight(near(rng, above), near(rng, horizon), tint, hour == 4)


def sky(rng: np.random.Generator, canvas: Canvas, day: Daylight, horizon: float, sun: float = 0.25) -> None:
    """The sky down to the horizon (picture widths), at times with clouds; with chance `sun` a sun or a moon."""
    canvas.area(rectangle(-0.4, -0.4, 1.4, horizon + 0.05), day.above, day.horizon)
    if rng.random() < sun:
        discs = ((255, 246, 214), (255, 220, 130), (252, 160, 90)) if not day.dark else ((226, 228, 232),)
        disc, size = discs[int(rng.integers(len(discs)))], rng.uniform(0.03, 0.1)
        spot = (rng.uniform(0.1, 0.9), horizon * rng.uniform(0.1, 0.55))
        canvas.area(oval(spot, size * 1.5, size * 1.5), mixed(mixed(day.above, day.horizon, 0.4), disc, 0.15))
        canvas.area(oval(spot, size, size), disc)
    white = day.on((246, 247, 250))
    for _ in range(int(rng.choice([0, 1, 2, 4, 6]))):
        x, y, size = rng.uniform(0, 1), rng.uniform(0.0, horizon * 0.75), rng.uniform(0.05, 0.16)
        tone = mixed(white, day.above, rng.uniform(0.05, 0.5))
        for puff in range(5):
            half = size * rng.uniform(0.5, 0.9)
            spot = (x + (puff - 2) * size * 0.55, y + rng.normal(0, size * 0.1))
            canvas.area(blob(rng, spot, half, half * rng.uniform(0.3, 0.55), 0.06), tone, mixed(tone, day.above, 0.25))


def ground(rng: np.random.Generator, canvas: Canvas, day: Daylight, horizon: float) -> Colour:
    """The ground from the horizon to the foot, with tufts or stones; returns its colour."""
    colour = day.on(one(rng, GROUNDS))
    far = mixed(colour, day.horizon, 0.3)
    canvas.area(rectangle(-0.4, horizon, 1.4, canvas.frame.aspect + 0.4), far, mixed(colour, (20, 24, 20), 0.15))
    for _ in range(int(rng.integers(0, 60))):
        depth = rng.random() ** 1.5
        y = horizon + 0.02 + depth * (canvas.frame.aspect - horizon)
        size = 0.004 + 0.022 * depth
        tone = mixed(colour, (255, 255, 240) if rng.random() < 0.4 else (10, 20, 10), rng.uniform(0.08, 0.3))
        canvas.area(blob(rng, (rng.uniform(-0.1, 1.1), y), size * rng.uniform(1, 3), size * 0.5), tone)
    return colour


def hills(rng: np.random.Generator, canvas: Canvas, day: Daylight, horizon: float) -> None:
    """What is far away: wooded hills, roofs of a town, or nothing."""
    kind = str(rng.choice(["hills", "town", "none"]))
    x = np.linspace(-0.4, 1.4, 60)
    tone = mixed(day.on(one(rng, ((88, 120, 84), (110, 128, 140), (96, 100, 110)))), day.horizon, rng.uniform(0.2, 0.6))
    if kind == "hills":
        rise = sum(rng.uniform(0.01, 0.05) * np.sin(x * rng.uniform(2, 16) + rng.uniform(0, 6)) for _ in range(4))
        top = horizon - rng.uniform(0.03, 0.1) - np.abs(rise)
        ridge = np.stack([np.append(x, [1.4, -0.4]), np.append(top, [horizon + 0.01] * 2)], axis=1)
        canvas.area(ridge, tone, mixed(tone, day.horizon, 0.3))
    elif kind == "town":
        left = -0.4
        while left < 1.4:
            wide, tall = rng.uniform(0.05, 0.18), rng.uniform(0.04, 0.24)
            canvas.area(rectangle(left, horizon - tall, left + wide, horizon + 0.01), near(rng, tone))
            left += wide + rng.uniform(0.0, 0.05)
