"""The upper half of t-shirts, shirts, dresses and coats: body, neck, sleeves, collar."""

from dataclasses import dataclass

import numpy as np

from core.sources.garments.shapes import (
    Fold,
    Pair,
    Piece,
    Points,
    Stroke,
    curve,
    flipped,
    joined,
    line,
    mirrored,
    seam,
    shifted,
)


@dataclass(frozen=True)
class Bodice:
    """Measures of a body from neck to hem; widths are halves, from the middle."""

    neck: float = 0.17
    shoulder: float = 0.44
    slope: float = 0.13  # how far the shoulder's end is below the neck
    chest: float = 0.50
    armpit: float = 0.46
    waist: float = 0.48
    hem: float = 0.50
    length: float = 1.35
    hem_curve: float = 0.02  # how much lower the middle of the hem is than its ends
    front: float = 0.17  # depth of the neckline
    cut: str = "round"  # round, v, square or boat


@dataclass(frozen=True)
class Sleeve:
    """Measures of a sleeve; `angle` from hanging straight (0) to held out (pi / 2)."""

    length: float
    angle: float
    cuff: float  # half width at the end
    bend: float = 0.0
    puff: float = 0.0


def neckline(body: Bodice, depth: float) -> Points:
    """The edge of the neck from its left to its right end."""
    n = body.neck
    if body.cut == "v":
        return joined(
            line([(-n, 0.0), (-n * 0.5, depth * 0.52)]),
            line([(-n * 0.5, depth * 0.52), (0.0, depth)]),
            line([(0.0, depth), (n * 0.5, depth * 0.52), (n, 0.0)]),
        )
    if body.cut == "square":
        return line([(-n, 0.0), (-n * 0.92, depth), (n * 0.92, depth), (n, 0.0)])
    return curve(
        [
            (-n, 0.0),
            (-n * 0.86, depth * 0.52),
            (-n * 0.45, depth * 0.9),
            (0.0, depth),
            (n * 0.45, depth * 0.9),
            (n * 0.86, depth * 0.52),
            (n, 0.0),
        ],
        0.015,
    )


def armhole(body: Bodice) -> Points:
    """From the shoulder's end to the armpit, on the right."""
    s, c = (body.shoulder, body.slope), (body.chest, body.armpit)
    drop = c[1] - s[1]
    return curve([s, (s[0] - 0.035, s[1] + drop * 0.45), (s[0] - 0.01, s[1] + drop * 0.78), c], 0.02)


def side_seam(body: Bodice) -> Points:
    """From the armpit to the hem, on the right."""
    below = body.length - body.armpit
    return curve(
        [
            (body.chest, body.armpit),
            (body.waist, body.armpit + below * 0.42),
            (body.hem, body.length - body.hem_curve * (1 if body.hem_curve > 0 else 0)),
        ]
    )


def hem_line(body: Bodice, rise: float = 0.0) -> Points:
    """The hem from right to left, or a line `rise` above it."""
    low, high = body.length - rise, body.length - rise - max(body.hem_curve, 0.0)
    if body.hem_curve > 0.06:  # shirt tails
        return curve(
            [
                (body.hem, high),
                (body.hem * 0.8, high + 0.25 * (low - high)),
                (body.hem * 0.45, low - 0.01),
                (0.0, low),
                (-body.hem * 0.45, low - 0.01),
                (-body.hem * 0.8, high + 0.25 * (low - high)),
                (-body.hem, high),
            ]
        )
    return curve(
        [
            (body.hem, high),
            (body.hem * 0.5, low - 0.2 * (low - high)),
            (0.0, low),
            (-body.hem * 0.5, low - 0.2 * (low - high)),
            (-body.hem, high),
        ]
    )


def body_piece(body: Bodice, **how: float | str) -> Piece:
    """The front."""
    right = joined(armhole(body), side_seam(body))
    outline = joined(neckline(body, body.front), right, hem_line(body), mirrored(right))
    return Piece(outline, **how)  # type: ignore[arg-type]


def back_of_neck(body: Bodice, height: float = 0.02, cloth: str = "main") -> Piece:
    """The inside of the back, seen through the neck."""
    n = body.neck
    top = curve([(n, 0.0), (n * 0.6, height + 0.012), (0.0, height + 0.022), (-n * 0.6, height + 0.012), (-n, 0.0)])
    reach = max(body.front + 0.06, 0.12)
    lower = line([(-n * 1.1, 0.06), (-n * 0.9, reach), (n * 0.9, reach), (n * 1.1, 0.06)])
    return Piece(joined(top, lower), cloth, level=0.004, shade=0.6, dome=0.001, slack=0.4)


