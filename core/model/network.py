"""A network as LiteRT runs it, and several of one kind side by side."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_OUTPUTS = 3


class Seen(NamedTuple):
    """What a network says of one photo, and what it sees in it; None of a network that does not tell."""

    probabilities: NDArray[np.float32]  # (C,), before the temperature
    traits: NDArray[np.float32] | None  # (T,), of its stages
    features: NDArray[np.float32] | None  # (F,), what it decides by


class Network:
    """One interpreter, which any number of threads may share."""

    def __init__(self, path: Path, num_threads: int) -> None:
        """Loads a `model.tflite`.

        Raises:
            OSError, ValueError, RuntimeError: it is missing or damaged.
        """
        from ai_edge_litert.interpreter import Interpreter  # here, so that pages without answers do without it

        self._interpreter = Interpreter(model_path=str(path), num_threads=num_threads)
        self._interpreter.allocate_tensors()
        self._lock = threading.Lock()  # an interpreter holds its tensors: one call at a time
        self._input = self._interpreter.get_input_details()[0]
        outputs = sorted(self._interpreter.get_output_details(), key=lambda each: _place(each["name"]))
        self._outputs: list[Any] = outputs[:MAX_OUTPUTS]
        self.shapes = [*self._input["shape"], outputs[0]["shape"][-1]]  # of a photo, with 1 before it; then C
        self.tells_what_it_sees = len(self._outputs) == MAX_OUTPUTS

    def look(self, photo: NDArray[np.uint8]) -> Seen:
        """Asks about one photo, shape (S, S, 3), 0 to 255."""
        with self._lock:
            self._interpreter.set_tensor(self._input["index"], photo[None].astype(self._input["dtype"], copy=False))
            self._interpreter.invoke()
            found = [self._interpreter.get_tensor(output["index"])[0] for output in self._outputs]
        return Seen(*found, *[None] * (MAX_OUTPUTS - len(found)))


class Team:
    """Networks of one file, each with one thread: for many photos they do more than one with as many threads."""

    def __init__(self, path: Path, count: int) -> None:
        self._path, self._count = path, count
        self._free: SimpleQueue[Network] = SimpleQueue()
        self._loading = threading.Lock()
        self._loaded = 0

    @contextmanager
    def one(self) -> Iterator[Network]:
        """One that nobody else asks meanwhile; loaded when it is first needed."""
        with self._loading:
            if self._loaded < self._count and self._free.empty():
                self._loaded += 1
                self._free.put(Network(self._path, 1))
        network = self._free.get()
        try:
            yield network
        finally:
            self._free.put(network)


def _place(name: str) -> int:
    """The place of an output among the outputs of its network: of "Identity_1" and "StatefulPartitionedCall:1" 1."""
    place = re.search(r"(?:Identity_|:)(\d+)$", name)
    return int(place[1]) if place else 0
