"""Runs in a process of its own, since TensorFlow must not enter the one that tests pages. Writes what it found as JSON.

python learning_checks.py FILE
"""

import json
import sys
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import TrainingFailed
from core.jobs import Stopped
from core.training.checkpoint import Checkpoint
from core.training.photos import Photos
from core.training.recipe import Recipe, usual
from core.training.worker import load_keras

load_keras(1)

import keras  # noqa: E402, TID253

from core.training import networks  # noqa: E402
from core.training.averaging import Average  # noqa: E402
from core.training.learning import Learning  # noqa: E402
from core.training.precision import set_arithmetic  # noqa: E402
from core.training.stepping import compiled  # noqa: E402

SIZE, NUM_CLASSES = 32, 3
RANDOM = np.random.default_rng(0)
LABELS = np.arange(80) % NUM_CLASSES
PIXELS = (RANDOM.integers(0, 150, (80, SIZE, SIZE, 3)) + 50 * LABELS[:, None, None, None]).astype(np.uint8)
PHOTOS = Photos(
    pixels=PIXELS,
    labels=LABELS,
    class_names=["a", "b", "c"],
    content_hashes=[""] * 80,
    train=np.arange(60),
    validation=np.arange(60, 70),
    test=np.arange(70, 80),
)
RECIPES = {
    "classic": usual("classic", image_size_px=SIZE, epochs=3, batch_size=16),
    "deep": usual("deep", image_size_px=SIZE, epochs=3, batch_size=16, optimizer="rmsprop", greyscale=True),
    "compact": usual("compact", image_size_px=SIZE, epochs=3, batch_size=16, warmup_epochs=0.5, dropout=0.2, mixup=0.2),
    "sgd": usual("classic", image_size_px=SIZE, epochs=2, batch_size=16, optimizer="sgd", learning_rate=0.01),
}


