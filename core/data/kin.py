"""Near duplicates: photos that are one and the same, saved again. Kin, for short.

What is tested on a photo whose copy it has learned from is tested on its memory: kin belong into one part.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from core.data.alike import GRID, PLAIN_LEVELS, SAME_LEVELS, contrast, grids, same_photo
from core.data.pixels import let_go

DIMENSIONS = 16  # of the space that photos are looked up in
SAMPLE = 2000  # photos that say which dimensions tell most apart
AT_ONCE = 1000  # photos in memory: 3 MB, and as much as grids
ASKED_AT_ONCE = 128  # photos; with thousands of kin each, still little memory
FEW = 8000  # photos; so many are sooner all compared than scipy is loaded (0.4 s, 26 MB)
MANY = 100  # kin that a photo has when it looks for no more: those that belong to it find it
ROUNDING = 0.1  # levels
# Of a million photos each would have dozens within `SAME_LEVELS`, in so few dimensions, and be compared with them all.
# Copies are nearer: of 184 pairs of copies among 3,619 photos none was further apart than 2.3.
VERY_MANY = 100_000
NEAR_LEVELS = 3.0

Look = Callable[[NDArray[np.int64]], Sequence[NDArray[np.int64]]]  # from N places to the places near each of them


def find_kin(
    pixels: NDArray[np.uint8],
    positions: Collection[int],
    progress: Callable[[int, int], None] = lambda done, total: None,
    check_stop: Callable[[], None] = lambda: None,
) -> list[list[int]]:
    """Groups of photos that are one and the same, saved again (`core.data.alike.same_photo`), or kin of such.

    Every photo gets a place in a space of few dimensions, where no two are further apart than they are; only those
    near each other there are compared, and of very many only those very near. Photos of one colour are nobody's kin.

    Args:
        pixels: shape (rows, S, S, 3), such as `load_pixels(dataset, MADE_WITH_PX)`; read piece by piece.
        positions: of the photos in it.
        progress: told (done, total) photos.
        check_stop: may raise to end it.

    Returns:
        Groups of two positions or more, ascending, in the order of their first.
    """
    rows = np.sort(np.fromiter(positions, np.int64, len(positions)))
    if len(rows) < 2:
        return []
    families = _Families(len(rows))
    asking, places = _placed(pixels, rows, families, check_stop)
    radius = SAME_LEVELS + ROUNDING if len(asking) <= VERY_MANY else NEAR_LEVELS
    look, order = (_comparing if len(asking) <= FEW else _looking_up)(places, radius)
    for start in range(0, len(asking), ASKED_AT_ONCE):
        check_stop()
        asked = order[start : start + ASKED_AT_ONCE]
        asked = asked[[families.size(asking[each]) < MANY for each in asked]]
        for one, near in zip(asking[asked], look(asked) if len(asked) else (), strict=True):
            others = asking[near]
            others = others[families.of[others] != families.of[one]]
            families.join(one, _copies(pixels, rows, one, others))
        if start // AT_ONCE != (start + ASKED_AT_ONCE) // AT_ONCE:
            let_go(pixels)
            progress(start + ASKED_AT_ONCE, len(asking))
    progress(len(asking), len(asking))
    return sorted(rows[sorted(family)].tolist() for family in families.members if len(family) > 1)


class _Families:
    """Which photos belong together, so far."""

    def __init__(self, photos: int) -> None:
        self.of = np.arange(photos)
        self.members = [[photo] for photo in range(photos)]

    def size(self, photo: int) -> int:
        return len(self.members[self.of[photo]])

    def join(self, photo: int, others: Collection[int]) -> None:
        """Makes one family of those of a photo and of others."""
        for other in others:
            small, large = sorted((self.of[photo], self.of[other]), key=lambda family: len(self.members[family]))
            if small != large:
                self.of[self.members[small]] = large
                self.members[large] += self.members[small]
                self.members[small] = []


def _placed(
    pixels: NDArray[np.uint8], rows: NDArray[np.int64], families: _Families, check_stop: Callable[[], None]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Which of the rows to compare, and their places, shape (N, D).

    Neither those of one colour, nor those that are pixel by pixel what an earlier one is: they join its family at once.
    """
    axes = _axes(_coarse(grids(pixels[rows[:: max(1, len(rows) // SAMPLE)]])))
    first: dict[bytes, int] = {}
    asking: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    places: list[NDArray[np.float32]] = [np.empty((0, axes.shape[1]), np.float32)]
    for start in range(0, len(rows), AT_ONCE):
        check_stop()
        photos = pixels[rows[start : start + AT_ONCE]]
        squares = grids(photos)
        fresh = contrast(squares) > PLAIN_LEVELS
        for at in np.nonzero(fresh)[0]:
            twin = first.setdefault(_digest(photos[at]), start + int(at))
            families.join(twin, [start + int(at)])
            fresh[at] = twin == start + at
        asking.append(start + np.nonzero(fresh)[0])
        places.append(_coarse(squares[fresh]) @ axes)
        let_go(pixels)
    return np.concatenate(asking), np.concatenate(places)


def _digest(photo: NDArray[np.uint8]) -> bytes:
    return hashlib.blake2b(photo.tobytes(), digest_size=16).digest()


def _coarse(squares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Grids of half as many squares a side, less their brightness, so scaled that distances are levels.

    Neither a mean nor the loss of a direction takes two photos further apart (root mean square). Shape (N, D).
    """
    half = squares[:, ::2, ::2] + squares[:, 1::2, ::2] + squares[:, ::2, 1::2] + squares[:, 1::2, 1::2]
    half = half.reshape(len(squares), 3 * (GRID // 2) ** 2) / 4
    coarse: NDArray[np.float32] = (half - half.mean(axis=1, keepdims=True)) / np.float32(np.sqrt(half.shape[1]))
    return coarse


def _axes(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """The directions in which a sample differs most (PCA); orthonormal, shape (D, `DIMENSIONS`)."""
    _, vectors = np.linalg.eigh(np.cov(sample, rowvar=False, bias=True))
    axes: NDArray[np.float32] = vectors[:, -DIMENSIONS:].astype(np.float32)
    return axes


def _comparing(places: NDArray[np.float32], radius: float) -> tuple[Look, NDArray[np.int64]]:
    """Looks at all places each time; and in which order to ask."""
    squared = (places**2).sum(axis=1)

    def look(asked: NDArray[np.int64]) -> Sequence[NDArray[np.int64]]:
        distances = squared[asked, None] + squared - 2 * places[asked] @ places.T
        return [np.nonzero(each <= radius**2)[0] for each in distances]

    return look, np.arange(len(places))


def _looking_up(places: NDArray[np.float32], radius: float) -> tuple[Look, NDArray[np.int64]]:
    """Looks at the places around each alone; asked about neighbours together it is up to six times as fast."""
    from scipy.spatial import cKDTree

    tree = cKDTree(places)

    def look(asked: NDArray[np.int64]) -> Sequence[NDArray[np.int64]]:
        return [np.array(near, np.int64) for near in tree.query_ball_point(places[asked], radius, workers=-1)]

    return look, np.asarray(tree.indices, np.int64)


def _copies(
    pixels: NDArray[np.uint8], rows: NDArray[np.int64], one: int, others: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of the others that are the same photo, saved again."""
    if not len(others):
        return others
    photo = grids(pixels[rows[one]][None])[0]
    parts = np.array_split(others, len(others) // AT_ONCE + 1)
    return np.concatenate([part[same_photo(grids(pixels[rows[part]]), photo)] for part in parts])
