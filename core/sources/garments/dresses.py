"""Cuts of dresses: a bodice on a skirt, or all of a piece."""

from dataclasses import replace

import numpy as np

from core.sources.garments.bodice import (
    Bodice,
    Sleeve,
    armhole,
    armpit_folds,
    back_of_neck,
    hem_line,
    neck_label,
    neckline,
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
    joined,
    line,
    mirrored,
    seam,
    shifted,
)
from core.sources.garments.skirts import Flare, skirt_layers


def dress(rng: np.random.Generator, button: Colour) -> Garment:
    """Straps to long sleeves; shift, waisted, flared or shirt dress; from mini to floor."""
    sleeves = str(rng.choice(["straps", "none", "cap", "short", "long"], p=[0.26, 0.36, 0.14, 0.18, 0.06]))
    chest = rng.uniform(0.41, 0.49)
    cut = str(rng.choice(["round", "v", "square", "boat"], p=[0.46, 0.3, 0.12, 0.12]))
    narrow = {"straps": 0.2, "none": 0.1}.get(sleeves, 0.05)
    waist_y = rng.uniform(0.62, 0.95)
    waist = chest - rng.uniform(0.0, 0.13)
    body = Bodice(
        neck=rng.uniform(0.13, 0.19) + (0.05 if cut in ("boat", "square") else 0.0),
        shoulder=chest - narrow,
        slope=rng.uniform(0.05, 0.12),
        chest=chest,
        armpit=rng.uniform(0.36, 0.46),
        waist=waist + (chest - waist) * 0.4,
        hem=waist,
        length=waist_y,
        hem_curve=0.0,
        front=rng.uniform(0.14, 0.24) + (0.12 if cut == "v" else 0.0),
        cut=cut,
    )
    if body.neck > body.shoulder - 0.045:
        body = replace(body, neck=body.shoulder - 0.045)
    style = str(rng.choice(["pencil", "a-line", "pleated", "tiered", "circle"], p=[0.14, 0.44, 0.08, 0.1, 0.24]))
    length = waist_y + rng.choice(
        [rng.uniform(0.5, 0.75), rng.uniform(0.75, 1.15), rng.uniform(1.2, 1.6)], p=[0.12, 0.63, 0.25]
    )
    grow = {
        "pencil": rng.uniform(1.0, 1.15),
        "a-line": rng.uniform(1.25, 1.7),
        "pleated": rng.uniform(1.4, 1.9),
        "tiered": rng.uniform(1.5, 1.9),
        "circle": rng.uniform(1.8, 2.4),
    }[style]
    hem = min(waist * grow + 0.06, 0.95)
    flare = Flare(waist_y, waist, waist + 0.06 + 0.1 * (grow - 1), hem, length, 0.02 + 0.06 * (grow - 1))
    garment = Garment(hang_at=((-body.shoulder * 0.95, body.slope), (body.shoulder * 0.95, body.slope)))
    garment.layers += [back_of_neck(body, 0.03), *neck_label(rng, 0.05)]
    _sleeves(rng, garment, body, sleeves)
    skirt = skirt_layers(rng, garment, flare, style)
    right = joined(armhole(body), _side(body))
    front = Piece(joined(neckline(body, body.front), right, hem_line(body), mirrored(right)), level=0.013)
    garment.layers += [*skirt, front, seam(_below(neckline(body, body.front)), 0.3, 0.006)]
    garment.layers += _waist(rng, body, flare)
    if rng.random() < 0.25:
        bottom = length - 0.05 if rng.random() < 0.5 else waist_y
        garment.layers.append(seam(line([(0.0, body.front + 0.01), (0.0, bottom)]), 0.5, 0.008))
        garment.layers += [
            Dot((0.014, float(y)), 0.014, button) for y in np.arange(body.front + 0.05, bottom - 0.04, 0.11)
        ]
    garment.folds += armpit_folds(rng, body, 0.0055)
    return garment


def _side(body: Bodice) -> Points:
    return curve([(body.chest, body.armpit), (body.waist, (body.armpit + body.length) / 2), (body.hem, body.length)])


def _below(edge: Points) -> Points:
    below: Points = edge * np.array([1.12, 1.0]) + (0.0, 0.03)
    return below


def _sleeves(rng: np.random.Generator, garment: Garment, body: Bodice, kind: str) -> None:
    if kind not in ("cap", "short", "long"):
        return
    length = {"cap": rng.uniform(0.12, 0.18), "short": rng.uniform(0.26, 0.42), "long": rng.uniform(0.85, 1.1)}[kind]
    angle = rng.uniform(0.3, 0.65) if kind == "long" else rng.uniform(0.5, 1.1)
    cuff = rng.uniform(0.1, 0.14) if kind == "long" else rng.uniform(0.16, 0.22)
    puff = rng.choice([0.0, rng.uniform(0.02, 0.05)])
    for side in (-1.0, 1.0):
        sleeve = Sleeve(length, angle + rng.normal(0, 0.07), cuff, rng.uniform(0, 0.3) if kind == "long" else 0.0, puff)
        garment.layers += sleeve_pieces(body, sleeve, side)


def _waist(rng: np.random.Generator, body: Bodice, flare: Flare) -> list[Piece | Stroke]:
    """A seam, a band or a belt where bodice and skirt meet."""
    w, y = flare.waist, flare.top
    middle = curve([(-w, y), (0.0, y + 0.012), (w, y)])
    kind = str(rng.choice(["seam", "belt", "nothing"], p=[0.5, 0.25, 0.25]))
    if kind == "nothing":
        return [seam(middle, 0.15, 0.008)]
    if kind == "seam":
        return [seam(middle, 0.7, 0.01)]
    half = rng.uniform(0.02, 0.05)
    band = joined(
        curve([(-w - 0.004, y - half), (0.0, y - half + 0.012), (w + 0.004, y - half)]),
        curve([(w + 0.008, y + half), (0.0, y + half + 0.012), (-w - 0.008, y + half)]),
    )
    layers: list[Piece | Stroke] = [Piece(band, "trim", level=0.017, dome=0.003, slack=0.3)]
    if half < 0.035:
        layers.append(
            Stroke(
                line([(-0.03, y - 0.02), (0.03, y - 0.02), (0.03, y + 0.045), (-0.03, y + 0.045), (-0.03, y - 0.02)]),
                0.009,
                relief=0.8,
                ink=(190, 170, 120),
            )
        )
    else:
        x = rng.uniform(-0.15, 0.15)
        for sway in (-0.05, 0.04):
            tail = curve([(x, y), (x + sway, y + 0.16), (x + sway * 1.4, y + rng.uniform(0.26, 0.36))], 0.02)
            layers += [Stroke(shifted(tail, 0.01, 0.006), 0.035, relief=-0.4), Stroke(tail, 0.03, relief=0.7)]
    return layers
