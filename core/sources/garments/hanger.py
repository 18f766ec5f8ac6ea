"""The hanger that a garment hangs from: a hook over the shoulders, or a bar with clips at the waist."""

from core.sources.garments.shapes import Colour, Garment, Points, Stroke, curve, line

STEEL: Colour = (150, 152, 156)
PLASTIC: Colour = (38, 38, 42)


def hung(garment: Garment) -> Garment:
    """Puts a hanger behind a garment, or clips on its waist; one without a place to hang stays as it is."""
    if garment.hang_at is None:
        return garment
    (left, top), (right, _) = garment.hang_at
    if garment.clips:
        bar = line([(left, -0.08), (right, -0.08)])
        garment.layers[:0] = [*_hook(-0.08), *_bar(bar, 0.026)]
        for x in (left, right):
            garment.layers += [Stroke(line([(x, -0.1), (x, top + 0.03)]), 0.055, relief=0.9, ink=PLASTIC)]
        return garment
    shoulders = curve(
        [(left * 0.9, top + 0.03), (left * 0.4, 0.03), (0.0, -0.03), (right * 0.4, 0.03), (right * 0.9, top + 0.03)]
    )
    garment.layers[:0] = [*_hook(-0.03), *_bar(shoulders, 0.035)]
    return garment


def _hook(foot: float) -> list[Stroke]:
    """Steel wire, open to the left, from `foot` upwards."""
    way = [(0.0, foot), (0.0, foot - 0.07), (0.05, foot - 0.12), (0.05, foot - 0.18), (0.0, foot - 0.215)]
    wire = curve([*way, (-0.05, foot - 0.19), (-0.06, foot - 0.15)], 0.015)
    return [Stroke(wire, 0.02, relief=-0.5), Stroke(wire, 0.015, relief=0.9, ink=STEEL)]


def _bar(points: Points, width: float) -> list[Stroke]:
    """A round plastic bar."""
    return [Stroke(points, width, relief=0.6, ink=PLASTIC)]
