"""From photos to probabilities, with LiteRT: half a millisecond a photo, and no TensorFlow in the server."""

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.photo import to_pixels
from core.errors import ModelUnreadable, PhotoError
from core.model import familiarity, similar
from core.model.answer import Answer, unreadable
from core.model.bundle import Model, read_model
from core.model.calibration import apply_temperature

NUM_THREADS = 2
DECODING_THREADS = 1  # beside the one that looks; Pillow lets go of the interpreter lock meanwhile
DECODED_AHEAD = 4  # photos
MAX_LOADED_BYTES = 32 * 1024**2  # of model files, each of which takes twice its size in memory: one classic, many small

_loaded: OrderedDict[tuple[Path, tuple[int, ...]], "Predictor"] = OrderedDict()
_loading = threading.Lock()


@dataclass(frozen=True)
class Looked:
    """What a network says of N photos, and what it sees in them; None of a network that does not tell."""

    probabilities: NDArray[np.float32]  # (N, C), before the temperature
    traits: NDArray[np.float32] | None  # (N, T), of its stages
    features: NDArray[np.float32] | None  # (N, F), what it decides by: what `core.model.similar` compares

    @property
    def seen(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Both, where the network tells both."""
        return None if self.traits is None or self.features is None else (self.traits, self.features)


def joined(parts: Sequence[Looked]) -> Looked:
    """What was said of several lots of photos, as if they had been one."""

    def all_of(name: str) -> Any:
        found = [getattr(part, name) for part in parts]
        return None if found[0] is None else np.concatenate(found)

    return Looked(all_of("probabilities"), all_of("traits"), all_of("features"))


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
        self._outputs = [*outputs, None, None][:3]
        self._familiarity = familiarity.load(model.folder) if self._outputs[2] else None
        self._similar = similar.load(model.folder) if self._outputs[2] else None
        size = model.input_size_px
        received = [*self._input["shape"], outputs[0]["shape"][-1]]
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
        return self.look(pixels).probabilities

    def look(self, pixels: NDArray[np.uint8]) -> Looked:
        """What the network says of photos, and what it sees in them.

        Args:
            pixels: as for `predict`.
        """
        found = [
            None if output is None else np.empty((len(pixels), output["shape"][-1]), np.float32)
            for output in self._outputs
        ]
        for index, photo in enumerate(pixels):
            with self._lock:
                self._interpreter.set_tensor(self._input["index"], photo[None].astype(self._input["dtype"]))
                self._interpreter.invoke()
                for output, values in zip(self._outputs, found, strict=True):
                    if values is not None:
                        values[index] = self._interpreter.get_tensor(output["index"])[0]
        probabilities, traits, features = found
        assert probabilities is not None
        return Looked(probabilities, traits, features)

    def predict_photos(self, photos: Iterable[tuple[str, bytes]]) -> list[Answer]:
        """Answers about photos as they come; one that cannot be read gets its reason, and the others go on.

        Args:
            photos: (name, content of the file).
        """
        return [self._answer(name, pixels) for name, pixels in self._decoded(iter(photos))]

    def _decoded(self, photos: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, NDArray[np.uint8] | PhotoError]]:
        """Each photo at the size that the network looks at; while it looks at one, the next are decoded in a thread."""
        first = list(islice(photos, 2))
        if len(first) < 2:
            yield from ((name, self._pixels(content)) for name, content in first)
            return
        with ThreadPoolExecutor(DECODING_THREADS) as pool:
            ahead: deque[tuple[str, Future[NDArray[np.uint8] | PhotoError]]] = deque()
            for name, content in chain(first, photos):
                ahead.append((name, pool.submit(self._pixels, content)))
                if len(ahead) > DECODED_AHEAD:
                    done, pixels = ahead.popleft()
                    yield done, pixels.result()
            for name, pixels in ahead:
                yield name, pixels.result()

    def _pixels(self, content: bytes) -> NDArray[np.uint8] | PhotoError:
        try:
            return to_pixels(content, self.model.input_size_px)
        except PhotoError as error:
            return error

    def _answer(self, name: str, pixels: NDArray[np.uint8] | PhotoError) -> Answer:
        if isinstance(pixels, PhotoError):
            return unreadable(name, str(pixels))
        looked = self.look(pixels[None])
        unlike: bool | None = None
        alike: tuple[tuple[str, str], ...] = ()
        if self._familiarity and looked.seen:
            unlike = bool(self._familiarity.strangeness(looked.seen)[0] > self._familiarity.limit)
        if self._similar and looked.features is not None:
            alike = self._similar.nearest(looked.features[0])
        probabilities = apply_temperature(looked.probabilities, self.model.temperature)[0]
        return replace(to_answer(name, probabilities, self.model, unlike), similar=alike)


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
