"""Networks of Keras and TensorFlow.js files, built anew from what the file says. Loaded by the opening process only."""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import keras  # noqa: TID253
import numpy as np

from core.errors import ModelRefused, SourceError
from core.model.importing import weights
from core.model.importing.files import MAX_BYTES, MAX_WORDS_BYTES, Brought, as_json
from core.model.importing.layers import cleaned, says_rescaling
from core.sources.items import Failure
from core.sources.zips import Zip

MOST_VALUES = 64 * 1024**2  # that flow out of one layer for one photo
USUAL_SIZE_PX = 224  # of networks that take photos of any size


def network_of(brought: Brought) -> tuple[Any, bool]:
    """The network in a .keras, .h5 or TensorFlow.js file, with its weights.

    Returns:
        A `keras.Model` of photos (N, S, S, 1 or 3) to scores (N, C), and whether it has a rescaling inside.

    Raises:
        ModelRefused: it is damaged, too large, brings code along, or takes no photos.
    """
    if brought.kind in ("own", "keras"):
        config, load = _of_keras(brought.path)
    elif brought.kind == "h5":
        config, load = _of_hdf5(brought.path)
    else:
        config, load = _of_tensorflow_js(brought)
    config = cleaned(config)
    rescales = says_rescaling(config)  # building takes the description apart
    built = _built(config)
    network = _sized(built)
    with _in_words():
        load(built)
    weights.require_finite(network)
    return network, rescales


def _of_keras(path: Path) -> tuple[Any, Any]:
    """A .keras file: a ZIP with the description and the weights."""
    archive = Zip(path)
    try:
        names = archive.paths()
        if not {"config.json", "model.weights.h5"} <= set(names):
            raise ModelRefused("This .keras file is damaged: its description or its weights are missing.")
        config = archive.content("config.json", MAX_WORDS_BYTES)
        content = archive.content("model.weights.h5", MAX_BYTES)
    except SourceError as error:
        raise ModelRefused(str(error)) from error
    if isinstance(config, Failure) or isinstance(content, Failure):
        raise ModelRefused("This .keras file is damaged, or larger than 1 GB.")
    with _hdf5(io.BytesIO(content)):
        pass

    def load(network: Any) -> None:
        with tempfile.TemporaryDirectory() as place:  # in the room's own folder
            kept = Path(place) / "network.weights.h5"
            kept.write_bytes(content)
            network.load_weights(kept)

    return as_json(config, "config.json"), load


def _of_hdf5(path: Path) -> tuple[Any, Any]:
    """A .h5 file of Keras 2 or 3: the description is an attribute."""
    with _hdf5(path) as file:
        said = file.attrs.get("model_config")
        if said is None:
            raise ModelRefused(
                "This .h5 file holds weights alone, without the network they belong to. Save the whole model: "
                "model.save(…), not model.save_weights(…)."
            )
        named = weights.of_hdf5(file)
    config = as_json(said, "model_config")

    def load(network: Any) -> None:
        if named is None:
            network.load_weights(path)
        else:
            weights.put_in(network, named)

    return config, load


def _of_tensorflow_js(brought: Brought) -> tuple[Any, Any]:
    """A ZIP of TensorFlow.js: the description as Keras 2 has it, and plain numbers."""
    if brought.said.get("format") == "graph-model":
        raise ModelRefused(
            "This is a TensorFlow.js graph, which does not say its layers. Export it as a layers model, or as .tflite."
        )
    topology = brought.said["modelTopology"]
    config = topology.get("model_config", topology) if isinstance(topology, dict) else topology
    named = weights.of_tensorflow_js(brought.said.get("weightsManifest"), brought.path)
    return config, lambda network: weights.put_in(network, named)


@contextlib.contextmanager
def _hdf5(file: Any) -> Iterator[Any]:
    """An opened HDF5 file that was looked through."""
    try:
        with h5py.File(file, "r") as opened:
            weights.check_hdf5(opened)
            yield opened
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ModelRefused(f"The weights are damaged: {str(error)[:200]}") from error


