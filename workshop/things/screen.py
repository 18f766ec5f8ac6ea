"""A screen to draw programs on: its colours, its text, its bars; and how a picture of it is taken."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.sources.garments.frame import Frame
from core.sources.garments.patterns import mixed, rgb
from core.sources.garments.shapes import Colour
from workshop.things.canvas import any_colour, near, seen

WORDS = (
    "a", "the", "of", "and", "to", "in", "on", "for", "with", "from", "this", "that", "which", "was", "has", "will",
    "new", "old", "small", "large", "first", "last", "open", "north", "river", "market", "summer", "letter",
    "report", "number", "answer", "garden", "window", "morning", "train", "paper", "coffee", "table", "order",
    "price", "sample", "house", "music", "water", "winter", "budget", "meeting", "project", "street", "friend",
    "month", "year", "value", "total", "change", "light", "question", "because", "between", "however", "several",
    "important", "different", "together", "yesterday", "people", "never", "always",
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """The colours of a program."""

    paper: Colour
    panel: Colour
    ink: Colour
    faint: Colour
    accent: Colour

    @property
    def on_accent(self) -> Colour:
        """White or black, whichever is read on the accent."""
        return (250, 250, 250) if sum(self.accent) < 420 else (20, 20, 24)


def theme(rng: np.random.Generator, dark: float = 0.35) -> Theme:
    """Light, or dark with that chance."""
    accent = any_colour(rng, (0.45, 0.9), (0.45, 0.95))
    if rng.random() < dark:
        paper = near(rng, ((24, 26, 32), (40, 42, 50), (12, 12, 14), (34, 28, 44))[int(rng.integers(4))], 3)
        return Theme(paper, mixed(paper, (255, 255, 255), 0.09), (226, 228, 232), (130, 134, 142), accent)
    paper = ((255, 255, 255), (250, 248, 242), (240, 243, 248), mixed((255, 255, 255), accent, 0.1))[
        int(rng.integers(4))
    ]
    return Theme(paper, mixed(paper, (60, 66, 90), 0.09), (34, 36, 42), (140, 144, 152), accent)


class Screen:
    """A picture of a program being drawn; lengths in `unit`s, of which the screen is `wide` across and `tall` down."""

    def __init__(self, rng: np.random.Generator, frame: Frame, colours: Theme) -> None:
        self.frame, self.theme = frame, colours
        self.unit = frame.width_px / rng.uniform(210, 380)  # near or far: text is some 11 units
        self.wide, self.tall = frame.width_px / self.unit, frame.height_px / self.unit
        self.image = Image.new("RGB", (frame.width_px, frame.height_px), rgb(colours.paper))
        self._pen = ImageDraw.Draw(self.image)

    def text(
        self, x: float, y: float, words: str, size: float = 11, colour: Colour | None = None, anchor: str = "lm"
    ) -> float:
        """Writes from x, with y at its middle; returns where it ends."""
        font = _font(max(5, round(size * self.unit)))
        spot = (x * self.unit, y * self.unit)
        self._pen.text(spot, words, fill=rgb(colour or self.theme.ink), font=font, anchor=anchor)
        return x + font.getlength(words) / self.unit

    def box(
        self,
        corners: tuple[float, float, float, float],
        fill: Colour | None = None,
        edge: Colour | None = None,
        radius: float = 0.0,
    ) -> None:
        """A rectangle, filled or outlined, with round corners."""
        left, top, right, bottom = (part * self.unit for part in corners)
        if right - left < 1 or bottom - top < 1:
            return
        round_px = min(radius * self.unit, (right - left) / 2, (bottom - top) / 2)
        self._pen.rounded_rectangle(
            (left, top, right, bottom), round_px, rgb(fill) if fill else None, rgb(edge) if edge else None
        )

    def disc(self, x: float, y: float, radius: float, fill: Colour | None, edge: Colour | None = None) -> None:
        """A filled circle, or its outline."""
        spot = ((x - radius) * self.unit, (y - radius) * self.unit, (x + radius) * self.unit, (y + radius) * self.unit)
        self._pen.ellipse(spot, rgb(fill) if fill else None, rgb(edge) if edge else None)

    def slice(self, x: float, y: float, radius: float, degrees: tuple[float, float], fill: Colour) -> None:
        """A piece of a cake."""
        spot = ((x - radius) * self.unit, (y - radius) * self.unit, (x + radius) * self.unit, (y + radius) * self.unit)
        self._pen.pieslice(spot, *degrees, fill=rgb(fill))

    def lines(self, points: list[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """Straight from point to point."""
        spots = [(x * self.unit, y * self.unit) for x, y in points]
        self._pen.line(spots, fill=rgb(colour), width=max(1, round(width * self.unit)), joint="curve")

    def bar(self, rng: np.random.Generator) -> float:
        """The top of a phone or a window, or nothing; returns where the program begins."""
        kind = str(rng.choice(["phone", "window", "none"], p=[0.3, 0.4, 0.3]))
        if kind == "phone":
            self.text(10, 8, f"{rng.integers(0, 24)}:{rng.integers(10, 60)}", 9)
            self.box((self.wide - 24, 5, self.wide - 8, 12), self.theme.faint, radius=2)
            return 16.0
        if kind == "window":
            self.box((0, 0, self.wide, 18), mixed(self.theme.panel, self.theme.faint, 0.25))
            for index, colour in enumerate(((236, 96, 88), (244, 190, 66), (98, 196, 84))):
                self.disc(11 + index * 12, 9, 3.5, colour)
            self.box((52, 3.5, self.wide - 30, 14.5), self.theme.paper, radius=5)
            self.text(58, 9, f"www.{rng.choice(WORDS)}{rng.choice(WORDS)}.com", 8, self.theme.faint)
            return 18.0
        return 0.0

    def shown(self, rng: np.random.Generator) -> Image.Image:
        """The picture: taken by the computer itself, made smaller and larger again, or taken with a phone."""
        way = rng.random()
        if way < 0.5:
            return self.image
        if way < 0.7:
            part = rng.uniform(0.45, 0.8)
            small = self.image.resize((round(self.frame.width_px * part), round(self.frame.height_px * part)))
            return small.resize(self.image.size, Image.Resampling.BILINEAR)
        turn, size = rng.normal(0, 0.06), rng.uniform(0.8, 1.05)
        cos, sin = np.cos(turn) * size, np.sin(turn) * size
        x, y = self.frame.width_px / 2, self.frame.height_px / 2
        matrix = (cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)
        turned = self.image.transform(
            self.image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=(22, 22, 24)
        )
        pixels = np.asarray(turned, dtype=np.float32) / np.float32(255)
        return seen(rng, pixels * pixels * np.float32(rng.uniform(0.75, 1.0)), self.frame)


def sentence(rng: np.random.Generator, num_words: int) -> str:
    """Words in a row that mean nothing."""
    return " ".join(WORDS[int(index)] for index in rng.integers(0, len(WORDS), num_words)).capitalize()


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)
