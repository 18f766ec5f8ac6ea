"""Near duplicates: a photo that was saved again is found, another one is not, and thousands of copies do no harm."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from core.data import kin
from core.data.alike import grids, same_photo
from core.data.kin import find_kin
from core.data.photo import look_at
from core.data.pixels import MADE_WITH_PX
from core.sources.garments import draw_nth

PHOTOS = 16


def jpeg(image: Image.Image, quality: int = 92) -> bytes:
    content = io.BytesIO()
    image.save(content, "JPEG", quality=quality)
    return content.getvalue()


def pixels(images: list[Image.Image], quality: int = 92) -> np.ndarray:
    return np.stack([look_at(jpeg(image, quality), MADE_WITH_PX).pixels for image in images])


@pytest.fixture(scope="module")
def drawn() -> list[Image.Image]:
    return [draw_nth(index, 3, 128)[1] for index in range(PHOTOS)]


@pytest.fixture(scope="module")
def saved_again(drawn) -> np.ndarray:
    """The photos, and after them one copy of each: worse, smaller, both, or brighter."""
    ways = [
        lambda image: (image, 40),
        lambda image: (image.resize((80, round(image.height * 0.6))), 92),
        lambda image: (image.resize((64, round(image.height * 0.5))), 60),
        lambda image: (image.point(lambda level: min(255, level + 6)), 85),
    ]
    copies = [
        pixels([changed], quality)[0] for at, image in enumerate(drawn) for changed, quality in [ways[at % 4](image)]
    ]
    return np.concatenate([pixels(drawn), copies])


@pytest.mark.parametrize("few", [kin.FEW, 0], ids=["compared", "looked up"])
def test_a_photo_that_was_saved_again_is_found_and_no_other_is_taken_for_it(saved_again, few, monkeypatch):
    monkeypatch.setattr(kin, "FEW", few)
    assert find_kin(saved_again[:PHOTOS], range(PHOTOS)) == []
    assert find_kin(saved_again, range(2 * PHOTOS)) == [[at, PHOTOS + at] for at in range(PHOTOS)]


def test_only_the_positions_that_are_asked_about_count(saved_again):
    assert find_kin(saved_again, [3, 5, PHOTOS + 5, PHOTOS + 7]) == [[5, PHOTOS + 5]]
    assert find_kin(saved_again, []) == find_kin(saved_again, [4]) == []


def test_photos_of_one_colour_are_nobodys_kin():
    noise = np.random.default_rng(1).normal(0, 1.5, (40, 32, 32, 3))
    white = np.clip(np.full((40, 32, 32, 3), 250.0) + noise, 0, 255).astype(np.uint8)
    white[:20] = 255
    assert find_kin(white, range(40)) == []
    assert not same_photo(grids(white), grids(white)[0]).any()


@pytest.mark.parametrize("few", [kin.FEW, 0], ids=["compared", "looked up"])
def test_copies_by_the_thousand_are_one_family_soon(saved_again, few, monkeypatch):
    monkeypatch.setattr(kin, "FEW", few)
    noise = np.random.default_rng(1).normal(0, 3, (1000, 32, 32, 3))
    many = np.clip(saved_again[0] + noise, 0, 255).astype(np.uint8)
    rows = np.concatenate([many, np.repeat(saved_again[1:2], 1000, axis=0), saved_again[2:PHOTOS]])
    began = time.process_time()
    assert [len(family) for family in find_kin(rows, range(len(rows)))] == [1000, 1000]
    assert time.process_time() - began < 4


def test_it_says_how_far_it_is_and_can_be_ended(saved_again):
    told = []
    find_kin(saved_again, range(len(saved_again)), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2 * PHOTOS, 2 * PHOTOS)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_kin(saved_again, range(len(saved_again)), check_stop=stop)
