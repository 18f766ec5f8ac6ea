"""What a backbone sees is computed once, goes on where it was stopped, and is made anew with reason."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.training import features
from core.training.features import CHUNK, load_features, seen_by
from core.training.photos import Photos
from core.work import Stopped
from tests.core.training.watched import Watched

NUM_ROWS, NUM_FEATURES = 4 * CHUNK + 5, 4
RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, (NUM_ROWS, 6, 6, 3), dtype=np.uint8)
LABELS = np.where(np.arange(NUM_ROWS) % 10 == 3, -1, np.arange(NUM_ROWS) % 2)
GOOD = np.flatnonzero(LABELS >= 0)
PHOTOS = Photos(PIXELS, LABELS, ["a", "b"], [""] * NUM_ROWS, GOOD[:100], GOOD[100:150], GOOD[150:])


class Interpreter:
    """Stands for one of LiteRT: its features are sums over the photo, times its weight."""

    def __init__(self, weight: float, asked: list[bytes]) -> None:
        self.weight, self.asked = weight, asked

    def get_input_details(self) -> list[dict[str, Any]]:
        return [{"index": 0}]

    def get_output_details(self) -> list[dict[str, Any]]:
        return [{"index": 1, "shape": np.array([1, NUM_FEATURES])}]

    def set_tensor(self, index: int, photo: NDArray[np.uint8]) -> None:
        assert index == 0 and photo.shape == (1, 6, 6, 3)
        self.photo = photo[0]

    def invoke(self) -> None:
        self.asked.append(self.photo.tobytes())

    def get_tensor(self, index: int) -> NDArray[np.float32]:
        assert index == 1
        return expected(self.photo[None], self.weight)


def expected(pixels: NDArray[np.uint8], weight: float = 1.0) -> NDArray[np.float32]:
    sums = pixels.reshape(len(pixels), -1).sum(axis=1, dtype=np.float32)[:, None]
    return (sums * weight * np.arange(1, NUM_FEATURES + 1)).astype(np.float32)


@dataclass
class Eyes:
    """Stands for a `keras.Model`, and counts what its interpreters are asked."""

    weight: float = 1.0
    asked: list[bytes] = field(default_factory=list)
    output: Any = field(default_factory=lambda: SimpleNamespace(shape=(None, NUM_FEATURES)))

    def get_weights(self) -> list[NDArray[np.float32]]:
        return [np.array([self.weight], np.float32)]


@pytest.fixture(autouse=True)
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "interpreters_of", lambda eyes: [Interpreter(eyes.weight, eyes.asked)] * 2)


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., NDArray[np.float32]]:
    def looked(eyes: Eyes, work: Watched | None = None, fingerprint: str = "1", name: str = "eyes-6") -> Any:
        dataset = SimpleNamespace(folder=tmp_path, fingerprint=fingerprint)
        return load_features(dataset, PHOTOS, eyes, name, work or Watched())

    return looked


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "features").iterdir())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_answers_stand_where_their_photos_stand(count):
    interpreters = [Interpreter(1.0, []) for _ in range(count)]
    assert np.array_equal(seen_by(PIXELS[:7], interpreters), expected(PIXELS[:7]))
    assert sum(len(each.asked) for each in interpreters) == 7


def test_each_photo_is_looked_at_once_and_then_remembered(look, tmp_path):
    eyes, work = Eyes(), Watched()
    seen = look(eyes, work)
    assert np.array_equal(seen[GOOD], expected(PIXELS[GOOD]))
    assert np.isnan(seen[LABELS < 0]).all()
    assert len(eyes.asked) == len(GOOD)
    assert work.told[-1] == ("features", len(GOOD), len(GOOD))
    again = Watched(looks=0)
    assert np.array_equal(look(eyes, again), seen, equal_nan=True) and again.told == []
    assert len(eyes.asked) == len(GOOD) and len(files(tmp_path)) == 1


def test_stopped_it_goes_on_where_it_was(look, tmp_path):
    eyes = Eyes()
    with pytest.raises(Stopped):
        look(eyes, Watched(looks=2))
    assert len(eyes.asked) == 2 * CHUNK and files(tmp_path)[0].startswith(".")
    work = Watched()
    assert np.array_equal(look(eyes, work)[GOOD], expected(PIXELS[GOOD]))
    assert len(eyes.asked) == len(GOOD) and work.told[0][1] == 3 * CHUNK
    assert len(files(tmp_path)) == 1


def test_a_file_that_broke_off_is_begun_again(look, tmp_path):
    eyes = Eyes()
    with pytest.raises(Stopped):
        look(eyes, Watched(looks=2))
    [aside] = (tmp_path / "features").iterdir()
    aside.write_bytes(aside.read_bytes()[:-200])
    assert np.array_equal(look(eyes)[GOOD], expected(PIXELS[GOOD]))


def test_other_eyes_and_other_photos_are_looked_with_anew(look, tmp_path):
    look(Eyes())
    assert np.array_equal(look(Eyes(weight=2.0))[GOOD], expected(PIXELS[GOOD], 2.0))
    assert len(files(tmp_path)) == 1  # what nobody will ask for again
    changed = Eyes(weight=2.0)
    look(changed, fingerprint="2")
    assert len(changed.asked) == len(GOOD) and len(files(tmp_path)) == 1
    look(Eyes(), name="other-6")
    look(Eyes(), name="eyes-6-grey")
    assert len(files(tmp_path)) == 3


def test_what_was_left_out_is_looked_at_once_it_is_taken_back(look, tmp_path, monkeypatch):
    whole, eyes = PHOTOS, Eyes()
    monkeypatch.setattr("tests.core.training.test_features.PHOTOS", replace(whole, labels=whole.labels.copy()))
    PHOTOS.labels[GOOD[:2]] = -1
    look(eyes)
    assert len(eyes.asked) == len(GOOD) - 2, "what people left out is never looked at"
    monkeypatch.setattr("tests.core.training.test_features.PHOTOS", whole)
    assert np.array_equal(look(eyes)[GOOD], expected(PIXELS[GOOD]))
    assert len(eyes.asked) == len(GOOD) and len(files(tmp_path)) == 1


def test_without_a_photo_there_is_nothing_to_see(tmp_path):
    none = replace(PHOTOS, labels=np.full(NUM_ROWS, -1))
    dataset = SimpleNamespace(folder=tmp_path, fingerprint="1")
    assert np.isnan(load_features(dataset, none, Eyes(), "eyes-6", Watched())).all()
