"""From photos to probabilities, with LiteRT: half a millisecond a photo, and no TensorFlow in the server."""

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
from core.model.bundle import Model, Thresholds, read_model
from core.model.calibration import apply_temperature
from core.model.network import Network, Seen, Team

NUM_THREADS = 2  # of the network that looks at a single photo, and networks for many; each decodes for itself then
ASKED_AHEAD = 4  # photos in hand at once, of many
MAX_LOADED_BYTES = 32 * 1024**2  # of model files, each of which takes twice its size in memory: one classic, many small

_loaded: OrderedDict[tuple[Path, tuple[int, ...], Thresholds], "Predictor"] = OrderedDict()
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

    def __init__(self, model: Model, num_threads: int = NUM_THREADS) -> None:
        """Loads `model.tflite`.

        Args:
            num_threads: that it may use; a worker among many has one.

        Raises:
            ModelUnreadable: the file is missing or damaged, or does not fit `model.json`.
        """
        self.model = model
        try:
            self._network = Network(model.tflite_path, num_threads)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnreadable(f"“{model.name}” cannot be loaded: {error}. Train or import it again.") from error
        self._team = Team(model.tflite_path, num_threads)
        size, shapes = model.input_size_px, self._network.shapes
        if shapes != [1, size, size, 3, len(model.class_names)]:
            raise ModelUnreadable(f"“{model.name}” does not fit its description: its network has shapes {shapes}.")
        self._familiarity = familiarity.load(model.folder) if self._network.tells_what_it_sees else None
        self._similar = similar.load(model.folder) if self._network.tells_what_it_sees else None

    def predict(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Gives each photo its probabilities. No batches are made: some networks take none.

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
        if len(pixels) < 2:
            seen = [self._network.look(photo) for photo in pixels]
        else:
            with ThreadPoolExecutor(NUM_THREADS) as threads:
                seen = [*chain.from_iterable(threads.map(self._look_at, np.array_split(pixels, NUM_THREADS)))]
        if not seen:
            return Looked(np.empty((0, len(self.model.class_names)), np.float32), None, None)
        probabilities, *shown = ([*each] for each in zip(*seen, strict=True))
        traits, features = (None if one[0] is None else np.stack(one) for one in shown)
        return Looked(np.stack(probabilities), traits, features)

    def _look_at(self, pixels: NDArray[np.uint8]) -> list[Seen]:
        with self._team.one() as network:
            return [network.look(photo) for photo in pixels]

    def predict_photos(self, photos: Iterable[tuple[str, bytes]]) -> list[Answer]:
        """Answers about photos as they come; one that cannot be read gets its reason, and the others go on.

        Args:
            photos: (name, content of the file).
        """
        return list(self._answers(iter(photos)))

    def _answers(self, photos: Iterator[tuple[str, bytes]]) -> Iterator[Answer]:
        """One after another; of many the next are decoded and looked at meanwhile, which lets go of Python's lock."""
        first = list(islice(photos, 2))
        if len(first) < 2:
            yield from (self._answer(name, content, self._network) for name, content in first)
            return
        with ThreadPoolExecutor(NUM_THREADS) as threads:
            ahead: deque[Future[Answer]] = deque()
            for name, content in chain(first, photos):
                ahead.append(threads.submit(self._answer_beside, name, content))
                if len(ahead) > ASKED_AHEAD:
                    yield ahead.popleft().result()
            yield from (each.result() for each in ahead)

    def _answer_beside(self, name: str, content: bytes) -> Answer:
        with self._team.one() as network:
            return self._answer(name, content, network)

    def _answer(self, name: str, content: bytes, network: Network) -> Answer:
        try:
            seen = network.look(to_pixels(content, self.model.input_size_px))
        except PhotoError as error:
            return unreadable(name, str(error))
        unlike: bool | None = None
        alike: tuple[tuple[str, str], ...] = ()
        if self._familiarity and seen.traits is not None and seen.features is not None:
            strangeness = self._familiarity.strangeness((seen.traits[None], seen.features[None]))
            unlike = bool(strangeness[0] > self._familiarity.limit)
        if self._similar and seen.features is not None:
            alike = self._similar.nearest(seen.features)
        probabilities = apply_temperature(seen.probabilities[None], self.model.temperature)[0]
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
    key = (model.folder, changed_at, model.thresholds)  # those of a model that comes with the app lie elsewhere
    with _loading:
        predictor = _loaded.pop(key, None) or Predictor(read_model(model.folder))
        _loaded[key] = predictor  # the last is the one used last
        while len(_loaded) > 1 and sum(each.model.size_bytes for each in _loaded.values()) > MAX_LOADED_BYTES:
            _loaded.popitem(last=False)
    return predictor


def _ranked(probabilities: NDArray[np.float32], class_names: Sequence[str]) -> dict[str, float]:
    order = np.argsort(-probabilities, kind="stable")
    return {class_names[index]: float(probabilities[index]) for index in order}
