"""Figures show the numbers they are given, in the two colours that carry meaning."""

import numpy as np
import pytest

from core import charts


def curve(**changes: object) -> charts.Curve:
    numbers = {"batches": [(0.5, 2.0), (1.0, 1.5)], "learning": [1.6], "checking": [1.7], "rounds": 10}
    return charts.Curve(**{**numbers, **changes})  # type: ignore[arg-type]


def test_the_axis_spans_the_whole_plan_so_that_the_line_grows_into_its_room() -> None:
    figure = charts.accuracy_curve(curve(learning=[0.2, 0.4], checking=[0.3, 0.35]))
    low, high = figure.layout.xaxis.range
    assert low <= 0 and high >= 10
    assert figure.layout.xaxis.tickvals[-1] == 10


def test_a_wild_first_batch_does_not_flatten_the_loss() -> None:
    figure = charts.loss_curve(curve(batches=[(0.1, 90.0), (1.0, 2.0)]))
    assert figure.layout.yaxis.range[1] < 3


def test_before_the_first_batch_there_is_an_empty_room() -> None:
    figure = charts.loss_curve(charts.Curve([], [], [], 10))
    assert figure.layout.yaxis.range[1] > 0
    assert all(not trace.x for trace in figure.data)


def test_learning_is_indigo_and_checking_is_ochre() -> None:
    figure = charts.accuracy_curve(curve(learning=[0.2], checking=[0.3]))
    colours = {trace.name: trace.line.color for trace in figure.data if trace.name}
    assert colours == {"learning": charts.MODEL, "held back": charts.CHECK}


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


def test_of_many_runs_only_the_chosen_one_is_in_colour() -> None:
    figure = charts.runs_overlay({"a": [0.1, 0.2], "b": [0.3, 0.4, 0.5]}, "a")
    colours = {trace.name: trace.line.color for trace in figure.data if trace.name}
    assert colours == {"a": charts.MODEL, "b": charts.OTHERS}
    assert figure.data[-2].name == "a"  # on top
