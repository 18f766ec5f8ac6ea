"""Convolutions with their batch-norm folded in, for fine-tuning. Loaded by the training process only."""

from typing import Any

import keras  # noqa: TID253
import tensorflow as tf  # noqa: TID253
from keras import layers  # noqa: TID253


class FoldedConvolution(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """A convolution and the batch-norm after it, in inference mode, as one: kernel times scale, plus an offset.

    It has the very variables of the two layers, so that they learn what it learns. The numbers are theirs, and so is
    every gradient; but the scale is applied to the kernel, which is small, and not to what comes out of it. On a
    processor a step of MobileNetV2 takes a third of its time so.
    """

    def __init__(self, convolution: Any, norm: Any, dtype: Any) -> None:
        super().__init__(name=f"{norm.name}_folded", dtype=dtype, autocast=False)  # scale and kernel multiply in full
        self.convolution, self.norm = convolution, norm

    def call(self, x: Any, mask: Any = None) -> Any:
        """What the two layers would say of x, shape (N, H, W, channels)."""
        convolution, norm = self.convolution, self.norm
        scale = norm.gamma * tf.math.rsqrt(norm.moving_variance + norm.epsilon)
        offset = tf.cast(norm.beta - norm.moving_mean * scale, self.compute_dtype)
        x = tf.cast(x, self.compute_dtype)
        options = {"strides": convolution.strides, "padding": convolution.padding}
        if isinstance(convolution, layers.DepthwiseConv2D):
            kernel = tf.cast(convolution.kernel * scale[:, None], self.compute_dtype)  # (height, width, channels, 1)
            return tf.nn.bias_add(keras.ops.depthwise_conv(x, kernel, **options), offset)
        kernel = tf.cast(convolution.kernel * scale, self.compute_dtype)  # (height, width, from, to)
        return tf.nn.bias_add(keras.ops.conv(x, kernel, **options), offset)


def folded(network: Any) -> Any:
    """The same network with every batch-norm folded into the convolution before it, as far as there is one.

    Args:
        network: a functional `keras.Model` in float32; it keeps working and shares its variables.

    Returns:
        A `keras.Model` that computes in the arithmetic that Keras is set to; what cannot be folded and has weights
        stays as it is.
    """
    policy = keras.config.dtype_policy()
    before = _convolutions_before(network)
    gone = {id(convolution) for convolution in before.values()}

    def layer(old: Any) -> Any:
        if id(old) in before:
            return FoldedConvolution(before[id(old)], old, policy)
        if policy.name == "float32" or not isinstance(old, layers.Layer) or old.weights:
            return old
        return type(old).from_config({**old.get_config(), "dtype": policy.name})

    def call(each: Any, *inputs: Any, **options: Any) -> Any:
        return inputs[0] if id(each) in gone else each(*inputs, **options)

    return keras.models.clone_model(network, clone_function=layer, call_function=call)


def _convolutions_before(network: Any) -> dict[int, Any]:
    """The convolution that feeds a batch-norm and nothing else, by the id of the batch-norm."""
    makers = {id(layer.output): layer for layer in network.layers if not isinstance(layer, layers.InputLayer)}
    readers: dict[int, int] = {}
    for operation in network.operations:
        inputs = operation.input if isinstance(operation.input, list) else [operation.input]
        for each in inputs:
            readers[id(each)] = readers.get(id(each), 0) + 1
    norms = [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
    found = {id(norm): makers.get(id(norm.input)) for norm in norms if readers[id(norm.input)] == 1}
    return {norm: layer for norm, layer in found.items() if _can_fold(layer)}


def _can_fold(layer: Any) -> bool:
    if not isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D):
        return False
    groups = layer.depth_multiplier if isinstance(layer, layers.DepthwiseConv2D) else layer.groups
    plain = layer.activation is keras.activations.linear and not layer.use_bias
    return plain and groups == 1 and tuple(layer.dilation_rate) == (1, 1) and layer.data_format == "channels_last"
