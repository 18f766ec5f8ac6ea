"""Pictures of things that the model was not taught: the same for a seed, different between seeds, never empty."""

import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from core.sources.garments import CLASS_NAMES
from workshop.things import KINDS, draw

EACH = [(group, kind) for group, kinds in KINDS.items() for kind in kinds]
WIDTH_PX, HEIGHT_PX = 90, 120


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], list[np.ndarray]]:
    """Two pictures of each kind, small."""
    return {each: [np.asarray(draw(*each, seed, WIDTH_PX, HEIGHT_PX)) for seed in (0, 1)] for each in EACH}


def test_every_group_has_enough_kinds_for_few_shot():
    least = {"accessories": 6, "scenes": 6, "textures": 6, "noise": 4, "screens": 5, "shapes": 6}
    assert {group: len(kinds) >= least[group] for group, kinds in KINDS.items()} == dict.fromkeys(least, True)
    assert not {kind for _, kind in EACH} & set(CLASS_NAMES)


def test_every_kind_is_rgb_of_the_size_asked(drawn):
    assert {picture.shape for pictures in drawn.values() for picture in pictures} == {(HEIGHT_PX, WIDTH_PX, 3)}


def test_other_seeds_are_other_pictures(drawn):
    apart = {each: np.abs(a.astype(float) - b).mean() for each, (a, b) in drawn.items()}
    assert min(apart.values()) > 4, min(apart, key=apart.get)


def test_only_plain_pictures_are_empty(drawn):
    spread = {each: min(float(picture.std(axis=(0, 1)).mean()) for picture in both) for each, both in drawn.items()}
    assert [each for each, value in spread.items() if value < 6] == [("noise", "plain")]


def test_the_same_arguments_give_the_same_pixels_in_another_process(drawn):
    some = [(group, kinds[-1]) for group, kinds in KINDS.items()]
    lines = "\n".join(
        f"print(sha256(draw({group!r}, {kind!r}, 1, {WIDTH_PX}, {HEIGHT_PX}).tobytes()).hexdigest())"
        for group, kind in some
    )
    program = f"from hashlib import sha256\nfrom workshop.things import draw\n{lines}"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert said == [sha256(drawn[each][1].tobytes()).hexdigest() for each in some]


@pytest.mark.parametrize("size", [(120, 120), (160, 80), (300, 400)])
def test_any_shape_can_be_asked_for(size):
    for group, kinds in KINDS.items():
        picture = draw(group, kinds[0], -7, *size)
        assert (picture.mode, picture.size) == ("RGB", size)


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"accessories, scenes.*'garments'"):
        draw("garments", "dress", 0)
    with pytest.raises(ValueError, match=r"house, tree.*'sock'"):
        draw("scenes", "sock", 0)
    with pytest.raises(ValueError, match="8 x 400"):
        draw("scenes", "house", 0, 8)
    with pytest.raises(ValueError, match="300 x 700"):
        draw("scenes", "house", 0, 300, 700)
