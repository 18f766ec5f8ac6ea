"""Gets a process ready for the next training: loading TensorFlow and Keras is most of what lies before a first batch."""

from core import standby
from core.training.runs import QUEUE


def prepare() -> None:
    """Gets one ready if there is none; returns at once. A page calls it when a person may start a training soon."""
    standby.prepare("core.training.standby:load", QUEUE)


def load() -> None:
    """Loads what a training needs, whatever its recipe. Nothing is computed: a GPU would be taken from others."""
    from core.training import worker

    worker.load_keras(seed=0)  # the training sets its own

    import keras  # noqa: F401
    import tensorflow as tf

    from core.training import learning, networks, report  # noqa: F401

    tf.data.Dataset.range(1)
