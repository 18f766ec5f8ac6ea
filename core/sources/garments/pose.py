"""Where and how a garment lies in the picture: from garment units to the frame and back."""

from dataclasses import dataclass

import numpy as np

from core.sources.garments.frame import PORTRAIT, Field, Frame
from core.sources.garments.shapes import Garment, Points


@dataclass(frozen=True)
class Pose:
    """Scaled, turned, placed, and a little crooked, as cloth laid by hand is."""

    scale: float  # picture widths per garment unit
    turn: float  # radians
    middle: tuple[float, float]  # of the garment, in garment units
    place: tuple[float, float]  # of that middle, in the frame
    bends: Points  # shape (n, 5): x and y frequency, phase, x and y strength

    def to_frame(self, points: Points) -> Points:
        """Garment points (N, 2) in picture widths."""
        bent = points + self._bend(points)
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        matrix = np.array([[cos, -sin], [sin, cos]]) * self.scale
        placed: Points = (bent - np.array(self.middle)) @ matrix.T + np.array(self.place)
        return placed

    def to_garment(self, x: Field, y: Field) -> tuple[Field, Field]:
        """Frame coordinates (broadcastable) in garment units, without the crookedness."""
        cos, sin = np.float32(np.cos(self.turn) / self.scale), np.float32(np.sin(self.turn) / self.scale)
        right, down = x - np.float32(self.place[0]), y - np.float32(self.place[1])
        return (
            right * cos + down * sin + np.float32(self.middle[0]),
            down * cos - right * sin + np.float32(self.middle[1]),
        )

    def _bend(self, points: Points) -> Points:
        waves = np.sin(points @ self.bends[:, :2].T + self.bends[:, 2])  # (N, n)
        return waves @ self.bends[:, 3:]


def posed(rng: np.random.Generator, garment: Garment, frame: Frame, turn: float, crooked: float, stray: float) -> Pose:
    """Fits a garment into the frame; `stray` 0 puts it in the middle, 1 anywhere, `crooked` bends its outline."""
    frequencies = rng.normal(0, 1, (7, 2)) * np.array([[2, 2], [2, 2], [3, 3], [5, 5], [6, 9], [9, 9], [14, 14]])
    strengths = rng.normal(0, 1, (7, 2)) * np.array([14, 14, 10, 6, 5, 3, 2])[:, None] * 1e-3 * crooked
    bends = np.concatenate([frequencies, rng.uniform(0, 6.3, (7, 1)), strengths], axis=1)
    points = garment.points()
    cos, sin = np.cos(turn), np.sin(turn)
    turned = points @ np.array([[cos, sin], [-sin, cos]])
    extent = np.ptp(turned, axis=0)
    room = min(0.95 / extent[0], 0.95 * frame.aspect / extent[1])
    scale = min(room, garment.reach * min(1.0, frame.aspect / PORTRAIT))
    low, high = points.min(axis=0), points.max(axis=0)
    middle_turned = (turned.min(axis=0) + turned.max(axis=0)) / 2
    middle = np.array([[cos, sin], [-sin, cos]]) @ middle_turned
    spare_x, spare_y = 1 - extent[0] * scale, frame.aspect - extent[1] * scale
    place = (
        0.5 + rng.uniform(-0.5, 0.5) * stray * spare_x,
        frame.aspect / 2 + rng.uniform(-0.4, 0.4) * stray * spare_y,
    )
    middle = np.clip(middle, low, high)
    return Pose(float(scale), turn, (float(middle[0]), float(middle[1])), place, bends)
