"""Cuts of pants and shorts."""

from dataclasses import dataclass, replace

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
    flipped,
    joined,
    line,
    seam,
    shifted,
)


@dataclass(frozen=True)
class Leg:
    """Measures of the right half; widths are halves, from the middle of the waist or of the leg."""

    waist: float
    hip: float
    crotch: float  # depth
    length: float
    knee: float
    ankle: float
    spread: float  # how far the leg's end is from the middle
    band: float  # height of the waistband
    cuff: bool = False  # gathered at the ankle, as in sweatpants


def pants(rng: np.random.Generator, thread: Colour | None, button: Colour) -> Garment:
    """Skinny, straight, wide or gathered; full length or cropped."""
    style = str(rng.choice(["skinny", "straight", "wide", "jogger"], p=[0.3, 0.38, 0.16, 0.16]))
    hip = rng.uniform(0.42, 0.5)
    knee, ankle = {"skinny": (0.14, 0.1), "straight": (0.18, 0.15), "wide": (0.23, 0.26), "jogger": (0.18, 0.095)}[
        style
    ]
    cropped = rng.random() < 0.07
    leg = Leg(
        waist=hip - rng.uniform(0.05, 0.11),
        hip=hip,
        crotch=rng.uniform(0.5, 0.62),
        length=rng.uniform(1.35, 1.6) if cropped else rng.uniform(1.85, 2.25),
        knee=knee * rng.uniform(0.92, 1.12),
        ankle=ankle * rng.uniform(0.9, 1.15),
        spread=rng.uniform(0.2, 0.36) + ankle * 0.25,
        band=rng.uniform(0.07, 0.11),
        cuff=style == "jogger",
    )
    return _bottoms(rng, leg, thread, button)


def shorts(rng: np.random.Generator, thread: Colour | None, button: Colour) -> Garment:
    """From hot pants to Bermudas; tight or as wide as a skirt."""
    hip = rng.uniform(0.44, 0.52)
    length = rng.choice([rng.uniform(0.62, 0.8), rng.uniform(0.8, 1.05), rng.uniform(1.05, 1.3)], p=[0.25, 0.62, 0.13])
    wide = rng.uniform(0.2, 0.29)
    leg = Leg(
        waist=hip - rng.uniform(0.04, 0.11),
        hip=hip,
        crotch=rng.uniform(0.46, 0.58),
        length=length,
        knee=wide,
        ankle=wide * rng.uniform(0.94, 1.08),
        spread=rng.uniform(0.25, 0.31),
        band=rng.uniform(0.07, 0.11),
    )
    return _bottoms(rng, leg, thread, button)


def _bottoms(rng: np.random.Generator, leg: Leg, thread: Colour | None, button: Colour) -> Garment:
    garment = Garment(hang_at=((-leg.waist * 0.8, 0.03), (leg.waist * 0.8, 0.03)), clips=True)
    jeans = thread is not None
    elastic = leg.cuff or (not jeans and rng.random() < 0.35)
    garment.layers.append(_back(leg))
    order = (-1.0, 1.0) if rng.random() < 0.5 else (1.0, -1.0)
    for index, side in enumerate(order):
        bent = replace(leg, spread=leg.spread * (1.0 if leg.cuff else rng.uniform(0.9, 1.1)))
        outline, hem = _half(bent)
        turn = -side * np.arctan2(bent.spread - leg.hip * 0.5, leg.length)
        garment.layers.append(
            Piece(flipped(outline, side), turn=turn, level=0.010 + 0.0015 * index, edge=0.035, dome=0.010)
        )
        garment.layers += _leg_seams(leg, flipped(outline, side), flipped(hem, side), thread)
        garment.folds += _leg_folds(rng, bent, side)
    if leg.cuff:
        garment.layers += _ankle_ribs(leg)
    garment.layers += _waistband(leg, thread, button, elastic)
    garment.layers += _fly(leg, thread) if not elastic else _cord(rng, leg, button)
    garment.layers += _pockets(rng, leg, thread, button)
    if leg.ankle > 0.22 and rng.random() < 0.6:
        garment.drapes.append(
            Drape(0.2, leg.length, leg.hip, leg.hip * 1.15, rng.uniform(3, 5), 0.006, rng.uniform(0, 6))
        )
    return garment


