"""Tries each recipe for a second, on photos of noise, to know how long a training takes here. Runs as a job."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import queues
from core.jobs import Stopped, Work
from core.processes import NICENESS, step_back
from core.training import pace
from core.training.photos import Photos, training_batches
from core.training.precision import arithmetic, set_arithmetic
from core.training.recipe import Recipe
from core.training.runs import QUEUE
from core.training.worker import load_keras

TRY_S = 1.2  # of learning, after the first steps
LOOK_S = 0.4  # of looking at photos with borrowed eyes, after the first ones
LOOKED_AT = 16  # photos at once
WARM_STEPS = 2  # the first builds the graph, the second fills the caches
NUM_PHOTOS = 128
NUM_CLASSES = 10
ENDING_S = 3.0  # writing the model down and testing it, after the last round


def work(work: Work) -> None:
    """Measures what is missing, one recipe after another; gives way as soon as a training starts."""
    step_back(NICENESS // 2)  # behind a training, until it sees that there is one
    clock = Clock()
    load_keras(seed=0)
    loading_s = clock.seconds()
    for recipe in pace.missing():
        pace.keep(measure(recipe, loading_s, work))


class Clock:
    """The time of this process on a machine that does nothing else: what others take from it does not count."""

    def __init__(self) -> None:
        self._began_at = time.monotonic(), time.process_time()

    def seconds(self) -> float:
        """Since the beginning."""
        return min(time.monotonic() - self._began_at[0], time.process_time() - self._began_at[1])


def quick(do: Callable[[], object], for_s: float, work: Work) -> float:
    """Does something again and again for some seconds; returns what once takes when others disturb it little."""
    taken: list[float] = []
    while sum(taken) < for_s:
        give_way(work)
        began_at = time.monotonic()
        do()
        taken.append(time.monotonic() - began_at)
    return float(np.quantile(taken, 0.25))


def measure(recipe: Recipe, loading_s: float, work: Work) -> pace.Measured:
    """Learns for a moment by this recipe, with a network that knows nothing: it takes as long.

    Args:
        recipe: as it stands at first.
        loading_s: what a training spends before its network is built.
        work: the job this is done in.

    Raises:
        Stopped: a training has started, or somebody asked to stop.
    """
    from core.training import networks
    from core.training.folding import pooled

    clock = Clock()
    num_photos = max(NUM_PHOTOS, recipe.batch_size)
    noise = np.random.default_rng(0).integers(0, 256, (num_photos, recipe.image_size_px, recipe.image_size_px, 3))
    pixels: NDArray[Any] = noise.astype(np.uint8)
    a_feature = 0.0
    if recipe.name == "transfer":
        network, a_feature = borrowed(recipe, pixels, work)
        if not recipe.fine_tune:
            pixels = np.zeros((num_photos, network.input.shape[-1]), np.float32)
    else:
        set_arithmetic(arithmetic(recipe))
        network = pooled(networks.network(recipe, NUM_CLASSES))
    learner = Learner(network, _photos(pixels), recipe)
    for _ in range(WARM_STEPS):
        give_way(work)
        learner.step()
    around_s = loading_s + clock.seconds() + ENDING_S
    a_step = quick(learner.step, TRY_S, work)
    return pace.measured(recipe, a_step / recipe.batch_size, a_feature, around_s)


class Learner:
    """Learns from noise, batch after batch."""

    def __init__(self, network: Any, photos: Photos, recipe: Recipe) -> None:
        from core.training import networks
        from core.training.stepping import compiled

        optimizer = networks.optimizer(recipe, network.trainable_variables)
        self._step, _ = compiled(network, optimizer, recipe, np.ones(NUM_CLASSES, np.float32))
        self._batches = _full_batches(photos, recipe)

    def step(self) -> None:
        """Learns from one batch, its making included."""
        self._step(*next(self._batches))


def borrowed(recipe: Recipe, pixels: NDArray[Any], work: Work) -> tuple[Any, float]:
    """What learns by a `transfer` recipe, and the seconds that borrowed eyes take to look at a photo."""
    import keras
    from keras import layers

    from core.training.backbones import load_backbone
    from core.training.features import interpreters_of, seen_by
    from core.training.networks import answer

    set_arithmetic("float32")
    backbone = load_backbone(recipe.backbone, recipe.image_size_px, None)
    if recipe.fine_tune:
        from core.training.folding import folded

        a_feature = next((each.seconds_a_feature for each in pace.kept() if each.backbone == recipe.backbone), 0.0)
        set_arithmetic(arithmetic(recipe))
        photos = keras.Input(pixels.shape[1:], dtype="uint8")
        seen = folded(backbone)(layers.Rescaling(1 / 127.5, -1.0)(photos), training=False)
        return keras.Model(photos, answer(seen, recipe, NUM_CLASSES)), a_feature
    interpreters = interpreters_of(backbone)
    shown: NDArray[Any] = (pixels[:LOOKED_AT] / np.float32(127.5) - 1).astype(np.float32)
    seen_by(shown, interpreters)
    a_look = quick(lambda: seen_by(shown, interpreters), LOOK_S, work)
    features = keras.Input(backbone.output.shape[1:])
    return keras.Model(features, answer(features, recipe, NUM_CLASSES)), a_look / len(shown)


def give_way(work: Work) -> None:
    """Ends the measurement when a training wants the machine."""
    work.check_stop()
    if queues.busy(QUEUE):
        raise Stopped


def _photos(pixels: NDArray[Any]) -> Photos:
    """Photos that nobody took, all of them to learn from."""
    rows = np.arange(len(pixels))
    names = [str(index) for index in range(NUM_CLASSES)]
    return Photos(pixels, rows % NUM_CLASSES, names, [""] * len(rows), rows, rows[:0], rows[:0])


def _full_batches(photos: Photos, recipe: Recipe) -> Iterator[Any]:
    """Round after round, without the smaller batch at a round's end."""
    for batch in training_batches(photos, recipe, range(100_000)):
        if len(batch[1]) == recipe.batch_size:
            yield batch
