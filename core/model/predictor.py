"""From photos to probabilities, with LiteRT: half a millisecond a photo, and no TensorFlow in the server."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.photo import to_pixels
from core.errors import ModelUnreadable, PhotoError
from core.model import familiarity
from core.model.answer import Answer
from core.model.bundle import Model, read_model
from core.model.calibration import apply_temperature

NUM_THREADS = 2
MAX_LOADED_BYTES = 32 * 1024**2  # of model files, each of which takes twice its size in memory: one classic, many small

_loaded: OrderedDict[tuple[Path, tuple[int, ...]], "Predictor"] = OrderedDict()
_loading = threading.Lock()


class Predictor:
    """One loaded model, which any number of visitors may share."""

    def __init__(self, model: Model) -> None:
        """Loads `model.tflite`.

        Raises:
            ModelUnreadable: the file is missing or damaged, or does not fit `model.json`.
        """
        from ai_edge_litert.interpreter import Interpreter  # here, so that pages without answers do without it

        self.model = model
        self._lock = threading.Lock()  # an interpreter holds its tensors: one call at a time
        try:
            self._interpreter = Interpreter(model_path=str(model.tflite_path), num_threads=NUM_THREADS)
            self._interpreter.allocate_tensors()
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnreadable(f"“{model.name}” cannot be loaded: {error}. Train or import it again.") from error
        self._input = self._interpreter.get_input_details()[0]
        outputs = sorted(self._interpreter.get_output_details(), key=lambda each: _place(each["name"]))
        self._output, self._traits = outputs[0], outputs[1] if len(outputs) > 1 else None
        self._familiarity = familiarity.load(model.folder) if self._traits else None
        size = model.input_size_px
        received = [*self._input["shape"], self._output["shape"][-1]]
        if received != [1, size, size, 3, len(model.class_names)]:
            raise ModelUnreadable(f"“{model.name}” does not fit its description: its network has shapes {received}.")

    def predict(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Gives each photo its probabilities, one photo after another (batches are 13 % faster, and hold up others).

        Args:
            pixels: shape (N, S, S, 3), 0 to 255, S the model's `input_size_px`.

        Returns:
            Shape (N, C), rows sum to 1, temperature applied.
        """
        return apply_temperature(self.predict_raw(pixels), self.model.temperature)

    def predict_raw(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As `predict`, before the temperature: what the network itself says."""
        return self.look(pixels)[0]

    def look(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """What the network says of photos, and what its layers see on the way.

        Args:
            pixels: as for `predict`.

        Returns:
            Probabilities, shape (N, C), before the temperature; and traits, shape (N, T), which
            `core.model.familiarity` reads; None of a network that does not give them.
        """
        probabilities = np.empty((len(pixels), len(self.model.class_names)), np.float32)
        traits = np.empty((len(pixels), self._traits["shape"][-1]), np.float32) if self._traits else None
        for index, photo in enumerate(pixels):
            with self._lock:
                self._interpreter.set_tensor(self._input["index"], photo[None].astype(self._input["dtype"]))
                self._interpreter.invoke()
                probabilities[index] = self._interpreter.get_tensor(self._output["index"])[0]
                if self._traits and traits is not None:
                    traits[index] = self._interpreter.get_tensor(self._traits["index"])[0]
        return probabilities, traits

    def predict_photos(self, photos: Iterable[tuple[str, bytes]]) -> list[Answer]:
        """Answers about photos as they come; one that cannot be read gets its reason, and the others go on.

        Args:
            photos: (name, content of the file).
        """
        return [self._answer(name, content) for name, content in photos]

    def _answer(self, name: str, content: bytes) -> Answer:
        try:
            pixels = to_pixels(content, self.model.input_size_px)
        except PhotoError as error:
            return Answer(name, None, None, None, None, str(error))
        probabilities, traits = self.look(pixels[None])
        unlike = None
        if self._familiarity and traits is not None:
            unlike = bool(self._familiarity.distance(traits)[0] > self._familiarity.limit)
        return to_answer(name, apply_temperature(probabilities, self.model.temperature)[0], self.model, unlike)


def predict_photos(model: Model, photos: Iterable[tuple[str, bytes]]) -> list[Answer]:
    """As `Predictor.predict_photos`, with the model loaded if it is not.

    Raises:
        ModelUnreadable: as `Predictor`.
    """
    return load_predictor(model).predict_photos(photos)


def to_answer(photo: str, probabilities: NDArray[np.float32], model: Model, unlike: bool | None = None) -> Answer:
    """Names the probabilities of one photo.

    Args:
        photo: its name.
        probabilities: shape (C,), as `Predictor.predict` gives them.
        model: the one that gave them.
        unlike: whether the photo is unlike all that it was taught with; None if nobody can say.
    """
    ranked = _ranked(probabilities, model.class_names)
    label, probability = next(iter(ranked.items()))
    sure = probability >= model.thresholds.sure and not unlike
    return Answer(photo, label, probability, sure, ranked, unlike=unlike)


def load_predictor(model: Model) -> Predictor:
    """A predictor for this model, loaded once and kept as long as its files stay as they are.

    Raises:
        ModelUnreadable: as `Predictor`.
    """
    try:
        changed_at = tuple((model.folder / name).stat().st_mtime_ns for name in ("model.tflite", "model.json"))
    except OSError as error:
        raise ModelUnreadable(f"“{model.name}” misses a file: {error}. Train or import it again.") from error
    key = (model.folder, changed_at)
    with _loading:
        predictor = _loaded.pop(key, None) or Predictor(read_model(model.folder))
        _loaded[key] = predictor  # the last is the one used last
        while len(_loaded) > 1 and sum(each.model.size_bytes for each in _loaded.values()) > MAX_LOADED_BYTES:
            _loaded.popitem(last=False)
    return predictor


def _place(name: str) -> int:
    """The place of an output among the outputs of its network: of "Identity_1" and "StatefulPartitionedCall:1" 1."""
    place = re.search(r"(?:Identity_|:)(\d+)$", name)
    return int(place[1]) if place else 0


def _ranked(probabilities: NDArray[np.float32], class_names: Sequence[str]) -> dict[str, float]:
    order = np.argsort(-probabilities, kind="stable")
    return {class_names[index]: float(probabilities[index]) for index in order}
