"""What a Keras file says of its layers, read as data: only layers that are known, and of these only plain values.

Keras itself would import modules that a file names, and run code that it brings along. Nothing of that reaches it: what
comes out of here names Keras' own layers and holds numbers, words and lists.
"""

from collections.abc import Mapping
from typing import Any

from core.errors import ModelRefused

NETWORKS = ("Sequential", "Functional", "Model")
HOMES = {"Sequential": "keras", "Functional": "keras.src.models.functional"}  # as Keras 3 writes them
LAYERS = frozenset(
    (
        *("InputLayer", "Dense", "Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose"),
        *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "Normalization"),
        *("Rescaling", "Resizing", "CenterCrop", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
        *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Flatten", "Reshape"),
        *("Permute", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "MaxPooling2D", "AveragePooling2D"),
        *("GlobalAveragePooling2D", "GlobalMaxPooling2D", "GlobalMaxPool2D", "MaxPool2D", "AvgPool2D"),
        *("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "Identity"),
        *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness"),
        *("ActivityRegularization", "Attention", "Dot"),
    )
)
OLD_NAMES = {"MaxPool2D": "MaxPooling2D", "AvgPool2D": "AveragePooling2D", "GlobalMaxPool2D": "GlobalMaxPooling2D"}
ACTIVATIONS = frozenset(
    (
        *("linear", "relu", "relu6", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "swish", "softplus"),
        *("softsign", "exponential", "hard_sigmoid", "hard_silu", "hard_swish", "leaky_relu", "mish", "log_softmax"),
    )
)
RESCALING = ("Rescaling", "Normalization")
FOR_LEARNING = ("_initializer", "_regularizer", "_constraint")  # the weights come with the file
WITHOUT_MEANING = frozenset(
    ("dtype", "input_spec", "input_dtype", "build_input_shape", "batch_input_shape", "noise_shape")
)
ONLY_IF_EMPTY = {
    "ragged": False, "sparse": False, "groups": 1, "renorm": False, "virtual_batch_size": None, "fused": None
}  # fmt: skip
LARGEST_NUMBER = 10**7  # of units, filters or dots in a layer
DEEPEST, MOST_PARTS = 40, 200_000


def cleaned(config: Any) -> dict[str, Any]:
    """The network that a file describes, safe to build.

    Args:
        config: as JSON has it, of Keras 2, Keras 3 or TensorFlow.js.

    Returns:
        The same for `keras.saving.deserialize_keras_object`.

    Raises:
        ModelRefused: a layer or a value that is not known.
    """
    if not isinstance(config, dict) or config.get("class_name") not in NETWORKS:
        kind = config.get("class_name") if isinstance(config, dict) else type(config).__name__
        raise ModelRefused(
            "This file describes a network of a kind of its own, which would bring its own code along. Only networks "
            f"of Keras' own layers (Sequential or functional) are taken. Received: {_short(kind)}"
        )
    _require_small(config)
    return _layer(config)


def says_rescaling(config: Any) -> bool:
    """Whether a network has its rescaling inside, so that it takes photos as they are."""
    if isinstance(config, dict):
        return config.get("class_name") in RESCALING or any(map(says_rescaling, config.values()))
    return isinstance(config, list) and any(map(says_rescaling, config))


def _layer(said: Mapping[str, Any]) -> dict[str, Any]:
    name, config = said.get("class_name"), said.get("config")
    name = OLD_NAMES.get(str(name), name)
    if name == "Lambda":
        raise ModelRefused(
            "This file has a Lambda layer: a piece of a program, which would run on this machine. It was not run. "
            "Save the network again with one of Keras' own layers in its place (such as Rescaling)."
        )
    if name not in NETWORKS and name not in LAYERS:
        raise ModelRefused(
            f"This file has a layer that is none of Keras' own for photos, so that it would bring code along: "
            f"{_short(name)}. Save the network with Keras' own layers, or as a .tflite file."
        )
    if isinstance(config, list) and name == "Sequential":  # the oldest files
        config = {"layers": config}
    if not isinstance(config, dict):
        raise ModelRefused(f"The description of layer {_short(name)} is damaged.")
    is_network = name in NETWORKS
    settings = _network(config, str(name)) if is_network else _settings(config, str(name))
    kind = "Functional" if name == "Model" else str(name)
    module = HOMES[kind] if is_network else "keras.layers"
    found = {"module": module, "class_name": kind, "config": settings}
    for key in ("name", "inbound_nodes"):
        if key in said:
            found[key] = _value(said[key])
    return {**found, "registered_name": kind if kind == "Functional" else None}


def _network(config: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The layers of a network, and how they hang together."""
    said = config.get("layers")
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise ModelRefused("The description of this network is damaged: it has no list of layers.")
    found: dict[str, Any] = {"name": str(config.get("name") or kind.lower()), "layers": [_layer(each) for each in said]}
    if isinstance(config.get("trainable"), bool):
        found["trainable"] = config["trainable"]
    if kind != "Sequential":
        return {**found, **{key: _alone(_value(config.get(key))) for key in ("input_layers", "output_layers")}}
    first = said[0].get("config") if said else None
    shape = first.get("batch_input_shape") if isinstance(first, dict) else None
    if shape and said[0].get("class_name") != "InputLayer":
        found["layers"].insert(0, _input(shape))
    return found


def _alone(ends: Any) -> Any:
    """Keras 2 writes a list where there is one end, and Keras 3 would take it for a network that gives lists."""
    return ends[0] if isinstance(ends, list) and len(ends) == 1 and isinstance(ends[0], list) else ends


def _input(shape: Any) -> dict[str, Any]:
    config = {"batch_shape": _value(shape), "dtype": "float32"}
    return {"module": "keras.layers", "class_name": "InputLayer", "config": config, "registered_name": None}


def _settings(config: Mapping[str, Any], layer: str) -> dict[str, Any]:
    """The values of one layer."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        if key in WITHOUT_MEANING or key.endswith(FOR_LEARNING):
            continue
        if key in ONLY_IF_EMPTY and (value in (None, ONLY_IF_EMPTY[key]) or key == "fused") and layer != "Conv2D":
            continue
        if "activation" in key:
            found[key] = _activation(value)
        elif key == "data_format" and value == "channels_first":
            raise ModelRefused(
                "This network wants the colours of a photo before its rows (“channels_first”), which only graphics "
                "cards can do. Save it with “channels_last”."
            )
        else:
            found[key] = _value(value)
    if layer == "InputLayer":
        found["batch_shape"] = _value(config.get("batch_shape") or config.get("batch_input_shape"))
        found = {key: found[key] for key in ("name", "batch_shape")}
        found["dtype"] = "uint8" if config.get("dtype") == "uint8" else "float32"
    if layer == "BatchNormalization" and isinstance(found.get("axis"), list) and len(found["axis"]) == 1:
        found["axis"] = found["axis"][0]
    if layer == "LeakyReLU" and "alpha" in found:
        found["negative_slope"] = found.pop("alpha")
    return found


def _activation(said: Any) -> Any:
    """One of Keras' own, by its name, or as a layer."""
    if isinstance(said, dict) and said.get("class_name") == "function":
        said = said.get("config")
    if isinstance(said, dict) and said.get("class_name") in LAYERS:
        return _layer(said)
    if said is None or (isinstance(said, str) and said in ACTIVATIONS):
        return said
    raise ModelRefused(
        f"This file has an activation that is none of Keras' own, so that it would bring code along: {_short(said)}."
    )


def _value(said: Any) -> Any:
    """Numbers, words, lists, and the two dresses in which Keras 3 writes what flows between layers."""
    if said is None or isinstance(said, (bool, str)):
        return said
    if isinstance(said, (int, float)):
        if isinstance(said, int) and abs(said) > LARGEST_NUMBER:
            raise ModelRefused(
                f"This file claims a layer with {said:,} of something; {LARGEST_NUMBER:,} are taken at most."
            )
        return said
    if isinstance(said, list):
        return [_value(each) for each in said]
    if isinstance(said, dict):
        kind = said.get("class_name")
        if kind in (None, "__keras_tensor__", "__tuple__"):
            return {str(key): _value(value) for key, value in said.items()}
        raise ModelRefused(f"This file holds an object that is no number and no word: {_short(kind)}. It was not made.")
    raise ModelRefused("The description of this network is damaged.")


def _require_small(config: Any) -> None:
    """No deeper and with no more parts than networks have."""
    waiting, parts = [(config, 0)], 0
    while waiting:
        said, depth = waiting.pop()
        parts += 1
        if depth > DEEPEST or parts > MOST_PARTS:
            raise ModelRefused("The description of this network is larger than that of any network that is known.")
        inside = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
        waiting.extend((each, depth + 1) for each in inside)


def _short(said: Any) -> str:
    return repr(said)[:80]
