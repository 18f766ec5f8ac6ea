"""Patterns woven into or printed on cloth, as seamless square tiles; and the pictures on t-shirts."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.sources.garments.shapes import Colour

TILE_PX = 256
WORDS = ("NORTH", "OCEAN", "1987", "SLOW", "HELLO", "PARIS", "23", "BLOOM", "RIVER", "SUNDAY", "NO. 5", "ECHO")


def rgb(colour: Colour) -> tuple[int, int, int]:
    """A colour as Pillow wants it."""
    return int(colour[0]), int(colour[1]), int(colour[2])


def mixed(a: Colour, b: Colour, part: float) -> Colour:
    """From a (part 0) to b (part 1)."""
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, a[2] + (b[2] - a[2]) * part


def plain(ground: Colour) -> Image.Image:
    """One colour."""
    return Image.new("RGB", (1, 1), rgb(ground))


def stripes(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Upright stripes of one width or in a rhythm of two."""
    tile = Image.new("RGB", (TILE_PX, 8), rgb(ground))
    draw = ImageDraw.Draw(tile)
    width = rng.choice([0.12, 0.25, 0.35, 0.5], p=[0.35, 0.25, 0.2, 0.2])
    draw.rectangle((64, 0, 64 + TILE_PX * width, 8), fill=rgb(ink))
    if rng.random() < 0.35:
        middle = (64 + TILE_PX * width + TILE_PX + 64) / 2 % TILE_PX
        draw.rectangle((middle - 8, 0, middle + 8, 8), fill=rgb(accent))
    return tile


def checks(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Gingham, windowpane or tartan: the same bands across and along, woven through one another."""
    bands = np.zeros((TILE_PX, 3), dtype=np.float32)
    cover = np.zeros(TILE_PX, dtype=np.float32)
    kind = rng.choice(["gingham", "window", "tartan"], p=[0.3, 0.25, 0.45])

    def band(start: float, stop: float, colour: Colour, strength: float = 1.0) -> None:
        span = slice(int(start * TILE_PX), int(stop * TILE_PX))
        bands[span], cover[span] = colour, strength

    if kind == "gingham":
        band(0.0, 0.5, ink)
    elif kind == "window":
        band(0.46, 0.54, ink)
    else:
        band(0.05, 0.45, ink)
        band(0.2, 0.26, accent)
        band(0.68, 0.74, accent, 0.9)
        band(0.82, 0.86, mixed(ink, (20, 20, 25), 0.4))
    base = np.asarray(ground, dtype=np.float32)
    thread = base + (bands - base) * cover[:, None]
    woven = (thread[None, :, :] + thread[:, None, :]) / 2  # warp and weft show half each
    return Image.fromarray(woven.astype(np.uint8))


def _scattered(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Places on a tile that keep apart, shape (count, 2), 0..TILE_PX."""
    side = int(np.ceil(np.sqrt(count)))
    spots = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2).astype(np.float64)
    spots[:, 0] += 0.5 * (spots[:, 1] % 2)
    return (spots[:count] + rng.uniform(-0.22, 0.22, (min(count, side * side), 2))) / side * TILE_PX


def _stamp(draw: ImageDraw.ImageDraw, outline: NDArray[np.float64], fill: Colour) -> None:
    """A polygon that comes in again on the opposite side of the tile."""
    for shift_x in (-TILE_PX, 0, TILE_PX):
        for shift_y in (-TILE_PX, 0, TILE_PX):
            moved = outline + np.array([shift_x, shift_y])
            if moved.max() < 0 or moved.min() > TILE_PX:
                continue
            draw.polygon([(float(x), float(y)) for x, y in moved], fill=rgb(fill))


def _ring(
    centre: NDArray[np.float64],
    radius: float,
    lobes: int = 0,
    depth: float = 0.0,
    turn: float = 0.0,
    stretch: float = 1.0,
) -> NDArray[np.float64]:
    """A circle, a flower (lobes) or a leaf (stretch), shape (28, 2)."""
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    reach = radius * (1 + depth * np.cos(lobes * angle))
    x, y = reach * np.cos(angle) * stretch, reach * np.sin(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos], axis=1)