def _built(config: dict[str, Any]) -> Any:
    """The network without its weights; nothing is laid out for more of them than are taken."""
    add, total = keras.layers.Layer.add_weight, 0

    def counted(layer: Any, shape: Any = None, *rest: Any, **options: Any) -> Any:
        nonlocal total
        total += 4 * int(np.prod([int(each) for each in shape or ()], dtype=object))
        if total > weights.MAX_BYTES:
            raise ModelRefused(
                f"This network claims weights of {total / 1024**3:,.1f} GB (in “{layer.name}”); "
                f"{weights.MAX_BYTES / 1024**3:,.0f} GB are taken at most."
            )
        return add(layer, shape, *rest, **options)

    keras.layers.Layer.add_weight = counted
    try:
        with _in_words():
            return keras.saving.deserialize_keras_object(config, safe_mode=True)
    finally:
        keras.layers.Layer.add_weight = add


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Whatever Keras says of a network that it cannot build."""
    try:
        yield
    except (ModelRefused, MemoryError):
        raise
    except Exception as error:  # of any kind: the description is somebody else's
        said = " ".join(str(error).split())
        # What is raised within building comes out wrapped in words of Keras'.
        cause = error
        while cause is not None and not isinstance(cause, ModelRefused):
            cause = cause.__cause__ or cause.__context__  # type: ignore[assignment]
        if cause is not None:
            raise cause from None
        raise ModelRefused(f"Keras cannot build this network: {said[:200]} … {said[200:][-200:]}") from error


def _sized(network: Any) -> Any:
    """The network, if it takes one photo and gives one score a class; for photos of any size at the usual one."""
    try:
        inputs, outputs = network.inputs, network.outputs
    except (AttributeError, ValueError):
        inputs, outputs = None, None
    if not inputs or not outputs:
        raise ModelRefused("This network does not say how large its photos are. Save it after it has seen one.")
    if len(inputs) > 1 or len(outputs) > 1:
        raise ModelRefused(
            f"This network takes {len(inputs)} inputs and gives {len(outputs)} answers; here one photo gives "
            "one answer."
        )
    size, channels = photo_shape(inputs[0].shape)
    if inputs[0].shape[1] != size or isinstance(network, keras.Sequential):
        photos = keras.Input((size, size, channels), name="photos")
        with _in_words():
            network = keras.Model(photos, network(photos))
    num_classes(network.outputs[0].shape)
    _require_small(network)
    return network


def photo_shape(shape: Any) -> tuple[int, int]:
    """Side and channels of what a network takes.

    Args:
        shape: of its input, with the batch.

    Raises:
        ModelRefused: that is no square photo.
    """
    sizes = [None if each is None or int(each) < 0 else int(each) for each in shape]
    if len(sizes) != 4:
        numbers = " × ".join("any" if each is None else str(each) for each in sizes[1:])
        raise ModelRefused(f"This network takes no photos but {numbers or 'single'} numbers.")
    _, height, width, channels = sizes
    if channels not in (1, 3):
        raise ModelRefused(
            f"This network takes photos of {channels if channels else 'any number of'} channels; photos have 3 "
            "(red, green, blue), or 1 in grey."
        )
    if height is None and width is None:
        return USUAL_SIZE_PX, channels
    if height != width or not height:
        raise ModelRefused(f"This network takes photos of {width} × {height} dots; only square ones are taken here.")
    if not 8 <= height <= 1024:
        raise ModelRefused(f"This network takes photos of {height} × {height} dots; 8 to 1,024 are taken here.")
    return height, channels


def num_classes(shape: Any) -> int:
    """How many scores a network gives.

    Raises:
        ModelRefused: it gives no score a class.
    """
    if len(shape) != 2 or not shape[1] or int(shape[1]) < 1:
        numbers = " × ".join("any" if each is None else str(each) for each in shape[1:])
        raise ModelRefused(f"This network gives {numbers} numbers a photo, not one for each class.")
    if int(shape[1]) == 1:
        raise ModelRefused(
            "This network gives a single number (yes or no). Here each class has one: let its last layer be "
            "Dense(2, activation=“softmax”)."
        )
    return int(shape[1])


def _require_small(network: Any) -> None:
    for layer in network.layers:
        if hasattr(layer, "layers"):
            _require_small(layer)
            continue
        for each in keras.tree.flatten(layer.output):
            values = int(np.prod([int(size or 1) for size in each.shape], dtype=object))
            if values > MOST_VALUES:
                raise ModelRefused(
                    f"“{layer.name}” would give {values:,} numbers a photo; {MOST_VALUES:,} are taken at most."
                )
