"""What the photos of a dataset are like, all together and class by class: sizes, shapes, light and colour."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SHAPES = ("portrait", "square", "landscape")
NEARLY_SQUARE = 1.1  # the longer side to the shorter one, at most
BINS = 20  # of brightness, from black to white
STEPS = 12  # of sizes, for each doubling: photos of nearly one size are one dot
FEWEST = 5  # photos of a class of which something is said
SHAPE_APART = 0.5  # the share of upright photos in one class to that in another
LIGHT_APART = 0.2  # the same of the middle brightness, 0 to 1
COLOUR_APART = 60.0  # between two mean colours, in RGB space: black and white are 442 apart


@dataclass(frozen=True)
class Apart:
    """Two classes that differ in what should not matter, so that it may learn that instead."""

    more: str  # the label of which it is more
    less: str


@dataclass(frozen=True)
class Overview:
    """What the photos of a dataset are like."""

    photos: int
    sizes: pd.DataFrame  # columns width, height and photos: of those nearly of one size the commonest, most first
    short_sides: NDArray[np.int64]  # shape (photos,), sorted, pixels
    shapes: Mapping[str, int]  # photos by shape (`SHAPES`)
    brightness: NDArray[np.int64]  # shape (BINS,), photos from black to white
    colours: Mapping[str, tuple[int, int, int]]  # the mean colour of each class, 0 to 255
    upright_apart: Apart | None  # by how many of their photos stand upright
    light_apart: Apart | None  # by how bright their photos are; `more` are the brighter ones
    colour_apart: Apart | None  # by their mean colours, in no order

    def smaller_than(self, size_px: int) -> int:
        """How many photos have fewer pixels on their shorter side."""
        return int(np.searchsorted(self.short_sides, size_px))


def overview(measures: pd.DataFrame) -> Overview:
    """Sums up what was measured of photos.

    Args:
        measures: a row a photo, at least one; columns label, brightness (0 to 1), red, green, blue (means, 0 to 255),
            width and height (pixels as the photo came, 0 if unknown).
    """
    by_label = measures.groupby("label", sort=True)
    known = measures[(measures["width"] > 0) & (measures["height"] > 0)]
    light = np.histogram(measures["brightness"].clip(0, 1), bins=BINS, range=(0, 1))[0]
    colours = by_label[["red", "green", "blue"]].mean().round().astype(int)
    upright = known["height"] > NEARLY_SQUARE * known["width"]
    lying = known["width"] > NEARLY_SQUARE * known["height"]
    of_shape = int(upright.sum()), int((~upright & ~lying).sum()), int(lying.sum())
    return Overview(
        photos=len(measures),
        sizes=_sizes(known),
        short_sides=np.sort(known[["width", "height"]].min(axis=1).to_numpy(np.int64)),
        shapes=dict(zip(SHAPES, of_shape, strict=True)),
        brightness=light.astype(np.int64),
        colours={str(label): (red, green, blue) for label, red, green, blue in colours.itertuples(name=None)},
        upright_apart=_apart(upright.groupby(known["label"]).agg(["mean", "size"]), SHAPE_APART),
        light_apart=_apart(by_label["brightness"].agg(["median", "size"]), LIGHT_APART),
        colour_apart=_colour_apart(colours[by_label.size() >= FEWEST]),
    )


def _sizes(known: pd.DataFrame) -> pd.DataFrame:
    counts = known.groupby(["width", "height"]).size().rename("photos").reset_index()
    counts = counts.sort_values("photos", ascending=False, kind="stable")
    near = (STEPS * np.log2(counts[["width", "height"]])).round().astype(int)
    summed = counts.groupby([near["width"], near["height"]])["photos"].transform("sum")
    first = ~near.duplicated()  # the commonest size stands for those near it
    return counts.assign(photos=summed)[first].sort_values("photos", ascending=False).reset_index(drop=True)


def _apart(of_class: pd.DataFrame, least: float) -> Apart | None:
    """The two classes that are farthest apart.

    Args:
        of_class: a row a class; what is compared, and the number of its photos.
        least: how far apart they have to be.
    """
    values = of_class[of_class["size"] >= FEWEST].iloc[:, 0]
    if len(values) < 2 or values.max() - values.min() < least:
        return None
    return Apart(more=str(values.idxmax()), less=str(values.idxmin()))


def _colour_apart(colours: pd.DataFrame) -> Apart | None:
    """The two classes whose mean colours are farthest apart.

    Args:
        colours: a row a class; three columns, 0 to 255.
    """
    if len(colours) < 2:
        return None
    each = colours.to_numpy(float)
    apart = np.linalg.norm(each[:, None] - each[None], axis=2)
    one, other = np.unravel_index(apart.argmax(), apart.shape)
    return Apart(str(colours.index[one]), str(colours.index[other])) if apart.max() >= COLOUR_APART else None
