"""What a training teaches, and from what. For the training process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.data.store import Dataset
from core.training.photos import Photos
from core.training.precision import set_arithmetic
from core.training.recipe import Recipe
from core.work import Work


@dataclass(frozen=True)
class Lesson:
    """What learns, from what, and what will answer in the end; `learner` and `network` share their variables."""

    photos: Photos  # its `pixels` are what the learner takes: features (rows, F), or the photos themselves
    learner: Any  # a `keras.Model`, `photos.pixels` to probabilities (N, C); not to be saved
    network: Any  # a `keras.Model` of plain layers, uint8 photos (N, S, S, 3) to probabilities (N, C)


def prepare(
    dataset: Dataset, photos: Photos, recipe: Recipe, work: Work, fresh: bool = True, earlier: Path | None = None
) -> Lesson:
    """Builds the network of a recipe, and what of it learns, in the arithmetic that Keras is set to.

    Args:
        dataset: whose folder keeps what borrowed eyes see.
        photos: at the recipe's size.
        recipe: any.
        work: is told how far it is, and may stop it.
        fresh: False when a checkpoint or an earlier run will bring the weights.
        earlier: the `model.keras` whose eyes to take as they are, where only a head learns; None: those of the recipe.

    Raises:
        BackboneMissing: the recipe borrows eyes that are neither here nor to be fetched.
    """
    from core.training import networks, transfer
    from core.training.folding import pooled

    if recipe.name == "transfer":
        return transfer.prepare(dataset, photos, recipe, work, fresh, earlier)
    network = networks.network(recipe, len(photos.class_names))
    return Lesson(photos, pooled(network), network)


def answering(network: Any, recipe: Recipe) -> Any:
    """The network of a lesson in full numbers, whatever it was built in; Keras is set to them."""
    from core.training import networks

    set_arithmetic("float32")
    if recipe.name == "transfer":  # it has been in full numbers all the time
        return network
    copy = networks.network(recipe, network.output.shape[-1])
    copy.set_weights(network.get_weights())
    return copy
