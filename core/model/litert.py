"""A network as a LiteRT file. Loaded by the training process only."""

from typing import Any

import tensorflow as tf  # noqa: TID253


def litert(network: Any) -> bytes:
    """The content of a `.tflite` file that says of one photo what the network says.

    Keras' own export writes a whole SavedModel first, which takes a MobileNetV2 seven seconds instead of one.

    Args:
        network: a functional `keras.Model` in float32.

    Returns:
        A LiteRT network of one photo at a time; its outputs are named Identity, Identity_1 and so on, in their order.
    """
    photo = tf.TensorSpec((1, *network.input.shape[1:]), network.input.dtype, name="photos")
    asked = tf.function(lambda photos: network(photos, training=False), autograph=False).get_concrete_function(photo)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([asked], network)
    converter.experimental_lower_to_saved_model = False
    content: bytes = converter.convert()
    return content
