"""The network in other formats: a SavedModel for TensorFlow Serving, ONNX, and int8. Loaded by the job only."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras  # noqa: TID253
import numpy as np
import tensorflow as tf  # noqa: TID253
from numpy.typing import NDArray

Quantised = Callable[[], bytes]


def saved_model(network: Any, folder: Path) -> None:
    """Writes `1/` into a folder, TensorFlow Serving's layout: a number is a version."""
    network.export(folder / "1", format="tf_saved_model", verbose=False)


def onnx(network: Any, path: Path) -> None:
    """Writes an ONNX file of photos (N, S, S, 3), uint8, to probabilities (N, C)."""
    network(np.zeros((1, *network.input.shape[1:]), np.uint8))  # Keras exports what has been called
    network.export(path, format="onnx", verbose=False)


def ways_to_int8(network: Any, photos: NDArray[np.uint8]) -> Iterator[tuple[str, Quantised]]:
    """Ways to quantise, the one that answers fastest first: its name, and what makes a `.tflite` of one photo.

    Args:
        network: uint8 photos (N, S, S, 3) to probabilities (N, C).
        photos: shape (M, S, S, 3), to learn from how large numbers get inside.
    """
    if _is_mirrored(network):
        yield "one look", lambda: _integers(_of_floats(network, looks=1), photos)
    yield "whole", lambda: _integers(_of_floats(network), photos)
    yield "weights only", lambda: _weights_only(network)


def _integers(network: Any, photos: NDArray[np.uint8]) -> bytes:
    """Integers as far as the last dense layer, floats from there on: eight bits are too coarse for probabilities.

    Source: B. Jacob and others, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference", 2018; weights have a scale for each channel, as LiteRT's 8-bit specification says.
    """

    def representative() -> Iterator[list[NDArray[np.uint8]]]:
        for photo in photos:
            yield [photo[None]]

    converter = _converter(network)
    in_floats = _after_the_last_dense(converter.convert())
    converter = _converter(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_nodes=in_floats)
    debugger = tf.lite.experimental.QuantizationDebugger(
        converter=converter, debug_dataset=representative, debug_options=options
    )
    content: bytes = debugger.get_nondebug_quantized_model()
    return content


def _weights_only(network: Any) -> bytes:
    """Integers where weights are kept, floats where one reckons: no slip, and no speed."""
    converter = _converter(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    content: bytes = converter.convert()
    return content


def _converter(network: Any) -> Any:
    """Of one photo in bytes; a network of floats gets them as floats."""
    photo = tf.TensorSpec((1, *network.input.shape[1:]), tf.uint8, name="photos")
    asked = tf.function(
        lambda photos: network(tf.cast(photos, network.input.dtype), training=False), autograph=False
    ).get_concrete_function(photo)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([asked], network)
    converter.experimental_lower_to_saved_model = False
    return converter


def _after_the_last_dense(content: bytes) -> list[str]:
    """What the operations after the last dense layer are called in a LiteRT network of floats."""
    from ai_edge_litert.interpreter import Interpreter

    network = Interpreter(model_content=content)
    operations = [each for each in network._get_ops_details() if each["op_name"] != "DELEGATE"]
    dense = [place for place, each in enumerate(operations) if each["op_name"] == "FULLY_CONNECTED"]
    after = operations[dense[-1] + 1 :] if dense else []
    return [network._get_tensor_details(output, 0)["name"] for each in after for output in each["outputs"]]


def _is_mirrored(network: Any) -> bool:
    """Whether it looks at a photo twice, once in a mirror (`core.training.mirrored`)."""
    parts = [each for each in network.layers if isinstance(each, keras.Model)]
    return any(each.name == "mirrored" or _is_mirrored(each) for each in parts)


def _of_floats(network: Any, looks: int = 2) -> Any:
    """The network as one of floats from its photos on, so that no cast in it keeps integers from its first layers.

    Args:
        network: takes uint8.
        looks: 1 leaves out the look in the mirror.
    """

    def call(layer: Any, *inputs: Any, **options: Any) -> Any:
        if not isinstance(layer, keras.Model) or layer.input.dtype != "uint8":
            return layer(*inputs, **options)
        if layer.name == "mirrored" and looks == 1:
            [layer] = [each for each in layer.layers if isinstance(each, keras.Model)]
        return _of_floats(layer, looks)(*inputs)

    photos = keras.Input(network.input.shape[1:], dtype="float32", name="photos")
    return keras.models.clone_model(
        network, input_tensors=photos, clone_function=lambda layer: layer, call_function=call
    )
