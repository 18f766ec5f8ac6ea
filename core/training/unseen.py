"""Whose eyes to borrow: those of the clothing model, unless they know the photos that would test it."""

from pathlib import Path

from core.data.rows import rows_of
from core.data.store import Dataset
from core.errors import RecipeInvalid
from core.model.bundle import Model
from core.model.learned import has_seen
from core.training.backbones import CLOTHING, is_here, weights_path
from core.training.recipe import Recipe

OTHERS = "mobilenet_v2_0.35"

_known: dict[tuple[str, str], int] = {}  # by id and version of a dataset: photos


def eyes_for(dataset: Dataset) -> str:
    """The eyes that suit these photos: a key of `core.training.backbones.BACKBONES`."""
    return CLOTHING if is_here(CLOTHING) and not known_to_clothing_model(dataset) else OTHERS


def require_unseen(dataset: Dataset, recipe: Recipe) -> None:
    """Refuses to test eyes on photos from which they have learned.

    Raises:
        RecipeInvalid: the recipe borrows the clothing model's eyes, and they know some of these photos.
    """
    if recipe.name != "transfer" or recipe.backbone != CLOTHING:
        return
    known = known_to_clothing_model(dataset)
    if known:
        message = (
            f"The clothing model has learned from {known:,} of these photos: tested on them, its eyes would seem "
            f"better than they are. Borrow others. Received: backbone={CLOTHING!r}"
        )
        raise RecipeInvalid(message, "backbone", CLOTHING, "others")


def tested_on_known(model: Model, dataset: Dataset) -> int:
    """From how many photos of the test part a model has learned, as far as it says."""
    return _known_to(model.folder, dataset, "test")


def known_to_clothing_model(dataset: Dataset) -> int:
    """How many of these photos the clothing model has learned from."""
    key = (dataset.id, dataset.version)
    if key not in _known:
        _known[key] = _known_to(weights_path(CLOTHING).parent, dataset)
    return _known[key]


def _known_to(folder: Path, dataset: Dataset, part: str | None = None) -> int:
    return sum(int(has_seen(folder, hashes).sum()) for hashes in rows_of(dataset).hashes(part))
