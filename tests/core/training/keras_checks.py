"""Runs in a process of its own, since TensorFlow must not enter the one that tests pages. Prints what it found as JSON.

python keras_checks.py RUN_ID FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from core.model.bundle import load_model
from core.training.recipe import Recipe, usual
from core.training.worker import load_keras

load_keras(1)

import keras  # noqa: E402, TID253
from keras import layers  # noqa: E402, TID253

from core.model.traits import with_traits  # noqa: E402
from core.training import networks  # noqa: E402
from core.training.folding import PooledConvolution, pooled  # noqa: E402
from core.training.fused_adam import FusedAdam  # noqa: E402
from core.training.stepping import compiled  # noqa: E402

SIZE, NUM_CLASSES = 20, 3


def course_network() -> keras.Model:
    """The network as the course writes it: ReLU inside the convolution, photos divided by 255 outside."""
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(NUM_CLASSES, activation="softmax"),
        ]
    )


def learn_alike() -> dict[str, float]:
    """32 steps of the course's own network with Keras' fit, and of ours with the fused Adam, from equal weights."""
    random = np.random.default_rng(0)
    photos = random.integers(0, 256, (32 * 16, SIZE, SIZE, 3), dtype=np.uint8)
    labels = random.integers(0, NUM_CLASSES, len(photos))
    one_hot = np.eye(NUM_CLASSES, dtype=np.float32)[labels]
    recipe = Recipe(image_size_px=SIZE, batch_size=16)
    ours, theirs = networks.network(recipe, NUM_CLASSES), course_network()
    theirs.set_weights(ours.get_weights())
    theirs.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(1e-3), metrics=["accuracy"])
    untrained = float(
        np.abs(ours.predict(photos[:16], verbose=0) - theirs.predict(photos[:16] / 255.0, verbose=0)).max()
    )
    learner = pooled(ours)
    optimizer = networks.optimizer(recipe, learner.trainable_variables)
    step, _ = compiled(learner, optimizer, recipe, np.ones(NUM_CLASSES))
    losses = []
    for x, y in zip(np.split(photos, 32), np.split(one_hot, 32), strict=True):
        theirs.reset_metrics()
        losses.append((float(step(x, y)[0]), float(theirs.train_on_batch(x / 255.0, y)[0])))
    return {
        "untrained_difference": untrained,
        "loss_difference": max(abs(our - their) for our, their in losses),
        "learned": losses[0][0] - losses[-1][0],
        "pooled": sum(isinstance(layer, PooledConvolution) for layer in learner.layers),
        "answers_as_it_learned": float(np.abs(learner(photos[:16]) - ours(photos[:16])).max()),
        "parameters": ours.count_params() - theirs.count_params(),
        "fused": isinstance(optimizer, FusedAdam),
    }


def float_model(folder: Path) -> None:
    """A network that takes floats, as an imported one may."""
    model = keras.Sequential(
        [
            keras.Input((24, 24, 3)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(4, activation="softmax"),
        ]
    )
    model.save(folder / "float.keras")
    model.export(folder / "float.tflite", format="litert", verbose=False)


def seen_on_the_way(photos: np.ndarray) -> dict[str, Any]:
    """What the stages of each network see; of the last one worked out again, and asked of LiteRT."""
    found = {}
    for name in ("classic", "deep", "compact"):
        network = networks.network(usual(name, image_size_px=photos.shape[1]), NUM_CLASSES)
        watched = with_traits(network)
        said, traits, features = (np.asarray(each) for each in watched(photos))
        dense, softmax = network.layers[-2:]
        found[name] = {
            "traits": traits.shape[1],
            "difference": float(np.abs(said - network(photos)).max()),
            "decides": float(np.abs(np.asarray(softmax(dense(features))) - said).max()),
        }
    last = next(layer for layer in reversed(network.layers) if isinstance(layer, layers.Add))
    seen = np.asarray(keras.Model(network.input, last.output)(photos)).mean(axis=(1, 2))
    found["last"] = float(np.abs(traits[:, -seen.shape[1] :] - seen).max())
    return found


run_id, folder = sys.argv[1], Path(sys.argv[2])
pixels = np.random.default_rng(3).integers(0, 256, (20, 24, 24, 3), dtype=np.uint8)
np.save(folder / "pixels.npy", pixels)
np.save(folder / "said.npy", keras.models.load_model(load_model(run_id).keras_path).predict(pixels, verbose=0))
float_model(folder)
np.save(folder / "float.npy", keras.models.load_model(folder / "float.keras").predict(pixels, verbose=0))
json.dump({**learn_alike(), "traits": seen_on_the_way(pixels)}, (folder / "found.json").open("w"))
