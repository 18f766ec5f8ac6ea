"""One training on several GPUs of one machine: each learns from its share of every batch. For the training process.

Where there is one, or none, nothing of this is used. Several machines cannot share a training: Keras 3 has no way to
(keras-team/keras#20585); they can do many trainings at once.
"""

import contextlib
from functools import cache
from typing import Any

from numpy.typing import NDArray

from core.training import stepping
from core.training.averaging import Average
from core.training.recipe import Recipe


def devices() -> list[str]:
    """The GPUs of this machine, as TensorFlow names them."""
    import tensorflow as tf

    return [device.name for device in tf.config.list_logical_devices("GPU")]


@cache
def strategy() -> Any | None:
    """How the GPUs share a training; None where there are not several."""
    import tensorflow as tf

    found = devices()
    return tf.distribute.MirroredStrategy(found) if len(found) > 1 else None


def scope() -> contextlib.AbstractContextManager[Any]:
    """In which a network and its optimizer are built, so that each GPU has them."""
    found = strategy()
    return contextlib.nullcontext() if found is None else found.scope()


def compiled(
    network: Any, optimizer: Any, recipe: Recipe, class_weights: NDArray[Any], average: Average | None = None
) -> tuple[Any, Any]:
    """As `core.training.stepping.compiled`, on all GPUs there are.

    A batch is shared out evenly, and counts as one: the loss and the gradients are those of the whole batch. Only
    batch-norm looks at the photos of its own GPU alone.
    """
    step, ask = stepping.compiled(network, optimizer, recipe, class_weights, average)
    found = strategy()
    return (step if found is None else _shared(found, network, optimizer, recipe, class_weights)), ask


def _shared(found: Any, network: Any, optimizer: Any, recipe: Recipe, class_weights: NDArray[Any]) -> Any:
    import tensorflow as tf

    replicas = found.num_replicas_in_sync
    weights = tf.constant(class_weights, tf.float32)[:, None]
    seen = tf.TensorSpec(network.input.shape, network.input.dtype)
    labels = tf.TensorSpec((None, network.output.shape[-1]), tf.float32)

    def learn(photos: Any, one_hot: Any) -> tuple[Any, Any]:
        """What one GPU does with its share; sums that are those of the batch when all of them are added."""
        total = tf.shape(photos)[0]
        even = (total + replicas - 1) // replicas * replicas
        rows = tf.range(tf.distribute.get_replica_context().replica_id_in_sync_group, even, replicas)
        counts = tf.cast(rows < total, tf.float32)  # what fills an uneven batch up counts nothing
        photos, one_hot = tf.gather(photos, rows % total), tf.gather(one_hot, rows % total)
        with tf.GradientTape() as tape:
            said = network(photos, training=True)
            wrong, aim = stepping.losses(one_hot, said, recipe, weights)
            size = tf.cast(total, tf.float32)
            objective = tf.add_n([tf.reduce_sum(aim * counts) / size, *(each / replicas for each in network.losses)])
        gradients = tape.gradient(objective, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        right = tf.cast(tf.argmax(one_hot, axis=1) == tf.argmax(said, axis=1), tf.float32)
        return tf.reduce_sum(wrong * counts) / size, tf.reduce_sum(right * counts)

    @tf.function(input_signature=[seen, labels], autograph=False, jit_compile=False)  # type: ignore[untyped-decorator]
    def step(photos: Any, one_hot: Any) -> tuple[Any, Any]:
        wrong, right = found.run(learn, (photos, one_hot))
        return found.reduce("SUM", wrong, None), found.reduce("SUM", right, None)

    return step