def sleeve_pieces(body: Bodice, sleeve: Sleeve, side: float, hem: float = 0.035) -> list[Piece | Stroke]:
    """One sleeve, with its hem seam, on the side 1 (right) or -1 (left)."""
    outline, cuff = sleeve_outline(body, sleeve, hem)
    grain = -side * (sleeve.angle - 0.15)
    piece = Piece(flipped(outline, side), turn=grain, level=0.010, dome=0.008, edge=0.03)
    return [piece, seam(flipped(cuff, side), 0.5, 0.007)]


def sleeve_outline(body: Bodice, sleeve: Sleeve, hem: float) -> tuple[Points, Points]:
    """The right sleeve's outline and a line parallel to its end."""
    top, pit = np.array([body.shoulder, body.slope]), np.array([body.chest, body.armpit])
    way_1, out_1 = _directions(sleeve.angle)
    way_2, out_2 = _directions(sleeve.angle - sleeve.bend)
    elbow = top + way_1 * sleeve.length * 0.5
    wrist = elbow + way_2 * sleeve.length * 0.5
    base = float(np.hypot(*(pit - top))) / 2
    mid_width = base * 0.5 + sleeve.cuff * 0.5 + sleeve.puff
    outer = [
        _pair(top),
        _pair(top + way_1 * 0.07 + out_1 * (0.012 + sleeve.puff)),
        _pair(elbow + out_1 * sleeve.puff),
        _pair(wrist),
    ]
    inner_end = wrist - out_2 * sleeve.cuff * 2
    inner_mid = (elbow - out_1 * mid_width * 2 + 0.5 * (pit + inner_end)) / 2
    outline = joined(
        line([_pair(shifted(pit, -0.08, -0.06)), _pair(shifted(top, -0.08, 0.02)), _pair(top)]),
        curve(outer),
        line([_pair(wrist), _pair(inner_end)]),
        curve([_pair(inner_end), _pair(inner_mid), _pair(pit)]),
    )
    cuff = line([_pair(wrist - way_2 * hem), _pair(inner_end - way_2 * hem)])
    return outline, cuff


def _directions(angle: float) -> tuple[Points, Points]:
    """Along a sleeve, and to its outer side."""
    return np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])


def _pair(point: Points) -> Pair:
    return float(point[0]), float(point[1])


def armpit_folds(rng: np.random.Generator, body: Bodice, height: float = 0.006) -> list[Fold]:
    """Wrinkles that run from the armpits over the chest and down the sides."""
    folds = []
    for side in (-1.0, 1.0):
        for _ in range(int(rng.integers(2, 5))):
            start = (side * (body.chest - 0.03), body.armpit + rng.uniform(-0.08, 0.1))
            reach = rng.uniform(0.2, 0.55)
            angle = rng.uniform(-0.5, 1.35)  # from across the chest to down the side
            end = (start[0] - side * reach * np.cos(angle), start[1] + reach * np.sin(angle))
            folds.append(Fold(start, end, rng.uniform(0.012, 0.035), height * rng.uniform(-1, 1)))
    for _ in range(int(rng.integers(2, 6))):  # where it was folded in the drawer, or sat in
        x, y = rng.uniform(-0.3, 0.3), rng.uniform(body.armpit, body.length)
        reach, angle = rng.uniform(0.15, 0.4), rng.normal(0, 0.8)
        end = (x + reach * np.cos(angle), y + reach * np.sin(angle))
        folds.append(Fold((x, y), end, rng.uniform(0.012, 0.03), height * 0.7 * rng.uniform(-1, 1)))
    return folds


def neck_label(rng: np.random.Generator, y: float = 0.045) -> list[Piece | Stroke]:
    """The maker's label inside the neck."""
    half, deep = rng.uniform(0.025, 0.04), rng.uniform(0.03, 0.045)
    cloth = "label"
    plate = line([(-half, y), (half, y), (half, y + deep), (-half, y + deep)])
    return [Piece(plate, cloth, level=0.0045, dome=0.0, slack=0.2)]
