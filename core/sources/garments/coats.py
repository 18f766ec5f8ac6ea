"""Cuts of outwear: coats, blazers, bombers, hoodies, parkas, puffers, denim jackets, vests."""

from dataclasses import replace

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
    sleeve_outline,
    sleeve_pieces,
)
from core.sources.garments.shapes import (
    Colour,
    Dot,
    Garment,
    Piece,
    Points,
    Stroke,
    curve,
    dashes,
    flipped,
    joined,
    line,
    oval,
    seam,
    shifted,
)
from core.sources.garments.tops import pocket, shirt_collar

KINDS = ("coat", "blazer", "bomber", "hoodie", "parka", "puffer", "jacket", "vest")
ODDS = (0.18, 0.14, 0.13, 0.17, 0.12, 0.1, 0.1, 0.06)
Layer = Piece | Stroke | Dot


def outwear(rng: np.random.Generator, kind: str, button: Colour, thread: Colour | None) -> Garment:
    """A coat of the kind; its cloth is chosen to fit."""
    body = _measures(rng, kind)
    garment = Garment(hang_at=((-body.shoulder * 0.96, body.slope), (body.shoulder * 0.96, body.slope)))
    if kind in ("hoodie", "parka") or (kind in ("puffer", "vest") and rng.random() < 0.5):
        garment.layers += _hood(rng, body, kind == "parka" and rng.random() < 0.7)
    else:
        garment.layers += [replace(back_of_neck(body, -0.03), cloth="lining"), *neck_label(rng, 0.0)]
    if kind != "vest":
        _sleeves(rng, garment, body, kind, button)
    garment.layers.append(body_piece(body, dome=0.012, edge=0.035, level=0.016))
    for side in (-1.0, 1.0):
        garment.layers.append(seam(flipped(armhole(body), side), 0.6, 0.01))
    garment.layers += _front(rng, body, kind, button, thread)
    garment.folds = armpit_folds(rng, body, 0.008)
    return garment


def _measures(rng: np.random.Generator, kind: str) -> Bodice:
    chest = rng.uniform(0.5, 0.6)
    long = {"coat": rng.uniform(1.6, 2.1), "parka": rng.uniform(1.45, 1.8), "puffer": rng.uniform(1.15, 1.6)}
    length = long.get(kind, rng.uniform(1.12, 1.4))
    lapels = kind in ("coat", "blazer")
    return Bodice(
        neck=rng.uniform(0.14, 0.17),
        shoulder=chest - rng.uniform(0.02, 0.06),
        slope=rng.uniform(0.1, 0.16),
        chest=chest,
        armpit=rng.uniform(0.44, 0.54),
        waist=chest - rng.uniform(0.0, 0.09 if lapels else 0.03),
        hem=chest + (rng.uniform(0.0, 0.12) if kind in ("coat", "parka") else rng.uniform(-0.05, 0.03)),
        length=length,
        hem_curve=rng.uniform(0.0, 0.03),
        front=rng.uniform(0.45, 0.7) if lapels else rng.uniform(0.1, 0.17),
        cut="v" if lapels else "round",
    )


def _sleeves(rng: np.random.Generator, garment: Garment, body: Bodice, kind: str, button: Colour) -> None:
    angle = rng.uniform(0.12, 0.28)
    width = rng.uniform(0.115, 0.15)
    for side in (-1.0, 1.0):
        sleeve = Sleeve(rng.uniform(1.1, 1.22), angle + rng.normal(0, 0.06), width, rng.uniform(-0.05, 0.2), 0.02)
        ribbed = kind in ("hoodie", "bomber")
        garment.layers += sleeve_pieces(body, sleeve, side, hem=0.1 if ribbed else 0.05)
        if ribbed:
            _, cuff = sleeve_outline(body, sleeve, 0.1)
            _, end = sleeve_outline(body, sleeve, -0.01)
            band = np.vstack([cuff[:1], cuff[-1:], end[-1:] * 0.97 + end[:1] * 0.03, end[:1] * 0.9 + end[-1:] * 0.1])
            garment.layers.append(Piece(flipped(band, side), "trim", turn=-side * angle, level=0.012, slack=0.3))


def _front(rng: np.random.Generator, body: Bodice, kind: str, button: Colour, thread: Colour | None) -> list[Layer]:
    layers: list[Layer] = []
    if kind in ("hoodie", "bomber"):
        layers += _hem_rib(body)
    else:
        layers.append(seam(hem_line(body, 0.03), 0.4, 0.008))
    if kind in ("coat", "blazer"):
        layers += _buttoned(rng, body, kind, button)
    elif kind == "jacket":
        layers += _denim_front(body, button, thread)
        layers += shirt_collar(rng, body)
    else:
        pullover = kind == "hoodie" and rng.random() < 0.4
        if not pullover:
            layers += _zip(body, button)
        layers += _kangaroo(body) if kind == "hoodie" else _side_pockets(rng, body, kind)
        if kind != "hoodie" and not any(layer for layer in layers if isinstance(layer, Piece) and layer.cloth == "fur"):
            layers += _stand_collar(rng, body)
    if kind == "hoodie":
        layers += _hood_cords(rng, body)
    if kind in ("coat", "parka") and rng.random() < 0.35:
        layers += _belt(body)
    return layers


