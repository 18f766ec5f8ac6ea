"""Makes model files, good and hostile, and opens each; prints nothing, leaves `found.json`. In a process of its own.

python -m tests.core.model.importing_checks FOLDER
"""

import base64
import io
import json
import marshal
import os
import pickle
import sys
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ |= {"KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}

import h5py
import keras  # noqa: TID253
import numpy as np
import tensorflow as tf  # noqa: TID253
from keras import layers  # noqa: TID253

from core.errors import ModelRefused
from core.model.importing import lite_files, reading
from core.model.importing.scaling import scaled
from core.model.litert import litert

FOLDER = Path(sys.argv[1])
SIZE, CLASSES = 12, 3
PHOTOS = reading.some_photos(SIZE)
LABELS = "0 Dress\n1 Winter hat\n2 Shoes\n"
FOUND: dict[str, Any] = {"said": {}, "refused": {}, "ran": [], "broke": {}}
CANARY = FOLDER / "canary"


def network(channels: int = 3, last: str | None = "softmax", rescaling: bool = False, size: int = SIZE) -> Any:
    """Tiny, with all that a MobileNet has."""
    photos = keras.Input((size, size, channels))
    x = layers.Rescaling(1 / 255)(photos) if rescaling else photos
    x = layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.ReLU(6.0)(x)
    x = layers.DepthwiseConv2D(3, padding="same", name="deep")(x)
    x = layers.GlobalAveragePooling2D()(x)
    inner = keras.Model(photos, x, name="eyes")
    whole = keras.Sequential([inner, layers.Dense(CLASSES, activation=last, name="head")])
    random = np.random.default_rng(1)
    for each in whole.weights:
        values = random.normal(0, 0.7, each.shape)
        each.assign(np.abs(values) + 0.5 if "variance" in each.path else values)
    return whole


def pack(name: str, files: dict[str, bytes | Path], info: Callable[[zipfile.ZipInfo], None] | None = None) -> Path:
    path = FOLDER / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in files.items():
            entry = zipfile.ZipInfo(inside)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if info is not None:
                info(entry)
            archive.writestr(entry, content.read_bytes() if isinstance(content, Path) else content)
    return path


def try_to_bring(path: Path, scaling: str | None = None, of: Any = None, tolerance: float = 1e-5) -> None:
    """Reads a file and finishes it; compares with what the network says that it was made of."""
    name = path.name
    room = FOLDER / f"room-{name}"
    room.mkdir()
    try:
        found = reading.read(path, room)
        chosen = scaling or found.scaling
        assert chosen is not None, f"no scaling: {found}"
        reading.finish(room, chosen)
    except ModelRefused as error:
        FOUND["refused"][name] = str(error)
    except Exception:  # every one of them is a fault of ours: all are wanted at once
        FOUND["broke"][name] = traceback.format_exc()[-1500:]
    else:
        facts = found.to_json()
        if of is not None:
            right = np.asarray(of(scaled(PHOTOS, chosen, found.channels)))
            right = np.asarray(tf.nn.softmax(right)) if found.scores else right
            facts["apart"] = float(np.abs(reading.ask(room / "made" / "model.tflite", PHOTOS) - right).max())
            facts["moves"] = float(np.ptp(right, axis=0).max())
        facts["keras"] = (room / "made" / "model.keras").exists()
        FOUND["said"][name] = facts
    if CANARY.exists():
        FOUND["ran"].append(name)
        CANARY.unlink()


def old(config: Any) -> Any:
    """A description as Keras 2 wrote it: no modules, links as nested lists, shapes by another name."""
    if isinstance(config, list):
        return [old(each) for each in config]
    if not isinstance(config, dict):
        return config
    kind = config.get("class_name")
    if kind == "DTypePolicy":
        return "float32"
    said = {
        key: old(value) for key, value in config.items() if key not in ("module", "registered_name", "build_config")
    }
    if kind == "InputLayer":
        said["config"]["batch_input_shape"] = said["config"].pop("batch_shape")
    if kind == "DepthwiseConv2D":
        said["config"]["groups"] = 1
    if kind == "BatchNormalization":
        said["config"]["axis"] = [3]
    if kind == "Functional":
        for end in ("input_layers", "output_layers"):
            said["config"][end] = (
                [config["config"][end]] if isinstance(config["config"][end][0], str) else said["config"][end]
            )
    if "inbound_nodes" in said:
        said["inbound_nodes"] = [
            [[*arg["config"]["keras_history"], {}] for arg in node["args"]] for node in config["inbound_nodes"]
        ]
    return said


def keras_zip(name: str, changed: Callable[[Any], Any], source: Path) -> Path:
    """A .keras file with another description."""
    with zipfile.ZipFile(source) as archive:
        files: dict[str, bytes | Path] = {each: archive.read(each) for each in archive.namelist()}
    files["config.json"] = json.dumps(changed(json.loads(bytes(files["config.json"])))).encode()  # type: ignore[arg-type]
    return pack(name, files)


def quantised(whole: Any) -> bytes:
    converter = tf.lite.TFLiteConverter.from_keras_model(whole)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    wild = np.random.default_rng(0).uniform(-1, 1, (20, 1, SIZE, SIZE, 3)).astype(np.float32)
    wild[0].flat[:2] = (-1, 1)
    converter.representative_dataset = lambda: ([each] for each in wild)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.uint8
    return bytes(converter.convert())


def tensorflow_js(whole: Any) -> Path:
    weights, content = [], b""
    for each in whole.weights:
        layer, variable = each.path.split("/")[-2:]
        values = np.asarray(each, np.float32)
        old_name = "depthwise_kernel" if (layer, variable) == ("deep", "kernel") else variable  # as Keras 2 says it
        weights.append({"name": f"{layer}/{old_name}", "shape": list(values.shape), "dtype": "float32"})
        content += values.tobytes()
    model = {
        "modelTopology": old(json.loads(whole.to_json())) | {"keras_version": "tfjs-layers 1.3.1"},
        "weightsManifest": [{"paths": ["weights.bin"], "weights": weights}],
    }
    about = {"packageName": "@teachablemachine/image", "labels": ["Dress", "Winter hat", "Shoes"], "imageSize": SIZE}
    return pack(
        "teachable-js.zip",
        {"model.json": json.dumps(model).encode(), "weights.bin": content, "metadata.json": json.dumps(about).encode()},
    )


def good() -> None:
    whole = network()
    whole.save(FOLDER / "plain.keras")
    whole.save(FOLDER / "keras_model.h5")
    with h5py.File(FOLDER / "keras_model.h5", "r+") as file:
        file.attrs["model_config"] = json.dumps(old(json.loads(file.attrs["model_config"])))
    lite = litert(keras.Model(whole.inputs[0], whole.outputs[0]))
    (FOLDER / "plain.tflite").write_bytes(lite)
    try_to_bring(FOLDER / "plain.keras", "imagenet", whole)
    try_to_bring(FOLDER / "plain.tflite", "caffe", whole)
    try_to_bring(
        pack("teachable-keras.zip", {"keras_model.h5": FOLDER / "keras_model.h5", "labels.txt": LABELS.encode()}),
        None,
        whole,
    )
    try_to_bring(pack("teachable-lite.zip", {"model_unquant.tflite": lite, "labels.txt": LABELS.encode()}), None, whole)
    bytes_alone = quantised(whole)
    (FOLDER / "bytes.tflite").write_bytes(bytes_alone)
    try_to_bring(FOLDER / "bytes.tflite", None, whole)
    try_to_bring(tensorflow_js(whole), None, whole)
    tf.saved_model.save(whole, str(FOLDER / "saved"))
    inside = {
        f"saved/{each.relative_to(FOLDER / 'saved')}": each for each in (FOLDER / "saved").rglob("*") if each.is_file()
    }
    try_to_bring(pack("saved.zip", dict(inside)), "-1..1", whole)
    grey, rescaling = network(1, last=None), network(rescaling=True)
    grey.save(FOLDER / "grey-scores.keras")
    rescaling.save(FOLDER / "rescaling.keras")
    try_to_bring(FOLDER / "grey-scores.keras", "0..1", grey)
    try_to_bring(FOLDER / "rescaling.keras", None, rescaling)


class Bomb:
    def __reduce__(self) -> Any:
        return (open, (str(CANARY), "w"))


def touch(photos: Any) -> Any:
    Path("CANARY").touch()
    return photos


def with_layer(layer: Any) -> Callable[[Any], Any]:
    def changed(config: Any) -> Any:
        config["config"]["layers"].append(layer)
        return config

    return changed


def hostile_keras() -> None:
    plain = FOLDER / "plain.keras"
    source = f"lambda x: __import__('pathlib').Path({str(CANARY)!r}).touch() or x"
    code = base64.b64encode(marshal.dumps(eval(source).__code__)).decode()
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    lambda_layer = {"module": "keras.layers", "class_name": "Lambda", "config": {"name": "l", "function": function}}
    try_to_bring(keras_zip("lambda.keras", with_layer(lambda_layer), plain))
    reached = {"module": "os", "class_name": "system", "config": f"touch {CANARY}", "registered_name": "system"}
    try_to_bring(keras_zip("module.keras", with_layer(reached), plain))
    inner = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": reached}}
    try_to_bring(keras_zip("activation.keras", with_layer(inner), plain))
    try_to_bring(keras_zip("custom.keras", with_layer({"class_name": "MyOwn", "config": {}}), plain))
    huge = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 9_000_000, "name": "huge"}}
    huger = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 300, "name": "after"}}
    try_to_bring(keras_zip("huge.keras", lambda config: with_layer(huger)(with_layer(huge)(config)), plain))
    with h5py.File(FOLDER / "keras_model.h5") as file:
        said = json.loads(file.attrs["model_config"])
    content = (FOLDER / "keras_model.h5").read_bytes()
    (FOLDER / "lambda.h5").write_bytes(content)
    with h5py.File(FOLDER / "lambda.h5", "r+") as file:
        old_lambda = {"name": "l", "function": [code, None, None], "function_type": "lambda"}
        file.attrs["model_config"] = json.dumps(with_layer({"class_name": "Lambda", "config": old_lambda})(said))
    (FOLDER / "links.h5").write_bytes(content)
    with h5py.File(FOLDER / "links.h5", "r+") as file:
        file["model_weights/head/other"] = h5py.ExternalLink("/etc/passwd", "/")
    for name in ("lambda.h5", "links.h5"):
        try_to_bring(FOLDER / name, "-1..1")