def _half(leg: Leg) -> tuple[Points, Points]:
    """The right leg with its half of the hips, and its hem."""
    knee_y = leg.crotch + (leg.length - leg.crotch) * 0.45
    knee_x = leg.spread * 0.55 + leg.hip * 0.24
    end_out, end_in = (leg.spread + leg.ankle, leg.length - 0.01), (leg.spread - leg.ankle, leg.length + 0.012)
    long = leg.length > 1.15
    side = [(leg.waist, 0.0), (leg.hip * 0.97, leg.crotch * 0.42), (leg.hip, leg.crotch * 0.85)]
    inner = [(0.012, leg.crotch)]
    if long:
        side.append((knee_x + leg.knee, knee_y))
        inner.insert(0, (max(knee_x - leg.knee, 0.02), knee_y))
    outline = joined(
        line([(-0.012, 0.0), (leg.waist, 0.0)]),
        curve([*side, end_out]),
        line([end_out, end_in]),
        curve([end_in, *inner]),
        line([inner[-1], (-0.012, leg.crotch - 0.02), (-0.012, 0.0)]),
    )
    rise = 0.045
    hem = line([(end_out[0], end_out[1] - rise), (end_in[0], end_in[1] - rise)])
    return outline, hem


def _back(leg: Leg) -> Piece:
    """The inside of the back, above the front's waist."""
    w = leg.waist
    outline = joined(
        curve([(-w, 0.01), (-w * 0.6, -0.028), (0, -0.038), (w * 0.6, -0.028), (w, 0.01)]),
        line([(w, 0.01), (w, 0.08), (-w, 0.08)]),
    )
    return Piece(outline, level=0.005, shade=0.55, dome=0.001, slack=0.2)


def _leg_seams(leg: Leg, outline: Points, hem: Points, thread: Colour | None) -> list[Stroke]:
    centre = float(np.mean(outline[:, 0]))
    inset = outline + (np.array([centre, leg.length / 2]) - outline) * 0.035
    strokes: list[Stroke] = []
    if thread is not None:
        strokes += [*dashes(hem, thread), seam(inset, 0.18, 0.012)]
    elif not leg.cuff:
        strokes.append(seam(hem, 0.35, 0.007))
    return strokes


def _leg_folds(rng: np.random.Generator, leg: Leg, side: float) -> list[Fold]:
    """Wrinkles that fan out from the crotch and gather at the knee."""
    folds = []
    for _ in range(int(rng.integers(3, 6))):
        start = (side * rng.uniform(0.0, 0.05), leg.crotch + rng.uniform(-0.1, 0.04))
        reach, angle = rng.uniform(0.2, 0.42), rng.uniform(-0.7, 0.9)
        end = (start[0] + side * reach * np.cos(angle), start[1] + reach * np.sin(angle))
        folds.append(Fold(start, end, rng.uniform(0.012, 0.03), 0.007 * rng.uniform(-1, 1)))
    for _ in range(int(rng.integers(2, 6)) if leg.length > 1.15 else 1):
        way = rng.uniform(0.25, 0.95)
        y = leg.crotch + (leg.length - leg.crotch) * way
        x = side * (leg.spread * way * 0.8 + leg.hip * 0.25 * (1 - way) + leg.knee * rng.choice([-1.0, 1.0]))
        reach, slant = rng.uniform(0.12, 0.3), rng.normal(0, 0.12)
        toward = -1.0 if x > side * leg.spread else 1.0
        folds.append(
            Fold((x, y), (x + toward * reach, y + slant), rng.uniform(0.015, 0.03), 0.006 * rng.uniform(-1, 1))
        )
    return folds


