"""Runs in a process of its own, since TensorFlow must not enter the one that tests pages. Writes what it found as JSON.

python transfer_checks.py FOLDER
"""

import json
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

FOLDER = Path(sys.argv[1])
os.environ["KERAS_HOME"] = str(FOLDER / "keras")

import numpy as np  # noqa: E402

from core.errors import FittingRoomError  # noqa: E402
from core.jobs import Stopped  # noqa: E402
from core.training import transfer  # noqa: E402
from core.training.backbones import BACKBONES, CLOTHING, load_backbone, scaling, weights_path  # noqa: E402
from core.training.checkpoint import Checkpoint  # noqa: E402
from core.training.photos import Photos  # noqa: E402
from core.training.recipe import Recipe, usual  # noqa: E402
from core.training.worker import begin_with, load_keras  # noqa: E402

load_keras(1)

import keras  # noqa: E402, TID253
import tensorflow as tf  # noqa: E402, TID253

from core.training import networks  # noqa: E402
from core.training.folding import FoldedConvolution, folded  # noqa: E402
from core.training.learning import Learning  # noqa: E402
from core.training.precision import set_arithmetic  # noqa: E402

BACKBONE, SIZE, NUM_CLASSES = "mobilenet_v2_0.35", 32, 3
RANDOM = np.random.default_rng(0)
LABELS = np.arange(60) % NUM_CLASSES
NOISE = RANDOM.integers(0, 90, (60, SIZE, SIZE, 3))
PIXELS = (NOISE + 150 * np.eye(3)[LABELS][:, None, None, :]).astype(np.uint8)
PHOTOS = Photos(PIXELS, LABELS, ["a", "b", "c"], [""] * 60, np.arange(40), np.arange(40, 50), np.arange(50, 60))
DATASET: Any = SimpleNamespace(folder=FOLDER, fingerprint="1", source={})
HEAD = usual(
    "transfer", image_size_px=SIZE, epochs=10, batch_size=16, learning_rate=0.1, dropout=0.0, precision="float32"
)
TUNING = usual(
    "transfer",
    fine_tune=True,
    image_size_px=SIZE,
    epochs=3,
    batch_size=8,
    learning_rate=3e-4,
    dropout=0.0,
    mixup=0.0,
    warmup_epochs=0.5,
    augment=0.0,
    average_epochs=0.0,
    precision="float32",
)


