"""Cuts of t-shirts and shirts."""

import numpy as np

from core.sources.garments.bodice import (
    Bodice,
    Sleeve,
    armhole,
    armpit_folds,
    back_of_neck,
    body_piece,
    hem_line,
    neck_label,
    neckline,
    sleeve_outline,
    sleeve_pieces,
)
from core.sources.garments.patterns import chest_print
from core.sources.garments.shapes import (
    Colour,
    Dot,
    Drape,
    Garment,
    Piece,
    Points,
    Print,
    Stroke,
    curve,
    flipped,
    joined,
    line,
    seam,
    shifted,
)


def t_shirt(rng: np.random.Generator, inks: tuple[Colour, Colour]) -> Garment:
    """Round, v or wide neck; short, cap or long sleeves; from cropped to as long as a dress."""
    cut = str(rng.choice(["round", "v", "boat"], p=[0.66, 0.22, 0.12]))
    loose = rng.uniform(-0.03, 0.06)
    chest = 0.5 + loose
    body = Bodice(
        neck=rng.uniform(0.15, 0.2) + (0.06 if cut == "boat" else 0),
        shoulder=chest - rng.uniform(0.04, 0.09),
        slope=rng.uniform(0.1, 0.16),
        chest=chest,
        armpit=rng.uniform(0.42, 0.52),
        waist=chest - rng.uniform(-0.01, 0.08),
        hem=chest + rng.uniform(-0.04, 0.07),
        length=rng.choice(
            [rng.uniform(1.08, 1.2), rng.uniform(1.25, 1.45), rng.uniform(1.5, 1.75)], p=[0.08, 0.85, 0.07]
        ),
        hem_curve=rng.uniform(0.0, 0.04),
        front=rng.uniform(0.11, 0.2) + (0.14 if cut == "v" else 0),
        cut=cut,
    )
    style = str(rng.choice(["short", "cap", "none", "long"], p=[0.87, 0.05, 0.03, 0.05]))
    garment = Garment(hang_at=((-body.shoulder * 0.96, body.slope), (body.shoulder * 0.96, body.slope)))
    garment.layers += [back_of_neck(body), *neck_label(rng)]
    if style != "none":
        length = {"short": rng.uniform(0.3, 0.46), "cap": rng.uniform(0.14, 0.2), "long": rng.uniform(1.05, 1.2)}[style]
        cuff = rng.uniform(0.11, 0.14) if style == "long" else rng.uniform(0.17, 0.23)
        angle = rng.uniform(0.75, 1.05) if style != "long" else rng.uniform(0.25, 0.7)
        for side in (-1.0, 1.0):
            bend = rng.uniform(-0.1, 0.5) if style == "long" else 0.0
            sleeve = Sleeve(length * rng.uniform(0.93, 1.05), angle + rng.normal(0, 0.07), cuff, bend)
            garment.layers += sleeve_pieces(body, sleeve, side)
    garment.layers += [body_piece(body), seam(hem_line(body, 0.04), 0.35), *_neck_rib(body)]
    if rng.random() < 0.4:
        width = rng.uniform(0.4, 0.72)
        garment.layers.append(Print(chest_print(rng, *inks), (rng.normal(0, 0.01), body.armpit + 0.12), width))
    elif rng.random() < 0.15:
        garment.layers += pocket(0.2, body.armpit - 0.05, 0.085, 0.2)
    garment.folds = armpit_folds(rng, body)
    return garment


def _neck_rib(body: Bodice) -> list[Piece | Stroke]:
    """The ribbed band around the neck."""
    inner = neckline(body, body.front)
    wide = Bodice(neck=body.neck + 0.035, front=body.front + 0.04, cut=body.cut)
    outer = shifted(neckline(wide, wide.front), 0.0, 0.012)
    return [Piece(joined(inner, outer[::-1]), "trim", level=0.0135, dome=0.0, slack=0.5), seam(outer, 0.4, 0.006)]


def shirt(rng: np.random.Generator, button: Colour) -> Garment:
    """Collar and buttons; long or short sleeves; straight hem or tails."""
    chest = rng.uniform(0.48, 0.58)
    body = Bodice(
        neck=rng.uniform(0.14, 0.17),
        shoulder=chest - rng.uniform(0.03, 0.07),
        slope=rng.uniform(0.1, 0.16),
        chest=chest,
        armpit=rng.uniform(0.42, 0.52),
        waist=chest - rng.uniform(0.0, 0.07),
        hem=chest + rng.uniform(-0.02, 0.05),
        length=rng.uniform(1.3, 1.65),
        hem_curve=rng.choice([rng.uniform(0.0, 0.03), rng.uniform(0.1, 0.2)]),
        front=rng.uniform(0.14, 0.22),
        cut="v",
    )
    garment = Garment(hang_at=((-body.shoulder * 0.96, body.slope), (body.shoulder * 0.96, body.slope)))
    garment.layers += [back_of_neck(body, -0.03), *neck_label(rng, 0.02)]
    long = rng.random() < 0.82
    angle = rng.uniform(0.4, 0.62) if long else rng.uniform(0.6, 1.0)
    for side in (-1.0, 1.0):
        tilt = angle + rng.normal(0, 0.08)
        if long:
            sleeve = Sleeve(rng.uniform(1.12, 1.25), tilt, rng.uniform(0.1, 0.125), rng.uniform(-0.05, 0.3))
            garment.layers += cuffed_sleeve(body, sleeve, side, button)
        else:
            garment.layers += sleeve_pieces(body, Sleeve(rng.uniform(0.32, 0.48), tilt, rng.uniform(0.18, 0.23)), side)
    garment.layers += [body_piece(body, edge=0.025), seam(hem_line(body, 0.025), 0.3, 0.006)]
    for side in (-1.0, 1.0):
        garment.layers.append(seam(flipped(armhole(body), side), 0.4, 0.008))
    garment.layers += placket(body, button, int(rng.integers(5, 8)), rng.uniform(0.025, 0.04))
    if rng.random() < 0.55:
        garment.layers += pocket(rng.choice([-0.24, 0.24]), body.armpit - 0.04, 0.1, 0.24, point=0.03)
    garment.layers += shirt_collar(rng, body)
    garment.folds = armpit_folds(rng, body, 0.007)
    if rng.random() < 0.5:
        garment.drapes.append(
            Drape(body.armpit, body.length, chest, body.hem, rng.uniform(1, 3), 0.006, rng.uniform(0, 6))
        )
    return garment