def _waistband(leg: Leg, thread: Colour | None, button: Colour, elastic: bool) -> list[Piece | Stroke | Dot]:
    w, b = leg.waist, leg.band
    lower = w + (leg.hip - w) * 0.2
    outline = joined(
        curve([(-w, 0.0), (-w * 0.5, 0.012), (0, 0.016), (w * 0.5, 0.012), (w, 0.0)]),
        curve([(lower, b), (w * 0.5, b + 0.012), (0, b + 0.016), (-w * 0.5, b + 0.012), (-lower, b)]),
    )
    edge = curve([(-lower, b), (-w * 0.5, b + 0.012), (0, b + 0.016), (w * 0.5, b + 0.012), (lower, b)])
    layers: list[Piece | Stroke | Dot] = [
        Piece(outline, "trim" if elastic else "main", level=0.0145, dome=0.004, edge=0.02, slack=0.4),
        seam(edge, 0.5, 0.007),
    ]
    if elastic:
        return layers
    if thread is not None:
        layers += [*dashes(shifted(edge, 0.0, -(0.014)), thread), *dashes(shifted(edge, 0.0, -(b - 0.02)), thread)]
    for x in (-0.62, -0.3, 0.36, 0.66):
        loop = line(
            [(w * x - 0.012, -0.006), (w * x + 0.012, -0.006), (w * x + 0.012, b + 0.025), (w * x - 0.012, b + 0.025)]
        )
        layers.append(Piece(loop, level=0.018, dome=0.002, slack=0.2))
    layers.append(Dot((0.03, b * 0.55), 0.02, button))
    return layers


def _fly(leg: Leg, thread: Colour | None) -> list[Stroke]:
    top, end = leg.band + 0.015, leg.crotch * 0.72
    middle = line([(0.0, top), (0.0, leg.crotch - 0.01)])
    curved = curve([(0.075, top), (0.075, end - 0.12), (0.055, end - 0.04), (0.0, end)], 0.02)
    return [seam(middle, 0.7, 0.009), *(dashes(curved, thread) if thread else [seam(curved, 0.25, 0.005)])]


def _cord(rng: np.random.Generator, leg: Leg, ink: Colour) -> list[Stroke]:
    """The ends of a drawstring."""
    strokes = [seam(line([(0.0, leg.band + 0.015), (0.0, leg.crotch - 0.01)]), 0.5, 0.008)]
    for side in (-1.0, 1.0):
        reach = rng.uniform(0.18, 0.4)
        sway = rng.normal(0, 0.04)
        cord = curve(
            [(side * 0.03, leg.band * 0.5), (side * 0.05 + sway, reach * 0.55), (side * 0.035 + sway * 2, reach)], 0.02
        )
        strokes += [Stroke(shifted(cord, 0.008, 0.008), 0.016, relief=-0.5), Stroke(cord, 0.014, relief=0.9, ink=ink)]
    return strokes


def _ankle_ribs(leg: Leg) -> list[Piece | Stroke]:
    layers: list[Piece | Stroke] = []
    for side in (-1.0, 1.0):
        a, y = leg.ankle * 1.04, leg.length
        cuff = line(
            [
                (leg.spread - a, y - 0.1),
                (leg.spread + a, y - 0.12),
                (leg.spread + a * 0.9, y + 0.01),
                (leg.spread - a * 0.9, y + 0.025),
                (leg.spread - a, y - 0.1),
            ]
        )
        layers += [Piece(flipped(cuff, side), "trim", level=0.013, dome=0.006, slack=0.3)]
    return layers


def _pockets(rng: np.random.Generator, leg: Leg, thread: Colour | None, button: Colour) -> list[Piece | Stroke | Dot]:
    layers: list[Piece | Stroke | Dot] = []
    slanted = thread is None or rng.random() < 0.2
    b = leg.band
    for side in (-1.0, 1.0):
        if slanted:
            edge = line([(leg.waist * 0.66, b + 0.01), (leg.hip * 0.94, leg.crotch * 0.62)])
        else:
            edge = curve(
                [
                    (leg.waist * 0.5, b + 0.01),
                    (leg.waist * 0.58, b + 0.1),
                    (leg.waist * 0.8, b + 0.15),
                    (leg.hip * 0.97, b + 0.15),
                ],
                0.02,
            )
        layers.append(seam(flipped(edge, side), 0.65, 0.01))
        if thread is not None:
            layers += dashes(flipped(shifted(edge, -0.012, 0.012), side), thread)
            layers.append(Dot((side * leg.waist * 0.52, b + 0.025), 0.009, button))
    return layers
