"""What the layers of a network see on the way, in a few numbers a photo. Loaded by the training process only."""

from typing import Any

import keras  # noqa: TID253
from keras import layers  # noqa: TID253


def with_traits(network: Any) -> Any:
    """The network with two more answers: what its stages see, averaged over all places, and what it decides by.

    A stage ends with the last sum, or without sums the last pooling, before the photo becomes smaller or its channels
    others. What comes late in a network is about classes, what comes early about lines and colours; together they
    tell photos of other things from those it was taught with.

    Args:
        network: a functional `keras.Model` of photos (N, S, S, 3) to probabilities (N, C), perhaps with another one
            inside.

    Returns:
        A `keras.Model` that shares its layers: photos to probabilities (N, C), traits (N, T), and features (N, F): what
        its last dense layer takes. The network itself where there are no such layers.
    """
    seen: list[Any] = []
    decided_by: list[Any] = []

    def call(layer: Any, *inputs: Any, **options: Any) -> Any:
        if isinstance(layer, layers.Dense):
            decided_by.append(inputs[0])
        if not isinstance(layer, keras.Model):
            said = layer(*inputs, **options)
            if isinstance(layer, _kind(network)):
                seen.append(said)
            return said
        stages = [each for each in layer.layers if isinstance(each, _kind(layer))]
        watched = keras.Model(layer.inputs, [*(each.output for each in stages), layer.output])
        *among, said = watched(*inputs, training=False)
        seen.extend(among)
        return said

    copy = keras.models.clone_model(network, clone_function=lambda layer: layer, call_function=call)
    lasts = [
        here for here, after in zip(seen, [*seen[1:], None], strict=True) if after is None or here.shape != after.shape
    ]
    if not lasts or not decided_by:
        return network
    traits = [layers.GlobalAveragePooling2D()(each) for each in lasts]
    together = layers.Concatenate()(traits) if len(traits) > 1 else traits[0]
    return keras.Model(copy.input, [copy.output, together, decided_by[-1]])


def _kind(network: Any) -> Any:
    """What a stage of this network ends with."""
    return layers.Add if any(isinstance(each, layers.Add) for each in network.layers) else layers.MaxPooling2D
