"""Opens a model file in its room: what comes out is a network made anew, and what was understood of the file."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelRefused
from core.files import read_json, write_bytes, write_json
from core.model.importing import NETWORKS
from core.model.importing.files import Brought, brought
from core.model.importing.scaling import AS_IT_IS, SCALINGS, scaled
from core.model.importing.understood import Understood

NETWORK, LITE = NETWORKS
UNDERSTOOD = "understood.json"
NEARLY = 0.03  # eight-bit probabilities of many classes sum up to no better


def read(path: Path, folder: Path) -> Understood:
    """Reads a file, and writes `network.tflite`, of Keras' kinds `network.keras`, and `understood.json`.

    Args:
        path: the file as somebody brought it.
        folder: to write into.

    Raises:
        ModelRefused: it is not taken.
    """
    came = brought(path, folder)
    if came.kind == "tflite":
        found = _lite(came, came.path.read_bytes(), folder)
    elif came.kind == "saved_model":
        from core.model.importing.graphs import lite_of

        found = _lite(came, lite_of(came.path, folder / "brought" / "arithmetic"), folder)
    else:
        found = _keras(came, folder)
    found = replace(found, scores=_gives_scores(folder / LITE, found))
    if came.kind == "own" and (found.scores or found.channels != 3):
        raise ModelRefused("This ZIP looks like one of ours, and its network does not answer like one of ours.")
    if came.class_names is not None and len(came.class_names) != found.outputs:
        raise ModelRefused(
            f"The file beside the network names {len(came.class_names):,} classes, and the network tells "
            f"{found.outputs:,} apart. Put the right list into the ZIP."
        )
    if came.kind == "own":
        from core.model.importing.own import keep

        found = replace(found, class_names=keep(came, found, folder), others=came.others)
    write_json(folder / UNDERSTOOD, found.to_json())
    return found


def finish(folder: Path, scaling: str) -> None:
    """Writes `made/model.tflite`, and of Keras' kinds `made/model.keras`: for photos as they are, giving probabilities.

    Raises:
        ModelRefused: both do not say the same.
    """
    found = Understood.from_json(read_json(folder / UNDERSTOOD))
    made = folder / "made"
    made.mkdir(exist_ok=True)
    if found.kind == "own":  # everything is inside already, and was compared when it was read
        write_bytes(made / "model.tflite", (folder / LITE).read_bytes())
        write_bytes(made / "model.keras", (folder / NETWORK).read_bytes())
        return
    from core.model.importing.lite_files import finished

    content = finished((folder / LITE).read_bytes(), scaling, found.channels, found.scores)
    write_bytes(made / "model.tflite", content)
    if (folder / NETWORK).exists():
        network = _with_scaling(_loaded(folder / NETWORK), scaling, found)
        network.save(made / "model.keras")
        _compare(network, made / "model.tflite", found.size_px)


def ask(path: Path, photos: NDArray[Any]) -> NDArray[np.float32]:
    """What a LiteRT file says, a photo at a time.

    Args:
        photos: shape (N, S, S, channels).

    Returns:
        Shape (N, C).
    """
    from core.model.network import Network

    network = Network(path, 1)
    return np.stack([network.look(photo).probabilities for photo in photos])


def some_photos(size_px: int) -> NDArray[np.uint8]:
    """Four pictures, from plain to wild, shape (4, S, S, 3)."""
    random = np.random.default_rng(7)
    patches = random.integers(0, 256, (4, 4, 4, 3))
    smooth = np.kron(patches, np.ones((1, -(-size_px // 4), -(-size_px // 4), 1)))[:, :size_px, :size_px]
    noise = random.normal(0, 1, smooth.shape) * np.array([0, 8, 30, 80])[:, None, None, None]
    return np.asarray(np.clip(smooth + noise, 0, 255), np.uint8)


def _compare(network: Any, lite: Path, size_px: int) -> None:
    """Makes sure that what was made anew says the same in both files."""
    photos = some_photos(size_px)
    apart = float(np.abs(np.asarray(network(photos, training=False)) - ask(lite, photos)).max())
    if not apart < 1e-3:
        raise ModelRefused(
            f"Made anew, its two files do not say the same (they are up to {apart:.2g} apart), so that nobody could "
            "trust it. Save it as .tflite and bring that."
        )


def _keras(came: Brought, folder: Path) -> Understood:
    from core.model.importing.keras_files import network_of, num_classes, photo_shape
    from core.model.litert import litert

    network, rescales = network_of(came)
    size, channels = photo_shape(network.inputs[0].shape)
    outputs = num_classes(network.outputs[0].shape)
    network.save(folder / NETWORK)
    watched = network
    if came.kind == "own":
        from core.model.traits import with_traits

        with contextlib.suppress(ValueError):  # of a ZIP that only looks like ours
            watched = with_traits(network)
    elif network.inputs[0].dtype != "float32":
        watched = _taking_floats(network, (size, size, channels))
    try:
        write_bytes(folder / LITE, litert(watched))
    except MemoryError:
        raise
    except Exception as error:  # the converter's own kinds
        raise ModelRefused(f"This network cannot be converted: {' '.join(str(error).split())[:300]}") from error
    if came.kind == "own":
        _compare(network, folder / LITE, size)
    scaling, why = came.scaling, came.why_scaling
    if scaling is None and rescales:
        scaling, why = AS_IT_IS, "the network has its rescaling inside"
    return Understood(came.kind, size, channels, outputs, network.count_params(), came.class_names, scaling, why, False)


def _lite(came: Brought, content: bytes, folder: Path) -> Understood:
    from core.model.importing.lite_files import read as read_lite

    lite = read_lite(content)
    write_bytes(folder / LITE, lite.content)
    scaling, why = came.scaling, came.why_scaling
    if lite.scaling is not None:
        scaling, why = lite.scaling, "the file says between what its numbers lie"
    return Understood(came.kind, lite.size_px, lite.channels, lite.outputs, 0, came.class_names, scaling, why, False)


def _gives_scores(path: Path, found: Understood) -> bool:
    """Whether a network gives scores instead of probabilities, seen by what it says.

    Raises:
        ModelRefused: no numbers, or a yes or no of its own for each class.
    """
    photos = some_photos(found.size_px)
    try:
        if found.kind == "own":
            said = ask(path, photos)
        else:
            known = [found.scaling] if found.scaling else [*SCALINGS]
            said = np.concatenate([ask(path, scaled(photos, each, found.channels)) for each in known])
    except (ValueError, RuntimeError) as error:
        raise ModelRefused(f"This network cannot be run: {' '.join(str(error).split())[:200]}") from error
    if not np.isfinite(said).all():
        raise ModelRefused("Asked about a photo, this network gives no numbers (NaN). It could not answer anything.")
    if said.min() < -NEARLY or said.max() > 1 + NEARLY:
        return True
    if np.abs(said.sum(axis=1) - 1).max() > NEARLY:
        raise ModelRefused(
            "This network says yes or no to each class by itself (sigmoid), so that several can be right at once. Here "
            "each photo shows one: let its last layer be softmax."
        )
    return False


def _loaded(path: Path) -> Any:
    """Our own file, which was written above."""
    import keras

    return keras.models.load_model(path, compile=False, safe_mode=True)


def _taking_floats(network: Any, shape: tuple[int, int, int]) -> Any:
    import keras

    photos = keras.Input(shape, dtype="float32")
    return keras.Model(photos, network(photos))


def _with_scaling(network: Any, scaling: str, found: Understood) -> Any:
    """The network with what has to be done to a photo, and to its scores, inside."""
    import keras
    from keras import layers

    from core.model.importing.scaling import matrix

    photos = keras.Input((found.size_px, found.size_px, 3), dtype="uint8", name="photos")
    x = layers.Rescaling(1.0, name="as_floats")(photos)
    if scaling != AS_IT_IS or found.channels != 3:
        rescale = layers.Conv2D(found.channels, 1, trainable=False, name="scaling_of_photos")
        x = rescale(x)
        weights, bias = matrix(scaling, found.channels)
        rescale.set_weights([weights[None, None], bias])
    said = network(x)
    return keras.Model(photos, layers.Softmax(name="probabilities")(said) if found.scores else said, name="imported")
