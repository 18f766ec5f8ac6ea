"""Gets a process ready for the next training: loading TensorFlow and Keras is most of what a first batch waits for."""

from core import standby
from core.training.runs import QUEUE


def prepare() -> None:
    """Gets one ready if there is none; returns at once. A page calls it when a person may start a training soon."""
    standby.prepare("core.training.standby:load", QUEUE)


def load() -> None:
    """Loads what a training needs, whatever its recipe. Nothing is computed yet: that would take a GPU from others."""
    from core.training import learning, networks, report, worker  # noqa: F401

    worker.load_keras(seed=0)  # the training sets its own