def _buttoned(rng: np.random.Generator, body: Bodice, kind: str, button: Colour) -> list[Layer]:
    """Lapels, an overlapping front, and flap pockets."""
    low = body.front
    layers: list[Layer] = [seam(line([(0.03, low), (0.035, body.length - 0.01)]), 0.9, 0.012)]
    for side in (-1.0, 1.0):
        layers += [
            Piece(flipped(points, side), turn=-side * 0.5, level=level, dome=0.006, slack=0.35)
            for points, level in _lapel(rng, body)
        ]
        y = body.armpit + rng.uniform(0.34, 0.42)
        flap = line([(0.16, y), (0.36, y - 0.015), (0.365, y + 0.06), (0.165, y + 0.075), (0.16, y)])
        layers += [
            Piece(flipped(flap, side), level=0.0185, dome=0.003, slack=0.7),
            seam(flipped(flap[:8], side), 0.5, 0.008),
        ]
    double = rng.random() < 0.4
    end = min(low + (0.75 if kind == "coat" else 0.42), body.length - 0.2)
    for y in np.linspace(low + 0.03, end, int(rng.integers(2, 5))):
        for x in (-0.12, 0.12) if double else (0.0,):
            layers.append(Dot((x, float(y)), 0.024, button))
    return layers


def _lapel(rng: np.random.Generator, body: Bodice) -> list[tuple[Points, float]]:
    n, low = body.neck, body.front
    notch = low * 0.46
    lapel = joined(
        line([(0.0, low + 0.02), (n * 0.55, low * 0.5), (n * 0.95, 0.02)]),
        line([(n * 0.95, 0.02), (n + 0.09, notch * 0.62)]),
        line([(n + 0.09, notch * 0.62), (n + 0.14, notch)]),
        curve([(n + 0.14, notch), (n * 0.8, low * 0.74), (0.0, low + 0.02)]),
    )
    collar = joined(
        curve([(n * 0.6, low * 0.42), (n * 0.93, 0.02), (n * 0.8, -0.05)]),
        line([(n * 0.8, -0.05), (n + 0.07, 0.06), (n + 0.15, notch * 0.66), (n * 0.8, notch * 0.72)]),
    )
    return [(lapel, 0.022), (collar, 0.025)]


def _hood(rng: np.random.Generator, body: Bodice, fur: bool) -> list[Layer]:
    """A hood lying behind the neck, open to the front."""
    n = body.neck
    tall = rng.uniform(0.34, 0.48)
    shape = curve(
        [
            (-n - 0.1, 0.1),
            (-n - 0.13, -tall * 0.45),
            (-n * 0.6, -tall * 0.95),
            (0, -tall),
            (n * 0.6, -tall * 0.95),
            (n + 0.13, -tall * 0.45),
            (n + 0.1, 0.1),
        ]
    )
    layers: list[Layer] = []
    if fur:
        rough = shape * (1 + 0.06 * rng.standard_normal((len(shape), 1))) * 1.14
        layers.append(Piece(rough, "fur", level=0.02, dome=0.015, edge=0.04))
    layers.append(Piece(shape, level=0.016, dome=0.014, edge=0.05))
    hole = joined(
        curve(
            [(-n - 0.02, 0.06), (-n - 0.03, -tall * 0.4), (0, -tall * 0.8), (n + 0.03, -tall * 0.4), (n + 0.02, 0.06)]
        ),
        line([(n + 0.02, 0.06), (0.0, body.front + 0.05), (-n - 0.02, 0.06)]),
    )
    layers += [Piece(hole, "lining", level=0.006, shade=0.55, dome=0.002, slack=0.6), *neck_label(rng, 0.0)]
    return layers


def _hood_cords(rng: np.random.Generator, body: Bodice) -> list[Layer]:
    layers: list[Layer] = []
    for side in (-1.0, 1.0):
        sway, reach = rng.normal(0, 0.03), rng.uniform(0.25, 0.42)
        x = side * body.neck * 0.45
        cord = curve(
            [(x, body.front * 0.95), (x + sway, body.front + reach * 0.5), (x + sway * 2, body.front + reach)], 0.02
        )
        layers += [
            Stroke(shifted(cord, 0.01, 0.008), 0.018, relief=-0.5),
            Stroke(cord, 0.015, relief=0.9, ink=(225, 222, 215)),
        ]
    return layers


