"""The garment artist: the same drawing every time, of every class, at every size."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image

from core.errors import GarmentInvalid
from core.sources.garments import CLASS_NAMES, COVERS, KINDS, SAMPLES, draw, draw_nth


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, dtype=np.float64)


@pytest.mark.parametrize("label", CLASS_NAMES)
def test_the_same_seed_gives_the_same_pixels_whatever_was_drawn_between(label):
    first = draw(label, 3, 96)
    draw("dress", 8, 96)
    assert draw(label, 3, 96).tobytes() == first.tobytes()


@pytest.mark.parametrize("label", CLASS_NAMES)
def test_another_seed_gives_another_picture(label):
    assert np.abs(pixels(draw(label, 1, 96)) - pixels(draw(label, 2, 96))).mean() > 5


def test_every_class_is_drawn_differently_from_the_same_seed():
    drawn = [pixels(draw(label, 4, 96)) for label in CLASS_NAMES]
    for i, one in enumerate(drawn):
        for other in drawn[:i]:
            assert np.abs(one - other).mean() > 5


@pytest.mark.parametrize("label", CLASS_NAMES)
def test_a_garment_stands_out_from_its_border(label):
    seen = pixels(draw(label, COVERS[label], 120, 160))
    border = np.concatenate([seen[:4].reshape(-1, 3), seen[-4:].reshape(-1, 3)]).mean(axis=0)
    assert np.abs(seen[50:110, 40:80].reshape(-1, 3).mean(axis=0) - border).max() > 12


def test_a_small_drawing_is_the_large_one_seen_from_afar():
    large = draw("dress", 5, 400).resize((100, 133), Image.Resampling.BOX)
    small = draw("dress", 5, 100)
    assert np.corrcoef(pixels(large).ravel(), pixels(small).ravel())[0, 1] > 0.9


@pytest.mark.parametrize(
    ("asked", "size"),
    [((200,), (200, 267)), ((200, 200), (200, 200)), ((64, 64), (64, 64)), ((100, 64), (100, 64)), ((64,), (64, 85))],
)
def test_a_drawing_has_the_size_that_was_asked_for(asked, size):
    drawn = draw("shirt", 1, *asked)
    assert (drawn.size, drawn.mode) == (size, "RGB")


def test_the_largest_drawing_is_no_flat_patch():
    drawn = draw("pants", 1, 1024, 1024)
    assert drawn.size == (1024, 1024)
    assert pixels(drawn).std() > 10


def test_each_round_of_eight_holds_every_class_once_in_an_order_of_its_own():
    labels = [draw_nth(index, 7, 64)[0] for index in range(24)]
    assert Counter(labels) == {label: 3 for label in CLASS_NAMES}
    rounds = [tuple(labels[start : start + 8]) for start in (0, 8, 16)]
    assert all(sorted(one) == list(CLASS_NAMES) for one in rounds)
    assert len(set(rounds)) > 1


def test_the_nth_photo_does_not_depend_on_those_before_it():
    label, late = draw_nth(13, 7, 64)
    for index in (0, 5):
        draw_nth(index, 7, 64)
    again, drawn = draw_nth(13, 7, 64)
    assert (label, late.tobytes()) == (again, drawn.tobytes())
    assert draw_nth(13, 8, 64)[1].tobytes() != late.tobytes()


def test_photos_of_a_sample_do_not_repeat():
    drawn = {draw_nth(index, 1, 64)[1].tobytes() for index in range(40)}
    assert len(drawn) == 40


def test_covers_and_samples_name_known_classes():
    assert tuple(COVERS) == CLASS_NAMES == tuple(sorted(CLASS_NAMES))
    assert len(set(SAMPLES)) == 6
    assert {label for label, _ in SAMPLES} <= set(CLASS_NAMES)


@pytest.mark.parametrize(
    ("make", "received"),
    [
        (lambda: draw("hat", 1), "Received: 'hat'."),
        (lambda: draw("dress", 1, kind="parka"), "Received: 'parka'."),
        (lambda: draw("dress", 1, 63), "Received: 63 x 84."),
        (lambda: draw("dress", 1, 400, 50), "Received: 400 x 50."),
        (lambda: draw("dress", 1, 1025), "Received: 1025 x 1367."),
        (lambda: draw_nth(-1, 1), "Received: -1."),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_was_received(make, received):
    with pytest.raises(GarmentInvalid) as refused:
        make()
    assert str(refused.value).endswith(received)


@pytest.mark.parametrize("label", KINDS)
def test_a_kind_that_is_asked_for_is_drawn_and_those_of_a_seed_differ(label):
    seed = 3
    drawn = {kind: draw(label, seed, 64, kind=kind).tobytes() for kind in KINDS[label]}
    assert len(set(drawn.values())) == len(KINDS[label])
    assert draw(label, seed, 64).tobytes() in drawn.values()


def test_a_negative_seed_is_a_seed_like_any_other():
    assert draw("skirt", -5, 64).tobytes() != draw("skirt", 5, 64).tobytes()
