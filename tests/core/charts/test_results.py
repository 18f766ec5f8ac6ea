"""Figures of classes and mistakes show the numbers they are given."""

import numpy as np
import pytest

from core import charts


def test_bars_are_sorted_and_the_scarce_ones_are_ochre() -> None:
    figure = charts.class_sizes({"hat": 10, "dress": 100, "skirt": 60})
    bar = figure.data[0]
    assert list(figure.layout.yaxis.ticktext) == ["dress", "skirt", "hat"] and list(bar.x) == [100, 60, 10]
    assert list(bar.marker.color) == [charts.MODEL, charts.MODEL, charts.CHECK]


def test_labels_stand_as_they_were_written_and_long_ones_leave_room() -> None:
    figure = charts.class_sizes({"<b>bold</b>": 3, "M & S": 2, "x" * 80: 1})
    bold, ampersand, long = figure.layout.yaxis.ticktext
    assert (bold, ampersand) == ("&lt;b&gt;bold&lt;/b&gt;", "M &amp; S") and len(long) == 28


def test_the_matrix_keeps_mistakes_and_the_diagonal_apart_in_percent_of_the_row() -> None:
    figure = charts.confusion(np.array([[8, 2], [0, 5]]), ["dress", "skirt"])
    mistakes, right, digits = figure.data
    assert np.nan_to_num(np.array(mistakes.z), nan=-1).tolist() == [[-1, 20], [0, -1]]
    assert np.nan_to_num(np.array(right.z), nan=-1).tolist() == [[80, -1], [-1, 100]]
    assert sorted(digits.text) == ["100", "20", "80"]
    assert mistakes.text[0][1] == "dress, named skirt: 2 of 10"


def test_a_class_without_photos_does_not_break_the_matrix() -> None:
    figure = charts.confusion(np.array([[0, 0], [1, 3]]), ["a", "b"])
    assert np.nan_to_num(np.array(figure.data[0].z), nan=-1).tolist() == [[-1, 0], [25, -1]]


@pytest.mark.parametrize(("classes", "traces"), [(15, 3), (16, 2), (40, 2)])
def test_many_classes_have_no_digits_and_narrow_gaps(classes: int, traces: int) -> None:
    figure = charts.confusion(np.eye(classes, dtype=np.int64), [f"class {n}" for n in range(classes)])
    assert len(figure.data) == traces
    assert figure.data[0].xgap == (1 if classes > 15 else None)
    assert charts.confusion_height(40) == 60 + 18 * 40


def test_the_matrix_counts_photos_where_that_is_wanted_and_one_photo_of_many_is_not_lost() -> None:
    counts = np.array([[1500, 1], [0, 5]])
    assert sorted(charts.confusion(counts, ["dress", "skirt"], in_photos=True).data[2].text) == ["1", "1,500", "5"]
    assert sorted(charts.confusion(counts, ["dress", "skirt"]).data[2].text) == ["100", "100"]


@pytest.mark.parametrize("classes", [2, 40])
def test_every_square_can_be_picked_and_says_which_it_is(classes: int) -> None:
    """Of many classes, every square that has photos."""
    counts = np.arange(classes**2).reshape(classes, classes) % 3
    squares = charts.confusion(counts, [f"c{n}" for n in range(classes)], pickable=True).data[-1]
    assert len(squares.x) == (4 if classes == 2 else np.count_nonzero(counts))
    for x, y, place, words in zip(squares.x, squares.y, squares.customdata, squares.text, strict=True):
        assert place == y * classes + x
        assert words.startswith(f"c{y}, named c{x}: {counts[y, x]:,} of ")