def dots(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Polka dots in offset rows."""
    tile = Image.new("RGB", (TILE_PX, TILE_PX), rgb(ground))
    draw = ImageDraw.Draw(tile)
    radius = rng.uniform(16, 36)
    for x, y in ((64, 64), (192, 192)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=rgb(ink))
    return tile


def floral(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Scattered flowers with leaves between them."""
    tile = Image.new("RGB", (TILE_PX, TILE_PX), rgb(ground))
    draw = ImageDraw.Draw(tile)
    leaf = mixed((70, 105, 60), ground, rng.uniform(0.0, 0.5))
    count = int(rng.choice([9, 16, 25]))
    size = TILE_PX / np.sqrt(count)
    for spot in _scattered(rng, count):
        for _ in range(2):
            turn = rng.uniform(0, 2 * np.pi)
            offset = spot + size * 0.36 * np.array([np.cos(turn), np.sin(turn)])
            _stamp(draw, _ring(offset, size * 0.09, turn=turn, stretch=2.4), leaf)
        bloom = ink if rng.random() < 0.65 else accent
        radius = size * rng.uniform(0.2, 0.34)
        turn = rng.uniform(0, 6)
        _stamp(draw, _ring(spot, radius, 5, 0.28, turn), mixed(bloom, (0, 0, 0), 0.12))
        _stamp(draw, _ring(spot, radius * 0.72, 5, 0.3, turn + 0.3), bloom)
        _stamp(draw, _ring(spot, radius * 0.25), mixed(accent, (250, 220, 120), 0.6))
    return tile


def leaves(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Large leaves over one another."""
    tile = Image.new("RGB", (TILE_PX, TILE_PX), rgb(ground))
    draw = ImageDraw.Draw(tile)
    for index, spot in enumerate(_scattered(rng, 25)):
        colour = mixed(ink if index % 3 else accent, ground, rng.uniform(0.0, 0.45))
        turn = rng.uniform(0, 2 * np.pi)
        _stamp(draw, _ring(spot, rng.uniform(9, 14), 2, 0.2, turn, rng.uniform(2.0, 3.2)), colour)
    return tile


def animal(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Spots with a lighter heart."""
    tile = Image.new("RGB", (TILE_PX, TILE_PX), rgb(ground))
    draw = ImageDraw.Draw(tile)
    for spot in _scattered(rng, 36):
        turn, radius = rng.uniform(0, 6), rng.uniform(11, 18)
        _stamp(draw, _ring(spot, radius, 3, 0.3, turn, rng.uniform(0.8, 1.3)), ink)
        _stamp(draw, _ring(spot + rng.uniform(-4, 4, 2), radius * 0.5, 2, 0.3, turn), mixed(ground, accent, 0.4))
    return tile


def splashes(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """Camouflage: blots of three tones."""
    tile = Image.new("RGB", (TILE_PX, TILE_PX), rgb(ground))
    draw = ImageDraw.Draw(tile)
    tones = [ink, mixed(ground, ink, 0.5), mixed(ink, (20, 20, 20), 0.5)]
    for index, spot in enumerate(_scattered(rng, 25)):
        turn = rng.uniform(0, 6)
        _stamp(draw, _ring(spot, rng.uniform(18, 32), int(rng.integers(2, 5)), 0.35, turn, 1.5), tones[index % 3])
    return tile


def ornament(rng: np.random.Generator, ground: Colour, ink: Colour, accent: Colour) -> Image.Image:
    """A rug's or a tablecloth's: diamonds, crosses and borders, the same in both directions."""
    tile = Image.new("RGB", (TILE_PX, TILE_PX), rgb(ground))
    draw = ImageDraw.Draw(tile)
    half = TILE_PX // 2
    for radius, colour in ((110, ink), (92, ground), (80, accent), (46, ink), (24, ground)):
        draw.polygon(
            [(half, half - radius), (half + radius, half), (half, half + radius), (half - radius, half)],
            fill=rgb(colour),
        )
    for x in (0, TILE_PX):
        for y in (0, TILE_PX):
            for radius, colour in ((58, ink), (40, accent), (16, ground)):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=rgb(colour))
    return tile


PATTERNS: dict[str, Callable[[np.random.Generator, Colour, Colour, Colour], Image.Image]] = {
    "stripes": stripes, "checks": checks, "dots": dots, "floral": floral, "leaves": leaves, "animal": animal,
    "splashes": splashes, "ornament": ornament,
}  # fmt: skip


def chest_print(rng: np.random.Generator, ink: Colour, accent: Colour) -> Image.Image:
    """A word, a badge or a landscape for the front of a t-shirt: RGBA, 256 x 256."""
    picture = Image.new("RGBA", (TILE_PX, TILE_PX), (*rgb(ink), 0))
    draw = ImageDraw.Draw(picture)
    kind = rng.choice(["word", "badge", "hills", "bars"])
    word = str(rng.choice(WORDS))
    if kind == "hills":
        draw.ellipse((40, 30, 216, 206), fill=rgb(mixed(accent, (255, 240, 200), 0.3)))
        draw.polygon([(28, 206), (100, 90), (140, 150), (170, 112), (228, 206)], fill=rgb(ink))
        draw.rectangle((28, 206, 228, 214), fill=rgb(ink))
    elif kind == "badge":
        draw.ellipse((30, 30, 226, 226), outline=rgb(ink), width=12)
        draw.ellipse((56, 56, 200, 200), outline=rgb(accent), width=5)
        _written(draw, word, 128, 128, 46, ink)
    elif kind == "bars":
        for row in range(5):
            draw.rectangle(
                (20, 40 + row * 26, 236, 40 + row * 26 + 16 - row * 2), fill=rgb(mixed(ink, accent, row / 4))
            )
        _written(draw, word, 128, 205, 52, ink)
    else:
        _written(draw, word, 128, 110, 72, ink)
        _written(draw, "est. " + str(int(rng.integers(1950, 2020))), 128, 170, 28, accent)
    worn = picture.filter(ImageFilter.GaussianBlur(0.8))
    worn.putalpha(worn.getchannel("A").point([int(value * 0.92) for value in range(256)]))
    return worn


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _written(draw: ImageDraw.ImageDraw, word: str, x: float, y: float, size: int, ink: Colour) -> None:
    fit = min(size, int(size * 5 / max(len(word), 1) * 1.1))
    draw.text((x, y), word, fill=rgb(ink), font=_font(fit), anchor="mm", stroke_width=max(1, fit // 22))
