"""Runs in a process of its own, since TensorFlow must not enter the one that tests pages. Prints what it found as JSON.

python keras_checks.py DATASET_ID RUN_ID FOLDER
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from core.data import store
from core.errors import TrainingFailed
from core.model.bundle import load_model
from core.training.photos import load_photos, training_batches
from core.training.recipe import Recipe
from core.training.worker import load_keras

load_keras(1)

import keras  # noqa: E402, TID253
from keras import layers  # noqa: E402, TID253

from core.training import networks  # noqa: E402
from core.training.callbacks import FailWhenDiverged  # noqa: E402
from core.training.fused_adam import FusedAdam  # noqa: E402

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
    """Eight steps of the course's own network with Keras' Adam, and of ours with the fused one, from equal weights."""
    random = np.random.default_rng(0)
    photos = random.integers(0, 256, (8, 16, SIZE, SIZE, 3), dtype=np.uint8)
    labels = np.eye(NUM_CLASSES, dtype=np.float32)[random.integers(0, NUM_CLASSES, (8, 16))]
    ours, theirs = networks.build(Recipe(image_size_px=SIZE), NUM_CLASSES, 10), course_network()
    theirs.set_weights(ours.get_weights())
    theirs.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.Adam(1e-3), metrics=["accuracy"])
    untrained = float(np.abs(ours.predict(photos[0], verbose=0) - theirs.predict(photos[0] / 255.0, verbose=0)).max())
    losses = []
    average = None
    for x, y in zip(photos, labels, strict=True):
        losses.append((float(ours.train_on_batch(x, y)[0]), float(theirs.train_on_batch(x / 255.0, y)[0])))
        weights = ours.get_weights()[2]
        average = weights if average is None else average + (weights - average) / 4  # 0.4 of ten steps
    ours.optimizer.finalize_variable_values(ours.trainable_variables)
    return {
        "average_difference": float(np.abs(ours.get_weights()[2] - average).max()),
        "average_lags": float(np.abs(weights - average).max()),
        "untrained_difference": untrained,
        "loss_difference": max(abs(our - their) for our, their in losses),
        "learned": losses[0][0] - losses[-1][0],
        "parameters": ours.count_params() - theirs.count_params(),
        "fused": isinstance(ours.optimizer, FusedAdam),
    }


def shuffled_order(dataset_id: str) -> dict[str, object]:
    """Which photos come when, in rounds 0 to 2, and in rounds 1 and 2 of a run that goes on after the first."""
    silent = SimpleNamespace(progress=lambda *_: None, check_stop=lambda: None)
    photos = load_photos(store.load_dataset(dataset_id), 24, silent)

    def keys(epochs: range) -> list[bytes]:
        return [photo.tobytes() for pixels, _ in training_batches(photos, 8, 7, epochs) for photo in pixels.numpy()]

    whole, resumed, count = keys(range(3)), keys(range(1, 3)), len(photos.train)
    rounds = [whole[start : start + count] for start in range(0, len(whole), count)]
    learned_from = sorted(photos.pixels[row].tobytes() for row in photos.train)
    one_hot_fits = all(
        (photos.pixels[photos.train][photos.labels[photos.train] == label.argmax()] == photo).all(axis=(1, 2, 3)).any()
        for pixels, labels in training_batches(photos, 8, 7, range(1))
        for photo, label in zip(pixels.numpy(), labels.numpy(), strict=True)
    )
    return {
        "each_round_has_every_photo_once": all(sorted(photos_seen) == learned_from for photos_seen in rounds),
        "rounds_differ": rounds[0] != rounds[1] != rounds[2],
        "resumed_sees_the_same": resumed == whole[count:],
        "labels_belong_to_photos": one_hot_fits,
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


def diverged() -> str:
    run = SimpleNamespace(recipe=Recipe(learning_rate=0.5))
    watcher = FailWhenDiverged(run)
    watcher.on_epoch_begin(1)
    watcher.on_train_batch_end(0, {"loss": 1.5})
    try:
        watcher.on_train_batch_end(1, {"loss": float("nan")})
    except TrainingFailed as error:
        return str(error)
    return ""


dataset_id, run_id, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
pixels = np.random.default_rng(3).integers(0, 256, (20, 24, 24, 3), dtype=np.uint8)
np.save(folder / "pixels.npy", pixels)
np.save(folder / "said.npy", keras.models.load_model(load_model(run_id).keras_path).predict(pixels, verbose=0))
float_model(folder)
np.save(folder / "float.npy", keras.models.load_model(folder / "float.keras").predict(pixels, verbose=0))
json.dump({**learn_alike(), **shuffled_order(dataset_id), "diverged": diverged()}, (folder / "found.json").open("w"))
