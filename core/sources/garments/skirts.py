"""Cuts of skirts, alone and as the lower half of a dress."""

from dataclasses import dataclass

import numpy as np

from core.sources.garments.shapes import (
    Colour,
    Dot,
    Drape,
    Fold,
    Garment,
    Piece,
    Points,
    Stroke,
    curve,
    dashes,
    joined,
    line,
    mirrored,
    seam,
    shifted,
)


@dataclass(frozen=True)
class Flare:
    """Measures of a skirt from waist to hem; widths are halves."""

    top: float  # y of the waist
    waist: float
    hip: float
    hem: float
    bottom: float  # y of the hem's middle
    lift: float = 0.03  # how much higher the hem's ends are


def skirt(rng: np.random.Generator, thread: Colour | None, button: Colour) -> Garment:
    """Pencil, A-line, pleated, tiered, circle, or denim with a fly."""
    style = str(rng.choice(["pencil", "a-line", "pleated", "tiered", "circle"], p=[0.16, 0.34, 0.18, 0.12, 0.2]))
    if thread is not None:
        style = str(rng.choice(["pencil", "a-line"]))
    waist = rng.uniform(0.31, 0.4)
    grow = {
        "pencil": rng.uniform(0.96, 1.1),
        "a-line": rng.uniform(1.2, 1.6),
        "pleated": rng.uniform(1.4, 2.0),
        "tiered": rng.uniform(1.4, 1.9),
        "circle": rng.uniform(1.7, 2.5),
    }[style]
    hip = waist + rng.uniform(0.05, 0.1)
    length = rng.choice([rng.uniform(0.62, 0.9), rng.uniform(0.9, 1.25), rng.uniform(1.3, 1.75)], p=[0.25, 0.57, 0.18])
    flare = Flare(
        0.0,
        waist,
        hip if style == "pencil" else waist + (hip - waist) * 0.7 + 0.12 * (grow - 1),
        hip * grow,
        length,
        0.012 if style == "pencil" else rng.uniform(0.03, 0.09) * grow,
    )
    garment = Garment(hang_at=((-waist * 0.85, 0.03), (waist * 0.85, 0.03)), clips=True)
    garment.layers.append(_inside(flare))
    garment.layers += skirt_layers(rng, garment, flare, style)
    garment.layers += _band(rng, flare, style, thread, button)
    if thread is not None or (style in ("a-line", "pencil") and rng.random() < 0.25):
        garment.layers += _front(rng, flare, thread, button)
    return garment


def skirt_layers(rng: np.random.Generator, garment: Garment, flare: Flare, style: str) -> list[Piece | Stroke | Dot]:
    """The skirt's cloth; its folds go to the garment."""
    count = {
        "pencil": 1.0,
        "a-line": rng.uniform(1.5, 3),
        "pleated": rng.uniform(5, 9),
        "tiered": rng.uniform(5, 8),
        "circle": rng.uniform(3, 5),
    }[style]
    depth = {"pencil": 0.003, "a-line": 0.009, "pleated": 0.006, "tiered": 0.007, "circle": 0.014}[style]
    drape = Drape(
        flare.top,
        flare.bottom,
        flare.waist,
        flare.hem,
        count,
        depth * rng.uniform(0.7, 1.3),
        rng.uniform(0, 6),
        0.35 if style == "pleated" else 0.8,
    )
    garment.drapes.append(drape)
    garment.folds += _waist_folds(rng, flare, style)
    fan = (flare.hem / flare.waist - 1) / max(flare.bottom - flare.top, 0.1) * 0.55
    layers: list[Piece | Stroke | Dot] = [
        Piece(outline(flare, drape), fan=fan if flare.top == 0 else 0.0, dome=0.008, edge=0.03)
    ]
    if style == "tiered":
        for part in np.linspace(0, 1, int(rng.integers(3, 5)))[1:-1]:
            tier = hem(flare, drape, float(part))
            layers += [seam(tier, 0.9, 0.012), Stroke(shifted(tier, 0, 0.014), 0.014, relief=0.4)]
    elif style == "pleated":
        layers += _pleats(flare, int(count * 2))
    layers.append(seam(hem(flare, drape, 0.965), 0.3, 0.006))
    return layers


def outline(flare: Flare, drape: Drape) -> Points:
    """The whole skirt, with a hem that follows the folds."""
    tall = flare.bottom - flare.top
    right = curve(
        [
            (flare.waist, flare.top),
            (flare.hip, flare.top + tall * 0.3),
            (flare.hip + (flare.hem - flare.hip) * 0.55, flare.top + tall * 0.64),
            (flare.hem, flare.bottom - flare.lift),
        ]
    )
    low = hem(flare, drape, 1.0)
    return joined(line([(-flare.waist, flare.top), (flare.waist, flare.top)]), right, low[1:-1], mirrored(right))