def _hem_rib(body: Bodice) -> list[Layer]:
    upper, lower = hem_line(body, 0.1), hem_line(replace(body, hem=body.hem * 0.94), -0.012)
    return [
        Piece(joined(upper * np.array([1.01, 1.0]), lower[::-1]), "trim", level=0.018, dome=0.006, slack=0.4),
        seam(upper, 0.6, 0.009),
    ]


def _zip(body: Bodice, metal: Colour) -> list[Layer]:
    middle = line([(0.0, body.front - 0.01), (0.0, body.length - 0.01)])
    layers: list[Layer] = [
        seam(shifted(middle, -0.028, 0), 0.35, 0.007),
        seam(shifted(middle, 0.028, 0), 0.35, 0.007),
        seam(middle, 0.6, 0.022),
    ]
    layers += [Stroke(middle, 0.009, relief=0.5, ink=metal)]
    layers.append(Stroke(line([(0.0, body.front), (0.004, body.front + 0.05)]), 0.02, relief=0.8, ink=metal))
    return layers


def _side_pockets(rng: np.random.Generator, body: Bodice, kind: str) -> list[Layer]:
    layers: list[Layer] = []
    y = body.armpit + (body.length - body.armpit) * rng.uniform(0.38, 0.5)
    flaps = kind == "parka" or rng.random() < 0.3
    for side in (-1.0, 1.0):
        if flaps:
            layers += pocket(side * 0.28, y, 0.12, 0.24)
            flap = line(
                [
                    (0.15, y - 0.02),
                    (0.41, y - 0.02),
                    (0.41, y + 0.06),
                    (0.28, y + 0.075),
                    (0.15, y + 0.06),
                    (0.15, y - 0.02),
                ]
            )
            layers.append(Piece(flipped(flap, side), level=0.022, dome=0.003, slack=0.7))
        else:
            edge = line([(0.24, y - 0.02), (0.33, y + 0.2)])
            layers += [Stroke(flipped(edge, side), 0.03, relief=0.5), seam(flipped(edge, side), 0.9, 0.012)]
    return layers


def _kangaroo(body: Bodice) -> list[Layer]:
    y, low = body.armpit + (body.length - body.armpit) * 0.5, body.length - 0.12
    shape = line([(-0.17, y), (0.17, y), (0.3, y + 0.16), (0.3, low), (-0.3, low), (-0.3, y + 0.16), (-0.17, y)])
    return [Piece(shape, level=0.019, dome=0.003), seam(shape, 0.4, 0.008)]


def _stand_collar(rng: np.random.Generator, body: Bodice) -> list[Layer]:
    n, tall = body.neck, rng.uniform(0.06, 0.11)
    layers: list[Layer] = []
    for side in (-1.0, 1.0):
        half = joined(
            curve([(0.0, body.front + 0.01), (n * 0.7, body.front * 0.7), (n + 0.02, 0.03)]),
            line([(n + 0.02, 0.03), (n * 0.86, -tall)]),
            curve([(n * 0.86, -tall), (n * 0.6, body.front * 0.3), (0.012, body.front - tall)]),
        )
        layers.append(Piece(flipped(half, side), "trim", turn=-side * 0.6, level=0.022, dome=0.006, slack=0.3))
    return layers


def _denim_front(body: Bodice, button: Colour, thread: Colour | None) -> list[Layer]:
    ink = thread or (60, 60, 64)
    low = body.length - 0.1
    layers: list[Layer] = [
        seam(line([(0.0, body.front), (0.0, body.length)]), 0.7, 0.01),
        *dashes(hem_line(body, 0.1), ink),
    ]
    for x in (-0.05, 0.05):
        layers += dashes(line([(x, body.front), (x, low)]), ink)
    for side in (-1.0, 1.0):
        layers += dashes(flipped(line([(0.16, body.armpit + 0.06), (0.1, low)]), side), ink)
        layers += dashes(flipped(line([(0.36, body.armpit + 0.06), (0.27, low)]), side), ink)
        layers += pocket(side * 0.26, body.armpit - 0.1, 0.1, 0.2, point=0.03)
        layers += dashes(flipped(line([(0.06, body.armpit - 0.1), (body.chest - 0.05, body.armpit - 0.1)]), side), ink)
        layers.append(Dot((side * 0.26, body.armpit - 0.07), 0.016, button))
    layers += [Dot((0.0, float(y)), 0.017, button) for y in np.linspace(body.front + 0.05, body.length - 0.05, 6)]
    return layers


def _belt(body: Bodice) -> list[Layer]:
    y = body.armpit + (body.length - body.armpit) * 0.36
    w = body.waist + 0.012
    band = joined(
        curve([(-w, y - 0.035), (0, y - 0.02), (w, y - 0.035)]), curve([(w, y + 0.04), (0, y + 0.055), (-w, y + 0.04)])
    )
    buckle = oval((0.06, y + 0.018), 0.05, 0.05)
    return [Piece(band, level=0.024, dome=0.004, slack=0.4), Stroke(buckle, 0.014, relief=0.8, ink=(60, 45, 35))]
