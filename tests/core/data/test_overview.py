"""What the photos are like: sizes that are nearly one, shapes, and classes that differ in what should not matter."""

import numpy as np
import pandas as pd

from core.data.overview import Apart, overview


def measures(**columns: object) -> pd.DataFrame:
    """Twenty photos, ten of each class, alike unless said otherwise."""
    table = {"label": ["dress"] * 10 + ["shirt"] * 10, "brightness": 0.5, "red": 90, "green": 90, "blue": 90}
    return pd.DataFrame({**table, "width": 300, "height": 400} | columns)


def test_photos_nearly_of_one_size_are_one_dot_of_the_commonest() -> None:
    found = overview(measures(width=[300] * 12 + [303] * 4 + [900] * 4))
    assert found.sizes.to_numpy().tolist() == [[300, 400, 16], [900, 400, 4]]
    assert found.smaller_than(303) == 12 and found.smaller_than(100) == 0


def test_shapes_are_counted_and_nearly_square_is_square() -> None:
    found = overview(measures(width=[300] * 5 + [400] * 5 + [420] * 5 + [900] * 5))
    assert found.shapes == {"portrait": 5, "square": 10, "landscape": 5}


def test_a_photo_whose_size_nobody_knows_has_no_shape_and_no_size() -> None:
    found = overview(measures(width=[0] * 20, height=[0] * 20))
    assert sum(found.shapes.values()) == len(found.sizes) == found.smaller_than(9999) == 0
    assert found.upright_apart is None and found.brightness.sum() == found.photos == 20


def test_classes_alike_are_not_said_to_differ() -> None:
    found = overview(measures())
    assert (found.upright_apart, found.light_apart, found.colour_apart) == (None, None, None)


def test_classes_that_differ_in_light_shape_or_colour_are_named() -> None:
    half = np.arange(20) < 10
    found = overview(
        measures(brightness=np.where(half, 0.3, 0.7), red=np.where(half, 200, 20), width=np.where(half, 300, 900))
    )
    assert found.light_apart == Apart("shirt", "dress") and found.upright_apart == Apart("dress", "shirt")
    assert found.colour_apart is not None and {*vars(found.colour_apart).values()} == {"dress", "shirt"}
    assert found.colours == {"dress": (200, 90, 90), "shirt": (20, 90, 90)}


def test_of_a_class_of_four_nothing_is_said() -> None:
    few = measures(brightness=[0.9] * 4 + [0.2] * 16, label=["dress"] * 4 + ["shirt"] * 16)
    assert overview(few).light_apart is None
