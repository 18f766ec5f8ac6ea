"""One step of learning, and one asking, as graphs. Loaded by the training process only."""

import contextlib
from typing import Any

from numpy.typing import NDArray

from core.training.averaging import Average
from core.training.recipe import Recipe


def compiled(
    network: Any, optimizer: Any, recipe: Recipe, class_weights: NDArray[Any], average: Average | None = None
) -> tuple[Any, Any]:
    """Graphs that take batches of any size. Not compiled by XLA, which is twice as slow on a processor.

    Args:
        network: a `keras.Model`, (B, ...) to probabilities (B, C).
        optimizer: built for its trainable variables.
        recipe: says what is added to what it learns by: smoothed labels, weights of the classes, L2.
        class_weights: shape (C,), used where the recipe says so.
        average: of the network's weights: what is asked, if there is one.

    Returns:
        `step(photos, one_hot)`, which learns, and returns how wrong it was, as the plain cross-entropy whatever it
        learns by, and how many it had right; and `ask(photos)`, which returns probabilities (B, C) float32.
    """
    import tensorflow as tf

    weights = tf.constant(class_weights, tf.float32)[:, None]
    seen = tf.TensorSpec(network.input.shape, network.input.dtype)
    labels = tf.TensorSpec((None, network.output.shape[-1]), tf.float32)

    @tf.function(input_signature=[seen, labels], autograph=False, jit_compile=False)  # type: ignore[untyped-decorator]
    def step(photos: Any, one_hot: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            said = network(photos, training=True)
            wrong, aim = losses(one_hot, said, recipe, weights)
            objective = tf.add_n([tf.reduce_mean(aim), *network.losses])
        gradients = tape.gradient(objective, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        right = tf.argmax(one_hot, axis=1) == tf.argmax(said, axis=1)
        return tf.reduce_mean(wrong), tf.reduce_sum(tf.cast(right, tf.float32))

    @tf.function(input_signature=[seen], autograph=False, jit_compile=False)  # type: ignore[untyped-decorator]
    def ask(photos: Any) -> Any:
        with average.in_place() if average else contextlib.nullcontext():
            return network(photos, training=False)

    return step, ask


def losses(one_hot: Any, said: Any, recipe: Recipe, weights: Any) -> tuple[Any, Any]:
    """How wrong each answer is, as the plain cross-entropy, and as the recipe has it, by which it learns; (B,) each."""
    import keras

    entropy = keras.losses.categorical_crossentropy
    wrong = entropy(one_hot, said)
    aim = entropy(one_hot, said, label_smoothing=recipe.label_smoothing) if recipe.label_smoothing else wrong
    if recipe.class_weights:
        aim *= (one_hot @ weights)[:, 0]
    return wrong, aim
