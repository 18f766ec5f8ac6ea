"""A photo as a training would see it, for a page: without TensorFlow, and without waiting for a new size of pixels."""

import numpy as np
from numpy.typing import NDArray

from core.data.photo import to_pixels
from core.data.rows import rows_of
from core.data.store import Dataset
from core.errors import DatasetDamaged, NotFound
from core.training import augment
from core.training.recipe import Recipe

COLUMNS = ["source", "status", "content_hash"]  # of 100,000 rows the others take their time


def preview(
    dataset: Dataset, recipe: Recipe, count: int = 6, row: int | None = None, seed: int = 0
) -> list[NDArray[np.uint8]]:
    """One photo as it is, and then as it is varied.

    Args:
        dataset: a finished one.
        recipe: says the size and the variations.
        count: pictures in all.
        row: which photo, as a position in the manifest; else the seed chooses one that is learned from.
        seed: says how it is varied, the first time as with any other count.

    Returns:
        `count` pictures, each (S, S, 3), 0 to 255. Without variations all are alike.

    Raises:
        NotFound: there is no good photo at this position.
        DatasetDamaged: the file of the photo is gone.
    """
    rows = rows_of(dataset)
    if row is None:
        random = np.random.default_rng([seed, recipe.seed])
        place = int(random.integers(rows.number(part="train")))
        row = int(rows.page(place, place + 1, part="train")["position"].iat[0])
    shown = rows.at([row], COLUMNS)
    if shown.empty or shown["status"].iat[0] != "ok":
        raise NotFound(f"There is no photo of {dataset.name} to show at this position. Received: row={row}")
    try:
        content = dataset.photo_path(shown["content_hash"].iat[0]).read_bytes()
    except FileNotFoundError as error:
        source = shown["source"].iat[0]
        raise DatasetDamaged(f"A photo of {dataset.name} is gone: {source}. Make the dataset again.") from error
    photo = to_pixels(content, recipe.image_size_px)
    seen = [photo]
    for number in range(1, count):
        chance = np.random.default_rng([seed, recipe.seed, number])
        how = augment.drawn(chance, 1, recipe.image_size_px, recipe.augment, recipe.variations)
        seen.append(augment.varied_photo(photo, how))
    return seen
