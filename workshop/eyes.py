"""The eyes that the clothing model lends: on the way from those it began with to those that it has now.

Those it has now know clothes, and have forgotten much else; those it began with know a bit of everything. What lies
between them sees both, after M. Wortsman and others, "Robust fine-tuning of zero-shot models", CVPR 2022: the mean of
the weights, which works because the one network was made from the other in small steps.
"""

from pathlib import Path
from typing import Any

from core.training.backbones import load_backbone, weights_path
from core.training.recipe import Recipe

OF_THE_WAY = 0.25  # chosen by `python -m benchmarks few_shot`


def save_eyes(network: Any, recipe: Recipe, path: Path) -> None:
    """Writes a backbone as a Keras model: photos as `scaling` leaves them to features, without an answer.

    Args:
        network: fine-tuned, with its backbone inside.
        recipe: how it was taught.
        path: ends with ".keras".
    """
    import keras

    [now] = [layer for layer in network.layers if isinstance(layer, keras.Model)]
    eyes = load_backbone(recipe.backbone, recipe.image_size_px, weights_path(recipe.backbone))
    pairs = zip(eyes.get_weights(), now.get_weights(), strict=True)
    eyes.set_weights([(1 - OF_THE_WAY) * before + OF_THE_WAY * after for before, after in pairs])
    eyes.save(path)