def hostile_files() -> None:
    (FOLDER / "pickle.h5").write_bytes(pickle.dumps(Bomb()))
    try_to_bring(FOLDER / "pickle.h5")
    try_to_bring(pack("torch.zip", {"archive/data.pkl": pickle.dumps(Bomb()), "archive/version": b"3"}))
    lite = FOLDER / "plain.tflite"
    try_to_bring(pack("above.zip", {"../../canary": b"x", "model.tflite": lite}))
    try_to_bring(pack("absolute.zip", {str(CANARY): b"x", "model.tflite": lite}))
    linked = pack(
        "linked.zip", {"model.tflite": b"/etc/passwd"}, lambda entry: setattr(entry, "external_attr", 0o120777 << 16)
    )
    try_to_bring(linked)
    try_to_bring(pack("bomb.zip", {"model.tflite": b"TFL3" * 8_000_000, "labels.txt": b"a"}))
    claims = pack("claims.zip", {"model.tflite": lite})
    content = bytearray(claims.read_bytes())
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (4_000_000_000).to_bytes(4, "little")
    claims.write_bytes(bytes(content))
    try_to_bring(claims)
    try_to_bring(pack("names.zip", {"model.tflite": lite, "labels.txt": b"0 Dress\n1 Hat\n"}))
    (FOLDER / "half.tflite").write_bytes(lite.read_bytes()[:700])
    (FOLDER / "notes.keras").write_bytes(b"just words, no model at all")
    for name in ("half.tflite", "notes.keras"):
        try_to_bring(FOLDER / name, "0..1")


