"""Answers from two looks at a photo, as it is and mirrored. Loaded by the training process only."""

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