class Watched:
    """Stands for a job and for its report: stops it after so many looks, one after each batch and each asking."""

    watched = np.array([60, 61])

    def __init__(self, looks: int = 10**9) -> None:
        self.looks = looks
        self.rounds: list[dict[str, Any]] = []
        self.rates: list[float] = []
        self.plans: list[int] = []

    def wait_while_paused(self) -> float:
        return 0.0

    def check_stop(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Stopped

    def batch(self, epoch: float, loss: float, accuracy: float, photos: int, rate: float) -> None:
        self.rates.append(rate)

    def round(self, row: dict[str, Any], said: Any, rows: Any) -> None:
        self.rounds.append(row)

    def plan(self, epochs: int, finished: int) -> None:
        self.plans.append(epochs)


def learning(recipe: Recipe, folder: Path, work: Watched, photos: Photos = PHOTOS) -> Learning:
    keras.utils.set_random_seed(recipe.seed)
    set_arithmetic("bfloat16" if recipe.precision == "bfloat16" else "float32")
    network = networks.network(recipe, NUM_CLASSES)
    optimizer = networks.optimizer(recipe, network.trainable_variables)
    return Learning(network, optimizer, photos, recipe, Checkpoint(folder), work)


@cache
def unbroken(recipe: Recipe) -> Learning:
    """A run that nobody stopped: one for all that are compared with it."""
    with tempfile.TemporaryDirectory() as scratch:
        whole = learning(recipe, Path(scratch), Watched())
        whole.run(Watched())
    return whole


def resumed_at(recipe: Recipe, looks: int) -> float:
    """The largest difference of any weight between an unbroken run and one that was stopped and went on."""
    whole = unbroken(recipe)
    with tempfile.TemporaryDirectory() as scratch:
        broken = learning(recipe, Path(scratch, "broken"), Watched(looks))
        assert broken.run(Watched()).stopped_because == "stopped"
        last = Watched()
        after = learning(replace(recipe), Path(scratch, "broken"), last)
        keras.utils.set_random_seed(99)  # nothing may depend on what the process has drawn before
        after.run(last)
        rows = zip(whole.finished, after.finished, strict=True)
        numbers = [abs(a[name] - b[name]) for a, b in rows for name in ("loss", "accuracy", "val_loss")]
        weights = zip(whole.network.get_weights(), after.network.get_weights(), strict=True)
        return float(max(max(np.abs(a - b).max() for a, b in weights), *numbers))


def ended(recipe: Recipe, photos: Photos = PHOTOS) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        watched = Watched()
        try:
            session = learning(recipe, Path(scratch), watched, photos)
            learned = session.run(watched)
        except TrainingFailed as error:
            return {"failed": str(error)}
        return {**vars(learned), "rounds": watched.rounds, "rates": watched.rates, "plans": watched.plans}


def few_steps() -> dict[str, Any]:
    """One batch a round: is what is judged and kept what has learned?"""
    recipe = Recipe(image_size_px=SIZE, epochs=2, batch_size=64, learning_rate=3e-3)
    with tempfile.TemporaryDirectory() as scratch:
        watched = Watched()
        session = learning(recipe, Path(scratch), watched)
        before = session.network.get_weights()
        session.run(watched)
        moved = max(float(np.abs(a - b).max()) for a, b in zip(before, session.network.get_weights(), strict=True))
    return {"moved": moved, "val_losses": [row["val_loss"] for row in watched.rounds]}


def judged_already() -> dict[str, Any]:
    """Killed after it was clear that no round is better, it goes on to nothing more."""
    recipe = Recipe(image_size_px=SIZE, epochs=50, patience=1, batch_size=16, learning_rate=0.02)
    with tempfile.TemporaryDirectory() as scratch:
        first = learning(recipe, Path(scratch), Watched()).run(Watched())
        again = learning(recipe, Path(scratch), Watched()).run(Watched())
    return {"first": vars(first), "again": vars(again)}


def grown_plan() -> dict[str, Any]:
    """A session that goes on with a time budget of which an earlier, slower one had planned two rounds."""
    recipe = Recipe(image_size_px=SIZE, epochs=5, patience=0, minutes=1 / 30, batch_size=16)
    with tempfile.TemporaryDirectory() as scratch:
        session = learning(recipe, Path(scratch), Watched())
        session.plan.epochs = 2
        return vars(session.run(Watched()))


def parameters(recipe: Recipe, num_classes: int) -> dict[str, Any]:
    network = networks.network(recipe, num_classes)
    said = network(np.zeros((2, recipe.image_size_px, recipe.image_size_px, 3), np.uint8))
    layers = networks.layers_of(network)
    drawn = sum(layer["parameters"] for layer in layers)
    return {
        "count": network.count_params(),
        "drawn": drawn,
        "said": list(said.shape),
        "sums_to_1": bool(np.allclose(said.numpy().sum(axis=1), 1)),
        "untrainable": [layer["kind"] for layer in layers if layer["parameters"] and not layer["trainable"]],
    }


def decays_as_keras_does() -> float:
    """How far our AdamW is from Keras' own after ten steps with the same gradients."""
    start = RANDOM.normal(size=(4, 5)).astype(np.float32)
    own, other = keras.Variable(start, name="kernel"), keras.Variable(start, name="kernel")
    recipe = Recipe(optimizer="adamw", weight_decay=0.3, learning_rate=0.01)
    ours = networks.optimizer(recipe, [own])
    theirs = keras.optimizers.AdamW(0.01, weight_decay=0.3)
    for _ in range(10):
        gradient = keras.ops.convert_to_tensor(RANDOM.normal(size=(4, 5)).astype(np.float32))
        ours.apply([gradient], [own])
        theirs.apply([gradient], [other])
    bias = keras.Variable(np.ones(3, np.float32), name="bias")
    networks.optimizer(recipe, [bias]).apply([keras.ops.zeros(3)], [bias])
    moved = float(np.abs(bias.numpy() - 1).max())
    return float(np.abs(own.numpy() - other.numpy()).max()) + moved


def averaged() -> dict[str, float]:
    number = keras.Input((1,))
    network = keras.Model(number, keras.layers.Dense(1, use_bias=False)(number))
    average = Average(network, window=8)
    for step in range(1, 41):
        network.weights[0].assign([[float(step)]])
        average.follow(step)
    expected = 0.0
    for look, step in enumerate(range(2, 41, 2), start=1):  # every second step, four looks back
        expected += (step - expected) / min(look, 4)
    recipe = Recipe()
    _, ask = compiled(network, networks.optimizer(recipe, network.trainable_variables), recipe, np.ones(1), average)
    seen = float(ask(np.ones((1, 1), np.float32))[0, 0])
    kept = float(average.values()[0][0, 0])
    own = float(network.get_weights()[0][0, 0])
    return {"difference": max(abs(seen - expected), abs(kept - expected)), "lags": 40 - seen, "own": own}


def shown_losses() -> dict[str, list[float]]:
    """The loss of one step from the same weights, with what may be added to what it learns by."""
    added = {
        "plain": {},
        "smoothed": {"label_smoothing": 0.3},
        "l2": {"l2": 0.1},
        "weighted": {"class_weights": True},
    }
    found = {}
    for name, knobs in added.items():
        keras.utils.set_random_seed(3)
        recipe = Recipe(image_size_px=SIZE, **knobs)
        network = networks.network(recipe, NUM_CLASSES)
        optimizer = networks.optimizer(recipe, network.trainable_variables)
        step, _ = compiled(network, optimizer, recipe, np.array([5.0, 1.0, 0.2]))
        one_hot = np.eye(NUM_CLASSES, dtype=np.float32)[LABELS[:16]]
        found[name] = [float(step(PIXELS[:16], one_hot)[0]) for _ in range(4)]
    return found


def grey() -> float:
    """What a network that sees brightness alone makes of a photo and of the same photo with its colours turned."""
    network = networks.network(Recipe(image_size_px=SIZE, greyscale=True), NUM_CLASSES)
    flat = np.full((1, SIZE, SIZE, 3), (100, 100, 100), np.uint8)
    alike = np.full((1, SIZE, SIZE, 3), (17, 129, 152), np.uint8)  # 0.299 R + 0.587 G + 0.114 B = 98.1
    return float(np.abs(network(flat).numpy() - network(alike).numpy()).max())


set_arithmetic("float32")
one_class_wrong = replace(PHOTOS, labels=np.where(np.arange(80) < 60, LABELS, (LABELS + 1) % 3))
parameters_found = {
    "deep_28_grey": parameters(Recipe(name="deep", image_size_px=28, greyscale=True), 10),
    "deep_224": parameters(Recipe(name="deep", image_size_px=224), 10),
    "compact": parameters(usual("compact"), 10),
    "smallest": parameters(Recipe(name="compact", image_size_px=16), 2),
}
networks.STAGES = (8,)  # from here on: what is asked below does not depend on their number, and graphs take seconds
found = {
    "parameters": parameters_found,
    "few_steps": few_steps(),
    "grown_plan": grown_plan(),
    "judged_already": judged_already(),
    "adamw": decays_as_keras_does(),
    "average": averaged(),
    "losses": shown_losses(),
    "grey": grey(),
    "resumed": {
        f"{name}, {looks}": resumed_at(RECIPES[name], looks)
        for name, looks in (("classic", 2), ("classic", 4), ("deep", 7), ("compact", 3), ("compact", 8), ("sgd", 1))
    },
    "bfloat16": resumed_at(replace(RECIPES["compact"], precision="bfloat16", epochs=2), 5),
    "patient": ended(Recipe(image_size_px=SIZE, epochs=50, patience=3, batch_size=16), one_class_wrong),
    "cosine": ended(replace(RECIPES["compact"], epochs=4, warmup_epochs=1.0)),
    "hurried": ended(Recipe(image_size_px=SIZE, epochs=5, patience=0, minutes=1 / 30, batch_size=16)),
    "diverged": ended(
        Recipe(image_size_px=SIZE, epochs=3, learning_rate=10.0, optimizer="sgd", l2=1.0, average_epochs=0.0)
    ),
}
Path(sys.argv[1]).write_text(json.dumps(found))