def sizes() -> None:
    """Sizes that depend on the photo are refused; on the number of photos, as converters write it, they are not."""

    @tf.function(input_signature=[tf.TensorSpec((1, SIZE, SIZE, 3))])
    def depends(photos: Any) -> Any:
        times = 1 + tf.cast(tf.nn.relu(tf.reduce_mean(photos) - 254) * 300_000, tf.int32)
        return tf.reduce_mean(tf.tile(photos, tf.stack([1, times, 1, 1])), axis=(1, 2))

    converter = tf.lite.TFLiteConverter.from_concrete_functions([depends.get_concrete_function()])
    (FOLDER / "depends.tflite").write_bytes(converter.convert())
    try_to_bring(FOLDER / "depends.tflite", "0..255")
    larger = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            layers.Conv2DTranspose(2, 3, strides=2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    (FOLDER / "any-batch.tflite").write_bytes(tf.lite.TFLiteConverter.from_keras_model(larger).convert())
    try_to_bring(FOLDER / "any-batch.tflite", "0..1", larger)
    model = lite_files._parsed((FOLDER / "plain.tflite").read_bytes())
    model.subgraphs[0].operators[0].inputs = None
    (FOLDER / "taking-nothing.tflite").write_bytes(lite_files._packed(model))
    try_to_bring(FOLDER / "taking-nothing.tflite", "0..1")


def wrong_shapes() -> None:
    flat = keras.Sequential([keras.Input((784,)), layers.Dense(CLASSES, activation="softmax")])
    five = network(channels=5)
    single = keras.Sequential([keras.Input((SIZE, SIZE, 3)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    many = keras.Sequential([keras.Input((SIZE, SIZE, 3)), layers.Flatten(), layers.Dense(4, activation="sigmoid")])
    astray = network()
    astray.weights[-1].assign(np.full(CLASSES, np.nan))
    for name, one in (("flat", flat), ("five", five), ("single", single), ("many", many), ("astray", astray)):
        one.save(FOLDER / f"{name}.keras")
        try_to_bring(FOLDER / f"{name}.keras", "0..1")
    (FOLDER / "astray.tflite").write_bytes(litert(keras.Model(astray.inputs[0], astray.outputs[0])))
    try_to_bring(FOLDER / "astray.tflite", "0..1")


def hostile_graphs() -> None:
    class Writing(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, SIZE, SIZE, 3))])
        def __call__(self, photos: Any) -> Any:
            tf.io.write_file(str(CANARY), "x")
            return tf.reduce_mean(photos, axis=(1, 2))

    class Python(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, SIZE, SIZE, 3))])
        def __call__(self, photos: Any) -> Any:
            return tf.ensure_shape(tf.py_function(lambda x: x[:, 0, 0], [photos], tf.float32), (None, 3))

    for name, module in (("writing", Writing()), ("python", Python())):
        tf.saved_model.save(module, str(FOLDER / name))
        inside = {str(each.relative_to(FOLDER / name)): each for each in (FOLDER / name).rglob("*") if each.is_file()}
        try_to_bring(pack(f"{name}.zip", dict(inside)), "0..1")


def ours_with_a_pickle() -> None:
    facts = {"class_names": ["a", "b", "c"], "input_size_px": SIZE, "name": "x", "temperature": 1.0, "created_at": 1.0}
    facts |= {"thresholds": {"sure": 0.9, "probable": 0.7, "between": 0.2}, "dataset": {"name": "d", "photos": 1}}
    facts |= {"recipe": {}, "versions": {}, "test": None, "seconds": 1.0, "licence": ""}
    file = io.BytesIO()
    np.save(file, np.array([Bomb()], object), allow_pickle=True)
    files: dict[str, bytes | Path] = {
        "x/model.json": json.dumps(facts).encode(),
        "x/model.keras": FOLDER / "rescaling.keras",
    }
    try_to_bring(pack("ours-pickle.zip", {**files, "x/learned.npy": file.getvalue()}))


good()
hostile_keras()
hostile_files()
sizes()
wrong_shapes()
hostile_graphs()
ours_with_a_pickle()
(FOLDER / "found.json").write_text(json.dumps(FOUND, indent=1))
