"""Lays a garment's pieces, seams and buttons into pictures of colour, height and gloss, not yet lit."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from PIL import Image, ImageDraw

from core.sources.garments.cloth import Fabric
from core.sources.garments.frame import Field, Frame, tiled
from core.sources.garments.patterns import rgb
from core.sources.garments.pose import Pose
from core.sources.garments.shapes import Dot, Garment, Piece, Points, Print, Stroke

OVERSAMPLE = 3  # masks are drawn this much larger, then averaged
RELIEF = 0.0035  # the deepest seam, in picture widths
Box = tuple[slice, slice]


class Bench:
    """The pictures being built: all of shape (H, W) or (H, W, 3), over a backdrop."""

    def __init__(self, frame: Frame, colour: Field, height: Field, gloss: float) -> None:
        self.frame = frame
        self.colour = colour.copy()  # squared sRGB
        self.height = height.copy()  # picture widths
        self.gloss = np.full(height.shape, gloss, dtype=np.float32)
        self.cover = np.zeros_like(height)  # how much of the pixel is garment

    def dress(self, garment: Garment, fabrics: dict[str, Fabric], pose: Pose, folds: Field, grain: Field) -> None:
        """Lays all layers of a garment.

        Args:
            garment: the cut.
            fabrics: a cloth for every name that the cut uses.
            pose: where it lies.
            folds: heights of the cloth, shape (H, W), picture widths.
            grain: uneven yarn, shape (H, W), spread about 1.
        """
        right, down = (np.clip(slope, -0.5, 0.5) for slope in self.frame.slopes(self.frame.soft(folds, 0.01)))
        x, y = self.frame.grid()
        garment_x, garment_y = pose.to_garment(x, y)
        pull = np.float32(0.03)  # a pattern is foreshortened on the slope of a fold
        self._x, self._y = garment_x + right * pull, garment_y + down * pull
        self._folds, self._grain, self._pose = folds, grain, pose
        for is_seam, layers in groupby(garment.layers, lambda layer: isinstance(layer, Stroke | Dot)):
            if is_seam:
                self._stitch([layer for layer in layers if isinstance(layer, Stroke | Dot)])
                continue
            for layer in layers:
                if isinstance(layer, Piece):
                    self._lay(layer, fabrics[layer.cloth])
                elif isinstance(layer, Print):
                    self._print(layer)

    def _lay(self, piece: Piece, fabric: Fabric) -> None:
        found = self._mask(self._pose.to_frame(piece.outline))
        if found is None:
            return
        mask, box = found
        surface = piece.level + self._folds[box] * np.float32(piece.slack)
        if piece.dome:
            surface = surface + np.float32(piece.dome) * _domed(mask, max(1.5, piece.edge * self.frame.width_px))
        u, v = self._grain_of(piece, box)
        colour = self._dyed(fabric, u, v)
        tone = np.float32(piece.shade) * (1 + self._grain[box] * np.float32(fabric.heather * 0.6))
        if fabric.fade:
            tone = tone * (1 + np.float32(fabric.fade) * self._wear(box))
        surface = surface + _texture(fabric, u, v)
        self._blend(box, mask, colour * tone[..., None], surface, fabric.gloss)

    def _dyed(self, fabric: Fabric, u: Field, v: Field) -> Field:
        """The pattern at each pixel, from a tile no finer than the pixels, or its threads would flicker."""
        if fabric.tile.size == 3:
            return fabric.tile
        rows, columns = fabric.tile.shape[:2]
        pixels = self._pose.scale * self.frame.width_px
        across = _halvings(columns, fabric.period[0] * pixels)
        down = _halvings(rows, fabric.period[1] * pixels)
        coarse = fabric.tile.reshape(rows // down, down, columns // across, across, 3).mean(axis=(1, 3))
        return tiled(coarse, u / np.float32(fabric.period[0]), v / np.float32(fabric.period[1]))

    def _grain_of(self, piece: Piece, box: Box) -> tuple[Field, Field]:
        """Where each pixel lies along and across the threads of a piece."""
        x, y = self._x[box], self._y[box]
        if piece.fan:
            x = x / np.maximum(1 + np.float32(piece.fan) * y, np.float32(0.2))
        if not piece.turn:
            return x, y
        cos, sin = np.float32(np.cos(piece.turn)), np.float32(np.sin(piece.turn))
        return x * cos + y * sin, y * cos - x * sin

    def _wear(self, box: Box) -> Field:
        """Where denim is rubbed pale: on ridges, and in blots."""
        ridge = np.clip(self._folds[box] * np.float32(55), -0.3, 0.5)
        blot: Field = ridge + self._grain[box] * np.float32(0.06) - np.float32(0.05)
        return blot

    def _blend(self, box: Box, mask: Field, colour: Field, surface: Field, gloss: float) -> None:
        keep = 1 - mask
        self.colour[box] = self.colour[box] * keep[..., None] + colour * mask[..., None]
        self.height[box] = self.height[box] * keep + surface * mask
        self.gloss[box] = self.gloss[box] * keep + np.float32(gloss) * mask
        self.cover[box] = 1 - (1 - self.cover[box]) * keep

    def _mask(self, points: Points) -> tuple[Field, Box] | None:
        """How much of each pixel an outline covers, and the box of pixels it touches."""
        pixels = points * self.frame.width_px
        left, top = np.floor(pixels.min(axis=0)).astype(int) - 3
        right, bottom = np.ceil(pixels.max(axis=0)).astype(int) + 3
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, self.frame.width_px), min(bottom, self.frame.height_px)
        if right - left < 2 or bottom - top < 2:
            return None
        large = Image.new("L", ((right - left) * OVERSAMPLE, (bottom - top) * OVERSAMPLE), 0)
        spots = (pixels - (left, top)) * OVERSAMPLE
        ImageDraw.Draw(large).polygon(spots.ravel().tolist(), fill=255)
        mask = np.asarray(large.reduce(OVERSAMPLE), dtype=np.float32) / np.float32(255)
        return mask, (slice(top, bottom), slice(left, right))

    def _stitch(self, layers: Sequence[Stroke | Dot]) -> None:
        """Seams, cords and buttons, all at once."""
        box, corner = self._touched(layers)
        rows, columns = box[0].stop - box[0].start, box[1].stop - box[1].start
        if rows < 2 or columns < 2:
            return
        size = (columns * OVERSAMPLE, rows * OVERSAMPLE)
        relief, ink, alpha = Image.new("L", size, 128), Image.new("RGB", size), Image.new("L", size)
        pens = ImageDraw.Draw(relief), ImageDraw.Draw(ink), ImageDraw.Draw(alpha)
        for layer in layers:
            if isinstance(layer, Dot):
                self._dot(pens, layer, corner)
            else:
                self._stroke(pens, layer, corner)
        groove = (np.asarray(relief.reduce(OVERSAMPLE), dtype=np.float32) - 128) / 127
        self.height[box] += groove * np.float32(RELIEF)
        self.colour[box] *= (1 + np.minimum(groove, 0) * np.float32(0.35))[..., None]
        if any(layer.ink is not None for layer in layers):
            part = np.asarray(alpha.reduce(OVERSAMPLE), dtype=np.float32)[..., None] / np.float32(255)
            colour = (np.asarray(ink.reduce(OVERSAMPLE), dtype=np.float32) / np.float32(255)) ** 2
            # the ink was averaged with the black around it, so it already carries its share once
            self.colour[box] = self.colour[box] * (1 - part) + colour / np.maximum(part, np.float32(0.05))

    def _touched(self, layers: Sequence[Stroke | Dot]) -> tuple[Box, Points]:
        """The box of pixels that strokes and dots reach, and its upper left corner."""
        spots, widest = [], 0.0
        for layer in layers:
            spots.append(np.array([layer.centre]) if isinstance(layer, Dot) else layer.points)
            widest = max(widest, layer.radius if isinstance(layer, Dot) else layer.width)
        pixels = self._pose.to_frame(np.concatenate(spots)) * self.frame.width_px
        margin = widest * self._pose.scale * self.frame.width_px + 2
        edge = np.array([self.frame.width_px, self.frame.height_px])
        low = np.clip(np.floor(pixels.min(axis=0) - margin), 0, edge).astype(int)
        high = np.clip(np.ceil(pixels.max(axis=0) + margin), 0, edge).astype(int)
        return (slice(low[1], high[1]), slice(low[0], high[0])), low.astype(np.float64)

    def _stroke(self, pens: tuple[ImageDraw.ImageDraw, ...], stroke: Stroke, corner: Points) -> None:
        points = (self._pose.to_frame(stroke.points) * self.frame.width_px - corner) * OVERSAMPLE
        spots = points.ravel().tolist()
        width = max(1, round(stroke.width * self._pose.scale * self.frame.width_px * OVERSAMPLE))
        joint = "curve" if width > 8 else None
        if stroke.relief:
            pens[0].line(spots, fill=int(128 + 127 * stroke.relief), width=width, joint=joint)
        if stroke.ink is not None:
            pens[1].line(spots, fill=rgb(stroke.ink), width=width, joint=joint)
            pens[2].line(spots, fill=255, width=width, joint=joint)

    def _dot(self, pens: tuple[ImageDraw.ImageDraw, ...], dot: Dot, corner: Points) -> None:
        x, y = (self._pose.to_frame(np.array([dot.centre]))[0] * self.frame.width_px - corner) * OVERSAMPLE
        radius = dot.radius * self._pose.scale * self.frame.width_px * OVERSAMPLE
        box = (x - radius, y - radius, x + radius, y + radius)
        inner = (x - radius * 0.6, y - radius * 0.6, x + radius * 0.6, y + radius * 0.6)
        pens[0].ellipse(box, fill=int(128 + 127 * dot.relief))
        pens[0].ellipse(inner, fill=int(128 + 127 * dot.relief * 0.6))
        pens[1].ellipse(box, fill=rgb(dot.ink))
        pens[2].ellipse(box, fill=255)
        hole = radius * 0.16
        for shift_x, shift_y in ((-0.22, -0.22), (0.22, -0.22), (-0.22, 0.22), (0.22, 0.22)):
            spot = (
                x + shift_x * radius - hole,
                y + shift_y * radius - hole,
                x + shift_x * radius + hole,
                y + shift_y * radius + hole,
            )
            pens[1].ellipse(spot, fill=rgb((dot.ink[0] * 0.45, dot.ink[1] * 0.45, dot.ink[2] * 0.45)))

    def _print(self, layer: Print) -> None:
        """A picture on the cloth, bent by its folds, and only where there is cloth."""
        picture = np.asarray(layer.image, dtype=np.float32) / np.float32(255)
        u = (self._x - np.float32(layer.centre[0])) / np.float32(layer.width) + np.float32(0.5)
        v = (self._y - np.float32(layer.centre[1])) / np.float32(layer.width) + np.float32(0.5)
        rows, columns = np.nonzero((u > 0.01) & (u < 0.99) & (v > 0.01) & (v < 0.99) & (self.cover > 0.5))
        if not len(rows):
            return
        read = tiled(picture, u[rows, columns], v[rows, columns])
        part = read[:, 3:]
        self.colour[rows, columns] = self.colour[rows, columns] * (1 - part) + read[:, :3] ** 2 * part


def _halvings(cells: int, pixels: float) -> int:
    """How many cells of a tile fall on one pixel, as a power of two that divides them."""
    share = 1
    while cells / share > pixels * 1.4 and cells % (share * 2) == 0:
        share *= 2
    return share


def _domed(mask: Field, radius_px: float) -> Field:
    """0 at the edge to 1 within, over the given width."""
    rows, columns = mask.shape
    small = (max(2, round(columns / radius_px)), max(2, round(rows / radius_px)))
    padded = np.pad(mask, 2)
    soft = (
        Image.fromarray(padded)
        .resize(small, Image.Resampling.BOX)
        .resize((columns + 4, rows + 4), Image.Resampling.BICUBIC)
    )
    rise = np.clip(np.asarray(soft)[2:-2, 2:-2] * 2 - 1, 0, 1)
    dome: Field = rise * (2 - rise)
    return dome


def _texture(fabric: Fabric, u: Field, v: Field) -> Field | np.float32:
    """Ribs and quilting as heights."""
    height: Field
    if fabric.rib:
        height = np.sin(u * np.float32(fabric.rib * 2 * np.pi)) * np.float32(fabric.rib_height)
        return height
    if fabric.quilt:
        row = v * np.float32(fabric.quilt)
        height = np.sqrt(np.abs(np.sin(row * np.float32(np.pi)))) * np.float32(0.014)
        return height
    return np.float32(0)
