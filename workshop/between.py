"""Networks between the one that a training began with and the one that it ended with.

The last one knows clothes, and has forgotten much else; the first one knew a bit of everything. What lies between them
sees both, after M. Wortsman and others, "Robust fine-tuning of zero-shot models", CVPR 2022: the mean of the weights,
which works because the one network was made from the other in small steps.
"""

from pathlib import Path
from typing import Any

from core.training.backbones import load_backbone, weights_path
from core.training.recipe import Recipe

# Shares of the way from the first to the last.
AS_IT_ANSWERS = 0.85  # right as often as at its end, less sure of itself where it is wrong, and better at the unknown
AS_IT_LENDS = 0.15  # for classes that nobody taught it: see `python -m benchmarks few_shot`


def go_back(network: Any, recipe: Recipe, share: float) -> None:
    """Sets the backbone inside a fine-tuned network to where it was at that share of the way; others stay."""
    if recipe.name == "transfer":
        now = _backbone(network)
        now.set_weights(_between(now, recipe, share))


def save_eyes(network: Any, recipe: Recipe, path: Path) -> None:
    """Writes what a fine-tuned network lends, as a Keras model: photos as `scaling` leaves them to features.

    Args:
        network: as its training has left it.
        recipe: how it was taught.
        path: ends with ".keras".
    """
    eyes = load_backbone(recipe.backbone, recipe.image_size_px, None)
    eyes.set_weights(_between(_backbone(network), recipe, AS_IT_LENDS))
    eyes.save(path)


def _between(now: Any, recipe: Recipe, share: float) -> list[Any]:
    before = load_backbone(recipe.backbone, recipe.image_size_px, weights_path(recipe.backbone)).get_weights()
    pairs = zip(before, now.get_weights(), strict=True)
    return [(1 - share) * first + share * last for first, last in pairs]


def _backbone(network: Any) -> Any:
    import keras

    [found] = [layer for layer in network.layers if isinstance(layer, keras.Model)]
    return found
