"""Photos are varied as far as the strength says and no further, the same by OpenCV and without it."""

from dataclasses import replace

import numpy as np
import pytest

from core.training.augment import ERASING_CHANCE, Variations, drawn, varied_photo, vary
from core.training.recipe import VARIATIONS

SIZE = 40
AS_IT_IS = Variations(None, None, None, np.zeros((1, 3), np.uint8))


def chance(number: int = 0) -> np.random.Generator:
    return np.random.default_rng([5, number])


def photos(count: int, size_px: int = SIZE) -> np.ndarray:
    """Edges, slopes and noise."""
    random = np.random.default_rng(2)
    slope = np.linspace(0, 200, size_px)[None, :, None, None] * random.random((count, 1, 1, 3))
    made = slope + random.normal(30, 15, (count, size_px, size_px, 3))
    made[:, size_px // 4 : size_px // 2, size_px // 3 :] += 90
    return made.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("size_px", [16, 40, 97])
@pytest.mark.parametrize("strength", [0.5, 1.0, 2.0])
def test_both_ways_of_varying_agree(size_px, strength):
    plain = photos(12, size_px)
    how = drawn(chance(), 12, size_px, strength, VARIATIONS)
    fast = vary(plain, how)
    slow = np.stack([varied_photo(photo, how, index) for index, photo in enumerate(plain)])
    assert np.abs(fast.astype(int) - slow).mean() < 0.3
    assert np.abs(fast.astype(int) - plain).mean() > 8


@pytest.mark.parametrize("variation", VARIATIONS)
def test_each_variation_does_something_alone_and_both_ways_agree(variation):
    plain = photos(24)
    how = drawn(chance(), 24, SIZE, 1.0, (variation,))
    fast = vary(plain, how)
    assert np.abs(fast.astype(int) - plain).mean() > 1
    slow = np.stack([varied_photo(photo, how, index) for index, photo in enumerate(plain)])
    assert np.abs(fast.astype(int) - slow).mean() < 0.3


def test_the_same_chance_varies_alike_and_leaves_the_photos_alone():
    plain = photos(6)
    kept = plain.copy()
    first, again, other = (vary(plain, drawn(chance(number), 6, SIZE, 1.0, VARIATIONS)) for number in (1, 1, 2))
    assert (first == again).all() and (first != other).any(axis=(1, 2, 3)).all()
    varied_photo(plain[0], drawn(chance(), 1, SIZE, 1.0, VARIATIONS))
    assert (plain == kept).all()


@pytest.mark.parametrize(("strength", "variations"), [(0.0, VARIATIONS), (1.0, ())])
def test_nothing_to_vary_leaves_every_dot(strength, variations):
    plain = photos(4)
    how = drawn(chance(), 4, SIZE, strength, variations)
    assert (vary(plain, how) == plain).all()
    assert (varied_photo(plain[2], how, 2) == plain[2]).all()


def test_half_of_the_photos_are_mirrored():
    plain = photos(200)
    flipped = vary(plain, drawn(chance(), 200, SIZE, 1.0, ("flip",)))
    mirrored = (flipped == plain[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (mirrored | (flipped == plain).all(axis=(1, 2, 3))).all()
    assert 70 < mirrored.sum() < 130


def test_what_lies_outside_is_mirrored_at_the_edge():
    plain = photos(1)
    right_3_up_2 = np.array([[[1.0, 0, 3], [0, 1, 2]]])
    moved = varied_photo(plain[0], replace(AS_IT_IS, places=right_3_up_2))
    assert (moved[:-2, :-3] == plain[0, 2:, 3:]).all()
    assert (moved[:-2, -3:] == plain[0, 2:, -2:-5:-1]).all()
    assert (vary(plain, replace(AS_IT_IS, places=right_3_up_2))[0] == moved).all()


def test_turning_moving_and_zooming_stay_within_their_ranges():
    count = 2000

    def linear(variation: str, strength: float) -> np.ndarray:
        return drawn(chance(), count, SIZE, strength, (variation,)).places

    turned = linear("rotation", 1.0)
    angle = np.arctan2(turned[:, 1, 0], turned[:, 0, 0])
    assert 0.24 < angle.max() < 0.25 and -0.25 < angle.min() < -0.24
    middle = np.array([(SIZE - 1) / 2] * 2 + [1])
    assert turned @ middle == pytest.approx(np.tile(middle[:2], (count, 1)))
    assert np.linalg.det(turned[:, :, :2]) == pytest.approx(np.ones(count))
    window = np.sqrt(np.linalg.det(linear("zoom", 1.0)[:, :, :2]))
    assert window.min() == pytest.approx(0.75, abs=0.01) and window.max() == pytest.approx(1.33, abs=0.01)
    shifted = linear("shift", 1.0)[:, :, 2]
    assert np.abs(shifted).max() == pytest.approx(0.12 * SIZE, abs=0.05)
    assert linear("shift", 2.0)[:, :, 2] == pytest.approx(2 * shifted)


def test_light_shifts_every_dot_alike_and_contrast_leaves_mid_grey():
    flat = np.full((50, SIZE, SIZE, 3), 128, np.uint8)
    lit = vary(flat, drawn(chance(), 50, SIZE, 1.0, ("brightness",))).astype(int) - 128
    assert (lit == lit[:, :1, :1]).all()
    by_photo = lit[:, 0, 0]
    assert 15 < np.abs(by_photo).max() <= 36 and np.ptp(by_photo, axis=1).max() > 5  # brighter, and coloured
    steep = drawn(chance(), 50, SIZE, 1.0, ("contrast",))
    assert np.abs(vary(flat, steep).astype(int) - 128).max() <= 1
    bright = vary(flat + 72, steep)[:, 0, 0].astype(int) - 128
    assert bright.min() < 72 * 0.85 and bright.max() > 72 * 1.15


def test_some_photos_lose_a_rectangle_and_the_rest_nothing():
    plain = photos(400)
    how = drawn(chance(), 400, SIZE, 1.0, ("erasing",))
    changed = (vary(plain, how) != plain).any(axis=3)
    hit = changed.any(axis=(1, 2))
    assert hit.mean() == pytest.approx(ERASING_CHANCE, abs=0.06)
    top, bottom, left, right = how.erased[hit].T
    share = (bottom - top) * (right - left) / SIZE**2
    assert share.min() > 0.01 and share.max() < 0.22 and share.max() > 0.15
    assert min(top.min(), left.min()) >= 0 and max(bottom.max(), right.max()) <= SIZE
    inside = np.zeros_like(changed)
    for index, (first, last, start, end) in enumerate(how.erased):
        inside[index, first:last, start:end] = True
    assert not (changed & ~inside).any()
    assert drawn(chance(), 400, SIZE, 2.0, ("erasing",)).erased.any(axis=1).mean() == pytest.approx(0.5, abs=0.07)


def test_leaving_one_variation_out_changes_none_of_the_others():
    whole = drawn(chance(), 8, SIZE, 1.0, VARIATIONS)
    upright = drawn(chance(), 8, SIZE, 1.0, tuple(each for each in VARIATIONS if each != "flip"))
    assert (whole.erased == upright.erased).all() and (whole.colours == upright.colours).all()
    assert np.abs(whole.places[:, :, 0]) == pytest.approx(np.abs(upright.places[:, :, 0]))
    assert (whole.places[:, :, 1] == upright.places[:, :, 1]).all()
    unlit = drawn(chance(), 8, SIZE, 1.0, ("flip", "rotation", "zoom", "shift"))
    assert unlit.colours is None and unlit.erased is None and (unlit.places == whole.places).all()
