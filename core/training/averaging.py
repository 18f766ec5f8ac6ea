"""The running average of a network's weights: what is judged, kept and asked. Loaded by the training process only."""

from typing import Any

from numpy.typing import NDArray

LOOKS = 4  # in its window at least
EVERY = 8  # steps between two looks at most: an eighth of the memory traffic, and the same average


class Average:
    """Follows the weights of a network, and the statistics of its batch-norm with them.

    It is calmer than the weights: of the classic network on the clothing photos it is right on 1.5 more of 100. Early
    on it looks back on the steps there were, each counting alike. Source: B. T. Polyak and A. B. Juditsky,
    "Acceleration of stochastic approximation by averaging", 1992.
    """

    def __init__(self, network: Any, window: float) -> None:
        """Follows `network.weights` from now on.

        Args:
            network: a `keras.Model`.
            window: steps that it looks back on; 0 keeps the weights themselves.
        """
        import tensorflow as tf

        self._network = network
        self._weights = [weight.value for weight in network.weights]
        self._average = [tf.Variable(weight) for weight in self._weights] if window else []
        self._window = window
        self._every = max(1, min(EVERY, int(window // LOOKS)))
        self._assign = tf.function(self._step)

    @property
    def variables(self) -> list[Any]:
        """What a checkpoint keeps of it."""
        return self._average

    def follow(self, steps: int) -> None:
        """Takes in where the weights are after so many steps in all."""
        if self._average and (steps < self._every or steps % self._every == 0):
            looks = max(1, steps // self._every)  # until the first one it is where the weights are
            self._assign(_constant(1 / min(looks, max(1.0, self._window / self._every))))

    def in_place(self) -> Any:
        """A scope in which the network answers by the average, and still has its own weights: to build a graph in."""
        import keras
        import tensorflow as tf

        averages = [tf.convert_to_tensor(average) for average in self._average]
        return keras.StatelessScope(list(zip(self._network.weights, averages, strict=False)))

    def values(self) -> list[NDArray[Any]]:
        """The average as arrays, in the order of `network.weights`."""
        return [each.numpy() for each in self._average or self._weights]

    def put(self) -> None:
        """Gives the network the average for good."""
        for weight, average in zip(self._weights, self._average, strict=False):
            weight.assign(average)

    def _step(self, rate: Any) -> None:
        import tensorflow as tf

        for weight, average in zip(self._weights, self._average, strict=True):
            # The same as average -= rate * (average - weight), reading and writing less.
            tf.raw_ops.ResourceApplyGradientDescent(
                var=average.handle, alpha=tf.cast(rate, average.dtype), delta=average - weight
            )


def _constant(value: float) -> Any:
    import tensorflow as tf

    return tf.constant(value, tf.float32)