class Watched:
    """Stands for a job and for its report: stops it after so many looks, which come after each batch and asking."""

    watched = np.array([40, 41])

    def __init__(self, looks: int = 10**9) -> None:
        self.looks = looks
        self.told: list[str] = []

    def wait_while_paused(self) -> float:
        return 0.0

    def check_stop(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Stopped

    def event(self, kind: str, **fields: Any) -> None:
        self.told.append(fields.get("name", kind))

    def progress(self, stage: str, done: int, total: int) -> None:
        self.told.append(stage)

    def batch(self, *_: Any) -> None:
        pass

    def round(self, *_: Any) -> None:
        pass


def used(network: Any) -> Any:
    """As after a training, as far as batch-norm goes: untouched, it lets nothing of a photo through to the features."""
    for weight in network.weights:
        if weight.name == "gamma":
            weight.assign(RANDOM.uniform(0.5, 1.5, weight.shape))
        elif weight.name == "beta":
            weight.assign(RANDOM.normal(0, 0.2, weight.shape))
    for layer in network.layers:
        layer.momentum = 0.0  # of batch-norm: one look at the photos, and it knows their statistics
    network(PIXELS / 127.5 - 1, training=True)
    return network


def put_weights() -> Any:
    """A file as Keras has it, of a backbone that has seen nothing; returns the first blocks of that backbone."""
    path = weights_path(BACKBONE)
    path.parent.mkdir(parents=True)
    whole = used(load_backbone(BACKBONE, SIZE, None))
    whole.save(path)
    seen = keras.layers.GlobalAveragePooling2D()(whole.get_layer("block_4_expand_relu").output)
    return keras.Model(whole.input, seen)


def first_blocks(name: str, size_px: int, weights: Path | None) -> Any:
    """As `load_backbone`. Graphs of all blocks take seconds, and who learns does not depend on how many there are."""
    if name != BACKBONE or size_px != SIZE:
        return load_backbone(name, size_px, weights)
    network = keras.models.clone_model(FIRST_BLOCKS)  # its weights are left to chance
    if weights is not None:
        network.set_weights(FIRST_BLOCKS.get_weights())
    return network


def asked_of_keras(name: str) -> list[str | None]:
    """The file, address and digest that Keras itself would ask for."""

    class Asked(Exception):
        pass

    def get_file(file_name: str, origin: str, file_hash: str | None = None, **_: Any) -> None:
        raise Asked(file_name, origin, file_hash)

    from keras.src.utils import file_utils

    def handed_on(layer: Any, x: Any, *_: Any, **__: Any) -> Any:
        """Stands for every layer's computation, which takes longer to draw up than all else and names no file."""
        return x[0] if isinstance(x, list) else x

    builders = {
        "mobilenet_v3_small": keras.applications.MobileNetV3Small,
        "mobilenet_v3_large": keras.applications.MobileNetV3Large,
        "efficientnet_v2_b0": keras.applications.EfficientNetV2B0,
        "convnext_tiny": keras.applications.ConvNeXtTiny,
    }
    width = {} if name in builders else {"alpha": float(name.rsplit("_", 1)[-1])}
    build = builders.get(name, keras.applications.MobileNetV2)
    asking = mock.patch.object(file_utils, "get_file", get_file)
    with asking, mock.patch.object(keras.layers.Layer, "__call__", handed_on):
        try:
            build(input_shape=(224, 224, 3), include_top=False, **width)
        except Asked as asked:
            return list(asked.args)
    raise AssertionError(f"Keras asked for no file: {name}")


def preprocessed(name: str) -> float:
    """How far our scaling is from Keras' own preprocessing of the same photos."""
    own = PIXELS[:2] * np.array(scaling(name)[0]) + np.array(scaling(name)[1])
    if name.startswith("mobilenet"):  # MobileNetV3 has the same as a layer of its own
        theirs = keras.applications.mobilenet_v2.preprocess_input(PIXELS[:2].astype(np.float32))
    else:
        theirs = keras.applications.imagenet_utils.preprocess_input(PIXELS[:2].astype(np.float32), mode="torch")
    return float(np.abs(own - theirs).max())


def folds(name: str) -> dict[str, Any]:
    """Whether a backbone and what is folded of it say the same, learn the same, and are the same variables.

    In long numbers: in others what is nearly 0 may be cut off by the one and not by the other, now and then.
    """
    keras.config.set_dtype_policy("float64")
    plain = used(load_backbone(name, SIZE, None))
    fold = folded(plain)
    keras.config.set_dtype_policy("float32")
    x = RANDOM.normal(size=(4, SIZE, SIZE, 3))
    aim = RANDOM.normal(size=(4, plain.output.shape[-1]))

    def gradients(network: Any) -> tuple[Any, list[Any]]:
        with tf.GradientTape() as tape:
            said = network(x, training=False)
            wrong = tf.reduce_sum(said * aim)
        return said, tape.gradient(wrong, [weight.value for weight in plain.trainable_variables])

    one, other = gradients(plain), gradients(fold)
    apart = [np.abs(a - b).max() / (np.abs(a).max() + 1e-3) for a, b in zip(one[1], other[1], strict=True)]
    return {
        "said": float(np.abs(one[0] - other[0]).max() / np.abs(one[0]).max()),
        "gradients": float(max(apart)),
        "shared": {id(each) for each in plain.variables} == {id(each) for each in fold.variables},
        "folded": sum(isinstance(layer, FoldedConvolution) for layer in fold.layers),
        "left": sum(isinstance(layer, keras.layers.BatchNormalization) for layer in fold.layers),
    }


def session(recipe: Recipe, folder: Path, work: Watched) -> tuple[transfer.Lesson, Learning]:
    keras.utils.set_random_seed(recipe.seed)
    set_arithmetic(recipe.precision)
    checkpoint = Checkpoint(folder)
    lesson = transfer.prepare(DATASET, PHOTOS, recipe, work, fresh=not checkpoint.begun)
    optimizer = networks.optimizer(recipe, lesson.learner.trainable_variables)
    return lesson, Learning(lesson.learner, optimizer, lesson.photos, recipe, checkpoint, work)


def learned(recipe: Recipe, name: str) -> dict[str, Any]:
    """How it went, and whether the network answers as the learner does."""
    work = Watched()
    lesson, learning = session(recipe, FOLDER / name, work)
    before = [weight.numpy() for weight in lesson.network.weights]
    began = np.asarray(learning._ask(lesson.photos.pixels[PHOTOS.train]))
    learning.run(work)
    said = lesson.network(PIXELS, training=False).numpy()
    after = list(zip(lesson.network.weights, before, strict=True))
    moved = [weight.name for weight, old in after if np.any(old != weight.numpy())]
    layers = networks.layers_of(lesson.network)
    return {
        "told": list(dict.fromkeys(work.told)),
        "began_right": float((began.argmax(axis=1) == LABELS[PHOTOS.train]).mean()),
        "losses": [row["loss"] for row in learning.finished],
        "right": float((said.argmax(axis=1) == LABELS)[PHOTOS.train].mean()),
        "network_is_learner": float(np.abs(said - lesson.learner(lesson.photos.pixels[:]).numpy()).max()),
        "moved": sorted(set(moved)),
        "num_moved": len(moved),
        "trainable": sum(layer["parameters"] for layer in layers if layer["trainable"]),
        "parameters": sum(layer["parameters"] for layer in layers),
        "weights": lesson.network.get_weights(),
    }


def resumed(recipe: Recipe, looks: int, unbroken: dict[str, Any]) -> float:
    """The largest difference of any weight between an unbroken run and one that was stopped and went on."""
    _, broken = session(recipe, FOLDER / "broken", Watched())
    broken._work = Watched(looks)
    assert broken.run(Watched()).stopped_because == "stopped"
    work = Watched()
    again, second = session(recipe, FOLDER / "broken", work)
    assert work.told == []  # no head is taught that the checkpoint brings
    keras.utils.set_random_seed(99)  # nothing may depend on what the process has drawn before
    second.run(Watched())
    pairs = zip(unbroken.pop("weights"), again.network.get_weights(), strict=True)
    return float(max(np.abs(one - other).max() for one, other in pairs))


def in_short() -> dict[str, Any]:
    """In what numbers the learner and the network compute where short ones are asked for, and that grey is grey."""
    set_arithmetic("bfloat16")
    lesson = transfer.prepare(DATASET, PHOTOS, replace(TUNING, greyscale=True), Watched(), fresh=False)
    set_arithmetic("float32")
    lesson.network.save(FOLDER / "saved.keras")
    said = lesson.network(PIXELS, training=False).numpy()
    photo = PIXELS[:1] // 3 + 85
    turned = photo + np.array([75, -45, 35])  # 0.299 R + 0.587 G + 0.114 B stays
    entrance = keras.Model(lesson.network.input, lesson.network.get_layer("grey").output)
    seen = [entrance(each.astype(np.uint8)).numpy() for each in (photo, turned, PIXELS[1:2])]
    return {
        "learner": dtypes(lesson.learner),
        "network": dtypes(lesson.network),
        "answers": lesson.learner(PIXELS[:2]).dtype.name,
        "saved": float(np.abs(keras.models.load_model(FOLDER / "saved.keras")(PIXELS).numpy() - said).max()),
        "colours": float(np.abs(seen[0] - seen[1]).max() / np.abs(seen[0] - seen[2]).max()),
    }


def on_its_own_eyes() -> dict[str, Any]:
    """A head on the eyes of an earlier model that knew two of its three classes, in another order, and one more."""
    earlier = transfer.prepare(DATASET, PHOTOS, TUNING, Watched(), fresh=False).network
    earlier.save(FOLDER / "earlier.keras")
    lesson = transfer.prepare(DATASET, PHOTOS, HEAD, Watched(), fresh=False, earlier=FOLDER / "earlier.keras")
    fresh, theirs = lesson.network.get_weights()[-2], earlier.get_weights()
    model: Any = SimpleNamespace(keras_path=FOLDER / "earlier.keras", class_names=("c", "x", "a"))
    pairs = zip(lesson.network.get_weights()[:-2], theirs[:-2], strict=True)
    seen = [bool((one == other).all()) for one, other in pairs]
    begin_with(lesson.network, model, PHOTOS)
    kernel = lesson.network.get_weights()[-2]
    return {
        "eyes": all(seen) and len(seen) == len(theirs) - 2,
        "known": bool((kernel[:, [0, 2]] == theirs[-2][:, [2, 0]]).all()),
        "new": bool((kernel[:, 1] == fresh[:, 1]).all() and (kernel[:, 1] != theirs[-2][:, 1]).any()),
        "learns": sum(int(np.prod(weight.shape)) for weight in lesson.learner.trainable_variables),
    }


def dtypes(network: Any) -> dict[str, int]:
    """How many layers of the backbone compute in what."""
    [backbone] = [layer for layer in network.layers if hasattr(layer, "layers")]
    return dict(Counter(layer.compute_dtype for layer in backbone.layers if hasattr(layer, "compute_dtype")))


def refused(recipe: Recipe) -> str:
    try:
        transfer.prepare(DATASET, PHOTOS, recipe, Watched(), fresh=True)
    except FittingRoomError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def damaged() -> str:
    path = weights_path("mobilenet_v2_0.5")
    path.write_bytes(weights_path(BACKBONE).read_bytes()[:100_000])
    return refused(replace(HEAD, backbone="mobilenet_v2_0.5"))


def eyes_in_a_file() -> dict[str, Any]:
    """Eyes kept as a Keras model, and taken out again for photos of another size."""
    first = load_backbone(CLOTHING, SIZE, None)
    first.save(FOLDER / "clothing.keras")
    larger = load_backbone(CLOTHING, 2 * SIZE, FOLDER / "clothing.keras")
    pairs = zip(first.get_weights(), larger.get_weights(), strict=True)
    try:
        load_backbone(CLOTHING, SIZE, FOLDER / "keras/models/none.keras")
    except FittingRoomError as error:
        missing = str(error)
    others = load_backbone(CLOTHING, SIZE, None).get_weights()
    return {
        "same": all(bool((one == other).all()) for one, other in pairs),
        "chance": all(bool((one == other).all()) for one, other in zip(others, first.get_weights(), strict=True)),
        "missing": missing,
    }


FIRST_BLOCKS = put_weights()
in_a_file = eyes_in_a_file()
transfer.load_backbone = first_blocks
transfer.FIRST_ROUNDS = 100  # of so few features a head learns more slowly
head, tuned = learned(HEAD, "head"), learned(TUNING, "tuned")
found = {
    "keras": {name: asked_of_keras(name) for name in BACKBONES if name != CLOTHING},
    "preprocessed": max(preprocessed(name) for name in BACKBONES if name != CLOTHING),
    "folded": {name: folds(name) for name in (BACKBONE, "mobilenet_v3_small")},
    "resumed": resumed(TUNING, 7, tuned),
    "head": head,
    "tuned": tuned,
    "short": in_short(),
    "damaged": damaged(),
    "in_a_file": in_a_file,
    "own_eyes": on_its_own_eyes(),
}
head.pop("weights")
(FOLDER / "found.json").write_text(json.dumps(found))
