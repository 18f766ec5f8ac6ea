"""Learning on top of a network that has seen many photos. For the training process."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.store import Dataset
from core.training.backbones import fetched_weights, load_backbone, scaling
from core.training.features import load_features
from core.training.lesson import Lesson
from core.training.photos import Photos, class_weights, training_batches
from core.training.recipe import Recipe, usual
from core.work import Work

# Of 12 corrections among 3,060 photos a head learned all if they were shown 25 times a round, 8 if 8 times, 2 if once;
# as many test photos as before were right, or more.
TOLD_TIMES = 25  # at most
TOLD_SHARE = 0.1  # of a round, at most
FIRST_ROUNDS = 20  # of the head alone: what it does not know yet would spoil what the backbone does


def prepare(
    dataset: Dataset, photos: Photos, recipe: Recipe, work: Work, fresh: bool, earlier: Path | None = None
) -> Lesson:
    """Gets everything ready: the backbone, what it sees, and the head.

    Without `fine_tune` the head alone learns, from features that are computed once: of the photos as they are, so
    variations (`augment`) change nothing. With it, a fresh head first learns from features for a few rounds, told as
    the stage "head", and then all weights learn from the photos, with batch-norm in inference mode.

    Arguments and errors are those of `core.training.lesson.prepare`.
    """
    import keras

    arithmetic = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    # What goes on with all its weights from a checkpoint or from an earlier model needs none to begin with.
    needed = earlier is None and (fresh or not recipe.fine_tune)
    weights = fetched_weights(recipe.backbone, work) if needed else None
    backbone = load_backbone(recipe.backbone, recipe.image_size_px, weights)
    eyes = _eyes(backbone, recipe)
    if earlier is not None:
        network: Any = keras.models.load_model(earlier, compile=False)
        eyes.set_weights(network.get_weights()[:-2])  # the last are the answer's kernel and bias
    head = _head(eyes.output.shape[-1], len(photos.class_names), recipe)
    if not recipe.fine_tune:
        eyes.trainable = False
        seen = load_features(dataset, photos, eyes, _name(recipe, earlier), work)
        rows = told_more_often(photos.train, len(photos.labels), dataset.source)
        return Lesson(replace(photos, pixels=seen, train=rows), head, _joined(eyes, head))
    if fresh:
        work.event("stage", name="head")
        seen = load_features(dataset, photos, eyes, _name(recipe), work)
        _teach(head, replace(photos, pixels=seen), recipe, work)
    keras.config.set_dtype_policy(arithmetic)

    from core.training.folding import folded

    return Lesson(photos, _joined(_eyes(folded(backbone), recipe), head), _joined(eyes, head))


def told_more_often(train: NDArray[np.int64], num_rows: int, source: dict[str, Any]) -> NDArray[np.int64]:
    """Repeats the photos that people have named, or a few among thousands would change nothing that a head says.

    Args:
        train: rows to learn from.
        num_rows: of the manifest.
        source: of the dataset; the last `told` rows are the named ones.
    """
    told = train[train >= num_rows - source.get("told", 0)]
    times = int(np.clip(TOLD_SHARE * len(train) / max(1, len(told)), 1, TOLD_TIMES))
    return np.sort(np.concatenate([train, np.repeat(told, times - 1)]))


def _eyes(backbone: Any, recipe: Recipe) -> Any:
    """Photos as bytes to features (N, F): what the backbone wants to see, and then the backbone, in inference mode."""
    import keras
    from keras import layers

    photos = keras.Input((recipe.image_size_px, recipe.image_size_px, 3), dtype="uint8", name="photos")
    x = photos
    if recipe.greyscale:
        x = layers.Rescaling(1.0, dtype="float32")(x)
        grey = layers.Conv2D(3, 1, use_bias=False, trainable=False, name="grey", dtype="float32")
        grey.build(x.shape)
        weights = [[[[each] * 3 for each in (0.299, 0.587, 0.114)]]]  # ITU-R BT.601, as Pillow's "L"
        grey.set_weights([np.array(weights)])
        x = grey(x)
    scale, offset = scaling(recipe.backbone)
    x = layers.Rescaling(scale, offset, dtype="float32")(x)
    return keras.Model(photos, backbone(x, training=False), name="eyes")


def _head(num_features: int, num_classes: int, recipe: Recipe) -> Any:
    """Features to probabilities, by one dense layer.

    A hidden layer between them, as browser classroom tools have it, was right no more often on the clothing photos
    and surer where it was wrong; half the features left out at random do more.
    """
    import keras

    from core.training.networks import answer

    features = keras.Input((num_features,), name="features")
    return keras.Model(features, answer(features, recipe, num_classes), name="head")


def _joined(eyes: Any, head: Any) -> Any:
    """Photos to probabilities, sharing the layers of both."""
    import keras

    x = eyes.output
    for layer in head.layers[1:]:
        x = layer(x)
    return keras.Model(eyes.input, x, name="transfer")


def _teach(head: Any, seen: Photos, recipe: Recipe, work: Work) -> None:
    """Lets a head learn from features for a few rounds, as the recipe does without fine-tuning."""
    from core.training import networks
    from core.training.replicas import compiled

    alone = usual("transfer", class_weights=recipe.class_weights, seed=recipe.seed, epochs=FIRST_ROUNDS)
    step, _ = compiled(head, networks.optimizer(alone, head.trainable_variables), alone, class_weights(seen))
    for batch in training_batches(seen, alone, range(FIRST_ROUNDS)):
        work.check_stop()
        step(*batch)


def _name(recipe: Recipe, earlier: Path | None = None) -> str:
    """Of these eyes, where what they see is kept."""
    if earlier is not None:
        return "earlier"
    return f"{recipe.backbone}-{recipe.image_size_px}{'-grey' if recipe.greyscale else ''}"
