"""The weights of a network, out of HDF5 and TensorFlow.js files, into the layers whose names they carry.

Loaded by the process that opens a model file only.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelRefused

MAX_BYTES = 1024**3  # of all weights
Named = dict[tuple[str, str], NDArray[Any]]  # by layer and variable
OLD_NAMES = {"kernel": "depthwise_kernel"}  # of DepthwiseConv2D in Keras 2
NUMBERS = "fiub"  # kinds of numpy's dtypes
TYPES = {"float32": np.float32, "float16": np.float16, "int32": np.int32, "uint8": np.uint8, "uint16": np.uint16}


def check_hdf5(file: Any) -> None:
    """Makes sure that a file holds numbers of its own, and not too many.

    Args:
        file: an opened `h5py.File`.

    Raises:
        ModelRefused: it leads to other files of this machine, holds objects, or claims more than is taken.
    """
    total, waiting, seen = 0, [file], set()
    while waiting:
        group = waiting.pop()
        place = h5py.h5o.get_info(group.id).addr
        if place in seen:  # a group may hold itself
            continue
        seen.add(place)
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _leads_out(name)
            found = group[name]
            if isinstance(found, h5py.Group):
                waiting.append(found)
                continue
            if not isinstance(found, h5py.Dataset) or found.shape is None:
                raise ModelRefused(f"This file holds something that is no number ({name[:80]}). Save the model again.")
            if found.is_virtual or found.external:
                raise _leads_out(name)
            if found.dtype.kind not in NUMBERS + "S" and name not in ("vars",):
                raise ModelRefused(f"This file holds objects instead of numbers ({name}). They were not opened.")
            total += found.size * found.dtype.itemsize
            if total > MAX_BYTES:
                raise ModelRefused(
                    f"This file claims weights of {total / 1024**3:,.1f} GB; {MAX_BYTES / 1024**3:,.0f} GB are "
                    "taken at most."
                )


def of_hdf5(file: Any) -> Named | None:
    """The weights of a whole-model file of Keras 2 or 3; None where two of them share a name."""
    groups = file.get("model_weights", file)
    pairs = []
    for layer in _names(groups.attrs, "layer_names"):
        for weight in _names(groups[layer].attrs, "weight_names"):
            pairs.append((_key(weight, layer), groups[layer][weight]))
    if max(Counter(key for key, _ in pairs).values(), default=0) > 1:
        return None
    return {key: np.asarray(found) for key, found in pairs}


def of_tensorflow_js(manifest: Any, folder: Path) -> Named:
    """The weights of a layers model of TensorFlow.js.

    Source of the layout: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts.

    Args:
        manifest: `weightsManifest` of its `model.json`.
        folder: with the files that it names, as 0.bin and so on.

    Raises:
        ModelRefused: it is damaged, or of types that are not known.
    """
    found: Named = {}
    number = 0
    try:
        for group in manifest:
            content = b"".join((folder / f"{number + at}.bin").read_bytes() for at in range(len(group["paths"])))
            number, start = number + len(group["paths"]), 0
            for said in group["weights"]:
                packed = said.get("quantization")
                kind = np.dtype(TYPES[packed["dtype"] if packed else said["dtype"]])
                size = int(np.prod([int(each) for each in said["shape"]], dtype=np.int64)) * kind.itemsize
                if size < 0 or start + size > len(content):
                    raise ModelRefused(f"The weights of “{said['name']}” are cut off. Export the model again.")
                values = np.frombuffer(content[start : start + size], kind).reshape(said["shape"])
                if packed and "scale" in packed:
                    values = values.astype(np.float32) * np.float32(packed["scale"]) + np.float32(packed["min"])
                found[_key(str(said["name"]), "")] = values
                start += size
    except (KeyError, TypeError, ValueError, OSError, AttributeError) as error:
        raise ModelRefused(f"The list of weights in “model.json” is damaged ({type(error).__name__}).") from error
    return found


def put_in(network: Any, named: Named) -> None:
    """Gives each layer the weights that carry its name.

    Raises:
        ModelRefused: weights are missing or of another shape, or two layers share a name.
    """
    leaves = list(_leaves(network))
    twice = [name for name, number in Counter(layer.name for layer in leaves).items() if number > 1]
    for layer in leaves:
        for variable in layer.weights:
            name = variable.name.partition(":")[0]
            values = named.get((layer.name, name), named.get((layer.name, OLD_NAMES.get(name, name))))
            if values is None and name == "count":  # of Normalization: it only matters for learning
                continue
            if layer.name in twice:
                raise ModelRefused(f"Two layers of this network are called “{layer.name}”. Save it as .keras.")
            if values is None:
                raise ModelRefused(f"The file has no weights for “{layer.name}” ({name}). Save the whole model again.")
            if tuple(values.shape) != tuple(variable.shape):
                raise ModelRefused(
                    f"The weights of “{layer.name}” do not fit: the layer has {_shape(variable.shape)}, the file "
                    f"{_shape(values.shape)}."
                )
            variable.assign(values.astype(np.float32))


def require_finite(network: Any) -> None:
    """Makes sure that all weights are numbers.

    Raises:
        ModelRefused: one is not.
    """
    for variable in network.weights:
        require_numbers(variable.path, np.asarray(variable))


def require_numbers(name: str, values: NDArray[Any]) -> None:
    """The same of one array."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ModelRefused(
            f"Some of its weights are no numbers (NaN or infinite, in “{name[:80]}”): it went astray while it learned. "
            "It could not answer anything."
        )


def _leads_out(name: str) -> ModelRefused:
    return ModelRefused(f"This file leads to other files of this machine ({name[:80]}). These were not opened.")


def _names(attributes: Any, name: str) -> list[str]:
    """A list of names; Keras cuts long ones into pieces, "layer_names0" and so on."""
    if name in attributes:
        found = list(attributes[name])
    else:
        found, number = [], 0
        while f"{name}{number}" in attributes:
            found.extend(attributes[f"{name}{number}"])
            number += 1
    return [each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in found]


def _key(weight: str, layer: str) -> tuple[str, str]:
    """The layer and the variable that a weight belongs to: of "sequential/dense_Dense1/kernel:0" the last two."""
    parts = weight.partition(":")[0].split("/")
    return (parts[-2] if len(parts) > 1 else layer), parts[-1]


def _leaves(network: Any) -> Iterator[Any]:
    """The layers that are no networks themselves."""
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from _leaves(layer)
        else:
            yield layer


def _shape(shape: Any) -> str:
    return " × ".join(str(each) for each in shape) or "one number"