def placket(
    body: Bodice, button: Colour, num_buttons: int, half: float, offset: float = 0.0
) -> list[Piece | Stroke | Dot]:
    """The buttoned strip down the front."""
    top, bottom = body.front - 0.03, body.length - 0.005
    strip = line([(offset - half, top), (offset + half, top), (offset + half, bottom), (offset - half, bottom)])
    layers: list[Piece | Stroke | Dot] = [Piece(strip, level=0.0135, dome=0.0)]
    for x in (-half + 0.008, half - 0.008):
        layers.append(seam(line([(offset + x, top), (offset + x, bottom)]), 0.22, 0.005))
    for y in np.linspace(body.front + 0.06, bottom - 0.14, num_buttons):
        layers.append(Dot((offset, float(y)), 0.0135, button))
    return layers


def shirt_collar(rng: np.random.Generator, body: Bodice) -> list[Piece | Stroke | Dot]:
    """Two leaves folded over the neck."""
    n, depth = body.neck, body.front
    tip = (rng.uniform(0.1, 0.17), depth + rng.uniform(0.06, 0.14))
    layers: list[Piece | Stroke | Dot] = []
    stand = curve([(-n, -0.005), (-n * 0.5, -0.05), (0, -0.06), (n * 0.5, -0.05), (n, -0.005)], 0.02)
    inside = curve([(n, -0.005), (n * 0.5, 0.012), (0.0, 0.02), (-n * 0.5, 0.012), (-n, -0.005)], 0.02)
    layers += [Piece(joined(stand, inside), level=0.011, shade=0.85, dome=0.002, slack=0.2)]
    for side in (-1.0, 1.0):
        fold = curve([(0.006, depth - 0.005), (n * 0.62, depth * 0.4), (n * 0.92, -0.035)], 0.02)
        outer = line([(n * 0.92, -0.035), (n + 0.055, 0.04)])
        leaf = joined(fold, outer, line([(n + 0.055, 0.04), tip, (0.006, depth - 0.005)]))
        edge = line([(n + 0.035, 0.04), (tip[0] - 0.012, tip[1] - 0.02), (0.02, depth - 0.01)])
        turn = -side * 0.75
        layers += [
            Piece(flipped(leaf, side), turn=turn, level=0.018, dome=0.004, edge=0.015, slack=0.25),
            seam(flipped(edge, side), 0.2, 0.005),
        ]
    return layers


def cuffed_sleeve(body: Bodice, sleeve: Sleeve, side: float, button: Colour) -> list[Piece | Stroke | Dot]:
    """A long sleeve gathered into a buttoned cuff."""
    pieces: list[Piece | Stroke | Dot] = [*sleeve_pieces(body, sleeve, side, hem=0.13)]
    _, cuff = sleeve_outline(body, sleeve, 0.13)
    _, end = sleeve_outline(body, sleeve, -0.005)
    grow = (cuff[-1] - cuff[0]) * 0.03
    band = joined(cuff[:1] - grow, cuff[-1:] + grow, end[-1:] + grow, end[:1] - grow)
    band = line([(float(x), float(y)) for x, y in [*band, band[0]]])
    spot = 0.75 * (cuff[-1] + end[-1]) / 2 + 0.25 * (cuff[0] + end[0]) / 2
    pieces += [
        Piece(flipped(band, side), turn=-side * sleeve.angle, level=0.013, dome=0.005, slack=0.3),
        Dot((side * float(spot[0]), float(spot[1])), 0.012, button),
    ]
    return pieces


def pocket(
    x: float, y: float, half: float, deep: float, point: float = 0.0, cloth: str = "main"
) -> list[Piece | Stroke | Dot]:
    """A patch pocket with a stitched top."""
    edge: Points = line(
        [
            (x - half, y),
            (x + half, y),
            (x + half, y + deep - point),
            (x, y + deep),
            (x - half, y + deep - point),
            (x - half, y),
        ]
    )
    top = line([(x - half, y + 0.035), (x + half, y + 0.035)])
    return [Piece(edge, cloth, level=0.0135, dome=0.001, edge=0.01), seam(top, 0.3, 0.006), seam(edge, 0.25, 0.005)]
