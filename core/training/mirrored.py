"""Answers from two looks at a photo, as it is and mirrored, and weighed class by class. For the training process."""

from collections.abc import Sequence
from typing import Any

import keras  # noqa: TID253


def mirrored(network: Any) -> Any:
    """The network asked twice about each photo, the second time about its mirror image; the mean of what it says.

    Clothes stay what they are in a mirror, mistakes do not always: it costs a second look, and is right on up to one
    more of 100.

    Args:
        network: a `keras.Model` of photos (N, S, S, 3) to one or more outputs (N, ...).

    Returns:
        A `keras.Model` with the same input and outputs, which shares its weights.
    """
    photos = keras.Input(network.input.shape[1:], dtype=network.input.dtype, name="photos")
    both = keras.ops.concatenate([photos, keras.ops.flip(photos, axis=2)], axis=0)
    said = network(both, training=False)
    outputs = []
    for each in said if isinstance(said, list | tuple) else [said]:
        as_it_is, in_the_mirror = keras.ops.split(each, 2, axis=0)
        outputs.append((as_it_is + in_the_mirror) / 2)
    return keras.Model(photos, outputs if len(outputs) > 1 else outputs[0], name="mirrored")


def weighed(network: Any, factors: Sequence[float]) -> Any:
    """The network with the probability of each class times a factor, and all of them a share of one again.

    Args:
        network: a `keras.Model` of photos to probabilities (N, C), and perhaps to more.
        factors: of the C classes.

    Returns:
        A `keras.Model` with the same input and outputs, which shares its weights.
    """
    photos = keras.Input(network.input.shape[1:], dtype=network.input.dtype, name="photos")
    said = network(photos, training=False)
    probabilities, *more = said if isinstance(said, list | tuple) else [said]
    parts = keras.layers.Rescaling(list(map(float, factors)), dtype="float32")(probabilities)
    shares = parts / keras.ops.sum(parts, axis=1, keepdims=True)
    return keras.Model(photos, [shares, *more] if more else shares, name="weighed")