def hem(flare: Flare, drape: Drape, part: float) -> Points:
    """A line around the skirt, part 0 the waist to 1 the hem, from right to left."""
    half = flare.waist + (flare.hem - flare.waist) * part if part < 1 else flare.hem
    if part < 1:
        tall = np.array([0, 0.3, 0.64, 1.0])
        widths = np.array([flare.waist, flare.hip, flare.hip + (flare.hem - flare.hip) * 0.55, flare.hem])
        half = float(np.interp(part, tall, widths))
    x = np.linspace(half, -half, 90)
    y = flare.top + (flare.bottom - flare.top) * part - flare.lift * part * (x / half) ** 2
    wave = drape.wave(x, np.full_like(x, flare.top + (drape.bottom - flare.top) * part))
    return np.stack([x, y + wave * 1.1 * part], axis=1)


def _waist_folds(rng: np.random.Generator, flare: Flare, style: str) -> list[Fold]:
    folds = []
    for _ in range(int(rng.integers(3, 8))):
        x = rng.uniform(-0.9, 0.9) * flare.waist
        if style == "pencil":  # a tight skirt wrinkles across
            y = rng.uniform(flare.top + 0.15, flare.bottom)
            end = (x * 0.2 + rng.normal(0, 0.2), y + rng.normal(0, 0.12))
            folds.append(
                Fold((flare.hip * float(np.sign(x)), y), end, rng.uniform(0.012, 0.03), 0.006 * rng.uniform(-1, 1))
            )
            continue
        reach = rng.uniform(0.25, 0.8) * (flare.bottom - flare.top)
        end = (x * (1 + (flare.hem / flare.waist - 1) * reach / (flare.bottom - flare.top)), flare.top + 0.08 + reach)
        folds.append(Fold((x, flare.top + 0.06), end, rng.uniform(0.012, 0.03), 0.007 * rng.uniform(-1, 1)))
    return folds


def _pleats(flare: Flare, count: int) -> list[Stroke]:
    """Pressed edges from the waist to the hem."""
    strokes = []
    for part in np.linspace(-0.93, 0.93, count):
        top, low = flare.waist * part, flare.hem * part
        mid = flare.hip + (flare.hem - flare.hip) * 0.3
        edge = curve(
            [
                (top, flare.top + 0.05),
                (mid * part, flare.top + (flare.bottom - flare.top) * 0.45),
                (low, flare.bottom - flare.lift * part * part - 0.01),
            ]
        )
        strokes += [Stroke(edge, 0.012, relief=-0.7), Stroke(shifted(edge, 0.014, 0.0), 0.014, relief=0.4)]
    return strokes


def _inside(flare: Flare) -> Piece:
    w = flare.waist
    back = joined(
        curve([(-w, 0.0), (-w * 0.6, -0.024), (0, -0.032), (w * 0.6, -0.024), (w, 0.0)]),
        line([(w, 0.0), (w, 0.06), (-w, 0.06)]),
    )
    return Piece(back, level=0.005, shade=0.55, dome=0.001, slack=0.2)


def _band(
    rng: np.random.Generator, flare: Flare, style: str, thread: Colour | None, button: Colour
) -> list[Piece | Stroke | Dot]:
    w, b = flare.waist, rng.uniform(0.05, 0.11)
    lower = w + (flare.hip - w) * b / 0.3
    edge = curve([(-lower, b), (-w * 0.5, b + 0.012), (0, b + 0.016), (w * 0.5, b + 0.012), (lower, b)])
    shape = joined(curve([(-w, 0.0), (-w * 0.5, 0.01), (0, 0.014), (w * 0.5, 0.01), (w, 0.0)]), edge[::-1])
    elastic = style in ("circle", "tiered", "pleated") and rng.random() < 0.6
    layers: list[Piece | Stroke | Dot] = [
        Piece(shape, "trim" if elastic else "main", level=0.0145, dome=0.004, edge=0.02, slack=0.4),
        seam(edge, 0.5, 0.007),
    ]
    if thread is not None:
        layers += [*dashes(shifted(edge, 0.0, -(0.014)), thread), *dashes(shifted(edge, 0.0, -(b - 0.02)), thread)]
        for x in (-0.6, 0.6):
            loop = line(
                [(w * x - 0.012, -0.006), (w * x + 0.012, -0.006), (w * x + 0.012, b + 0.02), (w * x - 0.012, b + 0.02)]
            )
            layers.append(Piece(loop, level=0.018, dome=0.002, slack=0.2))
    return layers


def _front(rng: np.random.Generator, flare: Flare, thread: Colour | None, button: Colour) -> list[Stroke | Dot]:
    """A row of buttons, or a fly with pockets."""
    layers: list[Stroke | Dot] = [
        seam(line([(0.0, 0.05), (0.0, flare.bottom if rng.random() < 0.6 else 0.4)]), 0.6, 0.009)
    ]
    if rng.random() < 0.5:
        layers += [Dot((0.0, float(y)), 0.018, button) for y in np.arange(0.06, flare.bottom - 0.08, 0.13)]
    else:
        layers.append(Dot((0.0, 0.055), 0.02, button))
    for side in (-1.0, 1.0):
        edge = curve(
            [(side * flare.waist * 0.5, 0.1), (side * flare.waist * 0.6, 0.2), (side * flare.hip * 0.92, 0.25)], 0.02
        )
        layers.append(seam(edge, 0.6, 0.009))
        if thread is not None:
            layers += dashes(shifted(edge, 0.0, 0.014), thread)
    return layers
